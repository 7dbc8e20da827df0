/* SPDX-License-Identifier: BSD-2-Clause */
/* A token bucket as routers and filters have it. All zero it is full and was never used. */
#ifndef SIMULATION_TOKENS_H
#define SIMULATION_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

struct tokens {
	double count;
	int64_t filled_ns;
};

/* Takes one if there is one; being refused costs nothing, as in nft's limit expression. */
bool tokens_take(struct tokens *tokens, double rate_per_s, double depth, int64_t now_ns);

#endif
