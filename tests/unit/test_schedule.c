/* SPDX-License-Identifier: BSD-2-Clause */
#include "schedule.h"
#include "unit.h"

#define NS_PER_S INT64_C(1000000000)

static const struct schedule plain = {.interval_s = 100};
static const struct schedule jittered = {.interval_s = 100, .jitter = 0.1};

static void schedule_counts_from_the_start_of_a_look(void **state)
{
	(void)state;
	assert_int_equal(schedule_next(&plain, 7 * NS_PER_S, 9 * NS_PER_S, 5), 107 * NS_PER_S);
}

static void schedule_stays_within_its_jitter(void **state)
{
	(void)state;
	assert_int_equal(schedule_next(&jittered, 0, 0, 0), 90 * NS_PER_S);
	assert_int_equal(schedule_next(&jittered, 0, 0, UINT64_MAX), 110 * NS_PER_S);
}

static void schedule_leaves_out_what_was_overrun(void **state)
{
	(void)state;
	assert_int_equal(schedule_next(&plain, 0, 350 * NS_PER_S, 5), 350 * NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schedule_counts_from_the_start_of_a_look),
		cmocka_unit_test(schedule_stays_within_its_jitter),
		cmocka_unit_test(schedule_leaves_out_what_was_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
