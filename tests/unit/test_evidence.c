/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"
#include "unit.h"

#include <errno.h>

static const uint16_t asked[] = {25, 587, 0};
static const uint16_t controls[] = {443, 0};

static int begin(void **state)
{
	static struct story story;

	story_begin(&story, asked, controls);
	*state = &story;
	return 0;
}

static int end(void **state)
{
	story_end(*state);
	return 0;
}

static const struct exchange *only_exchange(const struct story *story, uint16_t port)
{
	const struct endpoint *endpoint = story_endpoint(story, port);

	assert_int_equal(endpoint->exchange_count, 1);
	return &endpoint->exchanges[0];
}

static void evidence_joins_a_syn_ack_to_its_syn(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	assert_int_equal(story_syn_ack(story, probe).kind, ROLE_ANSWER);
	assert_non_null(exchange_answer(only_exchange(story, 25), ANSWER_SYN_ACK));
}

static void evidence_ignores_answers_with_a_wrong_acknowledgement(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);
	static const uint8_t kinds[] = {TCP_SYN | TCP_ACK, TCP_RST | TCP_ACK};

	for (size_t i = 0; i < 2; i++) {
		struct frame forged = story_frame(story, probe, true);
		forged.tcp.flags = kinds[i];
		forged.tcp.acknowledgement = probe.sequence + 77;
		assert_int_equal(story_fold(story, &forged).kind, ROLE_ANOMALY);
	}
	assert_false(exchange_answered(only_exchange(story, 25)));
	assert_int_equal(story_endpoint(story, 25)->anomalies, 2);
}

static void evidence_ignores_a_syn_ack_that_acknowledges_the_sequence_itself(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);
	struct frame forged = story_frame(story, probe, true);

	forged.tcp.flags = TCP_SYN | TCP_ACK;
	forged.tcp.acknowledgement = probe.sequence;
	assert_int_equal(story_fold(story, &forged).kind, ROLE_ANOMALY);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static void evidence_ignores_a_reset_without_acknowledgement(void **state)
{
	struct story *story = *state;
	struct frame forged = story_frame(story, story_syn(story, 25), true);

	forged.tcp.flags = TCP_RST;
	assert_int_equal(story_fold(story, &forged).kind, ROLE_ANOMALY);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static void evidence_accepts_a_reset_that_acknowledges_the_sequence_itself(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);
	struct frame reset = story_frame(story, probe, true);

	reset.tcp.flags = TCP_RST | TCP_ACK;
	reset.tcp.acknowledgement = probe.sequence;
	assert_int_equal(story_fold(story, &reset).kind, ROLE_ANSWER);
}

static void evidence_counts_answers_to_probes_never_sent_as_anomalies(void **state)
{
	struct story *story = *state;
	struct story_probe never = {.port = 25, .source_port = 999, .sequence = 5};

	assert_int_equal(story_syn_ack(story, never).kind, ROLE_ANOMALY);
	assert_int_equal(story_endpoint(story, 25)->exchange_count, 0);
}

static void evidence_joins_an_icmp_error_by_its_quote(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	assert_int_equal(story_icmp(story, probe, 3, 13).kind, ROLE_ANSWER);
	const struct answer *answer = exchange_answer(only_exchange(story, 25), ANSWER_ICMP);
	assert_non_null(answer);
	assert_int_equal(answer->icmp_code, 13);
}

static void evidence_ignores_an_icmp_error_that_quotes_another_sequence(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	probe.sequence++;
	assert_int_equal(story_icmp(story, probe, 3, 13).kind, ROLE_ANOMALY);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static void evidence_ignores_an_icmp_error_that_quotes_another_port(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	probe.source_port ^= 1;
	assert_int_equal(story_icmp(story, probe, 3, 13).kind, ROLE_ANOMALY);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static struct frame icmp_about(struct story *story, struct story_probe probe)
{
	struct frame error = story_frame(story, probe, true);

	error.kind = FRAME_ICMP_ERROR;
	error.icmp = (struct frame_icmp){.type = 3,
		.code = 13,
		.quote = {.addressed = true,
			.has_ports = true,
			.has_sequence = true,
			.protocol = 6,
			.source_port = probe.source_port,
			.destination_port = probe.port,
			.sequence = probe.sequence,
			.source = error.destination,
			.destination = error.source}};
	return error;
}

static void evidence_ignores_an_icmp_error_whose_quote_ends_early(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);
	struct frame errors[] = {
		icmp_about(story, probe), icmp_about(story, probe), icmp_about(story, probe)};

	errors[0].icmp.quote.has_sequence = false;
	errors[1].icmp.quote.has_ports = false;
	errors[2].icmp.quote.addressed = false;
	for (size_t i = 0; i < 3; i++)
		assert_int_not_equal(story_fold(story, &errors[i]).kind, ROLE_ANSWER);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static void evidence_ignores_an_icmp_error_about_another_protocol(void **state)
{
	struct story *story = *state;
	struct frame error = icmp_about(story, story_syn(story, 25));

	error.icmp.quote.protocol = 17;
	assert_int_equal(story_fold(story, &error).kind, ROLE_OTHER);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static void evidence_takes_fragmentation_needed_for_no_answer(void **state)
{
	struct story *story = *state;

	story_icmp(story, story_syn(story, 25), 3, 4);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static void evidence_keeps_all_answers_of_one_probe(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	story_reset(story, probe);
	story_wait(story, 5);
	story_syn_ack(story, probe);
	const struct exchange *exchange = only_exchange(story, 25);
	assert_non_null(exchange_answer(exchange, ANSWER_RESET));
	assert_non_null(exchange_answer(exchange, ANSWER_SYN_ACK));
}

static void evidence_bounds_the_answers_of_one_probe(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	for (int i = 0; i < 20; i++) {
		story_wait(story, 5);
		story_reset(story, probe);
	}
	assert_int_equal(only_exchange(story, 25)->answer_count, EXCHANGE_ANSWERS);
	assert_int_equal(only_exchange(story, 25)->answers_more, 20 - EXCHANGE_ANSWERS);
}

static void evidence_counts_a_flood_of_answers_without_wrapping(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	for (int i = 0; i < 256 + EXCHANGE_ANSWERS; i++) {
		story_wait(story, 5);
		story_syn_ack(story, probe);
	}
	assert_int_equal(only_exchange(story, 25)->answers_more, 255);
}

static void evidence_counts_a_twice_captured_answer_once(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	story_syn_ack(story, probe);
	struct frame copy = story_frame(story, probe, true);
	copy.time_ns -= 900000;
	copy.tcp.flags = TCP_SYN | TCP_ACK;
	copy.tcp.sequence = STORY_SEQUENCE;
	copy.tcp.acknowledgement = probe.sequence + 1;
	story_fold(story, &copy);
	assert_int_equal(only_exchange(story, 25)->answer_count, 1);
	copy.tcp.sequence++;
	copy.time_ns = story->now_ns;
	story_fold(story, &copy);
	assert_int_equal(only_exchange(story, 25)->answer_count, 2);
}

static void evidence_keeps_an_answer_that_a_flood_of_others_precedes(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	for (int i = 0; i < 2 * EXCHANGE_ANSWERS; i++) {
		story_wait(story, 5);
		story_reset(story, probe);
	}
	story_syn_ack(story, probe);
	story_icmp(story, probe, 3, 13);
	for (int kind = ANSWER_SYN_ACK; kind <= ANSWER_ICMP; kind++)
		assert_non_null(exchange_answer(only_exchange(story, 25), (enum answer_kind)kind));
}

/* A segment of a connection that is open already. */
static void later(struct story *story, struct story_probe probe, struct frame_tcp tcp, uint8_t hops)
{
	struct frame frame = story_frame(story, probe, tcp.source_port == probe.port);

	tcp.destination_port = frame.tcp.destination_port;
	tcp.source_port = frame.tcp.source_port;
	frame.tcp = tcp;
	frame.hop_limit = hops;
	story_fold(story, &frame);
}

static struct story_probe opened(struct story *story)
{
	struct story_probe probe = story_syn(story, 25);

	story_syn_ack(story, probe);
	later(story, probe,
		(struct frame_tcp){.flags = TCP_ACK,
			.sequence = probe.sequence + 1,
			.acknowledgement = STORY_SEQUENCE + 1},
		64);
	return probe;
}

static void evidence_notes_what_follows_a_handshake(void **state)
{
	struct story *story = *state;
	struct story_probe probe = opened(story);
	struct frame_tcp data = {
		.source_port = 25, .flags = TCP_ACK, .sequence = STORY_SEQUENCE + 1, .payload = 20};

	later(story, probe, data, 61);
	assert_int_equal(only_exchange(story, 25)->after.hop_limit, 61);
	assert_false(only_exchange(story, 25)->after.hop_limit_varies);
	later(story, probe, data, 60);
	assert_true(only_exchange(story, 25)->after.hop_limit_varies);
	assert_false(only_exchange(story, 25)->after.contradicted);
}

static void evidence_notes_a_host_that_goes_on_after_its_reset(void **state)
{
	struct story *story = *state;
	struct story_probe probe = opened(story);
	struct frame_tcp reset = {.source_port = 25,
		.flags = TCP_RST | TCP_ACK,
		.sequence = STORY_SEQUENCE + 21,
		.acknowledgement = probe.sequence + 1};
	struct frame_tcp data = {
		.source_port = 25, .flags = TCP_ACK, .sequence = STORY_SEQUENCE + 1, .payload = 20};

	later(story, probe, reset, 62);
	assert_int_equal(only_exchange(story, 25)->after.reset_hop_limit, 62);
	later(story, probe, data, 61); /* overtaken on the way */
	assert_false(only_exchange(story, 25)->after.contradicted);
	data.sequence += 20;
	later(story, probe, data, 61);
	assert_true(only_exchange(story, 25)->after.contradicted);
	assert_int_equal(only_exchange(story, 25)->answer_count, 1);
}

static void evidence_counts_a_twice_captured_syn_once(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);
	struct frame copy = story_frame(story, probe, false);

	copy.time_ns -= 900000;
	copy.tcp.flags = TCP_SYN;
	copy.tcp.sequence = probe.sequence;
	story_fold(story, &copy);
	only_exchange(story, 25);
}

static void evidence_counts_a_syn_once_that_was_captured_in_two_places(void **state)
{
	static const struct {
		uint16_t identifier;
		uint8_t hop_limit;
		double later_ms;
		size_t exchanges;
	} cases[] = {
		{0, 62, 40, 1},   /* routers lie between them */
		{77, 64, 40, 1},  /* none does, but it is the same by its number */
		{0, 64, 40, 2},   /* nothing tells it from another */
		{77, 64, 400, 2}, /* so late a sender may have begun its numbers anew */
		{0, 62, 400, 2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct story *story = *state;

		story_end(story);
		story_begin(story, NULL, NULL);
		struct frame syn = story_frame(
			story, (struct story_probe){.port = 25, .source_port = 40000}, false);

		syn.tcp.flags = TCP_SYN;
		syn.tcp.sequence = 7;
		syn.identifier = cases[i].identifier;
		story_fold(story, &syn);
		story_wait(story, cases[i].later_ms);
		syn.time_ns = story->now_ns;
		syn.hop_limit = cases[i].hop_limit;
		story_fold(story, &syn);
		assert_int_equal(story_endpoint(story, 25)->exchange_count, cases[i].exchanges);
	}
}

static void evidence_takes_a_repeated_syn_for_a_probe_of_its_own(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	story_wait(story, 1000);
	story_syn_again(story, probe);
	story_syn_ack(story, probe);
	const struct endpoint *endpoint = story_endpoint(story, 25);
	assert_int_equal(endpoint->exchange_count, 2);
	assert_false(exchange_answered(&endpoint->exchanges[0]));
	assert_true(endpoint->exchanges[1].repeated);
	assert_true(exchange_answered(&endpoint->exchanges[1]));
}

static void evidence_sees_a_kernel_ignore_its_answer(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	story_syn_ack(story, probe);
	story_wait(story, 1000);
	story_syn_again(story, probe);
	assert_true(story_endpoint(story, 25)->exchanges[1].ignored_answer);
}

static void evidence_notes_when_our_reset_closed_a_probe(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn(story, 25);

	story_syn_ack(story, probe);
	assert_int_equal(story_close(story, probe).kind, ROLE_CLOSING);
	assert_true(only_exchange(story, 25)->closed_ns > 0);
}

static void evidence_takes_a_bare_ack_for_stale_state(void **state)
{
	struct story *story = *state;
	struct frame ack = story_frame(story, story_syn(story, 25), true);

	ack.tcp.flags = TCP_ACK;
	story_fold(story, &ack);
	assert_int_equal(story_endpoint(story, 25)->stale_acks, 1);
	assert_false(exchange_answered(only_exchange(story, 25)));
}

static void evidence_leaves_out_ports_that_are_no_targets(void **state)
{
	struct story *story = *state;
	struct story_probe probe = {.port = 8080, .source_port = 1234, .sequence = 9};
	struct frame syn = story_frame(story, probe, false);

	syn.tcp.flags = TCP_SYN;
	assert_int_equal(story_fold(story, &syn).kind, ROLE_OTHER);
	assert_null(story_endpoint(story, 8080));
}

static void evidence_bounds_the_probes_of_one_port(void **state)
{
	struct story *story = *state;
	struct frame syn = story_frame(story, (struct story_probe){.port = 25}, false);

	syn.tcp.flags = TCP_SYN;
	for (unsigned i = 0; i < EVIDENCE_EXCHANGES + 10; i++) {
		syn.tcp.source_port = (uint16_t)i;
		syn.time_ns += 2000000;
		story_fold(story, &syn);
	}
	assert_int_equal(story_endpoint(story, 25)->exchange_count, EVIDENCE_EXCHANGES);
	assert_int_equal(story->evidence->overflow, 10);
}

static void evidence_forgets_a_probe_given_up_once_it_is_seen(void **state)
{
	struct story *story = *state;
	struct fact fact = {.kind = FACT_NOT_SEEN,
		.time_ns = story->now_ns,
		.sequence = 0x1000U * (story->next_port + 1U),
		.flow = {.destination = story_address(STORY_HOST), .destination_port = 25}};

	evidence_add_fact(story->evidence, &fact);
	assert_int_equal(story_endpoint(story, 25)->refused_count, 1);
	story_syn(story, 25);
	assert_int_equal(story_endpoint(story, 25)->refused_count, 0);
}

static void evidence_keeps_what_the_kernel_said_of_a_write(void **state)
{
	struct story *story = *state;

	story_fact(story, FACT_WRITE_ERROR, 587, EPERM);
	assert_int_equal(story_endpoint(story, 587)->refused[0].error, EPERM);
}

static void evidence_counts_who_asks_for_the_next_hop(void **state)
{
	struct story *story = *state;
	struct frame ask = {.time_ns = story->now_ns,
		.kind = FRAME_NEIGHBOUR_ASK,
		.source = story_address(STORY_HERE),
		.neighbour = story_address(STORY_HOP)};
	struct frame other = ask;

	other.neighbour = story_address("203.0.113.77");
	assert_int_equal(story_fold(story, &ask).kind, ROLE_NEIGHBOUR);
	assert_int_equal(story_fold(story, &other).kind, ROLE_OTHER);
	assert_int_equal(story_host(story)->neighbour_asked, 1);
	assert_int_equal(story_host(story)->neighbour_told, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* Pieces are skipped until the last one shows that they were of use. */
static void evidence_skips_only_the_pieces_that_were_never_put_together(void **state)
{
	struct story *story = *state;
	struct frame frame = story_frame(story, story_syn(story, 25), false);

	for (int i = 0; i < 4; i++)
		evidence_add_skipped(story->evidence, FRAME_FRAGMENT);
	frame.pieces = 3;
	story_fold(story, &frame);
	assert_int_equal(story->evidence->skipped[FRAME_FRAGMENT], 2);
	assert_int_equal(story->evidence->packets, 6);
	frame.pieces = 9;
	story_fold(story, &frame);
	assert_int_equal(story->evidence->skipped[FRAME_FRAGMENT], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(evidence_joins_a_syn_ack_to_its_syn),
		TEST(evidence_ignores_answers_with_a_wrong_acknowledgement),
		TEST(evidence_ignores_a_syn_ack_that_acknowledges_the_sequence_itself),
		TEST(evidence_ignores_a_reset_without_acknowledgement),
		TEST(evidence_accepts_a_reset_that_acknowledges_the_sequence_itself),
		TEST(evidence_counts_answers_to_probes_never_sent_as_anomalies),
		TEST(evidence_joins_an_icmp_error_by_its_quote),
		TEST(evidence_ignores_an_icmp_error_that_quotes_another_sequence),
		TEST(evidence_ignores_an_icmp_error_that_quotes_another_port),
		TEST(evidence_ignores_an_icmp_error_whose_quote_ends_early),
		TEST(evidence_ignores_an_icmp_error_about_another_protocol),
		TEST(evidence_takes_fragmentation_needed_for_no_answer),
		TEST(evidence_keeps_all_answers_of_one_probe),
		TEST(evidence_bounds_the_answers_of_one_probe),
		TEST(evidence_counts_a_flood_of_answers_without_wrapping),
		TEST(evidence_counts_a_twice_captured_answer_once),
		TEST(evidence_keeps_an_answer_that_a_flood_of_others_precedes),
		TEST(evidence_notes_what_follows_a_handshake),
		TEST(evidence_notes_a_host_that_goes_on_after_its_reset),
		TEST(evidence_counts_a_twice_captured_syn_once),
		TEST(evidence_counts_a_syn_once_that_was_captured_in_two_places),
		TEST(evidence_takes_a_repeated_syn_for_a_probe_of_its_own),
		TEST(evidence_sees_a_kernel_ignore_its_answer),
		TEST(evidence_notes_when_our_reset_closed_a_probe),
		TEST(evidence_takes_a_bare_ack_for_stale_state),
		TEST(evidence_leaves_out_ports_that_are_no_targets),
		TEST(evidence_bounds_the_probes_of_one_port),
		TEST(evidence_forgets_a_probe_given_up_once_it_is_seen),
		TEST(evidence_keeps_what_the_kernel_said_of_a_write),
		TEST(evidence_counts_who_asks_for_the_next_hop),
		TEST(evidence_skips_only_the_pieces_that_were_never_put_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
