/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "hex_bytes.h"
#include "netns.h"
#include "resolve.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static bool parse(struct exchanger *out, const char *hex)
{
	uint8_t *bytes;
	size_t length;

	hex_bytes(hex, &bytes, &length);
	bool good = exchanger_parse(out, bytes, length);

	free(bytes);
	return good;
}

static void exchanger_parse_reads_preference_and_name(void **state)
{
	struct exchanger exchanger;

	(void)state;
	assert_true(parse(&exchanger, "000a 026d78 076578616d706c65 00"));
	assert_int_equal(exchanger.preference, 10);
	assert_string_equal(exchanger.name, "mx.example");
}

static void exchanger_parse_gives_no_name_for_the_root(void **state)
{
	struct exchanger exchanger;

	(void)state;
	assert_true(parse(&exchanger, "0000 00"));
	assert_string_equal(exchanger.name, "");
}

static void exchanger_parse_rejects_every_truncation(void **state)
{
	uint8_t *bytes;
	size_t length;
	struct exchanger exchanger;

	(void)state;
	hex_bytes("000a 026d78 076578616d706c65 00", &bytes, &length);
	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *copy = exact_copy(bytes, cut);
		assert_false(exchanger_parse(&exchanger, copy, cut));
		free(copy);
	}
	free(bytes);
}

static void exchanger_parse_rejects_hostile_labels(void **state)
{
	struct exchanger exchanger;

	(void)state;
	assert_false(parse(&exchanger, "0001 031b5b41 00")); /* a terminal escape */
	assert_false(parse(&exchanger, "0001 03612e62 00")); /* a dot inside a label */
	assert_false(parse(&exchanger, "0001 c00c"));        /* a compression pointer */
}

static void exchanger_parse_rejects_names_without_end(void **state)
{
	uint8_t bytes[2 + 64 * 5 + 1] = {0, 1};
	struct exchanger exchanger;

	(void)state;
	for (size_t at = 2; at + 64 < sizeof(bytes); at += 64) {
		bytes[at] = 63;
		memset(bytes + at + 1, 'a', 63);
	}
	assert_false(exchanger_parse(&exchanger, bytes, sizeof(bytes)));
}

/* The machine's own table of hosts, without a network to ask. */
static void resolver_knows_localhost_when_there_is_no_network(void **state)
{
	struct fault why;
	struct address_list list;

	(void)state;
	if (!netns_enter())
		skip();
	struct resolver *resolver = resolver_open(5, &why);

	assert_non_null(resolver);
	assert_int_equal(resolver_addresses(resolver, "localhost", ADDRESS_IPV4, &list, &why), 0);
	assert_int_equal(list.count, 1);
	assert_true(address_is_loopback(&list.items[0]));
	resolver_close(resolver);
}

static void resolver_finds_no_host_when_there_is_no_network(void **state)
{
	struct fault why;
	struct address_list list;

	(void)state;
	if (!netns_enter())
		skip();
	struct resolver *resolver = resolver_open(5, &why);

	assert_non_null(resolver);
	assert_int_equal(
		resolver_addresses(resolver, "nosuch.invalid", ADDRESS_NONE, &list, &why), -1);
	assert_int_equal(why.kind, FAULT_NO_HOST);
	resolver_close(resolver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchanger_parse_reads_preference_and_name),
		cmocka_unit_test(exchanger_parse_gives_no_name_for_the_root),
		cmocka_unit_test(exchanger_parse_rejects_every_truncation),
		cmocka_unit_test(exchanger_parse_rejects_hostile_labels),
		cmocka_unit_test(exchanger_parse_rejects_names_without_end),
		cmocka_unit_test(resolver_knows_localhost_when_there_is_no_network),
		cmocka_unit_test(resolver_finds_no_host_when_there_is_no_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
