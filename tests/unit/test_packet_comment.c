/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_comment.h"
#include "unit.h"

/* One host, port 25, two probes: the first answered after 0.4 ms, the second never. */
static struct exchange exchanges[] = {
	{.sent_ns = 1000000,
		.packet = 3,
		.hop_limit = 64,
		.answer_count = 1,
		.first = {.kind = ANSWER_SYN_ACK, .time_ns = 1400000, .packet = 4}},
	{.sent_ns = 9000000, .packet = 7, .hop_limit = 2},
};
static struct endpoint endpoint = {.port = 25, .exchanges = exchanges, .exchange_count = 2};
static struct host host = {.endpoints = &endpoint, .endpoint_count = 1};
static const struct evidence evidence = {.hosts = &host, .host_count = 1};

static const char *comment(enum role_kind kind, size_t exchange, uint64_t packet)
{
	static char out[PACKET_COMMENT];
	const struct role role = {.kind = kind, .exchange = exchange};

	return packet_comment(&evidence, &role, packet, out);
}

static void packet_comment_tells_what_became_of_a_probe(void **state)
{
	(void)state;
	assert_string_equal(
		comment(ROLE_PROBE, 0, 3), "probe 1 of 2 to port 25, answered with SYN-ACK");
	assert_string_equal(
		comment(ROLE_PROBE, 1, 7), "probe 2 of 2 to port 25, hop limit 2, never answered");
}

static void packet_comment_tells_what_an_answer_answers(void **state)
{
	(void)state;
	assert_string_equal(comment(ROLE_ANSWER, 0, 4), "answer to probe 1: SYN-ACK after 0.4 ms");
	assert_string_equal(comment(ROLE_ANSWER, 0, 99), "answer to probe 1, again");
	assert_string_equal(comment(ROLE_CLOSING, 0, 5), "our RST closes probe 1 to port 25");
}

static void packet_comment_is_empty_when_there_is_nothing_to_say(void **state)
{
	(void)state;
	assert_string_equal(comment(ROLE_OTHER, 0, 1), "");
	assert_string_equal(comment(ROLE_PROBE, 77, 1), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packet_comment_tells_what_became_of_a_probe),
		cmocka_unit_test(packet_comment_tells_what_an_answer_answers),
		cmocka_unit_test(packet_comment_is_empty_when_there_is_nothing_to_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
