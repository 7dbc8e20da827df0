/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of one simulated network, for its own parts alone: each owns one member, and reads
 * network, chance and time, which are everybody's.
 */
#ifndef SIMULATION_SIMULATION_H
#define SIMULATION_SIMULATION_H

#include "agenda.h"
#include "attempt.h"
#include "chance.h"
#include "compose.h"
#include "dial.h"
#include "fate.h"
#include "filter.h"
#include "parcel.h"
#include "simulated.h"
#include "tokens.h"
#include "way.h"
#include "world.h"

#include <stdint.h>

#define NS_PER_S  1000000000
#define NS_PER_MS 1000000

#define FIRST_HOP_LIMIT 64 /* as Linux sends */

struct simulation {
	struct world world;
	struct simulated_network network;
	struct chance chance;
	int64_t now_ns;
	uint64_t captured;
	unsigned sent;
	uint32_t next_id; /* of attempts and dials */
	struct way way;
	struct filter filter;
	struct tokens icmp_errors[SIMULATED_HOPS + 1]; /* each router's budget */
	struct attempts attempts;
	struct dials dials;
	struct fates fates;
	int64_t neighbour_given_up_ns;
	uint8_t bytes[COMPOSE_BYTES]; /* of the packet that next() lends out */

	/* Large, and set up without zeroing: what begins with zero stands above. */
	struct agenda agenda;
	struct parcel_store parcels;
};

#endif
