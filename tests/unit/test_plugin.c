/* SPDX-License-Identifier: BSD-2-Clause */
#include "plugin.h"
#include "report.h"
#include "specimen.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct plugin_range range_of(const char *text)
{
	struct plugin_range range;

	assert_true(plugin_range_parse(&range, text));
	return range;
}

/* The guidelines' own table of examples. */
static void ranges_alert_as_the_guidelines_say(void **state)
{
	static const struct {
		const char *range;
		double value;
		bool alerts;
	} cases[] = {
		{"10", -1, true},
		{"10", 0, false},
		{"10", 10, false},
		{"10", 11, true},
		{"10:", 9, true},
		{"10:", 10, false},
		{"~:10", -5, false},
		{"~:10", 11, true},
		{"10:20", 9, true},
		{"10:20", 15, false},
		{"10:20", 21, true},
		{"@10:20", 9, false},
		{"@10:20", 10, true},
		{"@10:20", 20, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plugin_range range = range_of(cases[i].range);
		assert_int_equal(plugin_range_alerts(&range, cases[i].value), cases[i].alerts);
	}
}

static void ranges_of_another_form_are_refused(void **state)
{
	static const char *const wrong[] = {"", "x", "1:x", "x:1", "20:10", "-1", "1:2:3", "nan",
		"inf", "0.1s", "1e999", "00000000000000000000000000000000001"};
	struct plugin_range range;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(plugin_range_parse(&range, wrong[i]));
}

static char *print(const struct report *report, const struct plugin_limits *limits)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	plugin_print(report, limits, false, out);
	fclose(out);
	return text;
}

static void every_word_has_its_status(void **state)
{
	static const enum plugin_status expected[VERDICT_WORDS] = {
		[VERDICT_OPEN] = PLUGIN_OK,
		[VERDICT_DROPPED] = PLUGIN_CRITICAL,
		[VERDICT_REFUSED] = PLUGIN_CRITICAL,
		[VERDICT_UNREACHABLE] = PLUGIN_CRITICAL,
		[VERDICT_THROTTLED] = PLUGIN_WARNING,
		[VERDICT_LOSSY] = PLUGIN_WARNING,
		[VERDICT_INTERCEPTED] = PLUGIN_CRITICAL,
		[VERDICT_MISCONFIGURED] = PLUGIN_CRITICAL,
		[VERDICT_REJECTED] = PLUGIN_CRITICAL,
		[VERDICT_DOWN] = PLUGIN_CRITICAL,
		[VERDICT_INCONCLUSIVE] = PLUGIN_UNKNOWN,
	};
	const struct plugin_limits limits = {.warning = {.given = false}};

	(void)state;
	for (int word = 0; word < VERDICT_WORDS; word++) {
		struct report report = {.live = true};
		specimen_add(&report, 25, (enum verdict_word)word);
		assert_int_equal(plugin_status_of(&report, &limits), expected[word]);
		report_clear(&report);
	}
}

static void line_has_the_worst_first_and_figures_behind_the_bar(void **state)
{
	struct report report = {.live = true};
	const struct plugin_limits limits = {range_of("0.2"), range_of("1")};

	(void)state;
	specimen_add(&report, 587, VERDICT_OPEN);
	specimen_add(&report, 25, VERDICT_DROPPED);
	char *line = print(&report, &limits);

	assert_string_equal(line,
		"MAILSONDE CRITICAL - port 25 of 192.0.2.1 dropped, port 587 of 192.0.2.1 open in "
		"0.0212 s | '587_rtt'=0.021200s;0.2;1;0 '587_loss'=U;;;0;100 "
		"'25_rtt'=U;0.2;1;0 '25_loss'=U;;;0;100\n");
	free(line);
	report_clear(&report);
}

static void slow_answers_warn_and_then_are_critical(void **state)
{
	struct report report = {.live = true};
	struct plugin_limits limits = {range_of("0.01"), range_of("1")};

	(void)state;
	specimen_add(&report, 587, VERDICT_OPEN);
	assert_int_equal(plugin_status_of(&report, &limits), PLUGIN_WARNING);
	limits.critical = range_of("0.02");
	assert_int_equal(plugin_status_of(&report, &limits), PLUGIN_CRITICAL);
	report_clear(&report);
}

static void connection_that_fails_without_packets_is_critical(void **state)
{
	struct report report = {.live = true, .shallow = true};
	const struct plugin_limits limits = {.warning = {.given = false}};
	struct result *result = specimen_add(&report, 25, VERDICT_INCONCLUSIVE);

	(void)state;
	verdict_notice(&result->verdict, FINDING_SHALLOW);
	result->figures.local.connect_error = ECONNREFUSED;
	assert_int_equal(plugin_status_of(&report, &limits), PLUGIN_CRITICAL);
	result->figures.local.connect_error = EINTR;
	assert_int_equal(plugin_status_of(&report, &limits), PLUGIN_UNKNOWN);
	report_clear(&report);
}

static void text_that_cannot_be_checked_stays_one_line(void **state)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	plugin_print_unknown("a|b\nc", out);
	fclose(out);
	assert_string_equal(text, "MAILSONDE UNKNOWN - a/b\\x0ac\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_alert_as_the_guidelines_say),
		cmocka_unit_test(ranges_of_another_form_are_refused),
		cmocka_unit_test(every_word_has_its_status),
		cmocka_unit_test(line_has_the_worst_first_and_figures_behind_the_bar),
		cmocka_unit_test(slow_answers_warn_and_then_are_critical),
		cmocka_unit_test(connection_that_fails_without_packets_is_critical),
		cmocka_unit_test(text_that_cannot_be_checked_stays_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
