/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture_scope.h"
#include "destination.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static struct destination destination(uint8_t last, const char *interface, int error)
{
	struct destination made = {.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, last}},
		.route = {.error = error}};

	memcpy(made.route.interface, interface, strlen(interface) + 1);
	return made;
}

static void capture_scope_interface_is_the_one_of_all_routes(void **state)
{
	struct destination items[] = {
		destination(1, "eth0", 0), destination(2, "", EACCES), destination(3, "eth0", 0)};
	const struct destination_list list = {.items = items, .count = 3};

	(void)state;
	assert_string_equal(capture_interface(&list), "eth0");
}

static void capture_scope_interface_is_any_when_routes_differ(void **state)
{
	struct destination items[] = {destination(1, "eth0", 0), destination(2, "lo", 0)};
	const struct destination_list list = {.items = items, .count = 2};

	(void)state;
	assert_string_equal(capture_interface(&list), "any");
}

static void capture_scope_filter_names_few_hosts(void **state)
{
	struct destination items[] = {destination(1, "eth0", 0), destination(2, "eth0", 0)};
	const struct destination_list list = {.items = items, .count = 2};
	char out[CAPTURE_FILTER];

	(void)state;
	assert_string_equal(capture_filter(&list, out),
		"((tcp and (host 192.0.2.1 or host 192.0.2.2)) or icmp or icmp6 or arp)");
}

static void capture_scope_filter_stays_short_when_hosts_are_many(void **state)
{
	struct destination items[17];
	const struct destination_list list = {.items = items, .count = 17};
	char out[CAPTURE_FILTER];

	(void)state;
	for (size_t i = 0; i < 17; i++)
		items[i] = destination((uint8_t)i, "eth0", 0);
	assert_string_equal(capture_filter(&list, out), "((tcp) or icmp or icmp6 or arp)");
}

static struct destination reached_from(uint8_t source, uint8_t last, bool local)
{
	struct destination made = destination(last, local ? "lo" : "eth0", 0);

	made.route.source = (struct address){.family = ADDRESS_IPV4, .bytes = {192, 0, 2, source}};
	made.route.local = local;
	return made;
}

static void capture_scope_filter_lets_no_syn_of_ours_come_in(void **state)
{
	struct destination items[] = {reached_from(9, 1, false), reached_from(9, 2, false)};
	const struct destination_list list = {.items = items, .count = 2};
	char out[CAPTURE_FILTER];

	(void)state;
	assert_string_equal(strstr(capture_filter(&list, out), " and not"),
		" and not (tcp and inbound and src host 192.0.2.9)");
}

static void capture_scope_filter_lets_our_packets_come_in_over_loopback(void **state)
{
	struct destination items[] = {reached_from(9, 9, true), reached_from(9, 1, false)};
	const struct destination_list list = {.items = items, .count = 2};
	char out[CAPTURE_FILTER];

	(void)state;
	assert_null(strstr(capture_filter(&list, out), "inbound"));
}

static void capture_scope_filter_is_whole_with_the_longest_addresses(void **state)
{
	struct destination items[16];
	const struct destination_list list = {.items = items, .count = 16};
	char out[CAPTURE_FILTER];

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		items[i] = (struct destination){.route = {.interface = "eth0"}};
		memset(items[i].address.bytes, 0xfd, 15);
		items[i].address.family = ADDRESS_IPV6;
		items[i].address.bytes[15] = (uint8_t)(16 + i);
		items[i].route.source = items[i].address;
	}
	const char *end = strrchr(capture_filter(&list, out), ' ');
	assert_non_null(end);
	assert_string_equal(end, " fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fd17)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture_scope_interface_is_the_one_of_all_routes),
		cmocka_unit_test(capture_scope_interface_is_any_when_routes_differ),
		cmocka_unit_test(capture_scope_filter_names_few_hosts),
		cmocka_unit_test(capture_scope_filter_stays_short_when_hosts_are_many),
		cmocka_unit_test(capture_scope_filter_lets_no_syn_of_ours_come_in),
		cmocka_unit_test(capture_scope_filter_lets_our_packets_come_in_over_loopback),
		cmocka_unit_test(capture_scope_filter_is_whole_with_the_longest_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
