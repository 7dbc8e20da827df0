/* SPDX-License-Identifier: BSD-2-Clause */
#include "suggest.h"
#include "unit.h"

#include <string.h>

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

static void suggest_lists_all_that_are_near(void **state)
{
	static const char *const services[] = {"mailgun", "sendgrid", "mailjet", "hetzner-cloud"};
	char list[SUGGEST_LIST];

	(void)state;
	assert_string_equal(
		suggest_list("mail", services, 4, list), "did you mean mailgun or mailjet?");
	assert_string_equal(
		suggest_list("hetzer", services, 4, list), "did you mean hetzner-cloud?");
	assert_string_equal(suggest_list("zzz", services, 4, list),
		"it is one of mailgun, sendgrid, mailjet, hetzner-cloud");
}

static void suggest_lists_no_more_than_there_is_room_for(void **state)
{
	const char *many[100];
	char list[SUGGEST_LIST];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		many[i] = "a-name-of-some-length";
	assert_true(strlen(suggest_list("zzz", many, 100, list)) < SUGGEST_LIST);
	assert_true(strlen(suggest_list("a-name", many, 100, list)) < SUGGEST_LIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suggest_finds_the_word_that_was_meant),
		cmocka_unit_test(suggest_is_silent_when_nothing_is_near),
		cmocka_unit_test(suggest_distance_counts_a_swap_once),
		cmocka_unit_test(suggest_lists_all_that_are_near),
		cmocka_unit_test(suggest_lists_no_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
