/* SPDX-License-Identifier: BSD-2-Clause */
#include "figures.h"
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

static struct figures figures_for(struct story *story, uint16_t port)
{
	return figures_of(
		story->evidence, story_host(story), story_endpoint(story, port), story->now_ns);
}

static void answer(struct story *story, uint16_t port)
{
	struct story_probe probe = story_syn(story, port);

	story_syn_ack(story, probe);
	story_close(story, probe);
}

/* One round: a control that answers, the port that does not, the control again. */
static void silent_round(struct story *story, uint16_t port)
{
	answer(story, 443);
	story_syn(story, port);
	answer(story, 443);
	story_wait(story, 200);
}

static void silence_is_certain_after_seven_rounds_with_controls(void **state)
{
	struct story *story = *state;

	for (int round = 0; round < 7; round++)
		silent_round(story, 25);
	story_wait(story, 400);
	struct figures figures = figures_for(story, 25);
	assert_int_equal(figures.silence.misses, 7);
	assert_true(figures.silence.certain);
}

static void silence_is_not_certain_after_six_rounds(void **state)
{
	struct story *story = *state;

	for (int round = 0; round < 6; round++)
		silent_round(story, 25);
	story_wait(story, 400);
	assert_false(figures_for(story, 25).silence.certain);
}

static void silence_during_an_outage_counts_for_nothing(void **state)
{
	struct story *story = *state;

	answer(story, 443);
	story_wait(story, 3000);
	for (int round = 0; round < 8; round++) {
		story_syn(story, 443);
		story_syn(story, 25);
		story_syn(story, 443);
		story_wait(story, 200);
	}
	story_wait(story, 400);
	struct figures figures = figures_for(story, 25);
	assert_int_equal(figures.silence.misses, 0);
	assert_int_equal(figures.silence.uncovered, 8);
}

static void silence_counts_a_burst_of_probes_once(void **state)
{
	struct story *story = *state;

	answer(story, 443);
	for (int i = 0; i < 16; i++)
		story_syn(story, 25);
	answer(story, 443);
	story_wait(story, 400);
	assert_int_equal(figures_for(story, 25).silence.misses, 1);
}

static void silence_needs_more_rounds_where_controls_are_lost(void **state)
{
	struct story *story = *state;

	for (int round = 0; round < 7; round++) {
		answer(story, 443);
		story_syn(story, 25);
		story_syn(story, 443);
		story_wait(story, 200);
	}
	story_wait(story, 400);
	struct figures figures = figures_for(story, 25);
	assert_int_equal(figures.silence.misses, 7);
	assert_false(figures.silence.certain);
}

static void figures_hold_a_probe_open_until_its_answer_is_overdue(void **state)
{
	struct story *story = *state;

	answer(story, 443);
	story_syn(story, 25);
	story_wait(story, 100);
	assert_int_equal(figures_for(story, 25).counts.unanswered, 0);
	story_wait(story, 300);
	assert_int_equal(figures_for(story, 25).counts.unanswered, 1);
}

static void figures_count_an_answer_to_the_second_syn_ack_as_late(void **state)
{
	struct story *story = *state;

	answer(story, 443);
	struct story_probe probe = story_syn(story, 25);
	story_wait(story, 1000);
	story_syn_ack(story, probe);
	struct figures figures = figures_for(story, 25);
	assert_int_equal(figures.late_answers, 1);
	assert_int_equal(figures.loss.missing, 1);
	assert_int_equal(figures.counts.syn_acks, 1);
}

static void figures_leave_sweeps_out_of_the_counts(void **state)
{
	struct story *story = *state;
	struct story_probe probe = story_syn_hops(story, 25, 1);

	story_icmp(story, probe, 11, 0);
	struct figures figures = figures_for(story, 25);
	assert_int_equal(figures.counts.probes, 0);
	assert_int_equal(figures.host.path_answers, 1);
	assert_false(figures.icmp.present);
}

static void figures_place_the_gateway_at_the_first_hop(void **state)
{
	struct story *story = *state;

	story_icmp(story, story_syn(story, 25), 3, 13);
	assert_int_equal(figures_for(story, 25).icmp.hops, 1);
}

static void figures_see_that_nothing_left_though_it_was_written(void **state)
{
	struct story *story = *state;

	story_fact(story, FACT_NOT_SEEN, 25, 0);
	story_fact(story, FACT_NOT_SEEN, 25, 0);
	struct figures figures = figures_for(story, 25);
	assert_int_equal(figures.local.never_left, 2);
	assert_int_equal(figures.local.left, 0);
}

static void figures_see_the_syn_of_a_connect_that_failed(void **state)
{
	struct story *story = *state;
	struct story_probe own = story_syn(story, 25);
	struct fact fact = {.kind = FACT_CONNECT,
		.time_ns = story->now_ns,
		.error = EACCES,
		.flow = {.source = story_address(STORY_HERE),
			.destination = story_address(STORY_HOST),
			.source_port = own.source_port,
			.destination_port = 25}};

	evidence_add_fact(story->evidence, &fact);
	struct figures figures = figures_of(
		story->evidence, story_host(story), story_endpoint(story, 25), story->now_ns);
	assert_true(figures.local.connect_left);
	assert_false(figures.local.connect_answered);
}

static void figures_tell_a_silent_neighbour_from_a_filter(void **state)
{
	struct story *story = *state;

	for (int i = 0; i < 3; i++) {
		struct frame ask = {.time_ns = story->now_ns,
			.kind = FRAME_NEIGHBOUR_ASK,
			.neighbour = story_address(STORY_HOP)};
		story_fold(story, &ask);
	}
	story_fact(story, FACT_NOT_SEEN, 25, 0);
	assert_true(figures_for(story, 25).local.neighbour_silent);
}

static void loss_of_a_lossy_port_leaves_the_others_alone(void **state)
{
	struct story *story = *state;

	for (int i = 0; i < 30; i++) {
		answer(story, 443);
		answer(story, 587);
		if (i % 2 == 0)
			answer(story, 25);
		else
			story_syn(story, 25);
		story_wait(story, 20);
	}
	story_wait(story, 400);
	assert_true(figures_for(story, 25).loss.stands_out);
	struct figures healthy = figures_for(story, 587);
	assert_false(healthy.loss.stands_out);
	assert_int_equal(healthy.loss.control_missing, 0);
}

/* One who is heard going on with his connection has heard the answer. */
static void go_on(struct story *story, struct story_probe probe)
{
	struct frame frame = story_frame(story, probe, false);

	frame.tcp.flags = TCP_ACK;
	frame.tcp.sequence = probe.sequence + 1;
	frame.tcp.acknowledgement = 77;
	story_fold(story, &frame);
}

static void answers_that_a_capture_of_one_direction_lacks_are_not_missing(void **state)
{
	struct story *story = *state;

	story_end(story);
	story_begin(story, NULL, NULL);
	for (int round = 0; round < 8; round++) {
		answer(story, 587);
		go_on(story, story_syn(story, 25));
		story_wait(story, 2000);
	}
	struct figures figures = figures_for(story, 25);
	assert_int_equal(figures.counts.probes, 8);
	assert_int_equal(figures.counts.unanswered, 0);
	assert_int_equal(figures.silence.misses, 0);
	assert_int_equal(figures.loss.missing, 0);
	assert_int_equal(figures.host.kinds_silent, 0);
}

/* In a capture of our own nothing is missing, and whoever is on the link may write in our name. */
static void answers_are_missing_from_our_own_capture_whatever_is_sent_in_our_name(void **state)
{
	struct story *story = *state;

	go_on(story, story_syn(story, 25));
	story_wait(story, 2000);
	assert_int_equal(figures_for(story, 25).counts.unanswered, 1);
}

static void half_of_port_25_is_lost(struct story *story)
{
	for (int i = 0; i < 30; i++) {
		answer(story, 587);
		if (i % 2 == 0)
			answer(story, 25);
		else
			story_syn(story, 25);
		story_wait(story, 20);
	}
	story_wait(story, 400);
}

static void capture_loses(struct story *story, uint64_t lost, uint64_t arrived)
{
	struct fact fact = {.kind = FACT_CAPTURE_LOST,
		.time_ns = story->now_ns,
		.count = lost,
		.arrived = arrived};

	evidence_add_fact(story->evidence, &fact);
}

static void figures_lay_missing_answers_to_a_capture_that_lost_as_many(void **state)
{
	struct story *story = *state;

	half_of_port_25_is_lost(story);
	capture_loses(story, 400, 1000);
	struct figures figures = figures_for(story, 25);
	assert_true(figures.capture_explains);
	assert_false(figures.rate.judged);
}

static void figures_do_not_lay_missing_answers_to_a_capture_that_lost_few(void **state)
{
	struct story *story = *state;

	half_of_port_25_is_lost(story);
	capture_loses(story, 40, 1000);
	struct figures figures = figures_for(story, 25);
	assert_false(figures.capture_explains);
	assert_true(figures.rate.judged);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(silence_is_certain_after_seven_rounds_with_controls),
		TEST(silence_is_not_certain_after_six_rounds),
		TEST(silence_during_an_outage_counts_for_nothing),
		TEST(silence_counts_a_burst_of_probes_once),
		TEST(silence_needs_more_rounds_where_controls_are_lost),
		TEST(figures_hold_a_probe_open_until_its_answer_is_overdue),
		TEST(figures_count_an_answer_to_the_second_syn_ack_as_late),
		TEST(figures_leave_sweeps_out_of_the_counts),
		TEST(figures_place_the_gateway_at_the_first_hop),
		TEST(figures_see_that_nothing_left_though_it_was_written),
		TEST(figures_see_the_syn_of_a_connect_that_failed),
		TEST(figures_tell_a_silent_neighbour_from_a_filter),
		TEST(loss_of_a_lossy_port_leaves_the_others_alone),
		TEST(answers_that_a_capture_of_one_direction_lacks_are_not_missing),
		TEST(answers_are_missing_from_our_own_capture_whatever_is_sent_in_our_name),
		TEST(figures_lay_missing_answers_to_a_capture_that_lost_as_many),
		TEST(figures_do_not_lay_missing_answers_to_a_capture_that_lost_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
