/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"

#include <stddef.h>

const struct answer *exchange_answer(const struct exchange *exchange, enum answer_kind kind)
{
	for (size_t i = 0; i < exchange->answer_count; i++) {
		if (exchange->answers[i].kind == kind)
			return &exchange->answers[i];
	}
	return NULL;
}

bool exchange_answered(const struct exchange *exchange)
{
	return exchange->answer_count > 0;
}

int64_t exchange_round_trip_ns(const struct exchange *exchange)
{
	if (exchange->answer_count == 0 || exchange->repeated)
		return -1;
	return exchange->answers[0].time_ns - exchange->sent_ns;
}

bool answer_is_expiry(const struct answer *answer)
{
	uint8_t expired = answer->from.family == ADDRESS_IPV4 ? 11 : 3;

	return answer->kind == ANSWER_ICMP && answer->icmp_type == expired;
}

unsigned answer_back(const struct answer *answer)
{
	unsigned initial = answer->hop_limit <= 64 ? 64 : answer->hop_limit <= 128 ? 128 : 255;

	return initial - answer->hop_limit + 1;
}
