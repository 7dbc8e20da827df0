/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One agenda drives everything: a parcel is a packet on its way (parcel.h, journey.h), an attempt
 * one connection at the host (attempt.h), a dial one connect() of our own kernel's (dial.h).
 */
#include "simulated.h"

#include "answer.h"
#include "dial.h"
#include "fault.h"
#include "filter.h"
#include "host.h"
#include "journey.h"
#include "packet.h"
#include "simulation.h"
#include "world.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define EPOCH_NS ((int64_t)1767225600 * NS_PER_S) /* 2026-01-01T00:00:00Z */

/* ---- the world's operations ---- */

static struct simulation *simulation_of(struct world *world)
{
	return (struct simulation *)world;
}

static int64_t simulated_now(struct world *world)
{
	return simulation_of(world)->now_ns;
}

static int simulated_send(struct world *world, const struct segment *segment)
{
	return journey_begin(simulation_of(world), segment);
}

static int simulated_connect(struct world *world, const struct flow *flow, int64_t patience_ns)
{
	return dial_start(simulation_of(world), flow, patience_ns);
}

/* Routers hash what stays the same in a flow (RFC 2992 section 1). */
static unsigned way_of_flow(const struct simulated_network *network, const struct segment *segment)
{
	uint32_t hash = (uint32_t)segment->source_port << 16 | segment->destination_port;

	hash = (hash ^ (uint32_t)network->seed) * 0x9e3779b1U;
	return (hash >> 16) % network->ways;
}

static struct address router_of(
	const struct simulated_network *network, const struct parcel *parcel)
{
	struct address address = simulated_hop(network, parcel->hop);

	if (network->ways > 1 && parcel->hop > network->fork && parcel->hop < network->join)
		address.bytes[address_length(&address) - 1] =
			(uint8_t)(1 + way_of_flow(network, &parcel->segment));
	return address;
}

static void capture(struct simulation *sim, const struct parcel *parcel, struct packet *packet)
{
	size_t length;

	if (parcel->icmp) {
		const struct compose_icmp error = {
			.source = router_of(&sim->network, parcel),
			.type = parcel->type,
			.code = parcel->code,
			.hop_limit = answer_hop_limit(&sim->network, parcel->hop),
			.quoted = parcel->segment,
			.stamps = parcel->stamps,
		};

		length = compose_icmp(&error, sim->bytes);
	} else {
		length = compose_segment(&parcel->segment, &parcel->stamps, sim->bytes);
	}
	*packet = (struct packet){
		.time_ns = sim->now_ns,
		.number = ++sim->captured,
		.link_type = LINK_RAW,
		.captured = (uint32_t)length,
		.length = (uint32_t)length,
		.bytes = sim->bytes,
	};
}

/* What nobody outside hears of. */
static void happen_silently(struct simulation *sim, const struct agenda_entry *entry)
{
	struct parcel parcel;

	switch ((enum happening)entry->kind) {
	case HAPPENING_STOP:
		parcel = parcel_take(sim, entry->item);
		journey_go_on(sim, &parcel, sim->now_ns);
		break;
	case HAPPENING_NO_NEIGHBOUR:
		parcel = parcel_take(sim, entry->item);
		host_is_given_up(sim, &parcel);
		break;
	case HAPPENING_REPEAT_SYN_ACK:
		host_repeats(sim, entry->item);
		break;
	case HAPPENING_REPEAT_SYN:
		dial_repeat(sim, entry->item);
		break;
	case HAPPENING_GIVE_UP:
		dial_give_up(sim, entry->item);
		break;
	case HAPPENING_LEAVE:
	case HAPPENING_ARRIVE:
	case HAPPENING_CONNECT_ENDED:
		break;
	}
}

/* WORLD_TIMEOUT: it happened, but there is nothing to tell. */
static enum world_event happen(struct simulation *sim, const struct agenda_entry *entry,
	struct packet *packet, struct fact *fact)
{
	struct parcel parcel;

	if (entry->kind == HAPPENING_LEAVE || entry->kind == HAPPENING_ARRIVE) {
		parcel = parcel_take(sim, entry->item);
		capture(sim, &parcel, packet);
		if (entry->kind == HAPPENING_ARRIVE)
			dial_hear_all(sim, &parcel);
		return WORLD_PACKET;
	}
	if (entry->kind == HAPPENING_CONNECT_ENDED)
		return dial_report(sim, entry->item, fact) ? WORLD_FACT : WORLD_TIMEOUT;
	happen_silently(sim, entry);
	return WORLD_TIMEOUT;
}

static enum world_event simulated_next(struct world *world, int64_t until_ns, struct packet *packet,
	struct fact *fact, struct fault *why)
{
	struct simulation *sim = simulation_of(world);
	int64_t limit_ns = until_ns > sim->now_ns ? until_ns : sim->now_ns;
	enum world_event event = WORLD_TIMEOUT;

	(void)why;
	while (event == WORLD_TIMEOUT && agenda_first(&sim->agenda) != NULL &&
		agenda_first(&sim->agenda)->time_ns <= limit_ns) {
		struct agenda_entry entry = agenda_take(&sim->agenda);

		sim->now_ns = entry.time_ns;
		event = happen(sim, &entry, packet, fact);
	}
	if (event == WORLD_TIMEOUT)
		sim->now_ns = limit_ns;
	return event;
}

static const struct world_operations simulated_operations = {
	.now = simulated_now,
	.send = simulated_send,
	.connect = simulated_connect,
	.next = simulated_next,
};

/* ---- beginning and end ---- */

struct world *simulated_new(const struct simulated_network *network)
{
	struct simulation *sim = malloc(sizeof(*sim));

	if (sim == NULL)
		fault_out_of_memory();
	assert(network->hops >= 1 && network->hops <= SIMULATED_HOPS);
	assert(network->rule_count <= SIMULATED_RULES);
	/* Agenda and parcels are large and begin empty: zeroing them would cost more than a run. */
	memset(sim, 0, offsetof(struct simulation, agenda));
	agenda_init(&sim->agenda);
	sim->parcels.first_free = sim->parcels.first_fresh = 0;
	sim->world.does = &simulated_operations;
	sim->network = *network;
	sim->chance = chance_seeded(network->seed);
	sim->now_ns = EPOCH_NS;
	sim->way = way_of(network);
	filter_order(sim);
	return &sim->world;
}

/* ---- what a test may ask ---- */

struct address simulated_hop(const struct simulated_network *network, uint8_t hop)
{
	/* Address space that nobody is given: RFC 2544 section C.2.2 and RFC 3849. */
	const uint8_t ipv4[4] = {198, 18, hop, 1};
	const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0, hop, [15] = 1};

	if (hop == network->hops)
		return network->host;
	return network->host.family == ADDRESS_IPV4 ? address_ipv4(ipv4) : address_ipv6(ipv6);
}

struct simulated_fate simulated_fate(const struct world *world, uint16_t port)
{
	return fate_sum(&((const struct simulation *)world)->fates, port);
}

unsigned simulated_sent(const struct world *world)
{
	return ((const struct simulation *)world)->sent;
}

double simulated_elapsed_s(const struct world *world)
{
	return (double)(((const struct simulation *)world)->now_ns - EPOCH_NS) / NS_PER_S;
}

void simulated_free(struct world *world)
{
	free(world);
}
