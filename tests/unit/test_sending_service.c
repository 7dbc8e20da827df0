/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "sending_service.h"
#include "unit.h"

#include <string.h>

static struct sending_service_list list;

static int read_list(void **state)
{
	struct fault why;

	(void)state;
	return sending_service_list_read(&list, NULL, &why);
}

static int clear_list(void **state)
{
	(void)state;
	sending_service_list_clear(&list);
	return 0;
}

static void sending_service_rows_all_have_a_source_and_a_date(void **state)
{
	(void)state;
	assert_true(list.count >= 15);
	for (size_t i = 0; i < list.count; i++) {
		assert_string_not_equal(list.items[i].source, "");
		assert_non_null(strpbrk(list.items[i].source_date, "0123456789"));
		assert_string_not_equal(list.items[i].confidence, "");
	}
}

static void sending_service_rows_come_back_from_their_record(void **state)
{
	char record[CSV_RECORD];
	char again[CSV_RECORD];
	struct sending_service service;

	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		assert_true(sending_service_print(&list.items[i], record));
		assert_true(sending_service_parse(&service, record));
		assert_true(sending_service_print(&service, again));
		assert_string_equal(record, again);
	}
}

static void sending_service_is_found_by_its_host(void **state)
{
	static const struct {
		const char *host, *key;
	} cases[] = {
		{"smtp.sendgrid.net", "sendgrid"},
		{"SMTP.SendGrid.NET.", "sendgrid"},
		{"email-smtp.eu-west-1.amazonaws.com", "ses"},
		{"email-smtp..amazonaws.com", NULL},
		{"email-smtp.a.b.amazonaws.com", NULL},
		{"smtp.sendgrid.net.example.com", NULL},
		{"evil-smtp.sendgrid.net", NULL},
		{"sendgrid.net", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sending_service *found = sending_service_of_host(&list, cases[i].host);
		if (cases[i].key == NULL)
			assert_null(found);
		else
			assert_string_equal(found->key, cases[i].key);
	}
}

static void sending_service_prefers_tls_from_the_first_byte(void **state)
{
	const struct sending_service *resend = sending_service_named(&list, "resend");
	const struct port_list all = {.ports = {25, 2525, 587, 2465, 2587}, .count = 5};
	const struct port_list plain = {.ports = {25, 2587, 587}, .count = 3};
	const struct port_list relay = {.ports = {25}, .count = 1};
	const struct port_list other = {.ports = {8025}, .count = 1};

	(void)state;
	assert_int_equal(sending_service_best(resend, &all), 2465);
	assert_int_equal(sending_service_best(resend, &plain), 587);
	assert_int_equal(sending_service_best(resend, &relay), 25);
	assert_int_equal(sending_service_best(resend, &other), 0);
}

static void sending_service_without_tls_first_names_the_submission_port_first(void **state)
{
	const struct port_list ports =
		sending_service_ports(sending_service_named(&list, "postmark"));

	(void)state;
	assert_int_equal(ports.count, 3);
	assert_int_equal(ports.ports[0], 587);
	assert_int_equal(ports.ports[2], 25);
	assert_false(port_list_has(&ports, 465));
}

static void sending_service_records_without_a_port_are_none(void **state)
{
	struct sending_service service;

	(void)state;
	assert_false(sending_service_parse(&service, "a,A,a.example,,,source,2026,own"));
	assert_false(sending_service_parse(&service, "a,A,a.example,25|x,,source,2026,own"));
	assert_false(sending_service_parse(&service, "a,A,a.example,70000,,source,2026,own"));
	assert_true(sending_service_parse(&service, "a,A,a.example,,465,source,2026,own"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sending_service_rows_all_have_a_source_and_a_date),
		cmocka_unit_test(sending_service_rows_come_back_from_their_record),
		cmocka_unit_test(sending_service_is_found_by_its_host),
		cmocka_unit_test(sending_service_prefers_tls_from_the_first_byte),
		cmocka_unit_test(sending_service_without_tls_first_names_the_submission_port_first),
		cmocka_unit_test(sending_service_records_without_a_port_are_none),
	};

	return cmocka_run_group_tests(tests, read_list, clear_list);
}
