/* SPDX-License-Identifier: BSD-2-Clause */
#include "tokens.h"

#define NS_PER_S 1000000000

static void refill(struct tokens *tokens, double rate_per_s, double depth, int64_t now_ns)
{
	double grown = (double)(now_ns - tokens->filled_ns) / NS_PER_S * rate_per_s;

	if (tokens->filled_ns == 0 || tokens->count + grown > depth)
		tokens->count = depth;
	else
		tokens->count += grown;
	tokens->filled_ns = now_ns;
}

bool tokens_take(struct tokens *tokens, double rate_per_s, double depth, int64_t now_ns)
{
	refill(tokens, rate_per_s, depth, now_ns);
	/* Many small refills may fall short of a whole token by their rounding. */
	if (tokens->count < 1 - 1e-9)
		return false;
	tokens->count -= 1;
	return true;
}
