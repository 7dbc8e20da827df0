/* SPDX-License-Identifier: BSD-2-Clause */
/* The real world in a network of its own: a veth pair and the kernel at its other end. */
#include "fault.h"
#include "frame.h"
#include "netns.h"
#include "tap.h"
#include "unit.h"
#include "wire_world.h"
#include "world.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_NS 1000000000

static bool own_network;
static struct netns_peer peer;
static struct tap *tap;
static struct injector *injector;
static struct world *world;

static int enter(void **state)
{
	static const uint16_t listening[] = {25, 0};
	struct fault why = {0};

	(void)state;
	own_network = netns_enter() && netns_peer_start(&peer, listening) &&
		netns_run("nft add table inet t") &&
		netns_run("nft add chain inet t in '{ type filter hook input priority 0; }'") &&
		netns_run("nft add chain inet t out '{ type filter hook output priority 0; }'") &&
		netns_run("nft add rule inet t in tcp sport 110 drop") &&
		netns_run("nft add rule inet t out tcp dport 587 reject with tcp reset");
	if (!own_network)
		return 0;
	tap = tap_open_interface("near", "tcp", &why);
	injector = injector_open(&why);
	world = tap && injector ? wire_world_new(tap, injector, NULL, &why) : NULL;
	if (!world)
		fail_msg("%s", why.text);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	wire_world_free(world);
	injector_close(injector);
	tap_close(tap);
	netns_peer_stop(&peer);
	return 0;
}

static struct flow flow_to(bool ipv6, uint16_t port)
{
	struct flow flow = {.destination_port = port};

	assert_true(address_parse(&flow.source, ipv6 ? NETNS_OUR_IPV6 : NETNS_OUR_IPV4));
	assert_true(address_parse(&flow.destination, ipv6 ? NETNS_PEER_IPV6 : NETNS_PEER_IPV4));
	return flow;
}

static struct segment syn_to(bool ipv6, uint16_t port)
{
	static uint16_t next_port = 42000;
	struct flow flow = flow_to(ipv6, port);

	return (struct segment){
		.source = flow.source,
		.destination = flow.destination,
		.source_port = next_port++,
		.destination_port = port,
		.sequence = 7,
		.flags = TCP_SYN,
		.hop_limit = 64,
	};
}

/* Events until one of this kind, or a failed test after ten seconds. What the capture lost is of no
 * interest here. */
static void await(enum world_event awaited, struct packet *packet, struct fact *fact)
{
	int64_t until_ns = world->does->now(world) + (int64_t)10 * SECOND_NS;
	struct fault why = {0};
	enum world_event event = WORLD_TIMEOUT;

	do
		event = world->does->next(world, until_ns, packet, fact, &why);
	while ((event == WORLD_PACKET && awaited != WORLD_PACKET) ||
		(event == WORLD_FACT && fact->kind == FACT_CAPTURE_LOST));
	assert_int_equal(event, awaited);
}

static struct frame await_frame(void)
{
	struct packet packet;
	struct fact fact;
	struct frame frame;

	await(WORLD_PACKET, &packet, &fact);
	assert_int_equal(frame_decode(&frame, &packet), FRAME_DECODED);
	return frame;
}

static void wire_world_shows_a_probe_and_its_answer(void **state)
{
	(void)state;
	if (!own_network)
		skip();
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct segment syn = syn_to(ipv6, 25);
		struct frame frame;

		assert_int_equal(world->does->send(world, &syn), 0);
		do
			frame = await_frame();
		while (frame.tcp.source_port != syn.source_port);
		assert_true(llabs(world->does->now(world) - frame.time_ns) < 30LL * SECOND_NS);
		do
			frame = await_frame();
		while (frame.tcp.destination_port != syn.source_port);
		assert_int_equal(frame.tcp.flags, TCP_SYN | TCP_ACK);
	}
}

static void wire_world_sends_again_from_a_port_that_it_holds(void **state)
{
	struct segment syn = syn_to(false, 25);

	(void)state;
	if (!own_network)
		skip();
	assert_int_equal(world->does->send(world, &syn), 0);
	syn.sequence += 64;
	assert_int_equal(world->does->send(world, &syn), 0);
}

static void wire_world_says_that_a_port_is_taken(void **state)
{
	struct segment syn = syn_to(false, 25);
	struct sockaddr_storage local;
	socklen_t length = address_to_sockaddr(&syn.source, syn.source_port, &local);
	int other = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	if (!own_network)
		skip();
	assert_int_equal(bind(other, (struct sockaddr *)&local, length), 0);
	assert_int_equal(world->does->send(world, &syn), EADDRINUSE);
	(void)close(other);
}

static void wire_world_gives_the_oldest_port_away_when_it_holds_too_many(void **state)
{
	struct segment first = syn_to(false, 25);
	struct sockaddr_storage local;
	socklen_t length = address_to_sockaddr(&first.source, first.source_port, &local);
	int other = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	if (!own_network)
		skip();
	assert_int_equal(world->does->send(world, &first), 0);
	for (unsigned i = 0; i < 512; i++) {
		struct segment more = syn_to(false, 25);

		assert_int_equal(world->does->send(world, &more), 0);
	}
	assert_int_equal(bind(other, (struct sockaddr *)&local, length), 0);
	(void)close(other);
}

static void wire_world_tells_how_a_connect_ended(void **state)
{
	static const struct {
		uint16_t port;
		int error;
	} cases[] = {
		{25, 0},             /* listens */
		{26, ECONNREFUSED},  /* nobody listens */
		{587, ECONNREFUSED}, /* rejected by our own output filter */
	};

	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct flow flow = flow_to(i % 2, cases[i / 2].port);
		struct packet packet;
		struct fact fact;

		assert_int_equal(world->does->connect(world, &flow, (int64_t)5 * SECOND_NS), 0);
		await(WORLD_FACT, &packet, &fact);
		assert_int_equal(fact.kind, FACT_CONNECT);
		assert_int_equal(fact.error, cases[i / 2].error);
		assert_true(fact.flow.source_port != 0);
		assert_true(address_equal(&fact.flow.source, &flow.source));
		assert_int_equal(fact.flow.destination_port, cases[i / 2].port);
		assert_true(fact.duration_ns >= 0 && fact.duration_ns < 5LL * SECOND_NS);
	}
}

static void wire_world_gives_a_connect_up_when_patience_ends(void **state)
{
	struct flow flow = flow_to(false, 110);
	struct packet packet;
	struct fact fact;

	(void)state;
	if (!own_network)
		skip();
	assert_int_equal(world->does->connect(world, &flow, SECOND_NS / 10), 0);
	await(WORLD_FACT, &packet, &fact);
	assert_int_equal(fact.error, ETIMEDOUT);
	assert_true(fact.duration_ns >= SECOND_NS / 10);
}

static void wire_world_connects_from_the_port_asked_for(void **state)
{
	struct flow flow = flow_to(false, 25);
	struct packet packet;
	struct fact fact;

	(void)state;
	if (!own_network)
		skip();
	flow.source_port = 43210;
	assert_int_equal(world->does->connect(world, &flow, (int64_t)5 * SECOND_NS), 0);
	await(WORLD_FACT, &packet, &fact);
	assert_int_equal(fact.flow.source_port, 43210);
}

static void wire_world_has_no_socket_for_an_address_that_is_not_ours(void **state)
{
	struct flow flow = flow_to(false, 25);

	(void)state;
	if (!own_network)
		skip();
	assert_true(address_parse(&flow.source, "192.0.2.77"));
	assert_int_equal(world->does->connect(world, &flow, SECOND_NS), EADDRNOTAVAIL);
}

static void wire_world_waits_no_less_than_asked(void **state)
{
	struct packet packet;
	struct fact fact;
	struct fault why;
	int64_t until_ns = 0;

	(void)state;
	if (!own_network)
		skip();
	do
		until_ns = world->does->now(world) + SECOND_NS / 50;
	while (world->does->next(world, until_ns, &packet, &fact, &why) != WORLD_TIMEOUT);
	assert_true(world->does->now(world) >= until_ns);
}

static void wire_world_tells_of_an_interrupt_once(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM};
	struct packet packet;
	struct fact fact;
	struct fault why;

	(void)state;
	if (!own_network)
		skip();
	for (size_t i = 0; i < 2; i++) {
		(void)raise(signals[i]);
		await(WORLD_INTERRUPTED, &packet, &fact);
		assert_int_not_equal(
			world->does->next(world, 0, &packet, &fact, &why), WORLD_INTERRUPTED);
	}
}

/* More packets than the capture's ring has room for, while nobody reads. */
static void wire_world_tells_what_the_capture_lost(void **state)
{
	struct segment reset = syn_to(false, 26);
	int64_t until_ns = 0;
	enum world_event event = WORLD_PACKET;
	struct packet packet;
	struct fact fact = {0};
	struct fault why;

	(void)state;
	if (!own_network)
		skip();
	reset.flags = TCP_RST;
	for (unsigned i = 0; i < 5000; i++)
		assert_int_equal(world->does->send(world, &reset), 0);
	until_ns = world->does->now(world) + (int64_t)10 * SECOND_NS;
	while (event == WORLD_PACKET)
		event = world->does->next(world, until_ns, &packet, &fact, &why);
	assert_int_equal(event, WORLD_FACT);
	assert_int_equal(fact.kind, FACT_CAPTURE_LOST);
	assert_true(fact.count > 0);
	assert_true(fact.arrived > fact.count);
}

static void wire_world_breaks_when_the_interface_goes_away(void **state)
{
	struct packet packet;
	struct fact fact;

	(void)state;
	if (!own_network)
		skip();
	assert_true(netns_run("ip link del near"));
	await(WORLD_BROKEN, &packet, &fact);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_world_shows_a_probe_and_its_answer),
		cmocka_unit_test(wire_world_sends_again_from_a_port_that_it_holds),
		cmocka_unit_test(wire_world_says_that_a_port_is_taken),
		cmocka_unit_test(wire_world_gives_the_oldest_port_away_when_it_holds_too_many),
		cmocka_unit_test(wire_world_tells_how_a_connect_ended),
		cmocka_unit_test(wire_world_gives_a_connect_up_when_patience_ends),
		cmocka_unit_test(wire_world_connects_from_the_port_asked_for),
		cmocka_unit_test(wire_world_has_no_socket_for_an_address_that_is_not_ours),
		cmocka_unit_test(wire_world_waits_no_less_than_asked),
		cmocka_unit_test(wire_world_tells_of_an_interrupt_once),
		cmocka_unit_test(wire_world_tells_what_the_capture_lost),
		cmocka_unit_test(wire_world_breaks_when_the_interface_goes_away),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
