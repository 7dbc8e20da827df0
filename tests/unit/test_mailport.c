/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailport.h"
#include "unit.h"

#include <string.h>

static void mailport_names_services_as_iana_does(void **state)
{
	static const struct {
		uint16_t port;
		const char *service;
	} cases[] = {{25, "smtp"}, {465, "submissions"}, {587, "submission"}, {143, "imap"},
		{993, "imaps"}, {110, "pop3"}, {995, "pop3s"}, {443, ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(mailport_service(cases[i].port), cases[i].service);
}

static void mailport_rows_keep_their_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; mailport_at(i) != NULL; i++) {
		assert_true(strlen(mailport_at(i)->service) < 24);
		assert_true(strlen(mailport_at(i)->purpose) <= 24);
	}
}

static void mailport_alternatives_are_other_ports_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; mailport_at(i) != NULL; i++) {
		const struct mailport *row = mailport_at(i);
		for (size_t a = 0; a < MAILPORT_ALTERNATIVES && row->alternatives[a] != 0; a++) {
			assert_non_null(mailport_find(row->alternatives[a]));
			assert_int_not_equal(row->alternatives[a], row->port);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mailport_names_services_as_iana_does),
		cmocka_unit_test(mailport_rows_keep_their_bounds),
		cmocka_unit_test(mailport_alternatives_are_other_ports_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
