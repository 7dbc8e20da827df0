/* SPDX-License-Identifier: BSD-2-Clause */
#include "continuity.h"
#include "unit.h"

#define NS_PER_S INT64_C(1000000000)
#define HOUR_NS  (3600 * NS_PER_S)
#define NOW_NS   (INT64_C(1795500000) * NS_PER_S)

static struct moment moment_of(int64_t real_ns, int64_t boot_ns, char boot)
{
	return (struct moment){.real_ns = real_ns, .boot_ns = boot_ns, .boot = {boot, '\0'}};
}

static int64_t step(struct moment before, struct moment now)
{
	return continuity_step_ns(&before, &now);
}

static void clock_that_goes_on_has_no_step(void **state)
{
	(void)state;
	assert_int_equal(step((struct moment){.real_ns = 0}, moment_of(NOW_NS, 5, 'a')), 0);
	assert_int_equal(
		step(moment_of(NOW_NS, 5, 'a'), moment_of(NOW_NS + HOUR_NS, 5 + HOUR_NS, 'a')), 0);
}

static void clock_that_is_slewed_has_no_step(void **state)
{
	(void)state;
	assert_int_equal(
		step(moment_of(NOW_NS, 0, 'a'),
			moment_of(NOW_NS + 24 * HOUR_NS + 43 * NS_PER_S, 24 * HOUR_NS, 'a')),
		0);
}

static void clock_that_is_set_has_a_step_either_way(void **state)
{
	(void)state;
	assert_int_equal(
		step(moment_of(NOW_NS, 0, 'a'), moment_of(NOW_NS + 2 * HOUR_NS, HOUR_NS, 'a')),
		HOUR_NS);
	assert_int_equal(
		step(moment_of(NOW_NS, 0, 'a'), moment_of(NOW_NS, HOUR_NS, 'a')), -HOUR_NS);
}

static void new_start_of_the_machine_shows_a_step_back_alone(void **state)
{
	(void)state;
	assert_int_equal(
		step(moment_of(NOW_NS, 99, 'a'), moment_of(NOW_NS + 9 * HOUR_NS, 1, 'b')), 0);
	assert_int_equal(
		step(moment_of(NOW_NS, 99, 'a'), moment_of(NOW_NS - HOUR_NS, 1, 'b')), -HOUR_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_that_goes_on_has_no_step),
		cmocka_unit_test(clock_that_is_slewed_has_no_step),
		cmocka_unit_test(clock_that_is_set_has_a_step_either_way),
		cmocka_unit_test(new_start_of_the_machine_shows_a_step_back_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
