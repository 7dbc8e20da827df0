/* SPDX-License-Identifier: BSD-2-Clause */
#include "local_rule.h"
#include "rule_owner.h"
#include "unit.h"

#include <string.h>

static void rule_owner_knows_programs_by_their_names(void **state)
{
	static const struct {
		struct local_rule rule;
		const char *owner;
	} cases[] = {
		{{.table = "firewalld", .chain = "filter_OUTPUT"}, "firewalld"},
		{{.table = "filter", .chain = "ufw-user-output"}, "ufw"},
		{{.table = "filter", .chain = "ufw6-user-output"}, "ufw"},
		{{.table = "filter", .chain = "DOCKER-USER"}, "docker"},
		{{.table = "filter", .chain = "OUTPUT"}, "iptables"},
		{{.table = "f2b-table", .chain = "f2b-chain"}, "fail2ban"},
		{{.table = "mine", .chain = "leaving"}, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(rule_owner(&cases[i].rule), cases[i].owner);
}

static void rule_firewall_is_nftables_where_no_name_is_known(void **state)
{
	struct local_rule own = {.table = "mine", .chain = "leaving"};
	struct local_rule ufw = {.table = "filter", .chain = "ufw-user-output"};

	(void)state;
	assert_int_equal(rule_firewall(&own), FIREWALL_NFTABLES);
	assert_int_equal(rule_firewall(&ufw), FIREWALL_UFW);
}

static void rule_command_shows_the_chain(void **state)
{
	struct local_rule rule = {
		.kind = LOCAL_RULE_FILTER, .family = "inet", .table = "filter", .chain = "out"};
	char command[RULE_COMMAND];

	(void)state;
	assert_string_equal(rule_command(&rule, command), "sudo nft -a list chain inet filter out");
}

static void rule_command_never_repeats_what_a_shell_would_read(void **state)
{
	static const char *const names[] = {"$(reboot)", "a b", "`id`", "x;y", "", "-f", "a\nb"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct local_rule rule = {
			.kind = LOCAL_RULE_FILTER, .family = "inet", .table = "t"};
		char command[RULE_COMMAND];
		memcpy(rule.chain, names[i], strlen(names[i]) + 1);
		assert_string_equal(rule_command(&rule, command), "sudo nft -a list ruleset");
	}
}

static void rule_command_fits_the_longest_names(void **state)
{
	struct local_rule rule = {.kind = LOCAL_RULE_FILTER, .family = "netdev"};
	char command[RULE_COMMAND];

	(void)state;
	memset(rule.table, 't', sizeof(rule.table) - 1);
	memset(rule.chain, 'c', sizeof(rule.chain) - 1);
	rule_command(&rule, command);
	assert_string_equal(command + strlen(command) - 4, "cccc");
	assert_int_equal(
		strlen(command), strlen("sudo nft -a list chain netdev  ") + (size_t)2 * 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule_owner_knows_programs_by_their_names),
		cmocka_unit_test(rule_firewall_is_nftables_where_no_name_is_known),
		cmocka_unit_test(rule_command_shows_the_chain),
		cmocka_unit_test(rule_command_never_repeats_what_a_shell_would_read),
		cmocka_unit_test(rule_command_fits_the_longest_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
