/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "port_list.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

static void port_list_keeps_order_and_drops_repetition(void **state)
{
	struct port_list list;
	struct fault why;

	(void)state;
	assert_int_equal(port_list_parse(&list, "465,25,465,65535,1", &why), 0);
	assert_int_equal(list.count, 4);
	assert_int_equal(list.ports[0], 465);
	assert_int_equal(list.ports[1], 25);
	assert_int_equal(list.ports[2], 65535);
	assert_int_equal(list.ports[3], 1);
}

static void port_list_rejects_what_is_no_port(void **state)
{
	static const char *const cases[] = {"", "0", "65536", "99999", "100000", "-1", "+25", " 25",
		"25 ", "25,", ",25", "smtp", "25;465", "0x19", "4294967321"};
	struct port_list list;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(port_list_parse(&list, cases[i], &why), -1);
		assert_int_equal(why.kind, FAULT_USAGE);
	}
}

static void port_list_names_every_bad_item(void **state)
{
	struct port_list list;
	struct fault why;

	(void)state;
	assert_int_equal(port_list_parse(&list, "25,0,imap,993", &why), -1);
	assert_non_null(strstr(why.text, "'0', 'imap' are not ports"));
	assert_null(strstr(why.text, "993'"));
}

static void port_list_survives_endless_complaints(void **state)
{
	char text[4096];
	struct port_list list;
	struct fault why;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = i % 50 == 49 ? ',' : 'x';
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(port_list_parse(&list, text, &why), -1);
	assert_non_null(strstr(why.text, "are not ports"));
}

static void port_list_refuses_more_than_it_holds(void **state)
{
	char text[PORT_LIST_MAX * 8 + 8] = "";
	size_t used = 0;
	struct port_list list;
	struct fault why;

	(void)state;
	for (unsigned port = 1; port <= PORT_LIST_MAX + 1; port++)
		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "%s%u", port == 1 ? "" : ",", port);
	assert_int_equal(port_list_parse(&list, text, &why), -1);
	assert_non_null(strstr(why.text, "more than"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port_list_keeps_order_and_drops_repetition),
		cmocka_unit_test(port_list_rejects_what_is_no_port),
		cmocka_unit_test(port_list_names_every_bad_item),
		cmocka_unit_test(port_list_survives_endless_complaints),
		cmocka_unit_test(port_list_refuses_more_than_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
