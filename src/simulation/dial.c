/* SPDX-License-Identifier: BSD-2-Clause */
#include "dial.h"

#include "address.h"
#include "filter.h"
#include "frame.h"
#include "journey.h"
#include "parcel.h"
#include "simulation.h"

#include <errno.h>

/* When Linux since 6.5 repeats a SYN: linear at first (tcp_syn_linear_timeouts), then doubling. */
static const uint8_t syn_repeat_s[] = {1, 2, 3, 4, 5, 7, 11, 19, 35};
#define SYN_REPEATS (sizeof(syn_repeat_s) / sizeof(syn_repeat_s[0]))

static struct dial *dial_by_id(struct simulation *sim, uint32_t id)
{
	for (unsigned i = 0; i < sim->dials.count; i++)
		if (sim->dials.items[i].id == id)
			return &sim->dials.items[i];
	return NULL;
}

static void dial_send(
	struct simulation *sim, const struct dial *dial, uint8_t flags, uint32_t acknowledgement)
{
	const struct segment segment = {
		.source = dial->flow.source,
		.destination = dial->flow.destination,
		.source_port = dial->flow.source_port,
		.destination_port = dial->flow.destination_port,
		.sequence = dial->sequence + (flags & TCP_SYN ? 0 : 1),
		.acknowledgement = acknowledgement,
		.flags = flags,
		.hop_limit = FIRST_HOP_LIMIT,
	};

	/* What a filter says to a SYN of the kernel's own is not passed on: it tries again. */
	(void)journey_begin(sim, &segment);
}

static void dial_schedule_repeat(struct simulation *sim, const struct dial *dial)
{
	if (dial->repeats < SYN_REPEATS)
		agenda_add(&sim->agenda,
			dial->started_ns + (int64_t)syn_repeat_s[dial->repeats] * NS_PER_S,
			HAPPENING_REPEAT_SYN, dial->id);
}

void dial_repeat(struct simulation *sim, uint32_t id)
{
	struct dial *dial = dial_by_id(sim, id);

	if (dial == NULL || dial->ended)
		return;
	dial->repeats++;
	dial_send(sim, dial, TCP_SYN, 0);
	dial_schedule_repeat(sim, dial);
}

static void dial_end(struct simulation *sim, struct dial *dial, int error)
{
	dial->ended = true;
	dial->error = error;
	dial->ended_ns = sim->now_ns;
	agenda_add(&sim->agenda, sim->now_ns, HAPPENING_CONNECT_ENDED, dial->id);
}

void dial_give_up(struct simulation *sim, uint32_t id)
{
	struct dial *dial = dial_by_id(sim, id);

	if (dial != NULL && !dial->ended)
		dial_end(sim, dial, ETIMEDOUT);
}

/* As Linux turns the codes of ICMPv4 into errors (SCIENCE section E). */
static int error_of_icmpv4(uint8_t type, uint8_t code)
{
	if (type == 3 && code == 3)
		return ECONNREFUSED;
	if (type == 3 && (code == 0 || code == 6 || code == 9 || code == 11))
		return ENETUNREACH;
	return EHOSTUNREACH;
}

static int error_of_icmpv6(uint8_t type, uint8_t code)
{
	if (type != 1)
		return EHOSTUNREACH;
	switch (code) {
	case 0:
		return ENETUNREACH;
	case 1:
	case 5:
	case 6:
		return EACCES;
	case 4:
		return ECONNREFUSED;
	default:
		return EHOSTUNREACH;
	}
}

static bool dial_is_quoted(const struct dial *dial, const struct segment *quoted)
{
	return dial->flow.source_port == quoted->source_port &&
		dial->flow.destination_port == quoted->destination_port &&
		dial->sequence == quoted->sequence;
}

static bool dial_is_acknowledged(const struct dial *dial, const struct segment *segment)
{
	return dial->flow.source_port == segment->destination_port &&
		dial->flow.destination_port == segment->source_port &&
		dial->sequence + 1 == segment->acknowledgement;
}

static void dial_connected(struct simulation *sim, struct dial *dial, uint32_t host_sequence)
{
	dial_send(sim, dial, TCP_ACK, host_sequence + 1);
	dial_send(sim, dial, TCP_RST | TCP_ACK, host_sequence + 1);
	dial_end(sim, dial, 0);
}

static void hear(struct simulation *sim, struct dial *dial, const struct parcel *parcel)
{
	bool old = sim->network.host.family == ADDRESS_IPV4;

	if (parcel->icmp && dial_is_quoted(dial, &parcel->segment))
		dial_end(sim, dial,
			old ? error_of_icmpv4(parcel->type, parcel->code)
			    : error_of_icmpv6(parcel->type, parcel->code));
	if (parcel->icmp || !dial_is_acknowledged(dial, &parcel->segment))
		return;
	if (parcel->segment.flags & TCP_RST)
		dial_end(sim, dial, ECONNREFUSED);
	else
		dial_connected(sim, dial, parcel->segment.sequence);
}

void dial_hear_all(struct simulation *sim, const struct parcel *parcel)
{
	if (filter_holds_locally(sim, SIMULATED_LOCAL_INPUT, parcel_port(parcel, INWARD)))
		return;
	for (unsigned i = 0; i < sim->dials.count; i++)
		if (!sim->dials.items[i].ended)
			hear(sim, &sim->dials.items[i], parcel);
}

int dial_start(struct simulation *sim, const struct flow *flow, int64_t patience_ns)
{
	struct dial *dial;

	if (sim->dials.count == DIALS)
		return EMFILE;
	dial = &sim->dials.items[sim->dials.count++];
	*dial = (struct dial){
		.id = sim->next_id++,
		.flow = *flow,
		.sequence = (uint32_t)chance_u64(&sim->chance),
		.started_ns = sim->now_ns,
	};
	if (dial->flow.source.family == ADDRESS_NONE)
		dial->flow.source = sim->network.client;
	if (dial->flow.source_port == 0) /* sysctl ip_local_port_range of Linux */
		dial->flow.source_port = (uint16_t)(32768 + chance_below(&sim->chance, 28232));
	dial_send(sim, dial, TCP_SYN, 0);
	dial_schedule_repeat(sim, dial);
	agenda_add(&sim->agenda, sim->now_ns + patience_ns, HAPPENING_GIVE_UP, dial->id);
	return 0;
}

bool dial_report(struct simulation *sim, uint32_t id, struct fact *fact)
{
	struct dial *dial = dial_by_id(sim, id);

	if (dial == NULL)
		return false;
	*fact = (struct fact){
		.kind = FACT_CONNECT,
		.error = dial->error,
		.sequence = dial->sequence,
		.time_ns = dial->ended_ns,
		.duration_ns = dial->ended_ns - dial->started_ns,
		.flow = dial->flow,
	};
	*dial = sim->dials.items[--sim->dials.count];
	return true;
}
