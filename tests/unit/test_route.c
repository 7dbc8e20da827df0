/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "netns.h"
#include "route.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static bool own_network;

static int enter(void **state)
{
	(void)state;
	own_network = netns_enter() && netns_run("ip link add up0 type veth peer name up1") &&
		netns_run("ip link set up0 up && ip link set up1 up") &&
		netns_run("ip addr add 192.0.2.10/24 dev up0") &&
		netns_run("ip addr add 2001:db8:1::10/64 dev up0 nodad") &&
		netns_run("ip route add 198.51.100.0/24 via 192.0.2.1") &&
		netns_run("ip route add 198.51.101.0/24 via inet6 fe80::1 dev up0") &&
		netns_run("ip route add 2001:db8:2::/64 via 2001:db8:1::1") &&
		netns_run("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad") &&
		netns_run("ip link add up2 type veth peer name up3") &&
		netns_run("ip link set up2 up && ip link set up3 up") &&
		netns_run("ip addr add 10.0.0.5/32 dev lo") &&
		netns_run("ip route add 198.51.102.0/24 via 192.0.2.1 src 10.0.0.5") &&
		netns_run("ip route add 2001:db8:4::/64 dev up2") &&
		netns_run("ip route add blackhole 203.0.113.1/32") &&
		netns_run("ip route add prohibit 203.0.113.2/32") &&
		netns_run("ip route add unreachable 203.0.113.3/32") &&
		netns_run("ip route add blackhole 2001:db8:3::1/128") &&
		netns_run("ip route add prohibit 2001:db8:3::2/128") &&
		netns_run("ip route add unreachable 2001:db8:3::3/128");
	return 0;
}

static struct route route_to(const char *text, const char *interface)
{
	struct address destination;
	struct route route;
	struct fault why = {0};

	assert_true(address_parse(&destination, text));
	if (route_find(&route, &destination, interface, &why) != 0)
		fail_msg("%s", why.text);
	return route;
}

static void route_names_interface_source_and_gateway(void **state)
{
	static const struct {
		const char *destination, *source, *gateway;
	} cases[] = {
		{"192.0.2.99", "192.0.2.10", "-"},
		{"198.51.100.25", "192.0.2.10", "192.0.2.1"},
		{"198.51.101.25", "192.0.2.10", "fe80::1"},
		{"2001:db8:1::99", "2001:db8:1::10", "-"},
		{"2001:db8:2::25", "2001:db8:1::10", "2001:db8:1::1"},
	};
	char text[ADDRESS_TEXT];

	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route route = route_to(cases[i].destination, NULL);

		assert_int_equal(route.error, 0);
		assert_string_equal(route.interface, "up0");
		assert_string_equal(address_print(&route.source, text), cases[i].source);
		assert_string_equal(address_print(&route.gateway, text), cases[i].gateway);
		assert_false(route.local);
	}
}

static void route_carries_the_errno_when_the_kernel_refuses(void **state)
{
	static const struct {
		const char *destination;
		int error;
	} cases[] = {
		{"203.0.113.1", EINVAL},
		{"203.0.113.2", EACCES},
		{"203.0.113.3", EHOSTUNREACH},
		{"203.0.113.4", ENETUNREACH},
		{"2001:db8:3::1", EINVAL},
		{"2001:db8:3::2", EACCES},
		{"2001:db8:3::3", EHOSTUNREACH},
		{"2001:db8:3::4", ENETUNREACH},
	};

	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route route = route_to(cases[i].destination, NULL);

		if (route.error != cases[i].error)
			fail_msg("%s: %s", cases[i].destination, strerror(route.error));
		assert_string_equal(route.interface, "");
		assert_int_equal(route.source.family, ADDRESS_NONE);
	}
}

static void route_says_that_its_source_is_of_another_interface(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	assert_true(route_to("198.51.102.25", NULL).source_elsewhere);
	assert_false(route_to("198.51.100.25", NULL).source_elsewhere);
	assert_false(route_to("2001:db8:2::25", NULL).source_elsewhere);
}

/* By up2, which has a link-local address at most; a neighbour there can be asked for all that. */
static void route_without_a_usable_source_is_an_error(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	assert_true(netns_run("ip addr del 2001:db8:1::10/64 dev up0"));
	assert_int_equal(route_to("2001:db8:4::25", NULL).error, EADDRNOTAVAIL);
	assert_int_equal(route_to("fe80::99", "up2").error, 0);
}

static void route_is_local_when_the_destination_is_this_machine(void **state)
{
	static const char *const own[] = {
		"127.0.0.1", "127.9.9.9", "192.0.2.10", "::1", "2001:db8:1::10"};

	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		struct route route = route_to(own[i], NULL);

		assert_int_equal(route.error, 0);
		assert_true(route.local);
		assert_string_equal(route.interface, "lo");
	}
}

static void route_goes_out_of_the_interface_asked_for(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	assert_string_equal(route_to("192.0.2.99", "up0").interface, "up0");
}

static void route_says_that_an_interface_does_not_exist(void **state)
{
	struct address destination;
	struct route route;
	struct fault why = {0};

	(void)state;
	assert_true(address_parse(&destination, "127.0.0.1"));
	assert_int_equal(route_find(&route, &destination, "absent0", &why), -1);
	assert_int_equal(why.kind, FAULT_NO_ROUTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(route_names_interface_source_and_gateway),
		cmocka_unit_test(route_carries_the_errno_when_the_kernel_refuses),
		cmocka_unit_test(route_says_that_its_source_is_of_another_interface),
		cmocka_unit_test(route_is_local_when_the_destination_is_this_machine),
		cmocka_unit_test(route_goes_out_of_the_interface_asked_for),
		cmocka_unit_test(route_says_that_an_interface_does_not_exist),
		cmocka_unit_test(route_without_a_usable_source_is_an_error),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
