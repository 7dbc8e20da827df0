/* SPDX-License-Identifier: BSD-2-Clause */
#include "conversation.h"
#include "mailport.h"
#include "story.h"
#include "transcript.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define SERVER_FIRST 0xabcdf0U /* the number after story_syn_ack's own */

/* One connection to the host, and how far both sides have counted. */
struct call {
	struct story *story;
	struct story_probe probe;
	uint32_t sent[SESSION_SIDES];
};

static void pass(struct call *call, enum session_side side, uint8_t flags, const char *text)
{
	struct frame frame = story_frame(call->story, call->probe, side == SIDE_SERVER);
	uint32_t length = (uint32_t)strlen(text);

	frame.tcp.flags = flags;
	frame.tcp.sequence = call->sent[side];
	frame.tcp.acknowledgement = call->sent[side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT];
	frame.tcp.payload = length;
	frame.tcp.data = (const uint8_t *)text;
	frame.tcp.data_captured = length;
	call->sent[side] += length;
	story_fold(call->story, &frame);
}

static struct call dial(struct story *story, uint16_t port)
{
	struct call call = {.story = story, .probe = story_syn(story, port)};

	call.sent[SIDE_CLIENT] = call.probe.sequence + 1;
	call.sent[SIDE_SERVER] = SERVER_FIRST;
	story_syn_ack(story, call.probe);
	pass(&call, SIDE_CLIENT, TCP_ACK, "");
	return call;
}

static struct session_signs signs_of(const struct story *story, uint16_t port)
{
	return session_signs_of(
		story->evidence, story_host(story), story_endpoint(story, port), story->now_ns);
}

static int begin(void **state)
{
	static struct story story;

	story_begin(&story, NULL, NULL);
	*state = &story;
	return 0;
}

static int finish(void **state)
{
	story_end(*state);
	return 0;
}

static void conversation_hears_the_greeting_of_an_open_call(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 25);

	pass(&call, SIDE_SERVER, TCP_ACK, "554 no\r\n");
	struct session_signs signs = signs_of(story, 25);
	assert_int_equal(signs.ending, ENDING_REJECTED);
	assert_int_equal(signs.failed, 1);
	assert_string_equal(signs.transcript->greeting_text, "554 no");
}

static void conversation_reads_the_service_that_a_port_is_said_to_offer(void **state)
{
	static const struct {
		uint16_t port, usual;
		const char *said;
		enum ending ending;
	} cases[] = {
		{8025, 25, "554 no\r\n", ENDING_REJECTED},
		{8143, 143, "* BYE no\r\n", ENDING_REJECTED},
		{8465, 465, "220 mx ESMTP\r\n", ENDING_PLAIN},
		{110, 25, "+OK hello\r\n", ENDING_FOREIGN},
	};
	struct story *story = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		evidence_name_service(
			story->evidence, cases[i].port, mailport_find(cases[i].usual));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct call call = dial(story, cases[i].port);

		pass(&call, SIDE_SERVER, TCP_ACK, cases[i].said);
		assert_int_equal(signs_of(story, cases[i].port).ending, cases[i].ending);
		assert_string_equal(story_endpoint(story, cases[i].port)->service,
			mailport_service(cases[i].usual));
	}
}

static void conversation_reads_nothing_on_a_port_that_is_no_mail_service(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 8025);

	pass(&call, SIDE_SERVER, TCP_ACK, "554 no\r\n");
	assert_int_equal(signs_of(story, 8025).ending, ENDING_UNKNOWN);
	assert_null(signs_of(story, 8025).transcript);
}

static void conversation_keeps_what_an_ended_call_showed(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 25);

	pass(&call, SIDE_SERVER, TCP_ACK, "220 mx\r\n");
	pass(&call, SIDE_CLIENT, TCP_ACK | TCP_FIN, "QUIT\r\n");
	pass(&call, SIDE_SERVER, TCP_ACK | TCP_FIN, "221 bye\r\n");
	struct session_signs signs = signs_of(story, 25);
	assert_int_equal(signs.ending, ENDING_SOUND);
	assert_int_equal(signs.reached, REACHED_GREETING);
	assert_string_equal(signs.transcript->greeting_text, "220 mx");
}

static void conversation_lets_the_majority_decide(void **state)
{
	struct story *story = *state;

	for (int i = 0; i < 5; i++) {
		struct call call = dial(story, 25);
		pass(&call, SIDE_SERVER, TCP_ACK, i < 2 ? "421 busy\r\n" : "220 mx\r\n");
		pass(&call, SIDE_SERVER, TCP_ACK | TCP_RST, "");
	}
	assert_int_equal(signs_of(story, 25).ending, ENDING_SOUND);
	for (int i = 0; i < 3; i++) {
		struct call call = dial(story, 25);
		pass(&call, SIDE_SERVER, TCP_ACK, "421 busy\r\n");
		pass(&call, SIDE_SERVER, TCP_ACK | TCP_RST, "");
	}
	assert_int_equal(signs_of(story, 25).ending, ENDING_REJECTED);
}

static void conversation_is_silent_only_if_nothing_was_acknowledged(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 25);

	story_wait(story, 30000);
	assert_int_equal(signs_of(story, 25).ending, ENDING_SILENT);
	call.sent[SIDE_SERVER] += 100; /* said, and not captured */
	pass(&call, SIDE_CLIENT, TCP_ACK, "");
	assert_int_equal(signs_of(story, 25).ending, ENDING_UNKNOWN);
}

static void conversation_takes_retransmissions_once(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 25);

	pass(&call, SIDE_SERVER, TCP_ACK, "220 m");
	call.sent[SIDE_SERVER] -= 5;
	pass(&call, SIDE_SERVER, TCP_ACK, "220 mx\r\n");
	assert_string_equal(signs_of(story, 25).transcript->greeting_text, "220 mx");
}

static void conversation_is_no_matter_of_other_ports(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 80);

	pass(&call, SIDE_SERVER, TCP_ACK, "554 no\r\n");
	assert_int_equal(signs_of(story, 80).ending, ENDING_UNKNOWN);
	assert_null(story->evidence->conversations);
}

static void conversation_is_not_heard_in_a_run_of_our_own(void **state)
{
	const uint16_t ports[] = {25, 0};
	struct story story;

	(void)state;
	story_begin(&story, ports, NULL);
	struct call call = dial(&story, 25);
	pass(&call, SIDE_SERVER, TCP_ACK, "554 no\r\n");
	assert_int_equal(signs_of(&story, 25).ending, ENDING_UNKNOWN);
	assert_null(signs_of(&story, 25).transcript);
	story_end(&story);
}

static void conversation_gives_up_the_oldest_and_counts_it(void **state)
{
	struct story *story = *state;
	struct call first = dial(story, 25);

	for (int i = 0; i < CONVERSATIONS; i++)
		dial(story, 25);
	assert_int_equal(story->evidence->evicted, 1);
	pass(&first, SIDE_SERVER, TCP_ACK, "554 no\r\n");
	assert_int_equal(signs_of(story, 25).failed, 0);
}

static void conversation_takes_half_a_clienthello_for_none(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 993);
	char hello[64] = "\x16\x03\x01\x01\x2c\x01\x01\x01\x28\x03\x03 and so on";

	/* Only the whole message is a ClientHello. */
	pass(&call, SIDE_CLIENT, TCP_ACK, hello);
	pass(&call, SIDE_SERVER, TCP_ACK | TCP_RST, "");
	assert_int_equal(signs_of(story, 993).ending, ENDING_UNKNOWN);
}

static void conversation_from_before_the_capture_is_noted(void **state)
{
	struct story *story = *state;
	struct call call = {.story = story, .probe = {.port = 993, .source_port = 50000}};

	pass(&call, SIDE_SERVER, TCP_ACK, "never seen opening");
	pass(&call, SIDE_CLIENT, TCP_ACK, "");
	assert_int_equal(story_endpoint(story, 993)->strays, 2);
	assert_int_equal(signs_of(story, 993).ending, ENDING_UNKNOWN);
}

static void conversation_of_a_client_port_is_no_server(void **state)
{
	struct story *story = *state;
	struct call call = {.story = story, .probe = {.port = 2525, .source_port = 50000}};

	pass(&call, SIDE_SERVER, TCP_ACK, "never seen opening");
	assert_int_equal(story->evidence->host_count, 0);
}

static void conversation_takes_no_forged_reset(void **state)
{
	struct story *story = *state;
	struct call call = dial(story, 25);

	call.sent[SIDE_SERVER] += 0x10000000;
	pass(&call, SIDE_SERVER, TCP_RST, "");
	call.sent[SIDE_SERVER] -= 0x10000000;
	pass(&call, SIDE_SERVER, TCP_ACK, "220 mx\r\n");
	assert_int_equal(signs_of(story, 25).ending, ENDING_SOUND);
}

/* A session up to the server's list, and what it answers to STARTTLS; then both leave. */
static void talk(struct story *story, uint16_t port, const char *list, const char *upgrade)
{
	struct call call = dial(story, port);

	pass(&call, SIDE_SERVER, TCP_ACK, "220 mx.example.net ESMTP\r\n");
	pass(&call, SIDE_CLIENT, TCP_ACK, "EHLO me\r\n");
	pass(&call, SIDE_SERVER, TCP_ACK, list);
	pass(&call, SIDE_CLIENT, TCP_ACK, "STARTTLS\r\n");
	pass(&call, SIDE_SERVER, TCP_ACK, upgrade);
	pass(&call, SIDE_CLIENT, TCP_ACK | TCP_FIN, "");
	pass(&call, SIDE_SERVER, TCP_ACK | TCP_FIN, "");
}

static void conversation_compares_the_ports_of_one_server(void **state)
{
	struct story *story = *state;

	talk(story, 587, "250-mx\r\n250 STARTTLS\r\n", "220 go\r\n");
	talk(story, 25, "250-mx\r\n250 STARTFOO\r\n", "502 what?\r\n");
	struct session_signs signs = signs_of(story, 25);

	assert_true(signs.offered_elsewhere);
	assert_true(signs.transcript->starttls_replaced);
	assert_true(signs.transcript->starttls_unknown);
	assert_false(signs_of(story, 587).offered_elsewhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			conversation_hears_the_greeting_of_an_open_call, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_reads_the_service_that_a_port_is_said_to_offer, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_reads_nothing_on_a_port_that_is_no_mail_service, begin,
			finish),
		cmocka_unit_test_setup_teardown(
			conversation_keeps_what_an_ended_call_showed, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_lets_the_majority_decide, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_is_silent_only_if_nothing_was_acknowledged, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_takes_retransmissions_once, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_is_no_matter_of_other_ports, begin, finish),
		cmocka_unit_test(conversation_is_not_heard_in_a_run_of_our_own),
		cmocka_unit_test_setup_teardown(
			conversation_gives_up_the_oldest_and_counts_it, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_from_before_the_capture_is_noted, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_of_a_client_port_is_no_server, begin, finish),
		cmocka_unit_test_setup_teardown(conversation_takes_no_forged_reset, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_takes_half_a_clienthello_for_none, begin, finish),
		cmocka_unit_test_setup_teardown(
			conversation_compares_the_ports_of_one_server, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
