/* SPDX-License-Identifier: BSD-2-Clause */
#include "forger.h"

#include "answer.h"
#include "frame.h"
#include "parcel.h"
#include "simulated.h"
#include "simulation.h"

/* RFC 9293 section 3.10.7: as the host would. Fates count first answers alone: where the host
 * answers too, this is another. */
static void answer_as(struct simulation *sim, const struct simulated_rule *rule,
	const struct parcel *parcel, bool accepts)
{
	struct parcel answer = answer_to(sim, &parcel->segment, rule->hop);

	answer.apart = rule->kind != SIMULATED_ACCEPT_FORGED;
	answer.segment.flags = accepts ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK;
	answer.segment.acknowledgement = parcel->segment.sequence + 1;
	if (accepts) {
		answer.segment.sequence = (uint32_t)chance_u64(&sim->chance);
		answer.stamps = (struct compose_stamps){parcel_stamp(sim), parcel->stamps.value};
	}
	answer_depart(sim, &answer);
}

bool forger_lets_on(
	struct simulation *sim, const struct simulated_rule *rule, const struct parcel *parcel)
{
	if (parcel_is_syn(parcel))
		answer_as(sim, rule, parcel, rule->kind != SIMULATED_RESET_BESIDE);
	return rule->kind != SIMULATED_ACCEPT_FORGED;
}
