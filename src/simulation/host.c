/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include "answer.h"
#include "attempt.h"
#include "frame.h"
#include "parcel.h"
#include "simulation.h"
#include "way.h"

#define NEIGHBOUR_SILENT_NS ((int64_t)3 * NS_PER_S) /* three requests of a second each */

/* A half-open connection repeats its SYN-ACK, each time after twice the pause (RFC 6298 section
 * 5.5), and a repeated SYN is answered twice a second at most (Linux, tcp_invalid_ratelimit). */
#define SYN_ACK_REPEATS  3
#define SYN_ACK_PAUSE_NS ((int64_t)NS_PER_S)
#define SYN_ACK_SPARE_NS ((int64_t)500 * NS_PER_MS)

static void answer_syn(struct simulation *sim, struct attempt *attempt)
{
	struct parcel syn_ack = answer_to(sim, &attempt->syn, sim->network.hops);

	syn_ack.segment.flags = TCP_SYN | TCP_ACK;
	syn_ack.segment.sequence = attempt->host_sequence;
	syn_ack.segment.acknowledgement = attempt->syn.sequence + 1;
	syn_ack.stamps = (struct compose_stamps){parcel_stamp(sim), attempt->echo};
	syn_ack.apart = attempt->repeats > 0;
	attempt->answered_ns = sim->now_ns;
	answer_depart(sim, &syn_ack);
}

void host_repeats(struct simulation *sim, uint32_t attempt_id)
{
	struct attempt *attempt = attempt_by_id(sim, attempt_id);

	if (attempt == NULL || attempt->state != ATTEMPT_HALF_OPEN)
		return;
	if (attempt->repeats == SYN_ACK_REPEATS) {
		attempt_leave_host(sim, attempt);
		return;
	}
	attempt->repeats++;
	answer_syn(sim, attempt);
	agenda_add(&sim->agenda, sim->now_ns + (SYN_ACK_PAUSE_NS << attempt->repeats),
		HAPPENING_REPEAT_SYN_ACK, attempt_id);
}

static bool host_listens(const struct simulation *sim, uint16_t port)
{
	for (unsigned i = 0; i < SIMULATED_PORTS && sim->network.listening[i] != 0; i++)
		if (sim->network.listening[i] == port)
			return true;
	return false;
}

/* Another SYN of ports that are half open: the same again, or one that contradicts it, which is met
 * with a reset and ends the attempt as well (RFC 9293 section 3.10.7.4, as Linux does it). */
static void host_hears_again(
	struct simulation *sim, struct attempt *attempt, const struct parcel *parcel)
{
	if (attempt->syn.sequence != parcel->segment.sequence) {
		answer_reset(sim, &parcel->segment, sim->network.hops);
		attempt_leave_host(sim, attempt);
	} else if (sim->now_ns - attempt->answered_ns >= SYN_ACK_SPARE_NS) {
		answer_syn(sim, attempt);
	}
}

static void host_hears_syn(struct simulation *sim, const struct parcel *parcel)
{
	struct attempt *attempt = attempt_find(sim, &parcel->segment);

	if (attempt != NULL && attempt->state != ATTEMPT_PASSING) {
		host_hears_again(sim, attempt, parcel);
		return;
	}
	if (!host_listens(sim, parcel->segment.destination_port)) {
		if (attempt != NULL)
			attempt_end(sim, attempt);
		answer_reset(sim, &parcel->segment, sim->network.hops);
		return;
	}
	if (attempt == NULL)
		attempt = attempt_start(sim, parcel);
	if (attempt == NULL)
		return;
	attempt->syn = parcel->segment;
	attempt->echo = parcel->stamps.value;
	attempt->state = ATTEMPT_HALF_OPEN;
	answer_syn(sim, attempt);
	agenda_add(&sim->agenda, sim->now_ns + SYN_ACK_PAUSE_NS, HAPPENING_REPEAT_SYN_ACK,
		attempt->id);
}

/* Only what continues the sequence has a say (RFC 5961 section 3.2). */
static void host_hears_more(struct simulation *sim, const struct segment *segment)
{
	struct attempt *attempt = attempt_find(sim, segment);

	if (attempt == NULL || attempt->state == ATTEMPT_PASSING ||
		segment->sequence != attempt->syn.sequence + 1)
		return;
	if (segment->flags & (TCP_RST | TCP_FIN))
		attempt_leave_host(sim, attempt);
	else if (segment->acknowledgement == attempt->host_sequence + 1)
		attempt->state = ATTEMPT_OPEN;
}

/* What the last router holds back for a host that is not there is answered all at once, when it
 * has asked three times. */
static void host_is_missed(struct simulation *sim, const struct parcel *parcel)
{
	if (sim->network.hops < 2)
		return;
	if (sim->now_ns > sim->neighbour_given_up_ns)
		sim->neighbour_given_up_ns = sim->now_ns + NEIGHBOUR_SILENT_NS;
	parcel_schedule(sim, parcel, HAPPENING_NO_NEIGHBOUR, sim->neighbour_given_up_ns);
}

void host_hears(struct simulation *sim, const struct parcel *parcel)
{
	if (sim->network.dead)
		return;
	if (sim->network.host_absent)
		host_is_missed(sim, parcel);
	else if (parcel_is_syn(parcel))
		host_hears_syn(sim, parcel);
	else
		host_hears_more(sim, &parcel->segment);
}

void host_is_given_up(struct simulation *sim, struct parcel *parcel)
{
	parcel->hop = (uint8_t)(sim->network.hops - 1);
	parcel->segment.hop_limit = way_hop_limit_left(sim, parcel);
	answer_icmp_reason(sim, parcel, ANSWER_HOST_UNREACHABLE);
}
