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
