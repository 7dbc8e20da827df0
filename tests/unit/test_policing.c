/* SPDX-License-Identifier: BSD-2-Clause */
#include "policing.h"
#include "unit.h"

#include <math.h>

#define SEGMENTS   600
#define BYTES      1448
#define RATE       100000.0 /* bytes a second */
#define BUCKET     10000.0
#define TRIP_NS    20000000
#define BASE_US    20000
#define FLIGHT_MAX 24

/* Flights that grow by one segment a round trip and are halved where something of them is lost. */
struct way {
	double tokens, last_s;
	unsigned each; /* one segment in so many is lost, whatever the tokens; 0: none */
	unsigned count;
};

static bool passes(struct way *way, double now_s)
{
	if (way->each > 0)
		return ++way->count % way->each != 0;
	way->tokens = fmin(BUCKET, way->tokens + RATE * (now_s - way->last_s));
	way->last_s = now_s;
	if (way->tokens < BYTES)
		return false;
	way->tokens -= BYTES;
	return true;
}

static size_t play(struct way *way, struct transmission sent[static SEGMENTS])
{
	size_t count = 0;
	unsigned flight = 2;

	for (int64_t now_ns = 0; count + FLIGHT_MAX < SEGMENTS; now_ns += TRIP_NS) {
		unsigned lost = 0;
		for (unsigned i = 0; i < flight; i++) {
			bool through = passes(way, (double)now_ns / 1e9);
			lost += !through;
			sent[count++] = (struct transmission){.time_ns = now_ns,
				.bytes = BYTES,
				.lost = through ? 0 : BYTES,
				.round_trip_us = BASE_US};
		}
		flight = lost > 0 ? flight / 2 + 1 : flight < FLIGHT_MAX ? flight + 1 : flight;
	}
	return count;
}

static void policing_finds_the_rate_of_a_bucket(void **state)
{
	struct transmission sent[SEGMENTS];
	struct way way = {.tokens = BUCKET};
	size_t count = play(&way, sent);
	struct policing policing = policing_judge(sent, count, BASE_US);

	(void)state;
	assert_true(policing.eligible);
	assert_true(policing.policed);
	assert_true(fabs(policing.bytes_per_s / RATE - 1) < .05);
}

static void policing_is_not_seen_in_regular_loss(void **state)
{
	struct transmission sent[SEGMENTS];

	(void)state;
	for (unsigned each = 4; each < 40; each++) {
		struct way way = {.each = each};
		size_t count = play(&way, sent);
		assert_false(policing_judge(sent, count, BASE_US).policed);
	}
}

static void policing_is_a_full_queue_s_where_round_trips_grew(void **state)
{
	struct transmission sent[SEGMENTS];
	struct way way = {.tokens = BUCKET};
	size_t count = play(&way, sent);

	(void)state;
	for (size_t i = 0; i < count; i++)
		sent[i].round_trip_us = 4 * BASE_US;
	struct policing policing = policing_judge(sent, count, BASE_US);
	assert_true(policing.eligible);
	assert_false(policing.policed);
}

static void policing_needs_losses(void **state)
{
	struct transmission sent[SEGMENTS];
	struct way way = {.tokens = BUCKET};
	size_t count = play(&way, sent), end = 0;

	(void)state;
	for (unsigned losses = 0; end < count && losses < POLICING_LOSSES; end++)
		losses += sent[end].lost > 0;
	assert_false(policing_judge(sent, end - 1, BASE_US).eligible);
	assert_true(policing_judge(sent, end, BASE_US).eligible);
	assert_false(policing_judge(sent, 0, BASE_US).eligible);
}

static void policing_survives_clocks_that_stand_or_run_backwards(void **state)
{
	struct transmission sent[SEGMENTS];
	struct way way = {.tokens = BUCKET};
	size_t count = play(&way, sent);

	(void)state;
	for (size_t i = 0; i < count; i++)
		sent[i].time_ns = 0;
	assert_false(policing_judge(sent, count, BASE_US).policed);
	for (size_t i = 0; i < count; i++)
		sent[i].time_ns = -(int64_t)i * TRIP_NS;
	assert_false(policing_judge(sent, count, 0).policed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policing_finds_the_rate_of_a_bucket),
		cmocka_unit_test(policing_is_not_seen_in_regular_loss),
		cmocka_unit_test(policing_is_a_full_queue_s_where_round_trips_grew),
		cmocka_unit_test(policing_needs_losses),
		cmocka_unit_test(policing_survives_clocks_that_stand_or_run_backwards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
