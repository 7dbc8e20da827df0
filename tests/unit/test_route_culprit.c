/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes of a network of its own, asked of the real kernel. */
#include "fault.h"
#include "netns.h"
#include "route.h"
#include "route_culprit.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static bool possible;

static int enter(void **state)
{
	(void)state;
	possible = netns_enter() && netns_run("ip link add near type veth peer name far") &&
		netns_run("ip address add 198.18.0.1/24 dev near") &&
		netns_run("ip link set near up") && netns_run("ip link set far up") &&
		netns_run("ip route add default via 198.18.0.2");
	return 0;
}

/* As a run does it: the kernel's error first, then whose it is. */
static struct local_rule culprit_of(const char *destination)
{
	struct local_rule rule = {.kind = LOCAL_RULE_NONE};
	struct address address;
	struct route route;
	struct fault why;

	assert_true(address_parse(&address, destination));
	assert_int_equal(route_find(&route, &address, NULL, &why), 0);
	assert_int_not_equal(route.error, 0);
	(void)route_culprit(&rule, &address, route.error);
	return rule;
}

static void route_culprit_is_the_longest_match(void **state)
{
	struct local_rule rule;

	(void)state;
	if (!possible)
		skip();
	assert_true(netns_run("ip route add prohibit 203.0.112.0/20"));
	assert_true(netns_run("ip route add blackhole 203.0.113.0/25"));
	rule = culprit_of("203.0.113.25");
	assert_int_equal(rule.kind, LOCAL_RULE_ROUTE);
	assert_string_equal(rule.text, "blackhole 203.0.113.0/25");
	assert_string_equal(rule.table, "main");
	assert_string_equal(culprit_of("203.0.113.200").text, "prohibit 203.0.112.0/20");
}

static void route_culprit_goes_on_where_a_table_does_not_decide(void **state)
{
	struct local_rule rule;

	(void)state;
	if (!possible)
		skip();
	assert_true(netns_run("ip route add throw 192.0.2.0/24 table 70"));
	assert_true(netns_run("ip rule add priority 70 lookup 70"));
	assert_true(netns_run("ip rule add priority 71 fwmark 7 to 192.0.2.0/24 blackhole"));
	assert_true(netns_run("ip rule add priority 72 to 192.0.2.0/24 unreachable"));
	rule = culprit_of("192.0.2.25");
	assert_int_equal(rule.kind, LOCAL_RULE_POLICY_ROUTE);
	assert_int_equal(rule.handle, 72);
	assert_string_equal(rule.text, "from all to 192.0.2.0/24 unreachable");
}

static void route_culprit_tells_that_the_family_has_no_address(void **state)
{
	(void)state;
	if (!possible)
		skip();
	assert_string_equal(culprit_of("2001:db8::25").text,
		"no route to it: this computer has no IPv6 address of its own");
	assert_true(netns_run("ip route del default"));
	assert_string_equal(culprit_of("198.51.100.25").text, "no route to it");
}

static void route_culprit_blames_nothing_that_is_not_there(void **state)
{
	struct local_rule rule;
	struct address address;

	(void)state;
	if (!possible)
		skip();
	assert_true(address_parse(&address, "198.18.0.7"));
	assert_false(route_culprit(&rule, &address, EACCES));
	assert_int_equal(rule.kind, LOCAL_RULE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(route_culprit_is_the_longest_match),
		cmocka_unit_test(route_culprit_goes_on_where_a_table_does_not_decide),
		cmocka_unit_test(route_culprit_tells_that_the_family_has_no_address),
		cmocka_unit_test(route_culprit_blames_nothing_that_is_not_there),
	};
	int failed = cmocka_run_group_tests(tests, enter, NULL);

	return failed == 0 && !possible ? 77 : failed;
}
