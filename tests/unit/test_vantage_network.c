/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"
#include "unit.h"
#include "vantage_network.h"

#define HOPS 4

static struct exchange exchanges[HOPS];
static struct endpoint endpoint = {.port = 25, .exchanges = exchanges, .exchange_count = HOPS};
static struct host host = {.endpoints = &endpoint, .endpoint_count = 1};
static const struct evidence evidence = {.hosts = &host, .host_count = 1};

/* Routers at the hop limits 1, 2, ...; NULL: silent. The first public one that is believed. */
static const char *first_public(const char *const *routers, char out[static ADDRESS_TEXT])
{
	for (size_t i = 0; i < HOPS; i++) {
		exchanges[i] = (struct exchange){.hop_limit = (uint8_t)(i + 1)};
		if (routers[i] == NULL)
			continue;
		exchanges[i].answer_count = 1;
		exchanges[i].first = (struct answer){.kind = ANSWER_ICMP, .icmp_type = 11};
		assert_true(address_parse(&exchanges[i].first.from, routers[i]));
	}
	const struct address found = vantage_first_public_hop(&evidence);

	return address_print(&found, out);
}

static void vantage_network_takes_the_first_public_router(void **state)
{
	static const char *const routers[HOPS] = {
		"192.168.1.1", "100.64.0.1", "203.0.113.1", "198.51.100.1"};
	char address[ADDRESS_TEXT];

	(void)state;
	assert_string_equal(first_public(routers, address), "203.0.113.1");
}

static void vantage_network_looks_no_farther_than_a_silent_router(void **state)
{
	static const char *const routers[HOPS] = {
		"192.168.1.1", NULL, "203.0.113.1", "198.51.100.1"};
	char address[ADDRESS_TEXT];

	(void)state;
	assert_string_equal(first_public(routers, address), "-");
}

static void vantage_network_believes_no_other_error(void **state)
{
	static const char *const routers[HOPS] = {"203.0.113.1", NULL, NULL, NULL};
	char address[ADDRESS_TEXT];

	(void)state;
	first_public(routers, address);
	exchanges[0].first.icmp_type = 3;
	const struct address found = vantage_first_public_hop(&evidence);

	assert_string_equal(address_print(&found, address), "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vantage_network_takes_the_first_public_router),
		cmocka_unit_test(vantage_network_looks_no_farther_than_a_silent_router),
		cmocka_unit_test(vantage_network_believes_no_other_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
