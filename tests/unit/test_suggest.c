/* SPDX-License-Identifier: BSD-2-Clause */
#include "suggest.h"
#include "unit.h"

static const char *const names[] = {"probe", "replay", "ports"};

static void suggest_finds_the_word_that_was_meant(void **state)
{
	(void)state;
	assert_string_equal(suggest("prob", names, 3), "probe");
	assert_string_equal(suggest("rpelay", names, 3), "replay");
	assert_string_equal(suggest("prots", names, 3), "ports");
}

static void suggest_is_silent_when_nothing_is_near(void **state)
{
	(void)state;
	assert_null(suggest("xyzzy", names, 3));
	assert_null(suggest("a-word-that-is-longer-than-thirty-two-letters", names, 3));
}

static void suggest_distance_counts_a_swap_once(void **state)
{
	(void)state;
	assert_int_equal(suggest_distance("ab", "ba"), 1);
	assert_int_equal(suggest_distance("", "abc"), 3);
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suggest_finds_the_word_that_was_meant),
		cmocka_unit_test(suggest_is_silent_when_nothing_is_near),
		cmocka_unit_test(suggest_distance_counts_a_swap_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
