/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_id.h"
#include "unit.h"

#include <string.h>

static void run_ids_are_as_the_specification_writes_them(void **state)
{
	static const uint64_t none[2] = {0, 0};
	static const uint64_t all[2] = {UINT64_MAX, UINT64_MAX};
	char text[RUN_ID_TEXT];

	(void)state;
	/* 1469918176385 ms is the specification's own example. */
	assert_string_equal(run_id_make(text, INT64_C(1469918176385) * 1000000, none),
		"01ARYZ6S410000000000000000");
	assert_string_equal(run_id_make(text, 0, all), "0000000000ZZZZZZZZZZZZZZZZ");
	assert_true(run_id_valid(text));
}

static void run_ids_sort_by_time(void **state)
{
	static const uint64_t early[2] = {UINT64_MAX, 1};
	static const uint64_t late[2] = {0, 1};
	char before[RUN_ID_TEXT];
	char after[RUN_ID_TEXT];

	(void)state;
	run_id_make(before, INT64_C(1795500000999000000), early);
	run_id_make(after, INT64_C(1795500001000000000), late);
	assert_true(strcmp(before, after) < 0);
}

static void run_ids_of_another_form_are_none(void **state)
{
	(void)state;
	assert_false(run_id_valid(""));
	assert_false(run_id_valid("01ARYZ6S41000000000000000"));
	assert_false(run_id_valid("01ARYZ6S41000000000000000U"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_ids_are_as_the_specification_writes_them),
		cmocka_unit_test(run_ids_sort_by_time),
		cmocka_unit_test(run_ids_of_another_form_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
