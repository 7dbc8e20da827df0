/* SPDX-License-Identifier: BSD-2-Clause */
#include "insight.h"
#include "unit.h"

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
		cmocka_unit_test(insight_tls_report_is_silent_where_tls_was_not_due),
		cmocka_unit_test(insight_tls_report_knows_a_server_without_starttls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
