/* SPDX-License-Identifier: BSD-2-Clause */
#include "ending.h"
#include "figures.h"
#include "unit.h"
#include "verdict.h"

static struct figures opened(enum ending ending)
{
	return (struct figures){.counts = {.probes = 1, .syn_acks = 1},
		.finished = true,
		.session = {.failed = ending_is_failure(ending), .ending = ending, .count = 1}};
}

static const struct {
	enum ending ending;
	enum verdict_word word;
	enum verdict_phase phase;
	enum verdict_by by;
} rows[] = {
	{ENDING_UNKNOWN, VERDICT_OPEN, PHASE_CONNECT, BY_NOBODY},
	{ENDING_SOUND, VERDICT_OPEN, PHASE_CONNECT, BY_NOBODY},
	{ENDING_UNHEARD, VERDICT_INCONCLUSIVE, PHASE_GREETING, BY_UNKNOWN},
	{ENDING_SILENT, VERDICT_DROPPED, PHASE_GREETING, BY_UNKNOWN},
	{ENDING_CUT, VERDICT_REFUSED, PHASE_GREETING, BY_UNKNOWN},
	{ENDING_REJECTED, VERDICT_REJECTED, PHASE_GREETING, BY_DESTINATION},
	{ENDING_FOREIGN, VERDICT_MISCONFIGURED, PHASE_GREETING, BY_DESTINATION},
	{ENDING_EARLY_TLS, VERDICT_MISCONFIGURED, PHASE_GREETING, BY_DESTINATION},
	{ENDING_PLAIN, VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION},
	{ENDING_FOREIGN_TLS, VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION},
	{ENDING_STRIPPED, VERDICT_INTERCEPTED, PHASE_STARTTLS, BY_PATH},
	{ENDING_NO_STARTTLS, VERDICT_MISCONFIGURED, PHASE_STARTTLS, BY_DESTINATION},
	{ENDING_HELLO_SILENT, VERDICT_DROPPED, PHASE_TLS, BY_UNKNOWN},
	{ENDING_HELLO_RESET, VERDICT_REFUSED, PHASE_TLS, BY_UNKNOWN},
	{ENDING_TLS_ALERT, VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION},
	{ENDING_UNTRUSTED, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION},
};

static void session_rules_have_a_word_for_every_ending(void **state)
{
	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), ENDINGS);
	for (size_t i = 0; i < ENDINGS; i++) {
		struct figures figures = opened(rows[i].ending);
		struct verdict verdict = verdict_of(&figures);
		assert_int_equal(verdict.word, rows[i].word);
		assert_int_equal(verdict.phase, rows[i].phase);
		assert_int_equal(verdict.by, rows[i].by);
		assert_true(verdict.confidence < 1);
		if (rows[i].word != VERDICT_OPEN)
			assert_int_equal(verdict.finding_count, 1);
	}
}

static void session_rules_are_surer_of_what_happens_again(void **state)
{
	struct figures figures = opened(ENDING_SILENT);
	double once = verdict_of(&figures).confidence;

	(void)state;
	figures.session.count = 4;
	assert_true(verdict_of(&figures).confidence > once);
}

static void session_rules_give_an_open_port_its_last_phase(void **state)
{
	static const enum verdict_phase phases[] = {
		PHASE_CONNECT, PHASE_GREETING, PHASE_STARTTLS, PHASE_TLS};

	(void)state;
	for (int reached = REACHED_CONNECTED; reached <= REACHED_TLS; reached++) {
		struct figures figures = opened(ENDING_SOUND);
		figures.session.reached = (enum reached)reached;
		assert_int_equal(verdict_of(&figures).word, VERDICT_OPEN);
		assert_int_equal(verdict_of(&figures).phase, phases[reached]);
	}
}

static void session_rules_wait_until_the_port_opens(void **state)
{
	struct figures figures = opened(ENDING_REJECTED);

	(void)state;
	figures.counts = (struct counts){.probes = 1, .resets = 1};
	assert_int_equal(verdict_of(&figures).word, VERDICT_REFUSED);
	assert_int_equal(verdict_of(&figures).phase, PHASE_CONNECT);
}

static void session_rules_find_connections_from_before_the_capture(void **state)
{
	const struct figures figures = {.strays = 3};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(verdict.findings[0], FINDING_MIDWAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_rules_have_a_word_for_every_ending),
		cmocka_unit_test(session_rules_are_surer_of_what_happens_again),
		cmocka_unit_test(session_rules_give_an_open_port_its_last_phase),
		cmocka_unit_test(session_rules_find_connections_from_before_the_capture),
		cmocka_unit_test(session_rules_wait_until_the_port_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
