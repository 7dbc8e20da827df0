/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"
#include "report.h"
#include "specimen.h"
#include "unit.h"

#include <string.h>

static int status_of(const enum verdict_word *words, size_t count)
{
	struct report report = {.command = "probe"};

	for (size_t i = 0; i < count; i++)
		specimen_add(&report, (uint16_t)(i + 1), words[i]);
	int status = report_exit_status(&report);

	report_clear(&report);
	return status;
}

static void report_exit_status_follows_the_contract(void **state)
{
	const enum verdict_word open[] = {VERDICT_OPEN, VERDICT_OPEN};
	const enum verdict_word unsure[] = {VERDICT_OPEN, VERDICT_INCONCLUSIVE};
	const enum verdict_word problem[] = {VERDICT_INCONCLUSIVE, VERDICT_OPEN, VERDICT_LOSSY};

	(void)state;
	assert_int_equal(status_of(NULL, 0), 0);
	assert_int_equal(status_of(open, 2), 0);
	assert_int_equal(status_of(unsure, 2), 2);
	assert_int_equal(status_of(problem, 3), 1);
}

static void report_calls_every_word_but_two_a_problem(void **state)
{
	(void)state;
	for (int i = 0; i < VERDICT_WORDS; i++) {
		enum verdict_word word = (enum verdict_word)i;
		int expected = word == VERDICT_OPEN ? 0 : word == VERDICT_INCONCLUSIVE ? 2 : 1;
		assert_int_equal(status_of(&word, 1), expected);
	}
}

static struct fact target_fact(uint16_t port, bool asked)
{
	return (struct fact){.kind = FACT_TARGET,
		.asked = asked,
		.host = "mail.example.com",
		.flow = {.destination = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
			.destination_port = port}};
}

static void report_judges_asked_ports_in_order_and_no_controls(void **state)
{
	const struct fact facts[] = {
		target_fact(465, true), target_fact(443, false), target_fact(25, true)};
	struct evidence *evidence = evidence_new();
	struct report report = {.command = "probe"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		evidence_add_fact(evidence, &facts[i]);
	report_judge(&report, evidence, 0);
	assert_int_equal(report.result_count, 2);
	assert_int_equal(report.results[0].port, 465);
	assert_string_equal(report.results[0].service, "submissions");
	assert_string_equal(report.results[0].host, "mail.example.com");
	assert_int_equal(report.results[1].port, 25);
	report_clear(&report);
	evidence_free(evidence);
}

static void report_knows_a_run_that_was_cut_short(void **state)
{
	const struct fact facts[] = {
		target_fact(25, true), {.kind = FACT_END, .text = "interrupted"}};
	struct evidence *evidence = evidence_new();
	struct report report = {.command = "replay"};
	char summary[SUMMARY_TEXT];

	(void)state;
	for (size_t i = 0; i < 2; i++)
		evidence_add_fact(evidence, &facts[i]);
	report_judge(&report, evidence, 0);
	assert_true(report.interrupted);
	assert_non_null(
		strstr(report_summary(&report, &report.results[0], summary), "ended before"));
	report_clear(&report);
	evidence_free(evidence);
}

static void report_open_ports_are_those_of_one_address(void **state)
{
	struct report report = {.command = "probe"};

	(void)state;
	specimen_add(&report, 993, VERDICT_OPEN)->address.bytes[3] = 3;
	specimen_add(&report, 25, VERDICT_DROPPED);
	specimen_add(&report, 465, VERDICT_OPEN);
	specimen_add(&report, 587, VERDICT_OPEN)->address.bytes[3] = 2;
	struct port_list open = report_open_ports(&report, &report.results[1]);

	assert_int_equal(open.count, 1);
	assert_int_equal(open.ports[0], 465);
	report_clear(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_exit_status_follows_the_contract),
		cmocka_unit_test(report_calls_every_word_but_two_a_problem),
		cmocka_unit_test(report_judges_asked_ports_in_order_and_no_controls),
		cmocka_unit_test(report_knows_a_run_that_was_cut_short),
		cmocka_unit_test(report_open_ports_are_those_of_one_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
