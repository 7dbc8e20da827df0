/* SPDX-License-Identifier: BSD-2-Clause */
#include "sentence.h"
#include "unit.h"

static const struct blank blanks[] = {{"port", "25"}, {"host", "{port}"}, {NULL, NULL}};

static void sentence_fills_blanks(void **state)
{
	char out[64];

	(void)state;
	assert_string_equal(
		sentence_fill(out, sizeof(out), "port {port}, {port}.", blanks), "port 25, 25.");
}

static void sentence_does_not_fill_what_a_blank_brought(void **state)
{
	char out[64];

	(void)state;
	assert_string_equal(sentence_fill(out, sizeof(out), "of {host}", blanks), "of {port}");
}

static void sentence_cuts_what_does_not_fit(void **state)
{
	char out[8];

	(void)state;
	assert_string_equal(
		sentence_fill(out, sizeof(out), "port {port} and more", blanks), "port 25");
}

static void sentence_number_reads_as_a_person_says_it(void **state)
{
	static const struct {
		double number;
		const char *text;
	} cases[] = {{0, "0"}, {0.042, "0.04"}, {0.5, "0.5"}, {0.97, "1"}, {1, "1"}, {4.44, "4.4"},
		{9.97, "10"}, {21.4, "21"}, {1234.5, "1234"}};
	char out[SENTENCE_NUMBER];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(sentence_number(out, cases[i].number), cases[i].text);
}

static void sentence_says_data_rates_in_the_unit_that_fits(void **state)
{
	char out[SENTENCE_DATA_RATE];

	(void)state;
	assert_string_equal(sentence_data_rate(out, 605600), "606 kbit/s");
	assert_string_equal(sentence_data_rate(out, 1500000), "1.5 Mbit/s");
	assert_string_equal(sentence_data_rate(out, 25400000), "25 Mbit/s");
	assert_string_equal(sentence_data_rate(out, 0), "0 kbit/s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentence_fills_blanks),
		cmocka_unit_test(sentence_does_not_fill_what_a_blank_brought),
		cmocka_unit_test(sentence_cuts_what_does_not_fit),
		cmocka_unit_test(sentence_number_reads_as_a_person_says_it),
		cmocka_unit_test(sentence_says_data_rates_in_the_unit_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
