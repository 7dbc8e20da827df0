/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"
#include "simulated.h"
#include "unit.h"
#include "world.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define NS_PER_S  ((int64_t)1000000000)
#define NS_PER_MS ((int64_t)1000000)
#define FRAMES    4096

/* A path of five hops and 40 ms; 25 and 443 listen, what else is asked for is closed. */
struct bench {
	struct simulated_network network;
	struct world *world;
	struct frame frames[FRAMES]; /* all that the capture saw */
	size_t frame_count;
	struct fact fact; /* the last one */
	unsigned facts;
	uint16_t next_port;
};

static struct bench bench;

static struct simulated_network network_of(const char *client, const char *host)
{
	struct simulated_network network = {
		.seed = 1, .hops = 5, .rtt_ms = 40, .listening = {25, 443}};

	assert_true(address_parse(&network.client, client));
	assert_true(address_parse(&network.host, host));
	return network;
}

static int set_up_ipv4(void **state)
{
	(void)state;
	memset(&bench, 0, sizeof(bench));
	bench.next_port = 20000;
	bench.network = network_of("192.0.2.1", "198.51.100.25");
	return 0;
}

static int set_up_ipv6(void **state)
{
	set_up_ipv4(state);
	bench.network = network_of("2001:db8::1", "2001:db8:25::25");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	simulated_free(bench.world);
	bench.world = NULL;
	return 0;
}

static void add_rule(struct simulated_rule rule)
{
	bench.network.rules[bench.network.rule_count++] = rule;
}

static struct world *world(void)
{
	if (bench.world == NULL)
		bench.world = simulated_new(&bench.network);
	return bench.world;
}

static int64_t now(void)
{
	return world()->does->now(world());
}

/* A fresh source port and sequence number each, which name the probe. */
static struct segment probe_of(uint16_t port, uint8_t hop_limit)
{
	uint16_t source_port = bench.next_port++;

	return (struct segment){
		.source = bench.network.client,
		.destination = bench.network.host,
		.source_port = source_port,
		.destination_port = port,
		.sequence = source_port * 1000U,
		.flags = TCP_SYN,
		.hop_limit = hop_limit,
	};
}

static int send_segment(const struct segment *segment)
{
	return world()->does->send(world(), segment);
}

static struct segment send_probe(uint16_t port)
{
	struct segment segment = probe_of(port, 64);

	assert_int_equal(send_segment(&segment), 0);
	return segment;
}

static void send_reset(struct segment probe)
{
	probe.sequence++;
	probe.flags = TCP_RST;
	assert_int_equal(send_segment(&probe), 0);
}

static void keep(const struct packet *packet)
{
	assert_true(bench.frame_count < FRAMES);
	assert_int_equal(packet->link_type, LINK_RAW);
	assert_int_equal(frame_decode(&bench.frames[bench.frame_count++], packet), FRAME_DECODED);
}

static void run_for(int64_t duration_ns)
{
	int64_t until_ns = now() + duration_ns;
	struct packet packet;

	for (;;) {
		enum world_event event =
			world()->does->next(world(), until_ns, &packet, &bench.fact, NULL);

		if (event == WORLD_TIMEOUT)
			break;
		if (event == WORLD_PACKET)
			keep(&packet);
		else
			bench.facts++;
	}
	assert_true(now() == until_ns);
}

/* The first answer to a probe from the frames on, or NULL. */
static const struct frame *answer_to(const struct segment *probe)
{
	for (size_t i = 0; i < bench.frame_count; i++) {
		const struct frame *frame = &bench.frames[i];

		if (frame->kind == FRAME_TCP && frame->tcp.flags & TCP_ACK &&
			frame->tcp.destination_port == probe->source_port)
			return frame;
		if (frame->kind == FRAME_ICMP_ERROR &&
			frame->icmp.quote.source_port == probe->source_port)
			return frame;
	}
	return NULL;
}

static unsigned frames_with(uint8_t flags)
{
	unsigned count = 0;

	for (size_t i = 0; i < bench.frame_count; i++)
		count += bench.frames[i].kind == FRAME_TCP && bench.frames[i].tcp.flags == flags;
	return count;
}

static unsigned errors_seen(void)
{
	unsigned count = 0;

	for (size_t i = 0; i < bench.frame_count; i++)
		count += bench.frames[i].kind == FRAME_ICMP_ERROR;
	return count;
}

static unsigned syn_acks(void)
{
	return frames_with(TCP_SYN | TCP_ACK);
}

static unsigned resets(void)
{
	return frames_with(TCP_RST | TCP_ACK);
}

/* Sends count probes to a port, a gap apart, and counts the answers. For trains above half a second
 * a closed port is asked, since an open one repeats its SYN-ACKs. */
static unsigned answered_of(uint16_t port, unsigned count, int64_t gap_ns)
{
	unsigned before = syn_acks() + resets();

	for (unsigned i = 0; i < count; i++) {
		send_probe(port);
		run_for(gap_ns);
	}
	run_for(400 * NS_PER_MS);
	return syn_acks() + resets() - before;
}

static void simulated_shows_our_own_packets_leaving(void **state)
{
	struct segment probe = send_probe(25);

	(void)state;
	run_for(0);
	assert_int_equal(bench.frame_count, 1);
	assert_int_equal(bench.frames[0].tcp.flags, TCP_SYN);
	assert_int_equal(bench.frames[0].tcp.source_port, probe.source_port);
	assert_int_equal(bench.frames[0].tcp.sequence, probe.sequence);
	assert_int_equal(bench.frames[0].hop_limit, 64);
	assert_int_equal(simulated_sent(world()), 1);
}

static void simulated_accepts_where_the_host_listens(void **state)
{
	struct segment probe = send_probe(25);
	const struct frame *answer;

	(void)state;
	run_for(NS_PER_S / 2);
	answer = answer_to(&probe);
	assert_non_null(answer);
	assert_int_equal(answer->tcp.flags, TCP_SYN | TCP_ACK);
	assert_int_equal(answer->tcp.acknowledgement, probe.sequence + 1);
	assert_int_equal(answer->hop_limit, 60);
	assert_true(answer->time_ns - bench.frames[0].time_ns == 40 * NS_PER_MS);
}

static void simulated_resets_where_nothing_listens(void **state)
{
	struct segment probe = send_probe(587);
	const struct frame *answer;

	(void)state;
	run_for(NS_PER_S);
	answer = answer_to(&probe);
	assert_non_null(answer);
	assert_int_equal(answer->tcp.flags, TCP_RST | TCP_ACK);
	assert_int_equal(answer->tcp.acknowledgement, probe.sequence + 1);
}

static void simulated_says_where_a_hop_limit_ends(void **state)
{
	(void)state;
	for (uint8_t hop = 1; hop < 5; hop++) {
		struct segment probe = probe_of(25, hop);
		struct address router = simulated_hop(&bench.network, hop);
		const struct frame *answer;

		assert_int_equal(send_segment(&probe), 0);
		run_for(NS_PER_S);
		answer = answer_to(&probe);
		assert_non_null(answer);
		assert_int_equal(answer->kind, FRAME_ICMP_ERROR);
		assert_int_equal(answer->icmp.type, 11);
		assert_int_equal(answer->icmp.quote.hop_limit, 1);
		assert_int_equal(answer->hop_limit, 64 - (hop - 1));
		assert_true(address_equal(&answer->source, &router));
	}
}

static void simulated_answers_when_the_hop_limit_just_reaches_the_host(void **state)
{
	struct segment probe = probe_of(25, 5);

	(void)state;
	assert_int_equal(send_segment(&probe), 0);
	run_for(NS_PER_S / 2);
	assert_int_equal(syn_acks(), 1);
}

static void simulated_says_nothing_of_hop_limits_when_routers_are_silent(void **state)
{
	struct segment probe = probe_of(25, 2);

	(void)state;
	bench.network.silent_routers = true;
	assert_int_equal(send_segment(&probe), 0);
	run_for(NS_PER_S);
	assert_int_equal(bench.frame_count, 1);
}

static void simulated_limits_the_errors_of_a_router(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		struct segment probe = probe_of(25, 2);

		assert_int_equal(send_segment(&probe), 0);
	}
	run_for(NS_PER_S / 2);
	assert_int_equal(errors_seen(), 6);
}

static void simulated_drops_one_port_when_told(void **state)
{
	struct segment dropped, other;

	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_DROP, .port = 25, .hop = 3});
	dropped = send_probe(25);
	other = send_probe(443);
	run_for(NS_PER_S / 2);
	assert_null(answer_to(&dropped));
	assert_non_null(answer_to(&other));
}

static void simulated_lets_hop_limits_end_before_a_rule_when_told_to_drop(void **state)
{
	struct segment before = probe_of(25, 3), behind = probe_of(25, 4);

	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_DROP, .port = 25, .hop = 3});
	assert_int_equal(send_segment(&before), 0);
	assert_int_equal(send_segment(&behind), 0);
	run_for(NS_PER_S);
	assert_non_null(answer_to(&before));
	assert_null(answer_to(&behind));
}

static void simulated_resets_from_a_router_when_told(void **state)
{
	struct segment probe;
	const struct frame *answer;

	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_RESET, .port = 25, .hop = 2});
	probe = send_probe(25);
	run_for(NS_PER_S);
	answer = answer_to(&probe);
	assert_non_null(answer);
	assert_int_equal(answer->tcp.flags, TCP_RST | TCP_ACK);
	assert_int_equal(answer->hop_limit, 63);
	assert_true(address_equal(&answer->source, &bench.network.host));
}

static void simulated_rejects_by_icmp_when_told(void **state)
{
	bool old = bench.network.host.family == ADDRESS_IPV4;
	struct address router = simulated_hop(&bench.network, 3);
	struct segment probe;
	const struct frame *answer;

	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_ICMP, .port = 25, .hop = 3});
	probe = send_probe(25);
	run_for(NS_PER_S);
	answer = answer_to(&probe);
	assert_non_null(answer);
	assert_int_equal(answer->icmp.type, old ? 3 : 1);
	assert_int_equal(answer->icmp.code, old ? 13 : 1);
	assert_int_equal(answer->icmp.quote.hop_limit, 61);
	assert_int_equal(answer->icmp.quote.sequence, probe.sequence);
	assert_true(address_equal(&answer->source, &router));
}

static void simulated_stops_at_the_nearest_rule_when_there_are_two(void **state)
{
	struct segment probe;

	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_DROP, .port = 25, .hop = 4});
	add_rule((struct simulated_rule){.kind = SIMULATED_RESET, .port = 25, .hop = 2});
	probe = send_probe(25);
	run_for(NS_PER_S);
	assert_non_null(answer_to(&probe));
}

static void simulated_spares_a_port_when_an_earlier_rule_accepts_it(void **state)
{
	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_ACCEPT, .port = 443, .hop = 3});
	add_rule((struct simulated_rule){.kind = SIMULATED_DROP, .hop = 3});
	send_probe(25);
	send_probe(443);
	run_for(NS_PER_S / 2);
	assert_int_equal(syn_acks(), 1);
}

static void simulated_refuses_to_send_when_filtered_at_output(void **state)
{
	struct segment probe = probe_of(25, 64);

	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_LOCAL_OUTPUT, .port = 25});
	assert_int_equal(send_segment(&probe), EPERM);
	run_for(NS_PER_S);
	assert_int_equal(bench.frame_count, 0);
	assert_int_equal(simulated_sent(world()), 0);
}

static void simulated_swallows_what_is_filtered_at_egress(void **state)
{
	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_LOCAL_EGRESS, .port = 25});
	send_probe(25);
	run_for(NS_PER_S);
	assert_int_equal(bench.frame_count, 0);
}

static void add_bucket(uint16_t port, enum simulated_rule_kind excess)
{
	add_rule((struct simulated_rule){.kind = SIMULATED_BUCKET,
		.port = port,
		.hop = 4,
		.rate_per_s = 5,
		.burst = 5,
		.excess = excess});
}

static void simulated_bucket_passes_its_burst_when_asked_fast(void **state)
{
	(void)state;
	add_bucket(25, SIMULATED_DROP);
	assert_int_equal(answered_of(25, 30, 2 * NS_PER_MS), 5);
}

static void simulated_bucket_passes_its_rate_when_drained(void **state)
{
	(void)state;
	add_bucket(80, SIMULATED_DROP);
	for (unsigned i = 0; i < 30; i++)
		send_probe(80);
	run_for(50 * NS_PER_MS);
	assert_int_equal(answered_of(80, 40, 50 * NS_PER_MS), 10);
}

static void simulated_bucket_costs_other_ports_nothing_when_it_is_a_ports(void **state)
{
	(void)state;
	add_bucket(25, SIMULATED_DROP);
	assert_int_equal(answered_of(443, 30, 2 * NS_PER_MS), 30);
}

static void simulated_bucket_is_shared_when_it_is_the_hosts(void **state)
{
	(void)state;
	add_bucket(0, SIMULATED_DROP);
	for (unsigned i = 0; i < 4; i++)
		send_probe(443);
	assert_int_equal(answered_of(25, 10, 2 * NS_PER_MS), 5);
}

static void simulated_bucket_resets_its_excess_when_told(void **state)
{
	(void)state;
	add_bucket(25, SIMULATED_RESET);
	answered_of(25, 30, 2 * NS_PER_MS);
	assert_int_equal(syn_acks(), 5);
	assert_int_equal(resets(), 25);
}

static void simulated_bucket_rejects_its_excess_within_the_budget_of_errors(void **state)
{
	(void)state;
	add_bucket(25, SIMULATED_ICMP);
	assert_int_equal(answered_of(25, 30, 2 * NS_PER_MS), 5);
	assert_int_equal(errors_seen(), 6);
}

static void add_connection_limit(void)
{
	add_rule((struct simulated_rule){.kind = SIMULATED_CONNECTIONS,
		.port = 25,
		.hop = 4,
		.burst = 5,
		.excess = SIMULATED_DROP});
}

static void simulated_connection_limit_holds_when_handshakes_are_left_open(void **state)
{
	(void)state;
	add_connection_limit();
	assert_int_equal(answered_of(25, 20, 2 * NS_PER_MS), 5);
}

static void simulated_connection_limit_is_not_met_when_each_is_reset(void **state)
{
	(void)state;
	add_connection_limit();
	for (unsigned i = 0; i < 20; i++) {
		struct segment probe = send_probe(25);

		run_for(60 * NS_PER_MS);
		send_reset(probe);
	}
	run_for(60 * NS_PER_MS);
	assert_int_equal(syn_acks(), 20);
}

static void simulated_connection_limit_frees_a_place_when_a_reset_arrives(void **state)
{
	struct segment probe;

	(void)state;
	add_connection_limit();
	probe = send_probe(25);
	assert_int_equal(answered_of(25, 10, 2 * NS_PER_MS), 5);
	send_reset(probe);
	run_for(60 * NS_PER_MS);
	assert_int_equal(answered_of(25, 10, 2 * NS_PER_MS), 1);
}

static void add_ban(void)
{
	add_rule((struct simulated_rule){.kind = SIMULATED_BAN,
		.port = 25,
		.hop = 5,
		.burst = 6,
		.ban_s = 10,
		.excess = SIMULATED_DROP});
}

static void simulated_ban_lasts_while_there_is_no_silence(void **state)
{
	(void)state;
	add_ban();
	for (unsigned i = 0; i < 20; i++) {
		struct segment probe = send_probe(25);

		run_for(2 * NS_PER_S);
		send_reset(probe);
	}
	assert_int_equal(frames_with(TCP_SYN), 20);
	assert_true(syn_acks() < 20);
	assert_null(answer_to(&(struct segment){.source_port = 20006}));
	assert_null(answer_to(&(struct segment){.source_port = 20019}));
}

static void simulated_ban_ends_after_silence(void **state)
{
	struct segment probe;

	(void)state;
	add_ban();
	answered_of(25, 10, 10 * NS_PER_MS);
	run_for(11 * NS_PER_S);
	probe = send_probe(25);
	run_for(NS_PER_S / 2);
	assert_non_null(answer_to(&probe));
}

static void simulated_host_repeats_its_syn_ack_until_it_gives_up(void **state)
{
	const int64_t at_ms[] = {40, 1040, 3040, 7040};
	size_t found = 0;

	(void)state;
	send_probe(25);
	run_for(60 * NS_PER_S);
	assert_int_equal(bench.frame_count, 5);
	for (size_t i = 1; i < bench.frame_count; i++)
		found += bench.frames[i].time_ns - bench.frames[0].time_ns ==
			at_ms[i - 1] * NS_PER_MS;
	assert_int_equal(found, 4);
}

static void simulated_host_is_quiet_after_our_reset(void **state)
{
	struct segment probe = send_probe(25);

	(void)state;
	run_for(60 * NS_PER_MS);
	send_reset(probe);
	run_for(10 * NS_PER_S);
	assert_int_equal(syn_acks(), 1);
}

static void simulated_host_ignores_a_reset_of_another_sequence(void **state)
{
	struct segment probe = send_probe(25);

	(void)state;
	run_for(60 * NS_PER_MS);
	probe.sequence += 1000;
	send_reset(probe);
	run_for(2 * NS_PER_S);
	assert_int_equal(syn_acks(), 2);
}

static void simulated_host_resets_a_second_syn_that_contradicts_the_first(void **state)
{
	struct segment probe = send_probe(25);

	(void)state;
	probe.sequence += 64;
	assert_int_equal(send_segment(&probe), 0);
	run_for(NS_PER_S / 2);
	assert_int_equal(syn_acks(), 1);
	assert_int_equal(resets(), 1);
}

static void simulated_last_router_misses_an_absent_host_after_three_seconds(void **state)
{
	bool old = bench.network.host.family == ADDRESS_IPV4;
	struct address router = simulated_hop(&bench.network, 4);
	const struct frame *answer;
	struct segment probe;

	(void)state;
	bench.network.host_absent = true;
	probe = send_probe(25);
	run_for(3 * NS_PER_S);
	assert_null(answer_to(&probe));
	run_for(NS_PER_S);
	answer = answer_to(&probe);
	assert_non_null(answer);
	assert_int_equal(answer->icmp.type, old ? 3 : 1);
	assert_int_equal(answer->icmp.code, old ? 1 : 3);
	assert_true(address_equal(&answer->source, &router));
}

static void simulated_dead_host_never_answers(void **state)
{
	(void)state;
	bench.network.dead = true;
	send_probe(25);
	send_probe(80);
	run_for(10 * NS_PER_S);
	assert_int_equal(bench.frame_count, 2);
}

static double unanswered_share(uint16_t port)
{
	unsigned total = 0, answered = 0;

	for (unsigned i = 0; i < 200; i++) {
		bench.frame_count = 0;
		answered += answered_of(port, 50, 20 * NS_PER_MS);
		total += 50;
		simulated_free(bench.world);
		bench.world = NULL;
		bench.network.seed++;
	}
	return 1 - (double)answered / total;
}

static void simulated_loses_the_ratio_of_round_trips_when_independent(void **state)
{
	(void)state;
	bench.network.loss.ratio = 0.1;
	assert_true(fabs(unanswered_share(80) - 0.1) < 0.015);
}

static void simulated_loses_the_ratio_of_round_trips_when_in_bursts(void **state)
{
	(void)state;
	bench.network.loss = (struct simulated_loss){.ratio = 0.2, .mean_burst_s = 0.05};
	assert_true(fabs(unanswered_share(80) - 0.2) < 0.03);
}

static void simulated_spares_other_ports_when_a_port_alone_is_lossy(void **state)
{
	(void)state;
	bench.network.port_loss = (struct simulated_loss){.ratio = 0.5, .port = 80};
	assert_true(unanswered_share(110) < 1e-9);
	assert_true(fabs(unanswered_share(80) - 0.5) < 0.03);
}

static void simulated_knows_how_many_probes_were_lost(void **state)
{
	unsigned answered;

	(void)state;
	bench.network.loss.ratio = 0.3;
	answered = answered_of(80, 200, 2 * NS_PER_MS);
	assert_int_equal(simulated_fate(world(), 80).sent, 200);
	assert_int_equal(simulated_fate(world(), 80).lost, 200 - answered);
}

static void simulated_knows_how_many_probes_were_refused(void **state)
{
	(void)state;
	add_bucket(25, SIMULATED_DROP);
	answered_of(25, 30, 2 * NS_PER_MS);
	answered_of(443, 30, 2 * NS_PER_MS);
	assert_int_equal(simulated_fate(world(), 25).refused, 25);
	assert_int_equal(simulated_fate(world(), 443).refused, 0);
	assert_int_equal(simulated_fate(world(), 0).refused, 25);
}

static void simulated_answers_twice_when_told_to_duplicate(void **state)
{
	(void)state;
	bench.network.duplicate_ratio = 1;
	send_probe(80);
	run_for(NS_PER_S);
	assert_int_equal(resets(), 2);
}

static unsigned overtaken(void)
{
	unsigned count = 0;

	for (size_t i = 1; i < bench.frame_count; i++)
		count += bench.frames[i].tcp.destination_port <
			bench.frames[i - 1].tcp.destination_port;
	return count;
}

static void send_train_to_closed_port(void)
{
	for (unsigned i = 0; i < 50; i++)
		send_probe(80);
	run_for(0);
	bench.frame_count = 0;
	run_for(NS_PER_S);
	assert_int_equal(bench.frame_count, 50);
}

static void simulated_keeps_the_order_when_there_is_only_jitter(void **state)
{
	(void)state;
	bench.network.jitter_ms = 10;
	send_train_to_closed_port();
	assert_int_equal(overtaken(), 0);
}

static void simulated_breaks_the_order_when_told_to(void **state)
{
	(void)state;
	bench.network.reorder_ratio = 0.2;
	send_train_to_closed_port();
	assert_true(overtaken() > 0);
}

static void connect_to(uint16_t port)
{
	const struct flow flow = {.source = bench.network.client,
		.destination = bench.network.host,
		.destination_port = port};

	assert_int_equal(world()->does->connect(world(), &flow, 3 * NS_PER_S), 0);
	run_for(4 * NS_PER_S);
	assert_int_equal(bench.facts, 1);
	assert_int_equal(bench.fact.kind, FACT_CONNECT);
}

static void simulated_connect_succeeds_where_the_host_listens(void **state)
{
	(void)state;
	connect_to(25);
	assert_int_equal(bench.fact.error, 0);
	assert_true(bench.fact.duration_ns == 40 * NS_PER_MS);
	assert_int_equal(bench.frame_count, 4); /* SYN, SYN-ACK, ACK, RST */
	assert_int_equal(frames_with(TCP_ACK), 1);
}

static void simulated_connect_is_refused_where_nothing_listens(void **state)
{
	(void)state;
	connect_to(80);
	assert_int_equal(bench.fact.error, ECONNREFUSED);
}

static void simulated_connect_times_out_when_dropped(void **state)
{
	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_DROP, .port = 25, .hop = 2});
	connect_to(25);
	assert_int_equal(bench.fact.error, ETIMEDOUT);
	assert_true(bench.fact.duration_ns == 3 * NS_PER_S);
	assert_int_equal(
		frames_with(TCP_SYN), 3); /* at 0, 1 and 2 s; the third second is the end */
}

static void simulated_connect_times_out_unseen_when_filtered_at_output(void **state)
{
	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_LOCAL_OUTPUT, .port = 25});
	connect_to(25);
	assert_int_equal(bench.fact.error, ETIMEDOUT);
	assert_int_equal(bench.frame_count, 0);
}

static void simulated_connect_repeats_its_syn_when_answers_are_filtered_at_input(void **state)
{
	(void)state;
	add_rule((struct simulated_rule){.kind = SIMULATED_LOCAL_INPUT, .port = 25});
	connect_to(25);
	assert_int_equal(bench.fact.error, ETIMEDOUT);
	assert_int_equal(frames_with(TCP_SYN), 3);
	assert_true(syn_acks() >= 3);
}

static void simulated_connect_fails_as_the_kernel_does_when_icmp_answers(void **state)
{
	static const struct {
		uint8_t code;
		int error;
	} cases[] = {{0, ENETUNREACH}, {1, EHOSTUNREACH}, {3, ECONNREFUSED}, {9, ENETUNREACH},
		{10, EHOSTUNREACH}, {13, EHOSTUNREACH}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_up_ipv4(state);
		add_rule((struct simulated_rule){.kind = SIMULATED_ICMP,
			.port = 25,
			.hop = 2,
			.icmp_type = 3,
			.icmp_code = cases[i].code});
		connect_to(25);
		assert_int_equal(bench.fact.error, cases[i].error);
		tear_down(state);
	}
}

static void simulated_connect_fails_as_the_kernel_does_when_icmpv6_answers(void **state)
{
	static const struct {
		uint8_t code;
		int error;
	} cases[] = {{0, ENETUNREACH}, {1, EACCES}, {3, EHOSTUNREACH}, {4, ECONNREFUSED},
		{5, EACCES}, {6, EACCES}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_up_ipv6(state);
		add_rule((struct simulated_rule){.kind = SIMULATED_ICMP,
			.port = 25,
			.hop = 2,
			.icmp_type = 1,
			.icmp_code = cases[i].code});
		connect_to(25);
		assert_int_equal(bench.fact.error, cases[i].error);
		tear_down(state);
	}
}

/* All that a run shows, as one number. */
static uint64_t digest_of_a_run(uint64_t seed)
{
	uint64_t digest = 0;

	set_up_ipv4(NULL);
	bench.network.seed = seed;
	bench.network.jitter_ms = 5;
	bench.network.loss.ratio = 0.2;
	add_bucket(25, SIMULATED_DROP);
	answered_of(25, 30, 10 * NS_PER_MS);
	for (size_t i = 0; i < bench.frame_count; i++)
		digest = digest * 31 + (uint64_t)bench.frames[i].time_ns +
			bench.frames[i].tcp.sequence;
	tear_down(NULL);
	return digest;
}

static void simulated_repeats_itself_when_the_seed_is_the_same(void **state)
{
	(void)state;
	assert_true(digest_of_a_run(5) == digest_of_a_run(5));
}

static void simulated_differs_when_the_seed_does(void **state)
{
	(void)state;
	assert_true(digest_of_a_run(5) != digest_of_a_run(6));
}

static void simulated_refuses_more_when_too_much_is_on_its_way(void **state)
{
	struct segment probe = probe_of(25, 64);
	int error = 0;

	(void)state;
	for (unsigned i = 0; i < 10000 && error == 0; i++)
		error = send_segment(&probe);
	assert_int_equal(error, ENOBUFS);
}

#define ipv4_test(test) cmocka_unit_test_setup_teardown(test, set_up_ipv4, tear_down)
#define ipv6_test(test) cmocka_unit_test_setup_teardown(test, set_up_ipv6, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ipv4_test(simulated_shows_our_own_packets_leaving),
		ipv4_test(simulated_accepts_where_the_host_listens),
		ipv6_test(simulated_accepts_where_the_host_listens),
		ipv4_test(simulated_resets_where_nothing_listens),
		ipv4_test(simulated_says_where_a_hop_limit_ends),
		ipv4_test(simulated_answers_when_the_hop_limit_just_reaches_the_host),
		ipv4_test(simulated_says_nothing_of_hop_limits_when_routers_are_silent),
		ipv4_test(simulated_limits_the_errors_of_a_router),
		ipv4_test(simulated_drops_one_port_when_told),
		ipv4_test(simulated_lets_hop_limits_end_before_a_rule_when_told_to_drop),
		ipv4_test(simulated_resets_from_a_router_when_told),
		ipv4_test(simulated_rejects_by_icmp_when_told),
		ipv6_test(simulated_rejects_by_icmp_when_told),
		ipv4_test(simulated_stops_at_the_nearest_rule_when_there_are_two),
		ipv4_test(simulated_spares_a_port_when_an_earlier_rule_accepts_it),
		ipv4_test(simulated_refuses_to_send_when_filtered_at_output),
		ipv4_test(simulated_swallows_what_is_filtered_at_egress),
		ipv4_test(simulated_bucket_passes_its_burst_when_asked_fast),
		ipv4_test(simulated_bucket_passes_its_rate_when_drained),
		ipv4_test(simulated_bucket_costs_other_ports_nothing_when_it_is_a_ports),
		ipv4_test(simulated_bucket_is_shared_when_it_is_the_hosts),
		ipv4_test(simulated_bucket_resets_its_excess_when_told),
		ipv4_test(simulated_bucket_rejects_its_excess_within_the_budget_of_errors),
		ipv4_test(simulated_connection_limit_holds_when_handshakes_are_left_open),
		ipv4_test(simulated_connection_limit_is_not_met_when_each_is_reset),
		ipv4_test(simulated_connection_limit_frees_a_place_when_a_reset_arrives),
		ipv4_test(simulated_ban_lasts_while_there_is_no_silence),
		ipv4_test(simulated_ban_ends_after_silence),
		ipv4_test(simulated_host_repeats_its_syn_ack_until_it_gives_up),
		ipv4_test(simulated_host_is_quiet_after_our_reset),
		ipv4_test(simulated_host_ignores_a_reset_of_another_sequence),
		ipv4_test(simulated_host_resets_a_second_syn_that_contradicts_the_first),
		ipv4_test(simulated_last_router_misses_an_absent_host_after_three_seconds),
		ipv6_test(simulated_last_router_misses_an_absent_host_after_three_seconds),
		ipv4_test(simulated_dead_host_never_answers),
		ipv4_test(simulated_loses_the_ratio_of_round_trips_when_independent),
		ipv4_test(simulated_loses_the_ratio_of_round_trips_when_in_bursts),
		ipv4_test(simulated_spares_other_ports_when_a_port_alone_is_lossy),
		ipv4_test(simulated_knows_how_many_probes_were_lost),
		ipv4_test(simulated_knows_how_many_probes_were_refused),
		ipv4_test(simulated_answers_twice_when_told_to_duplicate),
		ipv4_test(simulated_keeps_the_order_when_there_is_only_jitter),
		ipv4_test(simulated_breaks_the_order_when_told_to),
		ipv4_test(simulated_connect_succeeds_where_the_host_listens),
		ipv4_test(simulated_connect_is_refused_where_nothing_listens),
		ipv4_test(simulated_connect_times_out_when_dropped),
		ipv4_test(simulated_connect_times_out_unseen_when_filtered_at_output),
		ipv4_test(simulated_connect_repeats_its_syn_when_answers_are_filtered_at_input),
		cmocka_unit_test(simulated_connect_fails_as_the_kernel_does_when_icmp_answers),
		cmocka_unit_test(simulated_connect_fails_as_the_kernel_does_when_icmpv6_answers),
		cmocka_unit_test(simulated_repeats_itself_when_the_seed_is_the_same),
		cmocka_unit_test(simulated_differs_when_the_seed_does),
		ipv4_test(simulated_refuses_more_when_too_much_is_on_its_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
