/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"
#include "path.h"
#include "story.h"
#include "unit.h"

#include <stdio.h>

static const uint16_t asked[] = {25, 587, 0};
static const uint16_t controls[] = {443, 0};

/* What a port's packets meet: routers report expiry, the host is the last hop. */
struct way {
	uint8_t hops;    /* to the host */
	uint8_t stops;   /* no router behind it hears of the packets; 0: none stops them */
	uint8_t mute;    /* this router reports nothing; 0: all do */
	uint8_t resets;  /* so many hops draw a RST; 0: as many as lead to the host */
	uint8_t unlike;  /* this router's address is another; 0: none */
	uint8_t circle;  /* from here on the two routers before it come again; 0: they do not */
	bool closed;     /* the host answers by RST */
	bool tunnel;     /* the routers quote a hop limit of two */
	bool translated; /* the last router reports in the host's name */
};

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

static struct address router(const struct way *way, uint8_t ttl)
{
	uint8_t hop = ttl;
	char text[ADDRESS_TEXT];

	if (way->circle != 0 && ttl > way->circle)
		hop = (uint8_t)(way->circle - (ttl - way->circle) % 2);
	snprintf(text, sizeof(text), "203.0.113.%u", hop + (way->unlike == ttl ? 100U : 0));
	return story_address(text);
}

static void expire(
	struct story *story, struct story_probe probe, uint8_t ttl, const struct way *way)
{
	struct frame frame = story_frame(story, probe, true);

	frame.kind = FRAME_ICMP_ERROR;
	frame.source = way->translated && ttl + 1 == way->hops ? story_address(STORY_HOST)
							       : router(way, ttl);
	frame.hop_limit = (uint8_t)(65 - ttl);
	frame.tcp = (struct frame_tcp){0};
	frame.icmp = (struct frame_icmp){.type = 11,
		.quote = {.addressed = true,
			.has_ports = true,
			.has_sequence = true,
			.protocol = 6,
			.hop_limit = way->tunnel ? 2 : 1,
			.source_port = probe.source_port,
			.destination_port = probe.port,
			.sequence = probe.sequence,
			.source = story_address(STORY_HERE),
			.destination = story_address(STORY_HOST)}};
	story_fold(story, &frame);
}

static bool is_reset(const struct way *way, uint8_t ttl)
{
	return way->resets != 0 ? ttl >= way->resets : way->closed && ttl >= way->hops;
}

static void meet(struct story *story, struct story_probe probe, uint8_t ttl, const struct way *way)
{
	if (is_reset(way, ttl))
		story_reset(story, probe);
	else if (way->stops != 0 && ttl > way->stops)
		return;
	else if (ttl >= way->hops)
		story_syn_ack(story, probe);
	else if (ttl != way->mute)
		expire(story, probe, ttl, way);
}

static void sweep(struct story *story, uint16_t port, const struct way *way)
{
	struct story_probe probe = {.port = port, .source_port = story->next_port++};
	uint32_t base = 0x10000U * story->next_port;

	for (uint8_t ttl = 1; ttl <= way->hops + 1; ttl++) {
		probe.sequence = base + 64U * ttl;
		story_ask(story, probe, ttl);
		meet(story, probe, ttl, way);
	}
}

/* Both ports twice, by turns. */
static struct path_signs compare(
	struct story *story, const struct way *own, const struct way *control)
{
	for (int run = 0; run < 2; run++) {
		sweep(story, 25, own);
		sweep(story, 443, control);
	}
	return path_signs_of(story_host(story), story_endpoint(story, 25));
}

static void path_has_no_signs_without_a_sweep(void **state)
{
	struct story *story = *state;

	story_syn(story, 25);
	assert_int_equal(path_signs_of(story_host(story), story_endpoint(story, 25)).flows, 0);
}

static void path_ends_silence_between_the_last_report_and_the_controls_next(void **state)
{
	static const struct way own = {.hops = 5, .stops = 2}, control = {.hops = 5};
	struct path_signs signs = compare(*state, &own, &control);

	assert_int_equal(signs.last_told.ttl, 2);
	assert_int_equal(signs.next_seen.ttl, 3);
	assert_false(signs.next_is_host);
	assert_int_equal(signs.control_port, 443);
	assert_int_equal(signs.next_tries, 2);
	assert_true(signs.next_likely < .01);
}

static void path_leaves_out_hops_that_are_silent_for_the_control(void **state)
{
	static const struct way own = {.hops = 5, .stops = 2}, control = {.hops = 5, .mute = 3};
	struct path_signs signs = compare(*state, &own, &control);

	assert_int_equal(signs.next_seen.ttl, 4);
	assert_int_equal(signs.silent_hops, 1);
}

static void path_knows_that_only_the_host_is_left(void **state)
{
	static const struct way own = {.hops = 4, .stops = 3}, control = {.hops = 4};
	struct path_signs signs = compare(*state, &own, &control);

	assert_int_equal(signs.last_told.ttl, 3);
	assert_int_equal(signs.next_seen.ttl, 4);
	assert_true(signs.next_is_host);
}

static void path_finds_the_lowest_hop_limit_that_draws_a_reset(void **state)
{
	static const struct way own = {.hops = 5, .resets = 3}, control = {.hops = 5};
	struct path_signs signs = compare(*state, &own, &control);

	assert_int_equal(signs.answers[ANSWER_RESET].ttl, 3);
	assert_int_equal(signs.answers[ANSWER_RESET].flows, 2);
	assert_int_equal(signs.host_least, 5);
	assert_int_equal(signs.host_most, 5);
	assert_int_equal(signs.before.ttl, 2);
	assert_true(signs.back_is_true);
}

static void path_ignores_what_a_half_open_host_answers_to_higher_hop_limits(void **state)
{
	struct story *story = *state;
	static const struct way way = {.hops = 3};
	struct story_probe late = {.port = 443, .source_port = 0};

	late.source_port = story->next_port;
	sweep(story, 443, &way);
	late.sequence = 0x10000U * story->next_port + 64U * 4;
	story_reset(story, late);
	struct path path = path_of(story_host(story), story_endpoint(story, 443));

	assert_int_equal(path.answers[ANSWER_SYN_ACK].ttl, 3);
	assert_int_equal(path.answers[ANSWER_RESET].ttl, 0);
}

static void path_keeps_the_answer_of_a_hop_that_was_asked_twice(void **state)
{
	struct story *story = *state;
	static const struct way way = {.hops = 3};
	struct story_probe again = {.port = 443, .source_port = story->next_port};

	sweep(story, 443, &way);
	again.sequence = 0x10000U * story->next_port + 64U * 3;
	story_ask(story, again, 3);
	struct path path = path_of(story_host(story), story_endpoint(story, 443));

	assert_int_equal(path.answers[ANSWER_SYN_ACK].ttl, 3);
}

static void path_takes_no_router_that_the_control_does_not_pass_for_the_hosts_distance(void **state)
{
	static const struct way own = {.hops = 3, .closed = true};
	static const struct way control = {.hops = 5, .unlike = 1};
	struct path_signs signs = compare(*state, &own, &control);

	assert_true(signs.ways_differ);
	assert_int_equal(signs.host_least, 0);
}

static void path_does_not_take_address_translation_for_a_router(void **state)
{
	static const struct way way = {.hops = 4, .translated = true};
	struct story *story = *state;

	sweep(story, 443, &way);
	struct path path = path_of(story_host(story), story_endpoint(story, 443));

	assert_int_equal(path.told, 2);
	assert_true(path.hops[3].from_host);
}

static void path_notices_a_circle(void **state)
{
	static const struct way way = {.hops = 9, .circle = 3};
	struct story *story = *state;

	sweep(story, 25, &way);
	assert_int_equal(path_of(story_host(story), story_endpoint(story, 25)).repeated, 4);
}

static void path_notices_a_tunnel(void **state)
{
	static const struct way own = {.hops = 5, .stops = 3, .tunnel = true},
				control = {.hops = 5};

	assert_true(compare(*state, &own, &control).tunnel);
}

static void path_takes_the_port_that_opens_for_the_control(void **state)
{
	static const struct way refused = {.hops = 4, .closed = true}, opens = {.hops = 4};
	struct story *story = *state;

	sweep(story, 587, &refused);
	sweep(story, 443, &opens);
	assert_int_equal(path_control(story_host(story), story_endpoint(story, 25))->port, 443);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(path_has_no_signs_without_a_sweep, begin, end),
		cmocka_unit_test_setup_teardown(
			path_ends_silence_between_the_last_report_and_the_controls_next, begin,
			end),
		cmocka_unit_test_setup_teardown(
			path_leaves_out_hops_that_are_silent_for_the_control, begin, end),
		cmocka_unit_test_setup_teardown(path_knows_that_only_the_host_is_left, begin, end),
		cmocka_unit_test_setup_teardown(
			path_finds_the_lowest_hop_limit_that_draws_a_reset, begin, end),
		cmocka_unit_test_setup_teardown(
			path_ignores_what_a_half_open_host_answers_to_higher_hop_limits, begin,
			end),
		cmocka_unit_test_setup_teardown(
			path_keeps_the_answer_of_a_hop_that_was_asked_twice, begin, end),
		cmocka_unit_test_setup_teardown(
			path_takes_no_router_that_the_control_does_not_pass_for_the_hosts_distance,
			begin, end),
		cmocka_unit_test_setup_teardown(
			path_does_not_take_address_translation_for_a_router, begin, end),
		cmocka_unit_test_setup_teardown(path_notices_a_circle, begin, end),
		cmocka_unit_test_setup_teardown(path_notices_a_tunnel, begin, end),
		cmocka_unit_test_setup_teardown(
			path_takes_the_port_that_opens_for_the_control, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
