/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"

#include "fault.h"

#include <stddef.h>
#include <stdlib.h>

const struct answer *exchange_answer_at(const struct exchange *exchange, size_t place)
{
	return place == 0 ? &exchange->first : &exchange->more[place - 1];
}

static struct answer *kept_at(struct exchange *exchange, size_t place)
{
	return place == 0 ? &exchange->first : &exchange->more[place - 1];
}

/* The last answer that is not the first of its kind. */
static struct answer *spare_answer(struct exchange *exchange)
{
	size_t place = exchange->answer_count - 1U;

	while (exchange_answer(exchange, kept_at(exchange, place)->kind) ==
		kept_at(exchange, place))
		place--;
	return kept_at(exchange, place);
}

_Static_assert(EXCHANGE_ANSWERS > ANSWER_ICMP + 1, "one of them is always to spare");

/* A flood of one kind must not hide the others, so the first of a kind always finds a place. */
static struct answer *answer_room(struct exchange *exchange, enum answer_kind kind)
{
	if (exchange->answer_count == EXCHANGE_ANSWERS) {
		if (exchange->answers_more < UINT8_MAX)
			exchange->answers_more++;
		return exchange_answer(exchange, kind) == NULL ? spare_answer(exchange) : NULL;
	}
	if (exchange->answer_count == 1)
		exchange->more = fault_allocate(EXCHANGE_ANSWERS - 1, sizeof(*exchange->more));
	return kept_at(exchange, exchange->answer_count++);
}

const struct answer *exchange_add_answer(struct exchange *exchange, const struct answer *answer)
{
	struct answer *room = answer_room(exchange, answer->kind);

	if (room != NULL)
		*room = *answer;
	return room;
}

void exchange_clear(struct exchange *exchange)
{
	free(exchange->more);
	exchange->more = NULL;
	exchange->answer_count = 0;
}

const struct answer *exchange_answer(const struct exchange *exchange, enum answer_kind kind)
{
	for (size_t i = 0; i < exchange->answer_count; i++) {
		const struct answer *answer = exchange_answer_at(exchange, i);
		if (answer->kind == kind)
			return answer;
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
	return exchange->first.time_ns - exchange->sent_ns;
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
