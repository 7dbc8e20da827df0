/* SPDX-License-Identifier: BSD-2-Clause */
#include "firewall.h"
#include "port_list.h"
#include "unit.h"

#include <string.h>

static char text[FIREWALL_TEXT];

static void firewall_commands_name_the_ports_and_nothing_else(void **state)
{
	const struct port_list one = {.ports = {25}, .count = 1};
	const struct firewall_need need = {.ports = &one};

	(void)state;
	for (int i = FIREWALL_UNKNOWN + 1; i < FIREWALLS; i++) {
		assert_non_null(strstr(firewall_command((enum firewall)i, &need, text), "25"));
		assert_null(strstr(text, "465"));
		assert_string_not_equal(firewall_name((enum firewall)i), "");
	}
}

static void firewall_commands_know_the_direction(void **state)
{
	const struct port_list one = {.ports = {25}, .count = 1};
	const struct firewall_need out = {.ports = &one};
	const struct firewall_need in = {.ports = &one, .inbound = true};

	(void)state;
	assert_string_equal(firewall_command(FIREWALL_NFTABLES, &out, text),
		"sudo nft insert rule inet filter output tcp dport 25 accept");
	assert_string_equal(firewall_command(FIREWALL_NFTABLES, &in, text),
		"sudo nft insert rule inet filter input tcp sport 25 ct state established accept");
	assert_non_null(strstr(firewall_command(FIREWALL_IPTABLES, &in, text), "INPUT"));
	assert_non_null(strstr(firewall_command(FIREWALL_UFW, &in, text), "allow in"));
	assert_non_null(strstr(firewall_command(FIREWALL_FIREWALLD, &out, text), "OUTPUT"));
	assert_non_null(strstr(firewall_command(FIREWALL_WINDOWS, &in, text), "dir=in"));
}

static void firewall_commands_know_the_family(void **state)
{
	const struct port_list one = {.ports = {25}, .count = 1};
	const struct firewall_need need = {.ports = &one, .ipv6 = true};

	(void)state;
	assert_non_null(strstr(firewall_command(FIREWALL_IPTABLES, &need, text), "ip6tables"));
	assert_non_null(strstr(firewall_command(FIREWALL_FIREWALLD, &need, text), "ipv6"));
	assert_non_null(strstr(firewall_command(FIREWALL_PF, &need, text), "inet6"));
	assert_non_null(strstr(firewall_command(FIREWALL_UFW, &need, text), "::/0"));
}

static void firewall_command_goes_where_the_rule_is_known_to_be(void **state)
{
	const struct port_list two = {.ports = {25, 465}, .count = 2};
	const struct firewall_need need = {.ports = &two, .chain = "ip mine out"};

	(void)state;
	assert_string_equal(firewall_command(FIREWALL_NFTABLES, &need, text),
		"sudo nft insert rule ip mine out tcp dport { 25, 465 } accept");
	assert_string_equal(firewall_remark(FIREWALL_NFTABLES, &need, text), "");
}

static void firewall_commands_hold_as_many_ports_as_a_list(void **state)
{
	struct port_list all = {.count = PORT_LIST_MAX};
	const struct firewall_need out = {.ports = &all, .ipv6 = true};
	const struct firewall_need in = {.ports = &all, .ipv6 = true, .inbound = true};

	(void)state;
	for (size_t i = 0; i < PORT_LIST_MAX; i++)
		all.ports[i] = (uint16_t)(65000 + i);
	for (int i = FIREWALL_UNKNOWN + 1; i < FIREWALLS; i++) {
		firewall_command((enum firewall)i, &out, text);
		assert_true(strlen(text) < FIREWALL_TEXT - 1);
		firewall_command((enum firewall)i, &in, text);
		assert_true(strlen(text) < FIREWALL_TEXT - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(firewall_commands_name_the_ports_and_nothing_else),
		cmocka_unit_test(firewall_commands_know_the_direction),
		cmocka_unit_test(firewall_commands_know_the_family),
		cmocka_unit_test(firewall_command_goes_where_the_rule_is_known_to_be),
		cmocka_unit_test(firewall_commands_hold_as_many_ports_as_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
