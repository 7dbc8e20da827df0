/* SPDX-License-Identifier: BSD-2-Clause */
#include "answer.h"

#include "chance.h"
#include "fate.h"
#include "frame.h"
#include "simulation.h"
#include "tokens.h"
#include "way.h"

/* Linux, sysctl icmp_ratelimit and icmpv6 ratelimit, measured: 6 at once, then 1/s and 10/s. */
#define ICMP_BURST   6
#define ICMP_PER_S   1.0
#define ICMPV6_PER_S 10.0

/* Nearer than this the way back is the way out. */
#define DETOUR_FROM 3

uint8_t answer_hop_limit(const struct simulated_network *network, uint8_t hop)
{
	unsigned detour = hop >= DETOUR_FROM ? network->detour : 0;

	return (uint8_t)(FIRST_HOP_LIMIT - (hop - 1U) - detour);
}

struct parcel answer_to(const struct simulation *sim, const struct segment *asked, uint8_t hop)
{
	return (struct parcel){
		.hop = hop,
		.segment = {.source = asked->destination,
			.destination = asked->source,
			.source_port = asked->destination_port,
			.destination_port = asked->source_port,
			.hop_limit = answer_hop_limit(&sim->network, hop)},
	};
}

void answer_depart(struct simulation *sim, const struct parcel *answer)
{
	int64_t lands_ns = sim->now_ns + way_ns(sim, answer->hop);

	if (way_loses(sim, answer, INWARD)) {
		fate_of(&sim->fates, parcel_port(answer, INWARD))->lost += !answer->apart;
		return;
	}
	lands_ns = way_queue(sim, &sim->way.inward_gate_ns[answer->hop], lands_ns);
	parcel_schedule(sim, answer, HAPPENING_ARRIVE, lands_ns);
	if (sim->network.duplicate_ratio > 0 &&
		chance_unit(&sim->chance) < sim->network.duplicate_ratio)
		parcel_schedule(sim, answer, HAPPENING_ARRIVE, lands_ns + NS_PER_MS);
}

/* RFC 9293 section 3.10.7.1. */
void answer_reset(struct simulation *sim, const struct segment *asked, uint8_t hop)
{
	struct parcel reset = answer_to(sim, asked, hop);

	reset.segment.flags = TCP_RST | TCP_ACK;
	reset.segment.acknowledgement = asked->sequence + 1;
	answer_depart(sim, &reset);
}

void answer_icmp(struct simulation *sim, const struct parcel *asked, uint8_t type, uint8_t code)
{
	double rate_per_s = sim->network.host.family == ADDRESS_IPV4 ? ICMP_PER_S : ICMPV6_PER_S;
	struct parcel error = *asked;

	if (!tokens_take(&sim->icmp_errors[asked->hop], rate_per_s, ICMP_BURST, sim->now_ns))
		return;
	error.icmp = true;
	error.type = type;
	error.code = code;
	answer_depart(sim, &error);
}

void answer_icmp_reason(
	struct simulation *sim, const struct parcel *asked, enum answer_reason reason)
{
	/* RFC 792 and RFC 1812 section 5.2.7.1; RFC 4443 sections 3.1 and 3.3. */
	static const struct {
		uint8_t type, code, type_v6, code_v6;
	} reasons[] = {
		[ANSWER_EXPIRED] = {11, 0, 3, 0},
		[ANSWER_HOST_UNREACHABLE] = {3, 1, 1, 3},
		[ANSWER_PROHIBITED] = {3, 13, 1, 1},
	};

	if (sim->network.host.family == ADDRESS_IPV4)
		answer_icmp(sim, asked, reasons[reason].type, reasons[reason].code);
	else
		answer_icmp(sim, asked, reasons[reason].type_v6, reasons[reason].code_v6);
}
