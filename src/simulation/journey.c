/* SPDX-License-Identifier: BSD-2-Clause */
#include "journey.h"

#include "answer.h"
#include "fate.h"
#include "filter.h"
#include "host.h"
#include "parcel.h"
#include "simulation.h"
#include "way.h"

#include <errno.h>

/* Each parcel outside the agenda's room can turn into an answer, its duplicate and a timer. */
#define BUSY_ENTRIES (AGENDA_ENTRIES / 4)

/* RFC 792 and RFC 4443 section 3.3; the quote shows the hop limit as it came in, 1. */
static void expire(struct simulation *sim, struct parcel *parcel)
{
	parcel->segment.hop_limit = 1;
	parcel->apart = true;
	if (!sim->network.silent_routers && (sim->network.mute >> parcel->hop & 1) == 0)
		answer_icmp_reason(sim, parcel, ANSWER_EXPIRED);
}

static void reach_end(struct simulation *sim, struct parcel *parcel)
{
	if (parcel->segment.hop_limit < sim->network.hops)
		expire(sim, parcel);
	else
		host_hears(sim, parcel);
}

void journey_go_on(struct simulation *sim, struct parcel *parcel, int64_t leaves_ns)
{
	uint8_t hop_limit = parcel->segment.hop_limit;
	uint8_t end = hop_limit < sim->network.hops ? hop_limit : sim->network.hops;
	const struct simulated_rule *rule = filter_next(sim, parcel);
	uint8_t stop;

	while (rule != NULL && rule->hop == parcel->hop) {
		parcel->next_rule++;
		if (!filter_lets_on(sim, rule, parcel))
			return;
		rule = filter_next(sim, parcel);
	}
	stop = rule != NULL ? rule->hop : end;
	if (stop == parcel->hop) {
		reach_end(sim, parcel);
		return;
	}
	leaves_ns += way_ns(sim, stop - parcel->hop);
	parcel->hop = stop;
	parcel_schedule(sim, parcel, HAPPENING_STOP, leaves_ns);
}

/* Whether it is lost before the first rule can see it. */
static bool is_lost(struct simulation *sim, const struct parcel *parcel)
{
	bool lost = way_loses(sim, parcel, OUTWARD);

	if (parcel_is_syn(parcel) && parcel->segment.hop_limit >= sim->network.hops) {
		struct simulated_fate *fate =
			fate_of(&sim->fates, parcel->segment.destination_port);

		fate->sent++;
		fate->lost += lost;
	}
	return lost;
}

int journey_begin(struct simulation *sim, const struct segment *segment)
{
	struct parcel parcel = {.segment = *segment, .stamps = {.value = parcel_stamp(sim)}};

	if (filter_holds_locally(sim, SIMULATED_LOCAL_OUTPUT, segment->destination_port))
		return EPERM;
	if (filter_holds_locally(sim, SIMULATED_LOCAL_EGRESS, segment->destination_port))
		return 0;
	if (sim->agenda.count > BUSY_ENTRIES)
		return ENOBUFS;
	sim->sent += parcel_is_syn(&parcel);
	parcel_schedule(sim, &parcel, HAPPENING_LEAVE, sim->now_ns);
	if (!address_equal(&segment->destination, &sim->network.host) || segment->hop_limit == 0 ||
		is_lost(sim, &parcel))
		return 0;
	journey_go_on(sim, &parcel, way_queue(sim, &sim->way.outward_gate_ns, sim->now_ns));
	return 0;
}
