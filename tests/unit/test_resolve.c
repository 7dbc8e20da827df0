/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "hex_bytes.h"
#include "netns.h"
#include "resolve.h"
#include "unit.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* A name server that knows one TLSA record and nothing of DNSSEC, at the address that this machine
 * asks: its process, 0 where it cannot be. */
static pid_t serve_tlsa(void)
{
	static const uint8_t record[] = {0xc0, 12, 0, 52, 0, 1, 0, 0, 0, 60, 0, 7, 3, 1, 1, 1, 2, 3,
		4}; /* RFC 1035 section 4.1.3 */
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(53)};
	struct sockaddr_in from;
	socklen_t from_length = sizeof(from);
	uint8_t message[1500];
	int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
	pid_t process = 0;

	if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&here, sizeof(here)) != 0 ||
		(process = fork()) != 0) {
		close(descriptor);
		return process < 0 ? 0 : process;
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (recvfrom(descriptor, message, 1000, 0, (struct sockaddr *)&from, &from_length) >
		12) {
		size_t end = 12; /* of the question */
		while (end < 900 && message[end] != 0)
			end += message[end] + 1U;
		end += 5;
		bool asks = message[end - 3] == 52;
		message[2] |= 0x80; /* an answer */
		message[3] = 0x80;  /* from one who asks others */
		message[7] = asks;
		memset(message + 8, 0, 4);
		if (asks)
			memcpy(message + end, record, sizeof(record));
		end += asks ? sizeof(record) : 0;
		(void)sendto(descriptor, message, end, 0, (struct sockaddr *)&from, from_length);
	}
	_exit(0);
}

/* The address of the first IPv4 name server, made one of this namespace. */
static bool own_name_server(void)
{
	FILE *file = fopen("/etc/resolv.conf", "re");
	char line[256], address[64], command[128];
	bool owned = false;

	while (file != NULL && !owned && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "nameserver %63[0-9.]", address) != 1)
			continue;
		snprintf(command, sizeof(command), "ip addr add %s/32 dev lo || true", address);
		owned = netns_run(command);
	}
	if (file != NULL)
		fclose(file);
	return owned;
}

static void resolver_tlsa_vouches_for_nothing_without_dnssec(void **state)
{
	static struct tlsa_list list;
	struct fault why;

	(void)state;
	if (!netns_enter() || !own_name_server())
		skip();
	pid_t server = serve_tlsa();

	if (server == 0)
		skip();
	struct resolver *resolver = resolver_open(10, &why);

	assert_non_null(resolver);
	resolver_tlsa(resolver, "mx.example.com", 25, &list);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	assert_int_equal(list.state, TLSA_NOT_VALIDATED);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].usage, 3);
	assert_int_equal(list.items[0].length, 4);
	resolver_close(resolver);
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
		cmocka_unit_test(resolver_tlsa_vouches_for_nothing_without_dnssec),
		cmocka_unit_test(resolver_tlsa_is_none_when_nobody_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
