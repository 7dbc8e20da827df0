/* SPDX-License-Identifier: BSD-2-Clause */
#include "retired.h"

#include "exchange.h"

#include <math.h>

#define STEPS_PER_OCTAVE 8
#define LEAST_MS         .001

static void add_sweep(struct retired *retired, const struct exchange *exchange)
{
	retired->sweeps++;
	if (exchange_answer(exchange, ANSWER_ICMP) == NULL)
		return;
	retired->path_answers++;
	if (exchange->hop_limit > retired->path_reached)
		retired->path_reached = exchange->hop_limit;
}

void retired_step_add(unsigned steps[static RETIRED_STEPS], double ms)
{
	double step = ms <= LEAST_MS ? 0 : log2(ms / LEAST_MS) * STEPS_PER_OCTAVE;

	steps[step < RETIRED_STEPS - 1 ? (unsigned)step : RETIRED_STEPS - 1]++;
}

double retired_median(const unsigned steps[static RETIRED_STEPS], unsigned samples)
{
	unsigned step = 0, below = steps[0];

	while (below <= samples / 2 && step + 1 < RETIRED_STEPS)
		below += steps[++step];
	return LEAST_MS * exp2((step + .5) / STEPS_PER_OCTAVE);
}

static void add_round_trip(struct retired *retired, const struct exchange *exchange)
{
	double ms = (double)exchange_round_trip_ns(exchange) / 1e6;

	if (!exchange_has_round_trip(exchange))
		return;
	smoothed_add(&retired->smoothed, exchange_round_trip_ns(exchange));
	if (retired->round_trips++ == 0 || ms < retired->min_ms)
		retired->min_ms = ms;
	retired->max_ms = fmax(retired->max_ms, ms);
	retired_step_add(retired->steps, ms);
}

void retired_add(struct retired *retired, const struct exchange *exchange,
	const struct patience *patience, int64_t now_ns)
{
	bool accepted = exchange->connected || exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
	bool answered = exchange->connected || exchange_answered(exchange);
	bool missing = exchange_is_missing(exchange, patience, now_ns);

	if (exchange->sent_ns > retired->last_ns)
		retired->last_ns = exchange->sent_ns;
	if (exchange_is_sweep(exchange)) {
		add_sweep(retired, exchange);
		return;
	}
	retired->probes++;
	retired->syn_acks += exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
	retired->accepted += accepted;
	retired->resets += exchange_answer(exchange, ANSWER_RESET) != NULL;
	retired->icmp_errors += exchange_answer(exchange, ANSWER_ICMP) != NULL;
	retired->answered += answered;
	retired->unanswered += missing;
	retired->unsettled += !answered && !missing;
	retired->late += exchange_is_late(exchange, patience);
	add_round_trip(retired, exchange);
}
