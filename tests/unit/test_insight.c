/* SPDX-License-Identifier: BSD-2-Clause */
#include "insight.h"
#include "unit.h"

static void insight_words_are_parsed_back(void **state)
{
	enum session_stage stage;
	enum session_end end;
	enum dane_state dane;

	(void)state;
	for (int i = 0; i < SESSION_STAGES; i++) {
		assert_true(session_stage_parse(&stage, session_stage_name((enum session_stage)i)));
		assert_int_equal(stage, i);
	}
	for (int i = 0; i < SESSION_ENDS; i++) {
		assert_true(session_end_parse(&end, session_end_name((enum session_end)i)));
		assert_int_equal(end, i);
	}
	for (int i = 0; i < DANE_STATES; i++) {
		assert_true(dane_state_parse(&dane, dane_state_name((enum dane_state)i)));
		assert_int_equal(dane, i);
	}
	assert_false(session_stage_parse(&stage, ""));
	assert_false(session_end_parse(&end, "quit"));
	assert_false(dane_state_parse(&dane, "complete"));
}

static void insight_tls_report_is_silent_where_tls_was_not_due(void **state)
{
	const struct transcript silent = {.service = SESSION_SMTP};
	const struct insight nothing = {.end = SESSION_END_SILENT};

	(void)state;
	assert_null(insight_tls_report(&nothing, &silent));
}

static void insight_tls_report_knows_a_server_without_starttls(void **state)
{
	const struct transcript told = {.service = SESSION_SMTP, .capabilities_told = true};
	const struct transcript refused = {.service = SESSION_POP3, .starttls_refused = true};
	const struct insight nothing = {.end = SESSION_END_COMPLETE};

	(void)state;
	assert_string_equal(insight_tls_report(&nothing, &told), "starttls-not-supported");
	assert_string_equal(insight_tls_report(&nothing, &refused), "starttls-not-supported");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(insight_words_are_parsed_back),
		cmocka_unit_test(insight_tls_report_is_silent_where_tls_was_not_due),
		cmocka_unit_test(insight_tls_report_knows_a_server_without_starttls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
