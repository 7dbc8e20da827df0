/* SPDX-License-Identifier: BSD-2-Clause */
#include "comparison.h"
#include "unit.h"

#include <string.h>

static struct past_result first_result, second_result;
static struct past_run first = {.name = "home", .results = &first_result, .result_count = 1};
static struct past_run second = {.name = "away", .results = &second_result, .result_count = 1};
static struct comparison comparison;

static struct past_result result_of(
	enum verdict_word word, enum verdict_phase phase, enum verdict_by by)
{
	return (struct past_result){.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
		.host = "mail.example.com",
		.port = 25,
		.word = word,
		.phase = phase,
		.by = by};
}

static const struct comparison_row *compare(enum comparison_kind kind)
{
	comparison_clear(&comparison);
	comparison = comparison_of(&first, &second, kind);
	return &comparison.rows[0];
}

static const struct past_result open_result = {
	.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
	.host = "mail.example.com",
	.port = 25,
	.word = VERDICT_OPEN,
};

struct example {
	enum verdict_word word;
	enum verdict_phase phase;
	enum verdict_by by;
	const char *says;
};

static void comparison_of_two_places_tells_what_follows_from_one_that_works(void **state)
{
	static const struct example examples[] = {
		{VERDICT_DROPPED, PHASE_CONNECT, BY_LOCAL, "the computer of home"},
		{VERDICT_DROPPED, PHASE_CONNECT, BY_PATH,
			"the path from home is the cause, not the server"},
		{VERDICT_REFUSED, PHASE_CONNECT, BY_UNKNOWN, "unless the server turns away"},
		{VERDICT_REFUSED, PHASE_CONNECT, BY_DESTINATION, "the server itself turns home"},
		{VERDICT_INTERCEPTED, PHASE_STARTTLS, BY_PATH, "Only from home"},
		{VERDICT_REJECTED, PHASE_GREETING, BY_DESTINATION, "block lists"},
		{VERDICT_THROTTLED, PHASE_CONNECT, BY_UNKNOWN, "throttled from home alone"},
		{VERDICT_DOWN, PHASE_CONNECT, BY_UNKNOWN, "nothing of it is reached from home"},
		{VERDICT_DROPPED, PHASE_TLS, BY_UNKNOWN, "changes or stops the session"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *one = &examples[i];
		first_result = result_of(one->word, one->phase, one->by);
		second_result = open_result;
		const struct comparison_row *row = compare(COMPARE_PLACES);
		assert_int_equal(row->change, CHANGE_BETTER);
		assert_non_null(strstr(row->conclusion, one->says));
		assert_int_equal(comparison_exit_status(&comparison), 1);
	}
}

static void comparison_says_the_same_in_the_other_order(void **state)
{
	(void)state;
	first_result = open_result;
	second_result = result_of(VERDICT_DROPPED, PHASE_CONNECT, BY_PATH);
	const struct comparison_row *row = compare(COMPARE_PLACES);

	assert_int_equal(row->change, CHANGE_WORSE);
	assert_non_null(strstr(row->conclusion, "the path from away is the cause"));
}

static void comparison_of_two_times_tells_better_from_worse(void **state)
{
	(void)state;
	first_result = result_of(VERDICT_DROPPED, PHASE_CONNECT, BY_PATH);
	second_result = open_result;
	assert_non_null(strstr(compare(COMPARE_TIMES)->conclusion, "works now"));
	first_result = open_result;
	second_result = result_of(VERDICT_DROPPED, PHASE_CONNECT, BY_PATH);
	assert_non_null(strstr(compare(COMPARE_TIMES)->conclusion, "worked before"));
}

static void comparison_blames_nobody_where_both_places_are_shut(void **state)
{
	(void)state;
	first_result = result_of(VERDICT_DROPPED, PHASE_CONNECT, BY_UNKNOWN);
	second_result = result_of(VERDICT_DROPPED, PHASE_CONNECT, BY_PATH);
	const struct comparison_row *row = compare(COMPARE_PLACES);

	assert_int_equal(row->change, CHANGE_NONE);
	assert_non_null(strstr(row->conclusion, "A third place tells"));
	assert_int_equal(comparison_exit_status(&comparison), 0);
}

static void comparison_concludes_nothing_from_two_servers_of_one_name(void **state)
{
	(void)state;
	first_result = result_of(VERDICT_DROPPED, PHASE_CONNECT, BY_PATH);
	second_result = open_result;
	second_result.address.bytes[3] = 2;
	const struct comparison_row *row = compare(COMPARE_PLACES);

	assert_int_equal(comparison.row_count, 1);
	assert_non_null(strstr(row->conclusion, "another address of the same name"));
	assert_null(strstr(row->conclusion, "not the server"));
}

static void comparison_is_unsure_where_a_side_is(void **state)
{
	(void)state;
	first_result = result_of(VERDICT_INCONCLUSIVE, PHASE_CONNECT, BY_UNKNOWN);
	second_result = open_result;
	assert_int_equal(compare(COMPARE_PLACES)->change, CHANGE_UNSURE);
	assert_string_equal(comparison.rows[0].conclusion, "");
	assert_int_equal(comparison_exit_status(&comparison), 2);
	first_result = open_result;
	first_result.port = 587;
	assert_int_equal(compare(COMPARE_PLACES)->change, CHANGE_MISSING);
	assert_int_equal(comparison.row_count, 2);
	assert_int_equal(comparison_exit_status(&comparison), 2);
}

static void comparison_knows_one_place_by_its_own_address(void **state)
{
	(void)state;
	first_result = second_result = open_result;
	compare(COMPARE_UNKNOWN);
	assert_int_equal(comparison.kind, COMPARE_UNKNOWN);
	first.live = second.live = true;
	first.vantage.address_count = second.vantage.address_count = 1;
	assert_true(address_parse(&first.vantage.addresses[0], "192.0.2.77"));
	assert_true(address_parse(&second.vantage.addresses[0], "192.0.2.78"));
	compare(COMPARE_UNKNOWN);
	assert_int_equal(comparison.kind, COMPARE_PLACES);
	second.vantage.addresses[0] = first.vantage.addresses[0];
	compare(COMPARE_UNKNOWN);
	assert_int_equal(comparison.kind, COMPARE_TIMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparison_of_two_places_tells_what_follows_from_one_that_works),
		cmocka_unit_test(comparison_says_the_same_in_the_other_order),
		cmocka_unit_test(comparison_of_two_times_tells_better_from_worse),
		cmocka_unit_test(comparison_blames_nobody_where_both_places_are_shut),
		cmocka_unit_test(comparison_concludes_nothing_from_two_servers_of_one_name),
		cmocka_unit_test(comparison_is_unsure_where_a_side_is),
		cmocka_unit_test(comparison_knows_one_place_by_its_own_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
