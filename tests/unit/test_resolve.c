/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "hex_bytes.h"
#include "name_server.h"
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

static void tlsa_parse_reads_a_record(void **state)
{
	uint8_t *bytes;
	size_t length;
	struct tlsa record;

	(void)state;
	hex_bytes("03 01 02 aabbcc", &bytes, &length);
	assert_true(tlsa_parse(&record, bytes, length));
	assert_int_equal(record.usage, 3);
	assert_int_equal(record.selector, 1);
	assert_int_equal(record.matching, 2);
	assert_int_equal(record.length, 3);
	assert_memory_equal(record.data, bytes + 3, 3);
	for (size_t cut = 0; cut < 4; cut++)
		assert_false(tlsa_parse(&record, bytes, cut));
	free(bytes);
	bytes = calloc(1, 3 + TLSA_DATA + 1);
	assert_true(tlsa_parse(&record, bytes, 3 + TLSA_DATA));
	assert_false(tlsa_parse(&record, bytes, 3 + TLSA_DATA + 1));
	free(bytes);
}

static void resolver_tlsa_says_whether_dnssec_vouches(void **state)
{
	static const struct {
		bool signs, forges;
		enum tlsa_state state;
	} tests[] = {
		{false, false, TLSA_NOT_VALIDATED},
		{true, false, TLSA_VALIDATED},
		{true, true, TLSA_NOT_VALIDATED},
	};
	static struct tlsa_list list;
	struct fault why;

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		pid_t server = name_server_start(tests[i].signs, tests[i].forges);
		if (server == 0)
			skip();
		struct resolver *resolver = resolver_open(10, &why);
		assert_non_null(resolver);
		resolver_tlsa(resolver, "mx.example.com", 25, &list);
		resolver_close(resolver);
		name_server_stop(server);
		assert_int_equal(list.state, tests[i].state);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.items[0].usage, 3);
		assert_int_equal(list.items[0].length, 4);
	}
}

static void resolver_tlsa_is_none_when_nobody_answers(void **state)
{
	static struct tlsa_list list = {.state = TLSA_VALIDATED};
	struct fault why;

	(void)state;
	if (!netns_enter())
		skip();
	struct resolver *resolver = resolver_open(5, &why);

	assert_non_null(resolver);
	resolver_tlsa(resolver, "nosuch.invalid", 25, &list);
	assert_int_equal(list.state, TLSA_NONE);
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
		cmocka_unit_test(tlsa_parse_reads_a_record),
		cmocka_unit_test(resolver_tlsa_says_whether_dnssec_vouches),
		cmocka_unit_test(resolver_tlsa_is_none_when_nobody_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
