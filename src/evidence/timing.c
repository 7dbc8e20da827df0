/* SPDX-License-Identifier: BSD-2-Clause */
#include "timing.h"

#include "evidence.h"
#include "retired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_MS 1000000

/* RFC 6298 with the bounds of SCIENCE section A: tau = SRTT + 4 VAR + 20 ms within [0.3, 3] s; 1 s
 * before any sample. */
#define WAIT_LEAST_NS  (300 * (int64_t)NS_PER_MS)
#define WAIT_MOST_NS   (3000 * (int64_t)NS_PER_MS)
#define WAIT_BLIND_NS  (1000 * (int64_t)NS_PER_MS)
#define WAIT_MARGIN_NS (20 * (int64_t)NS_PER_MS)

/* A server repeats a SYN-ACK after a second; clocks of kernels tick up to 10 ms early. */
#define LATE_NS (900 * (int64_t)NS_PER_MS)

bool exchange_is_sweep(const struct exchange *exchange)
{
	bool arrived = exchange_answer(exchange, ANSWER_SYN_ACK) != NULL ||
		exchange_answer(exchange, ANSWER_RESET) != NULL;

	return exchange->hop_limit <= SWEEP_HOP_LIMIT && (exchange->own || !arrived);
}

bool exchange_has_round_trip(const struct exchange *exchange)
{
	return exchange_round_trip_ns(exchange) >= 0 && !exchange_is_sweep(exchange) &&
		exchange->first.kind != ANSWER_ICMP;
}

/* RFC 6298 section 2.2 and 2.3: alpha is 1/8, beta is 1/4. */
void smoothed_add(struct smoothed *smoothed, int64_t round_trip_ns)
{
	if (smoothed->samples > 0 && round_trip_ns - smoothed->fastest_ns >= LATE_NS)
		return;
	if (smoothed->samples++ == 0) {
		smoothed->mean_ns = smoothed->fastest_ns = round_trip_ns;
		smoothed->deviation_ns = round_trip_ns / 2;
		return;
	}
	int64_t off = llabs(smoothed->mean_ns - round_trip_ns);

	smoothed->deviation_ns += (off - smoothed->deviation_ns) / 4;
	smoothed->mean_ns += (round_trip_ns - smoothed->mean_ns) / 8;
	if (round_trip_ns < smoothed->fastest_ns)
		smoothed->fastest_ns = round_trip_ns;
}

/* So many came before that older ones no longer matter, but for the fastest. */
static void smooth_retired(struct smoothed *smoothed, const struct retired *retired)
{
	struct smoothed before = *smoothed;

	if (retired == NULL || retired->smoothed.samples == 0)
		return;
	*smoothed = retired->smoothed;
	if (before.samples > 0 && before.fastest_ns < smoothed->fastest_ns)
		smoothed->fastest_ns = before.fastest_ns;
}

static void smooth_endpoint(struct smoothed *smoothed, const struct endpoint *endpoint)
{
	smooth_retired(smoothed, endpoint->retired);
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_has_round_trip(exchange))
			smoothed_add(smoothed, exchange_round_trip_ns(exchange));
	}
}

struct patience patience_of(const struct host *host)
{
	struct smoothed smoothed = {0};

	for (size_t e = 0; e < host->endpoint_count; e++)
		smooth_endpoint(&smoothed, &host->endpoints[e]);
	if (smoothed.samples == 0)
		return (struct patience){.wait_ns = WAIT_BLIND_NS};
	int64_t wait_ns = smoothed.mean_ns + 4 * smoothed.deviation_ns + WAIT_MARGIN_NS;

	if (wait_ns < WAIT_LEAST_NS)
		wait_ns = WAIT_LEAST_NS;
	if (wait_ns > WAIT_MOST_NS)
		wait_ns = WAIT_MOST_NS;
	return (struct patience){
		.wait_ns = wait_ns, .fastest_ns = smoothed.fastest_ns, .sampled = true};
}

struct patience patience_of_endpoint(const struct endpoint *endpoint)
{
	struct smoothed smoothed = {0};

	smooth_retired(&smoothed, endpoint->retired);
	if (smoothed.samples == 0)
		smooth_endpoint(&smoothed, endpoint);
	return (struct patience){.wait_ns = WAIT_MOST_NS,
		.fastest_ns = smoothed.fastest_ns,
		.sampled = smoothed.samples > 0};
}

bool exchange_is_late(const struct exchange *exchange, const struct patience *patience)
{
	int64_t round_trip_ns = exchange_round_trip_ns(exchange);

	return exchange_answer(exchange, ANSWER_SYN_ACK) != NULL && round_trip_ns >= 0 &&
		round_trip_ns - patience->fastest_ns >= LATE_NS;
}

bool exchange_is_missing(
	const struct exchange *exchange, const struct patience *patience, int64_t now_ns)
{
	return !exchange_answered(exchange) && !exchange->connected &&
		now_ns - exchange->sent_ns >= patience->wait_ns;
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* With the retired ones, of which only the distribution is left. */
static struct round_trips with_retired(
	const struct retired *retired, const double *ms, unsigned samples)
{
	struct round_trips all = {.samples = samples + retired->round_trips,
		.min_ms = retired->min_ms,
		.max_ms = retired->max_ms};
	unsigned steps[RETIRED_STEPS];

	memcpy(steps, retired->steps, sizeof(steps));
	for (unsigned i = 0; i < samples; i++)
		retired_step_add(steps, ms[i]);
	if (samples > 0) {
		all.min_ms = fmin(all.min_ms, ms[0]);
		all.max_ms = fmax(all.max_ms, ms[samples - 1]);
	}
	all.median_ms = fmin(all.max_ms, fmax(all.min_ms, retired_median(steps, all.samples)));
	return all;
}

struct round_trips round_trips_of(const struct endpoint *endpoint)
{
	double ms[EVIDENCE_EXCHANGES];
	unsigned samples = 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_has_round_trip(exchange))
			ms[samples++] = (double)exchange_round_trip_ns(exchange) / NS_PER_MS;
	}
	qsort(ms, samples, sizeof(ms[0]), by_size);
	if (endpoint->retired != NULL && endpoint->retired->round_trips > 0)
		return with_retired(endpoint->retired, ms, samples);
	if (samples == 0)
		return (struct round_trips){0};
	return (struct round_trips){.samples = samples,
		.min_ms = ms[0],
		.median_ms = ms[samples / 2],
		.max_ms = ms[samples - 1]};
}
