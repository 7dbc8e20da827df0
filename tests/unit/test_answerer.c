/* SPDX-License-Identifier: BSD-2-Clause */
/* Who answered, told packet by packet: a host some hops away, and somebody before it. */
#include "account.h"
#include "answerer.h"
#include "figures.h"
#include "story.h"
#include "unit.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

#define HOST    6 /* hops */
#define CONTROL 443
#define FORGED  0x51515151 /* the sequence number of a forged SYN-ACK */

static const uint16_t asked[] = {25, 465, 587, 0}, controls[] = {CONTROL, 61234, 0};
static struct story story;

/* What happens to packets for a port. */
struct road {
	uint16_t port;
	unsigned forger; /* its distance; 0: nobody forges */
	enum answer_kind forged;
	bool swallows; /* what it answers goes no further */
	bool slow;     /* it answers after the host */
	bool refuses;  /* the host does */
	unsigned nat;  /* the router at this distance reports in the host's name */
};

static int begin(void **state)
{
	(void)state;
	story_begin(&story, asked, controls);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	story_end(&story);
	return 0;
}

static void answer(struct story_probe probe, enum answer_kind kind, unsigned distance, bool forged)
{
	struct frame frame = story_frame(&story, probe, true);
	bool reset = kind == ANSWER_RESET;

	frame.hop_limit = (uint8_t)(65 - distance);
	frame.tcp.flags = reset ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK;
	frame.tcp.sequence = forged ? FORGED : STORY_SEQUENCE;
	if (reset)
		frame.tcp.sequence = 0;
	frame.tcp.window = reset ? 0 : 65160;
	frame.tcp.acknowledgement = probe.sequence + 1;
	story_fold(&story, &frame);
}

static void expire(struct story_probe probe, unsigned ttl, const struct road *road)
{
	struct frame frame = story_frame(&story, probe, true);
	char router[ADDRESS_TEXT];

	(void)snprintf(router, sizeof(router), "203.0.113.%u", ttl);
	frame.kind = FRAME_ICMP_ERROR;
	frame.hop_limit = (uint8_t)(65 - ttl);
	frame.source = story_address(ttl == road->nat ? STORY_HOST : router);
	frame.icmp = (struct frame_icmp){.type = 11,
		.quote = {.addressed = true,
			.has_ports = true,
			.has_sequence = true,
			.protocol = 6,
			.hop_limit = 1,
			.source_port = probe.source_port,
			.destination_port = probe.port,
			.sequence = probe.sequence,
			.source = story_address(STORY_HERE),
			.destination = story_address(STORY_HOST)}};
	story_fold(&story, &frame);
}

static void reach_host(struct story_probe probe, unsigned ttl, const struct road *road)
{
	if (ttl < HOST)
		expire(probe, ttl, road);
	else
		answer(probe, road->refuses ? ANSWER_RESET : ANSWER_SYN_ACK, HOST, false);
}

static void travel(struct story_probe probe, unsigned ttl, const struct road *road)
{
	bool forges = road->forger != 0 && ttl >= road->forger;

	if (forges && !road->slow)
		answer(probe, road->forged, road->forger, true);
	if (!forges || !road->swallows)
		reach_host(probe, ttl, road);
	if (forges && road->slow)
		answer(probe, road->forged, road->forger, true);
}

static void send_along(const struct road *road, unsigned ttl, uint16_t source_port)
{
	struct story_probe probe = {.port = road->port,
		.source_port = source_port,
		.sequence = 0x10000U * source_port + 64 * ttl};
	struct frame frame = story_frame(&story, probe, false);

	frame.hop_limit = (uint8_t)ttl;
	frame.tcp.flags = TCP_SYN;
	frame.tcp.sequence = probe.sequence;
	story_fold(&story, &frame);
	travel(probe, ttl, road);
	story_wait(&story, 10);
}

static void sweep(const struct road *road, unsigned flows)
{
	for (unsigned flow = 0; flow < flows; flow++, story.next_port++) {
		for (unsigned ttl = 1; ttl <= HOST; ttl++)
			send_along(road, ttl, story.next_port);
		story_wait(&story, 1200);
	}
}

static void probe_fully(const struct road *road, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		send_along(road, 64, story.next_port++);
}

static const struct road control = {.port = CONTROL};

/* As a run does it: full probes, then sweeps of the port and of a control. */
static void run(const struct road *road)
{
	probe_fully(road, 4);
	probe_fully(&control, 4);
	sweep(road, 2);
	sweep(&control, 2);
}

static struct figures figures_now(uint16_t port)
{
	story_wait(&story, 5000);
	return figures_of(
		story.evidence, story_host(&story), story_endpoint(&story, port), story.now_ns);
}

static struct answerer_signs signs_after(const struct road *road)
{
	run(road);
	return figures_now(road->port).answerer;
}

static struct verdict verdict_now(uint16_t port)
{
	struct figures figures = figures_now(port);

	return verdict_of(&figures);
}

static struct verdict verdict_after(const struct road *road)
{
	run(road);
	return verdict_now(road->port);
}

/* Place. */

static void answerer_takes_the_host_for_itself(void **state)
{
	const struct road open = {.port = 25}, closed = {.port = 465, .refuses = true};

	(void)state;
	assert_int_equal(signs_after(&open).nearness[ANSWER_SYN_ACK], NEARNESS_HOST);
	assert_int_equal(signs_after(&closed).nearness[ANSWER_RESET], NEARNESS_HOST);
	assert_int_equal(verdict_now(25).word, VERDICT_OPEN);
	assert_int_equal(verdict_now(25).finding_count, 0);
	assert_int_equal(verdict_now(465).word, VERDICT_REFUSED);
	assert_int_not_equal(verdict_now(465).by, BY_PATH);
}

/* Never confused as long as the forger is a hop nearer at least, whatever its place and manner. */
static void answerer_tells_a_forged_reset_from_a_true_one(void **state)
{
	(void)state;
	for (unsigned distance = 1; distance < HOST; distance++) {
		for (int manner = 0; manner < 2; manner++) {
			const struct road road = {.port = 25,
				.forger = distance,
				.forged = ANSWER_RESET,
				.swallows = manner == 0};
			finish(NULL);
			begin(NULL);
			struct verdict verdict = verdict_after(&road);
			assert_int_equal(verdict.word, VERDICT_REFUSED);
			assert_int_equal(verdict.by, BY_PATH);
			assert_int_equal(verdict.hop.ttl, distance);
			assert_true(verdict_has(&verdict, FINDING_FORGED_REFUSAL));
			assert_int_equal(verdict_has(&verdict, FINDING_TWO_ANSWERERS), manner == 1);
		}
	}
}

static void answerer_tells_a_syn_ack_that_is_not_the_hosts(void **state)
{
	(void)state;
	for (unsigned distance = 1; distance < HOST - 1; distance++) {
		for (int manner = 0; manner < 2; manner++) {
			const struct road road = {.port = 25,
				.forger = distance,
				.forged = ANSWER_SYN_ACK,
				.swallows = manner == 0,
				.refuses = manner == 1};
			finish(NULL);
			begin(NULL);
			struct verdict verdict = verdict_after(&road);
			assert_int_equal(verdict.word, VERDICT_INTERCEPTED);
			assert_int_equal(verdict.phase, PHASE_CONNECT);
			assert_int_equal(verdict.by, BY_PATH);
			assert_int_equal(verdict.hop.ttl, distance);
			assert_int_equal(verdict.findings[0], FINDING_NEARER_ANSWER);
		}
	}
}

static void answerer_spares_a_load_balancer_directly_in_front(void **state)
{
	const struct road road = {
		.port = 25, .forger = HOST - 1, .forged = ANSWER_SYN_ACK, .swallows = true};
	struct verdict verdict = verdict_after(&road);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_OPEN);
	assert_true(verdict_has(&verdict, FINDING_IN_FRONT));
}

/* A router that hands ports on to machines behind it answers some of them itself. */
static void answerer_spares_forwarded_ports(void **state)
{
	const struct road behind = {.port = CONTROL, .nat = 3};
	const struct road itself = {
		.port = 25, .forger = 3, .forged = ANSWER_SYN_ACK, .swallows = true, .nat = 3};

	(void)state;
	probe_fully(&behind, 4);
	probe_fully(&itself, 4);
	sweep(&itself, 2);
	sweep(&behind, 2);
	assert_int_equal(verdict_now(25).word, VERDICT_OPEN);
}

/* Each flow may be led to another of the machines that share an address, nearer or farther. */
static void answerer_spares_addresses_of_several_machines(void **state)
{
	const struct road near = {
		.port = 25, .forger = 2, .forged = ANSWER_SYN_ACK, .swallows = true};
	const struct road far = {.port = 25};

	(void)state;
	probe_fully(&near, 3);
	probe_fully(&far, 3);
	probe_fully(&control, 4);
	sweep(&near, 2);
	sweep(&control, 2);
	assert_true(figures_now(25).answerer.several_machines);
	assert_int_equal(verdict_now(25).word, VERDICT_OPEN);
}

/* One probe of another port, that ended a hop before the host, is enough beside the port's own
 * sweep. */
static void answerer_needs_no_sweep_of_another_port(void **state)
{
	const struct road road = {.port = 25, .forger = 2, .forged = ANSWER_SYN_ACK};

	(void)state;
	probe_fully(&road, 4);
	probe_fully(&control, 4);
	sweep(&road, 2);
	send_along(&control, HOST - 1, story.next_port++);
	struct verdict verdict = verdict_now(25);

	assert_int_equal(verdict.word, VERDICT_INTERCEPTED);
	assert_int_equal(verdict.hop.ttl, 2);
}

static void answerer_convicts_nobody_by_one_flow(void **state)
{
	const struct road road = {
		.port = 25, .forger = 2, .forged = ANSWER_SYN_ACK, .swallows = true};

	(void)state;
	probe_fully(&road, 4);
	probe_fully(&control, 4);
	sweep(&road, 1);
	sweep(&control, 2);
	assert_int_equal(figures_now(25).answerer.nearness[ANSWER_SYN_ACK], NEARNESS_UNKNOWN);
	assert_int_equal(verdict_now(25).word, VERDICT_OPEN);
}

/* Two authorities. */

static void answerer_needs_no_sweep_where_the_host_answers_as_well(void **state)
{
	const struct road road = {.port = 25, .forger = 2, .forged = ANSWER_RESET};

	(void)state;
	probe_fully(&road, 4);
	probe_fully(&control, 4);
	assert_int_equal(figures_now(25).answerer.contradictions.reset_first, 4);
	assert_int_equal(verdict_now(25).word, VERDICT_REFUSED);
	assert_int_equal(verdict_now(25).by, BY_PATH);
}

/* Which of the two is the host's is told by where its other answers come from. */
static void answerer_tells_the_true_reset_by_its_way_back(void **state)
{
	const struct road road = {
		.port = 25, .forger = 2, .forged = ANSWER_SYN_ACK, .slow = true, .refuses = true};

	(void)state;
	probe_fully(&road, 4);
	probe_fully(&control, 4);
	struct verdict verdict = verdict_now(25);

	assert_int_equal(verdict.word, VERDICT_INTERCEPTED);
	assert_false(verdict_has(&verdict, FINDING_FORGED_REFUSAL));
	sweep(&road, 2);
	sweep(&control, 2);
	verdict = verdict_now(25);
	assert_int_equal(verdict.word, VERDICT_INTERCEPTED);
	assert_int_equal(verdict.findings[0], FINDING_NEARER_ANSWER);
}

static void answerer_lets_a_reset_pass_that_comes_too_late(void **state)
{
	const struct road road = {.port = 25, .forger = 2, .forged = ANSWER_RESET, .slow = true};

	(void)state;
	probe_fully(&road, 4);
	probe_fully(&control, 4);
	struct verdict verdict = verdict_now(25);

	assert_int_equal(verdict.word, VERDICT_OPEN);
	assert_true(verdict_has(&verdict, FINDING_TWO_ANSWERERS));
}

/* A listener whose queue is full, or a balancer without a machine behind it, takes back what it
 * said: with the next number. */
static void answerer_lets_a_host_change_its_mind(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct story_probe probe = story_syn(&story, 25);
		story_syn_ack(&story, probe);
		struct frame reset = story_frame(&story, probe, true);
		reset.tcp.flags = TCP_RST | TCP_ACK;
		reset.tcp.sequence = STORY_SEQUENCE + 1;
		reset.tcp.acknowledgement = probe.sequence + 1;
		story_fold(&story, &reset);
	}
	assert_int_equal(figures_now(25).answerer.contradictions.resets, 0);
	assert_int_not_equal(verdict_now(25).by, BY_PATH);
}

static void answerer_sees_two_resets_of_different_numbers(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct story_probe probe = story_syn(&story, 25);
		struct frame reset = story_frame(&story, probe, true);
		reset.tcp.flags = TCP_RST | TCP_ACK;
		reset.tcp.acknowledgement = probe.sequence + 1;
		story_fold(&story, &reset);
		reset.tcp.sequence = 77;
		reset.hop_limit = 50;
		story_fold(&story, &reset);
	}
	struct verdict verdict = verdict_now(25);

	assert_int_equal(figures_now(25).answerer.contradictions.repeats, 2);
	assert_true(verdict_has(&verdict, FINDING_TWO_ANSWERERS));
}

/* Looks. */

static void answer_looking(
	struct story_probe probe, uint8_t hop_limit, uint16_t identifier, uint16_t window)
{
	struct frame frame = story_frame(&story, probe, true);

	frame.hop_limit = hop_limit;
	frame.identifier = identifier;
	frame.tcp.flags = TCP_SYN | TCP_ACK;
	frame.tcp.sequence = STORY_SEQUENCE;
	frame.tcp.acknowledgement = probe.sequence + 1;
	frame.tcp.window = window;
	story_fold(&story, &frame);
	story_wait(&story, 50);
}

static void look(uint16_t port, uint8_t hop_limit, uint16_t identifier, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		answer_looking(story_syn(&story, port), hop_limit, identifier, 1000);
}

static const struct {
	uint8_t hops, others_hops;
	uint16_t identifier, others_identifier;
	unsigned count, oddities;
} odd_looks[] = {
	{60, 60, 0, 0, 3, 0},
	{60, 59, 0, 0, 3, 0},
	{60, 58, 0, 0, 3, ODDITY_DISTANCE},
	{58, 60, 0, 0, 3, ODDITY_DISTANCE},
	{60, 124, 0, 0, 3, ODDITY_INITIAL},
	{60, 60, 0, 7, 3, ODDITY_IDENTIFIER},
	{60, 122, 7, 0, 3, ODDITY_DISTANCE | ODDITY_INITIAL | ODDITY_IDENTIFIER},
	{60, 122, 7, 0, 2, 0},
};

static void answerer_finds_answers_odd_beside_the_hosts_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(odd_looks) / sizeof(odd_looks[0]); i++) {
		finish(NULL);
		begin(NULL);
		look(25, odd_looks[i].hops, odd_looks[i].identifier, odd_looks[i].count);
		look(CONTROL, odd_looks[i].others_hops, odd_looks[i].others_identifier, 3);
		assert_int_equal(figures_now(25).answerer.oddities, odd_looks[i].oddities);
		assert_int_equal(verdict_now(25).word, VERDICT_OPEN);
	}
}

static void look_with_segment_size(uint16_t port, uint16_t mss)
{
	for (int i = 0; i < 3; i++) {
		struct story_probe probe = story_syn(&story, port);
		struct frame frame = story_frame(&story, probe, true);
		frame.tcp.flags = TCP_SYN | TCP_ACK;
		frame.tcp.acknowledgement = probe.sequence + 1;
		frame.tcp.mss = mss;
		story_fold(&story, &frame);
		story_wait(&story, 50);
	}
}

static void answerer_finds_options_odd_beside_the_hosts_others(void **state)
{
	(void)state;
	look_with_segment_size(25, 1460);
	look_with_segment_size(465, 1460);
	assert_int_equal(figures_now(25).answerer.oddities, 0);
	look_with_segment_size(587, 1360);
	assert_int_equal(figures_now(587).answerer.oddities, ODDITY_OPTIONS);
}

static void answerer_lowers_confidence_for_two_oddities_alone(void **state)
{
	(void)state;
	look(25, 60, 0, 3);
	look(CONTROL, 122, 0, 3);
	look(465, 122, 0, 3);
	struct verdict strange = verdict_now(25), plain = verdict_now(465);

	assert_true(verdict_has(&strange, FINDING_SUSPECT_ANSWERS));
	assert_false(verdict_has(&plain, FINDING_SUSPECT_ANSWERS));
	assert_true(strange.confidence < plain.confidence);
	assert_int_equal(strange.by, BY_NOBODY);
}

/* After the handshake. */

static void hold(uint16_t port, uint8_t opened, uint8_t later, uint16_t window)
{
	struct story_probe probe = story_syn(&story, port);

	answer_looking(probe, opened, 0, window);
	struct frame frame = story_frame(&story, probe, false);
	frame.tcp.flags = TCP_ACK;
	frame.tcp.sequence = probe.sequence + 1;
	frame.tcp.acknowledgement = STORY_SEQUENCE + 1;
	story_fold(&story, &frame);
	frame = story_frame(&story, probe, true);
	frame.hop_limit = later;
	frame.tcp.flags = TCP_ACK;
	frame.tcp.sequence = STORY_SEQUENCE + 1;
	frame.tcp.payload = 30;
	story_fold(&story, &frame);
}

static void answerer_knows_a_syn_proxy_by_what_follows(void **state)
{
	(void)state;
	hold(25, 63, 61, 0);
	assert_int_equal(verdict_now(25).word, VERDICT_OPEN); /* one connection may be chance */
	hold(587, 63, 61, 0);
	struct verdict verdict = verdict_now(25);

	assert_int_equal(verdict.word, VERDICT_INTERCEPTED);
	assert_true(verdict_has(&verdict, FINDING_SYN_PROXY));
}

static void answerer_spares_a_syn_proxy_directly_in_front(void **state)
{
	(void)state;
	hold(25, 63, 62, 0);
	hold(25, 63, 62, 0);
	struct verdict verdict = verdict_now(25);

	assert_int_equal(verdict.word, VERDICT_OPEN);
	assert_true(verdict_has(&verdict, FINDING_SYN_PROXY));
}

static void answerer_takes_connections_that_stay_the_same_for_sound(void **state)
{
	(void)state;
	hold(25, 63, 63, 0);
	hold(25, 63, 61, 0);
	hold(25, 63, 61, 0);
	assert_int_equal(verdict_now(25).finding_count, 0);
}

/* Parties. */

static void tell_session(uint16_t port, const char *name, uint8_t certificate)
{
	struct fact fact = {.kind = FACT_SESSION,
		.time_ns = story.now_ns,
		.flow = {.destination = story_address(STORY_HOST), .destination_port = port}};
	struct session_account *account = &fact.session;
	char *greeting = port == 465 ? account->insight.sealed_greeting_text
				     : account->transcript.greeting_text;

	assert_true(transcript_begin(&account->transcript, port));
	(void)snprintf(greeting, GREETING_TEXT, "220 %s ESMTP", name);
	account->insight.certificate.present = true;
	memset(account->insight.certificate.sha256, certificate, CERTIFICATE_SHA256);
	evidence_add_fact(story.evidence, &fact);
}

static struct party_signs party_now(uint16_t port)
{
	return party_of(story_host(&story), story_endpoint(&story, port));
}

static void party_is_another_where_greeting_and_certificate_are(void **state)
{
	(void)state;
	tell_session(25, "mail.isp.example", 1);
	tell_session(465, "mx.example.net", 2);
	assert_true(party_now(25).other_greeting);
	assert_true(party_now(25).other_certificate);
	assert_false(party_now(25).others_agree);
	tell_session(587, "MX.example.net", 2);
	assert_true(party_now(25).others_agree);
	assert_false(party_now(587).other_greeting);
	assert_true(party_now(587).same_certificate);
}

static void party_is_the_same_by_either(void **state)
{
	(void)state;
	tell_session(25, "mx.example.net", 1);
	tell_session(587, "mx.example.net", 2);
	assert_false(party_now(25).other_greeting);
	assert_true(party_now(25).other_certificate);
}

static void party_in_front_of_the_host_is_no_balancer_of_its(void **state)
{
	const struct road road = {
		.port = 25, .forger = HOST - 1, .forged = ANSWER_SYN_ACK, .swallows = true};

	(void)state;
	run(&road);
	tell_session(25, "mail.isp.example", 1);
	tell_session(465, "mx.example.net", 2);
	struct verdict verdict = verdict_now(25);

	assert_int_equal(verdict.word, VERDICT_INTERCEPTED);
	assert_int_equal(verdict.findings[0], FINDING_OTHER_PARTY);
}

static void party_alone_convicts_nobody(void **state)
{
	const struct road road = {.port = 25};

	(void)state;
	run(&road);
	tell_session(25, "mail.isp.example", 1);
	tell_session(465, "mx.example.net", 2);
	tell_session(587, "mx.example.net", 2);
	struct verdict verdict = verdict_now(25);

	assert_int_equal(verdict.word, VERDICT_OPEN);
	assert_true(verdict_has(&verdict, FINDING_OTHER_PARTY));
}

/* Lies: to every probe, before the truth. */

static void lie_about(struct story_probe probe)
{
	struct frame frame = story_frame(&story, probe, true);

	frame.hop_limit = 63;
	for (int flags = TCP_RST; flags <= (TCP_SYN | TCP_ACK); flags++) {
		frame.tcp.flags = (uint8_t)flags;
		frame.tcp.sequence = FORGED;
		frame.tcp.acknowledgement = probe.sequence + 77;
		if ((flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
			story_fold(&story, &frame);
	}
	probe.sequence += 5;
	expire(probe, 2, &control);
	story_icmp(&story, probe, 3, 13);
	probe.source_port ^= 0x1000;
	expire(probe, 2, &control);
}

static void run_among_lies(const struct road *road)
{
	for (unsigned ttl = 1; ttl <= HOST + 3; ttl++) {
		struct story_probe probe = {.port = road->port,
			.source_port = story.next_port,
			.sequence = 0x10000U * story.next_port + 64 * (ttl <= HOST ? ttl : 64)};
		if (ttl > HOST)
			probe_fully(road, 1);
		else
			send_along(road, ttl, story.next_port);
		lie_about(probe);
	}
	story.next_port++;
	sweep(road, 1);
	story_wait(&story, 1000);
}

static void answerer_is_not_misled_by_answers_to_nothing(void **state)
{
	static const struct road roads[] = {{.port = 25}, {.port = 25, .refuses = true},
		{.port = 25, .forger = 2, .forged = ANSWER_RESET, .swallows = true}};

	(void)state;
	for (size_t i = 0; i < sizeof(roads) / sizeof(roads[0]); i++) {
		finish(NULL);
		begin(NULL);
		struct verdict truth = verdict_after(&roads[i]);
		finish(NULL);
		begin(NULL);
		run_among_lies(&roads[i]);
		probe_fully(&control, 4);
		sweep(&control, 2);
		struct verdict verdict = verdict_now(25);
		assert_int_equal(verdict.word, truth.word);
		assert_int_equal(verdict.by, truth.by);
		assert_int_equal(verdict.hop.ttl, truth.hop.ttl);
		assert_true(verdict_has(&verdict, FINDING_ANOMALIES));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answerer_takes_the_host_for_itself),
		TEST(answerer_tells_a_forged_reset_from_a_true_one),
		TEST(answerer_tells_a_syn_ack_that_is_not_the_hosts),
		TEST(answerer_spares_a_load_balancer_directly_in_front),
		TEST(answerer_spares_forwarded_ports),
		TEST(answerer_spares_addresses_of_several_machines),
		TEST(answerer_needs_no_sweep_of_another_port),
		TEST(answerer_convicts_nobody_by_one_flow),
		TEST(answerer_needs_no_sweep_where_the_host_answers_as_well),
		TEST(answerer_tells_the_true_reset_by_its_way_back),
		TEST(answerer_lets_a_reset_pass_that_comes_too_late),
		TEST(answerer_lets_a_host_change_its_mind),
		TEST(answerer_sees_two_resets_of_different_numbers),
		TEST(answerer_finds_answers_odd_beside_the_hosts_others),
		TEST(answerer_finds_options_odd_beside_the_hosts_others),
		TEST(answerer_lowers_confidence_for_two_oddities_alone),
		TEST(answerer_knows_a_syn_proxy_by_what_follows),
		TEST(answerer_spares_a_syn_proxy_directly_in_front),
		TEST(answerer_takes_connections_that_stay_the_same_for_sound),
		TEST(party_is_another_where_greeting_and_certificate_are),
		TEST(party_is_the_same_by_either),
		TEST(party_in_front_of_the_host_is_no_balancer_of_its),
		TEST(party_alone_convicts_nobody),
		TEST(answerer_is_not_misled_by_answers_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
