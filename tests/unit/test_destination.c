/* SPDX-License-Identifier: BSD-2-Clause */
#include "destination.h"
#include "fault.h"
#include "unit.h"

#include <string.h>

static int add(struct destination_list *list, const char *text, enum address_family family,
	struct fault *why)
{
	const struct port_list ports = {.ports = {25, 465}, .count = 2};
	const struct destination_options options = {.ports = &ports, .family = family};
	struct target target;

	assert_int_equal(target_parse(&target, text, why), 0);
	return destination_add(list, &target, &options, NULL, why);
}

static void destination_gets_the_default_ports_when_none_is_named(void **state)
{
	struct destination_list list = {.count = 0};
	struct fault why;

	(void)state;
	assert_int_equal(add(&list, "192.0.2.1", ADDRESS_NONE, &why), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].ports.count, 2);
	assert_string_equal(list.items[0].name, "");
	destination_clear(&list);
}

static void destination_joins_the_ports_of_one_address(void **state)
{
	struct destination_list list = {.count = 0};
	struct fault why;

	(void)state;
	assert_int_equal(add(&list, "192.0.2.1:993", ADDRESS_NONE, &why), 0);
	assert_int_equal(add(&list, "192.0.2.1:25", ADDRESS_NONE, &why), 0);
	assert_int_equal(add(&list, "192.0.2.1:993", ADDRESS_NONE, &why), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].ports.count, 2);
	assert_int_equal(list.items[0].ports.ports[0], 993);
	destination_clear(&list);
}

static void destination_refuses_an_address_of_the_other_family(void **state)
{
	struct destination_list list = {.count = 0};
	struct fault why;

	(void)state;
	assert_int_equal(add(&list, "192.0.2.1", ADDRESS_IPV6, &why), -1);
	assert_int_equal(why.kind, FAULT_USAGE);
	assert_non_null(strstr(why.text, "not an IPv6 address"));
	destination_clear(&list);
}

static void destination_refuses_more_ports_than_evidence_holds(void **state)
{
	struct destination_list list = {.count = 0};
	struct fault why;
	int outcome = 0;

	(void)state;
	for (unsigned port = 1; port <= PORT_LIST_MAX + 1; port++) {
		const struct target target = {
			.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
			.port = (uint16_t)port};
		const struct port_list ports = {.count = 0};
		const struct destination_options options = {.ports = &ports};
		outcome = destination_add(&list, &target, &options, NULL, &why);
	}
	assert_int_equal(outcome, -1);
	assert_int_equal(why.kind, FAULT_USAGE);
	destination_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destination_gets_the_default_ports_when_none_is_named),
		cmocka_unit_test(destination_joins_the_ports_of_one_address),
		cmocka_unit_test(destination_refuses_an_address_of_the_other_family),
		cmocka_unit_test(destination_refuses_more_ports_than_evidence_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
