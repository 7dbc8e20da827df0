/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"
#include "transfer.h"
#include "unit.h"

#include <string.h>

#define CLIENT_FIRST 1001U
#define SERVER_FIRST 5001U
#define NS_PER_MS    ((int64_t)1000000)

/* One connection, told segment by segment. */
struct call {
	struct transfer transfer;
	int64_t now_ns;
	uint16_t identifier;
	uint32_t sent[SESSION_SIDES]; /* next sequence number of each */
	uint16_t window;
	uint8_t server_hops;
};

static struct call dial(void)
{
	struct call call = {.now_ns = 1000 * NS_PER_MS,
		.sent = {CLIENT_FIRST, SERVER_FIRST},
		.window = 500,
		.server_hops = 62};
	struct transfer_opening syn_ack = {.time_ns = call.now_ns,
		.sequence = SERVER_FIRST - 1,
		.acknowledgement = CLIENT_FIRST,
		.round_trip_us = 100,
		.hop_limit = 62};

	transfer_begin(&call.transfer, 1, &syn_ack);
	return call;
}

static void wait_ms(struct call *call, int64_t ms)
{
	call->now_ns += ms * NS_PER_MS;
}

static struct frame frame_of(struct call *call, enum session_side side, uint32_t sequence)
{
	enum session_side other = side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;

	wait_ms(call, 1);
	return (struct frame){.time_ns = call->now_ns,
		.kind = FRAME_TCP,
		.hop_limit = side == SIDE_SERVER ? call->server_hops : 64,
		.identifier = ++call->identifier,
		.tcp = {.flags = TCP_ACK,
			.sequence = sequence,
			.acknowledgement = call->sent[other],
			.window = call->window}};
}

static void pass_at(struct call *call, enum session_side side, uint32_t sequence, uint32_t bytes)
{
	struct frame frame = frame_of(call, side, sequence);

	frame.tcp.payload = bytes;
	assert_true(transfer_add(&call->transfer, side, &frame));
	if ((int32_t)(sequence + bytes - call->sent[side]) > 0)
		call->sent[side] = sequence + bytes;
}

static void pass(struct call *call, enum session_side side, uint32_t bytes)
{
	pass_at(call, side, call->sent[side], bytes);
}

static void say(struct call *call, enum session_side side, const char *text)
{
	struct frame frame = frame_of(call, side, call->sent[side]);

	frame.tcp.payload = frame.tcp.data_captured = (uint32_t)strlen(text);
	frame.tcp.data = (const uint8_t *)text;
	transfer_add(&call->transfer, side, &frame);
	call->sent[side] += frame.tcp.payload;
}

static void signal_with(struct call *call, enum session_side side, uint8_t flags)
{
	struct frame frame = frame_of(call, side, call->sent[side]);

	frame.tcp.flags = flags;
	if (flags & TCP_RST)
		frame.tcp.acknowledgement = frame.tcp.window = 0;
	transfer_add(&call->transfer, side, &frame);
}

/* Up to what was sent so far less so many bytes. */
static void acknowledge_but(struct call *call, enum session_side side, uint32_t bytes)
{
	struct frame frame = frame_of(call, side, call->sent[side]);

	frame.tcp.acknowledgement -= bytes;
	transfer_add(&call->transfer, side, &frame);
}

static void acknowledge(struct call *call, enum session_side side)
{
	acknowledge_but(call, side, 0);
}

static struct transfer_signs signs_of(const struct call *call)
{
	struct transfer_signs signs = {.bytes = 0};

	transfer_sum(&signs, &call->transfer);
	return signs;
}

static struct call greeted(void)
{
	struct call call = dial();

	acknowledge(&call, SIDE_CLIENT);
	say(&call, SIDE_SERVER, "220 mx\r\n");
	acknowledge(&call, SIDE_CLIENT);
	return call;
}

static void transfer_counts_what_is_sent_again(void **state)
{
	struct call call = greeted();

	(void)state;
	pass(&call, SIDE_CLIENT, 1000);
	pass(&call, SIDE_CLIENT, 1000);
	pass_at(&call, SIDE_CLIENT, CLIENT_FIRST, 1000);
	acknowledge(&call, SIDE_SERVER);
	struct transfer_signs signs = signs_of(&call);
	assert_int_equal(signs.repeats, 1);
	assert_int_equal(signs.segments, 4); /* the greeting is one */
	assert_int_equal(signs.bytes, 2008);
}

static void transfer_takes_no_keepalive_for_data(void **state)
{
	struct call call = greeted();

	(void)state;
	pass(&call, SIDE_CLIENT, 1000);
	acknowledge(&call, SIDE_SERVER);
	pass_at(&call, SIDE_CLIENT, call.sent[SIDE_CLIENT] - 1, 1);
	assert_int_equal(signs_of(&call).repeats, 0);
}

static void transfer_drops_what_was_captured_twice(void **state)
{
	struct call call = greeted();
	struct frame frame = frame_of(&call, SIDE_CLIENT, CLIENT_FIRST);

	(void)state;
	frame.tcp.payload = 1000;
	assert_true(transfer_add(&call.transfer, SIDE_CLIENT, &frame));
	frame.time_ns += 20000;
	assert_false(transfer_add(&call.transfer, SIDE_CLIENT, &frame));
	frame.identifier++;
	assert_true(transfer_add(&call.transfer, SIDE_CLIENT, &frame));
	assert_int_equal(signs_of(&call).repeats, 1);
}

static void transfer_sees_first_copies_that_are_missing(void **state)
{
	struct call call = greeted();
	uint32_t missing = call.sent[SIDE_CLIENT];

	(void)state;
	call.sent[SIDE_CLIENT] += 1000;
	pass(&call, SIDE_CLIENT, 1000);
	pass_at(&call, SIDE_CLIENT, missing, 1000);
	assert_int_equal(call.transfer.sides[SIDE_CLIENT].fills, 1);
	assert_int_equal(call.transfer.sides[SIDE_CLIENT].repeats, 0);
	pass_at(&call, SIDE_CLIENT, missing, 1000);
	assert_int_equal(call.transfer.sides[SIDE_CLIENT].repeats, 1);
}

static void transfer_sees_acknowledgements_of_what_was_not_captured(void **state)
{
	struct call call = greeted();

	(void)state;
	call.sent[SIDE_CLIENT] += 3000;
	acknowledge(&call, SIDE_SERVER);
	assert_int_equal(call.transfer.sides[SIDE_CLIENT].unseen, 1);
}

static void transfer_adds_up_how_long_windows_were_closed(void **state)
{
	struct call call = greeted();

	(void)state;
	for (int i = 0; i < 3; i++) {
		pass(&call, SIDE_CLIENT, 1000);
		call.window = 0;
		acknowledge(&call, SIDE_SERVER);
		wait_ms(&call, 999);
		call.window = 500;
		acknowledge(&call, SIDE_SERVER);
	}
	assert_true(signs_of(&call).stalled_s > 2.99 && signs_of(&call).stalled_s < 3.01);
}

static void transfer_takes_no_reset_for_a_closed_window(void **state)
{
	struct call call = greeted();

	(void)state;
	pass(&call, SIDE_CLIENT, 1000);
	signal_with(&call, SIDE_SERVER, TCP_RST | TCP_ACK);
	wait_ms(&call, 5000);
	acknowledge(&call, SIDE_SERVER);
	assert_true(signs_of(&call).stalled_s == 0);
}

static void transfer_dies_of_a_rest_that_nothing_answers_after(void **state)
{
	struct call call = greeted();

	(void)state;
	wait_ms(&call, 60000);
	pass(&call, SIDE_CLIENT, 6);
	acknowledge(&call, SIDE_SERVER);
	wait_ms(&call, 300000);
	pass(&call, SIDE_CLIENT, 6);
	for (int i = 0; i < 3; i++)
		pass_at(&call, SIDE_CLIENT, call.sent[SIDE_CLIENT] - 6, 6);
	struct transfer_signs signs = signs_of(&call);
	assert_int_equal(signs.cut_silent, 1);
	assert_true(signs.survived_s > 59 && signs.survived_s < 61);
	assert_true(signs.cut_s > 299 && signs.cut_s < 301);
	acknowledge(&call, SIDE_SERVER); /* alive after all */
	assert_int_equal(signs_of(&call).cut_silent, 0);
}

static void transfer_is_reset_after_a_rest(void **state)
{
	struct call call = greeted();

	(void)state;
	wait_ms(&call, 10000);
	pass(&call, SIDE_CLIENT, 6);
	call.server_hops = 64;
	signal_with(&call, SIDE_SERVER, TCP_RST);
	struct transfer_signs signs = signs_of(&call);
	assert_int_equal(signs.cut_reset, 1);
	assert_int_equal(signs.reset, 0);
	assert_true(signs.reset_is_foreign);
}

static void transfer_is_reset_midway_by_what_was_said_last(void **state)
{
	static const struct {
		const char *said;
		enum transfer_trigger trigger;
	} rows[] = {
		{"STARTTLS\r\n", TRIGGER_STARTTLS},
		{"DATA\r\n", TRIGGER_DATA},
		{"NOOP\r\n", TRIGGER_OTHER},
		{"\x16\x03\x01\x02\x01\x01", TRIGGER_HELLO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct call call = greeted();
		say(&call, SIDE_CLIENT, rows[i].said);
		signal_with(&call, SIDE_SERVER, TCP_RST | TCP_ACK);
		struct transfer_signs signs = signs_of(&call);
		assert_int_equal(signs.reset, 1);
		assert_int_equal(signs.reset_at[rows[i].trigger], 1);
		assert_false(signs.reset_is_foreign);
	}
}

static void transfer_may_be_reset_by_a_server_whose_client_goes(void **state)
{
	struct call quits = greeted(), leaves = greeted(), closed = greeted();

	(void)state;
	say(&quits, SIDE_CLIENT, "QUIT\r\n");
	signal_with(&quits, SIDE_SERVER, TCP_RST);
	signal_with(&leaves, SIDE_CLIENT, TCP_FIN | TCP_ACK);
	signal_with(&leaves, SIDE_SERVER, TCP_RST);
	signal_with(&closed, SIDE_SERVER, TCP_FIN | TCP_ACK);
	signal_with(&closed, SIDE_SERVER, TCP_RST);
	assert_int_equal(signs_of(&quits).reset, 0);
	assert_int_equal(signs_of(&leaves).reset, 0);
	assert_int_equal(signs_of(&closed).reset, 0);
}

static void transfer_hears_a_server_contradict_its_reset(void **state)
{
	struct call call = greeted();

	(void)state;
	say(&call, SIDE_CLIENT, "NOOP\r\n");
	signal_with(&call, SIDE_SERVER, TCP_RST);
	pass(&call, SIDE_SERVER, 8);
	assert_int_equal(signs_of(&call).contradicted, 0); /* it may have been under way */
	wait_ms(&call, 200);
	pass_at(&call, SIDE_SERVER, call.sent[SIDE_SERVER] - 8, 8);
	assert_int_equal(signs_of(&call).contradicted, 1);
}

static void transfer_hangs_on_large_segments_that_nobody_acknowledges(void **state)
{
	struct call call = greeted();
	uint32_t first = call.sent[SIDE_CLIENT];

	(void)state;
	pass(&call, SIDE_CLIENT, 1448);
	pass(&call, SIDE_CLIENT, 500);
	for (int i = 0; i < 5; i++) {
		wait_ms(&call, 1000);
		pass_at(&call, SIDE_CLIENT, first, 1448);
	}
	assert_int_equal(signs_of(&call).untaken, 0); /* all is silent: that may be an outage */
	acknowledge_but(&call, SIDE_SERVER, 1948);
	assert_int_equal(signs_of(&call).untaken, 1);
	acknowledge(&call, SIDE_SERVER);
	assert_int_equal(signs_of(&call).untaken, 0);
}

static void transfer_tells_whether_hops_change_after_the_syn_ack(void **state)
{
	struct call same = greeted(), other = dial();

	(void)state;
	other.server_hops = 61;
	say(&other, SIDE_SERVER, "220 mx\r\n");
	assert_int_equal(signs_of(&same).hops_kept, 1);
	assert_int_equal(signs_of(&other).hops_changed, 1);
	other.server_hops = 60;
	pass(&other, SIDE_SERVER, 10);
	assert_int_equal(signs_of(&other).hops_changed, 0); /* nothing that can be relied on */
}

static void transfer_is_bulk_by_what_one_side_sent(void **state)
{
	struct call call = greeted();

	(void)state;
	for (int i = 0; i < 40; i++) {
		pass(&call, SIDE_CLIENT, 1000);
		acknowledge(&call, SIDE_SERVER);
	}
	assert_true(transfer_is_bulk(&call.transfer, SIDE_CLIENT));
	assert_false(transfer_is_bulk(&call.transfer, SIDE_SERVER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transfer_counts_what_is_sent_again),
		cmocka_unit_test(transfer_takes_no_keepalive_for_data),
		cmocka_unit_test(transfer_drops_what_was_captured_twice),
		cmocka_unit_test(transfer_sees_first_copies_that_are_missing),
		cmocka_unit_test(transfer_sees_acknowledgements_of_what_was_not_captured),
		cmocka_unit_test(transfer_adds_up_how_long_windows_were_closed),
		cmocka_unit_test(transfer_takes_no_reset_for_a_closed_window),
		cmocka_unit_test(transfer_dies_of_a_rest_that_nothing_answers_after),
		cmocka_unit_test(transfer_is_reset_after_a_rest),
		cmocka_unit_test(transfer_is_reset_midway_by_what_was_said_last),
		cmocka_unit_test(transfer_may_be_reset_by_a_server_whose_client_goes),
		cmocka_unit_test(transfer_hears_a_server_contradict_its_reset),
		cmocka_unit_test(transfer_hangs_on_large_segments_that_nobody_acknowledges),
		cmocka_unit_test(transfer_tells_whether_hops_change_after_the_syn_ack),
		cmocka_unit_test(transfer_is_bulk_by_what_one_side_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
