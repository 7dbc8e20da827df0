/* SPDX-License-Identifier: BSD-2-Clause */
#include "delivery.h"
#include "policing.h"
#include "unit.h"

#include <math.h>

#define NS_PER_S ((int64_t)1000000000)
#define BASE_US  5000
#define QUEUE_US 120000
#define RATE     100000 /* bytes a second */
#define SECONDS  12

struct line {
	uint32_t round_trip_us, burst_us; /* of eight segments, if not 0 */
	uint32_t base_us;                 /* 0: BASE_US */
	uint32_t idle_us;                 /* before each second's data */
	unsigned wavers;                  /* a second in so many has half; 0: none */
};

static struct delivery *deliver(const struct line *line)
{
	struct delivery *delivery = delivery_new();
	struct fastest fastest = {.us = {0, 0, 0, line->burst_us}};

	delivery_round_trip(delivery, NS_PER_S, line->base_us ? line->base_us : BASE_US, 0);
	delivery_burst(delivery, &fastest);
	for (unsigned second = 1; second < SECONDS; second++) {
		bool half = line->wavers > 0 && second % line->wavers == 0;
		struct transmission one = {
			.time_ns = second * NS_PER_S, .bytes = 1448, .idle_us = line->idle_us};
		delivery_sent(delivery, &one, false);
		delivery_arrived(delivery, second * NS_PER_S, half ? RATE / 2 : RATE);
		delivery_round_trip(delivery, second * NS_PER_S, line->round_trip_us, 14480);
	}
	return delivery;
}

static enum delivery_limit limit_of(const struct line *line)
{
	struct delivery *delivery = deliver(line);
	struct delivery_signs signs = delivery_signs_of(delivery);

	delivery_free(delivery);
	return signs.limit;
}

static void delivery_is_shaped_where_a_burst_was_faster_than_any_such_line(void **state)
{
	struct line line = {.round_trip_us = QUEUE_US, .burst_us = BASE_US + 500};
	struct delivery *delivery = deliver(&line);
	struct delivery_signs signs = delivery_signs_of(delivery);

	(void)state;
	assert_int_equal(signs.limit, LIMIT_SHAPED);
	assert_true(fabs(signs.bytes_per_s - RATE) < 1);
	assert_true(fabs(delivery_bits_per_s(&signs) - 836464) < 1);
	delivery_free(delivery);
}

static void delivery_is_shaped_where_a_line_could_not_even_carry_a_small_packet(void **state)
{
	struct line faster = {.round_trip_us = QUEUE_US, .base_us = 100};
	struct line as_slow = {.round_trip_us = QUEUE_US, .base_us = 600};

	(void)state;
	assert_int_equal(limit_of(&faster), LIMIT_SHAPED);
	assert_int_equal(limit_of(&as_slow), LIMIT_LINE);
}

static void delivery_is_a_line_s_where_no_burst_was(void **state)
{
	struct line never = {.round_trip_us = QUEUE_US};
	struct line as_slow = {.round_trip_us = QUEUE_US, .burst_us = BASE_US + 112000};

	(void)state;
	assert_int_equal(limit_of(&never), LIMIT_LINE);
	assert_int_equal(limit_of(&as_slow), LIMIT_LINE);
}

static void delivery_is_the_sender_s_own_pace_without_a_queue(void **state)
{
	struct line unqueued = {.round_trip_us = BASE_US, .burst_us = BASE_US + 500};
	struct line rests = {
		.round_trip_us = QUEUE_US, .burst_us = BASE_US + 500, .idle_us = 200000};

	(void)state;
	assert_int_equal(limit_of(&unqueued), LIMIT_NONE);
	assert_int_equal(limit_of(&rests), LIMIT_NONE);
}

static void delivery_is_no_limit_s_where_it_is_uneven(void **state)
{
	struct line line = {.round_trip_us = QUEUE_US, .burst_us = BASE_US + 500, .wavers = 3};

	(void)state;
	assert_int_equal(limit_of(&line), LIMIT_NONE);
}

static void delivery_is_not_judged_where_the_capture_has_not_all(void **state)
{
	struct line line = {.round_trip_us = QUEUE_US, .burst_us = BASE_US + 500};
	struct delivery *delivery = deliver(&line);

	(void)state;
	delivery_doubt(delivery);
	assert_int_equal(delivery_signs_of(delivery).limit, LIMIT_NONE);
	delivery_restart(delivery);
	assert_int_equal(delivery_signs_of(delivery).limit, LIMIT_NONE);
	delivery_free(delivery);
}

static void delivery_is_bounded_whatever_is_sent(void **state)
{
	struct delivery *delivery = delivery_new();
	struct transmission one = {.bytes = 1448};

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		one.time_ns = (int64_t)i * 1000000;
		one.sequence = i * 1448;
		delivery_sent(delivery, &one, false);
		delivery_arrived(delivery, one.time_ns * 1000, 1448);
		if (i % 7 == 0)
			delivery_lost(delivery, &one);
	}
	assert_int_equal(delivery_signs_of(delivery).limit, LIMIT_NONE);
	delivery_free(delivery);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivery_is_shaped_where_a_burst_was_faster_than_any_such_line),
		cmocka_unit_test(
			delivery_is_shaped_where_a_line_could_not_even_carry_a_small_packet),
		cmocka_unit_test(delivery_is_a_line_s_where_no_burst_was),
		cmocka_unit_test(delivery_is_the_sender_s_own_pace_without_a_queue),
		cmocka_unit_test(delivery_is_no_limit_s_where_it_is_uneven),
		cmocka_unit_test(delivery_is_not_judged_where_the_capture_has_not_all),
		cmocka_unit_test(delivery_is_bounded_whatever_is_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
