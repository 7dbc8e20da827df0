/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding_text.h"
#include "place_wording.h"
#include "specimen.h"
#include "summary.h"
#include "unit.h"

#include <string.h>

static bool is_a_sentence(const char *text)
{
	size_t length = strlen(text);

	return length > 20 && text[length - 1] == '.' && strchr(text, '{') == NULL &&
		strstr(text, "  ") == NULL && strstr(text, "..") == NULL;
}

static void summary_is_a_sentence_for_every_word_cause_and_finding(void **state)
{
	const int causes = BY_UNKNOWN + 1, cases = VERDICT_WORDS * causes * FINDING_IDS;
	struct report report = {.command = "probe"};
	struct result *result = specimen_add(&report, 25, VERDICT_OPEN);
	char text[SUMMARY_TEXT];

	(void)state;
	for (int each = 0; each < cases; each++) {
		result->verdict.word = (enum verdict_word)(each % VERDICT_WORDS);
		result->verdict.by = (enum verdict_by)(each / VERDICT_WORDS % causes);
		result->verdict.findings[0] = (enum finding_id)(each / VERDICT_WORDS / causes);
		result->verdict.finding_count = 1;
		report_summary(&report, result, text);
		assert_true(is_a_sentence(text));
	}
	report_clear(&report);
}

static void summary_names_host_port_and_what_it_is_for(void **state)
{
	struct report report = {.command = "probe"};
	char text[SUMMARY_TEXT];

	(void)state;
	specimen_add(&report, 25, VERDICT_DROPPED);
	report_summary(&report, &report.results[0], text);
	assert_non_null(strstr(text, "ort 25 (server to server)"));
	assert_non_null(strstr(text, "mail.example.com (192.0.2.1)"));
	assert_non_null(strstr(text, "8 of 8 tries"));
	report_clear(&report);
}

static void summary_blames_this_computer_when_its_firewall_does_it(void **state)
{
	struct report report = {.command = "probe"};
	struct result *result = specimen_add(&report, 25, VERDICT_DROPPED);
	char text[SUMMARY_TEXT];

	(void)state;
	result->verdict.by = BY_LOCAL;
	result->verdict.findings[0] = FINDING_LOCAL_OUTPUT;
	result->verdict.finding_count = 1;
	assert_non_null(strstr(report_summary(&report, result, text), "own firewall"));
	report_clear(&report);
}

static void summary_does_not_join_ports_of_different_causes(void **state)
{
	struct report report = {.command = "probe"};

	(void)state;
	specimen_add(&report, 25, VERDICT_DROPPED);
	specimen_add(&report, 465, VERDICT_DROPPED);
	specimen_add(&report, 587, VERDICT_DROPPED)->verdict.by = BY_PATH;
	assert_true(summary_same(&report.results[0], &report.results[1]));
	assert_false(summary_same(&report.results[0], &report.results[2]));
	report_clear(&report);
}

static void finding_text_is_a_sentence_for_every_finding(void **state)
{
	struct report report = {.command = "probe"};
	struct result *result = specimen_add(&report, 25, VERDICT_DROPPED);
	char text[FINDING_TEXT];

	(void)state;
	for (int id = 0; id < FINDING_IDS; id++)
		assert_true(is_a_sentence(finding_text((enum finding_id)id, result, text)));
	report_clear(&report);
}

static void place_words_tell_at_from_after(void **state)
{
	struct report report = {.command = "probe"};
	struct result *result = specimen_add(&report, 25, VERDICT_DROPPED);
	char out[PLACE_WORDS];

	(void)state;
	assert_string_equal(place_words(result, out), "");
	result->verdict.hop = (struct place){.known = true,
		.ttl = 2,
		.relation = PLACE_AFTER,
		.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 9}}};
	assert_string_equal(place_words(result, out), "after hop 2 (192.0.2.9)");
	result->verdict.hop.relation = PLACE_AT;
	result->verdict.hop.address.family = ADDRESS_NONE;
	assert_string_equal(place_words(result, out), "at hop 2");
	report_clear(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_is_a_sentence_for_every_word_cause_and_finding),
		cmocka_unit_test(summary_names_host_port_and_what_it_is_for),
		cmocka_unit_test(summary_blames_this_computer_when_its_firewall_does_it),
		cmocka_unit_test(summary_does_not_join_ports_of_different_causes),
		cmocka_unit_test(finding_text_is_a_sentence_for_every_finding),
		cmocka_unit_test(place_words_tell_at_from_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
