/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to the simulated host and back: loss, queues, distance, hop limits. */
#ifndef SIMULATION_WAY_H
#define SIMULATION_WAY_H

#include "channel.h"
#include "parcel.h"
#include "simulated.h"

#include <stdbool.h>
#include <stdint.h>

struct simulation;

struct way {
	struct channel whole[2], port[2]; /* by direction */
	int64_t outward_gate_ns, inward_gate_ns[SIMULATED_HOPS + 1];
};

/* The path of a network, from which no packet has gone. */
struct way way_of(const struct simulated_network *network);

/* Draws the luck of a packet that sets out now. */
bool way_loses(struct simulation *sim, const struct parcel *parcel, enum direction direction);

/* How long hops of the way take in one direction. */
int64_t way_ns(const struct simulation *sim, int hops);

/* When a packet is through the queue that it joins at that time: behind those before it, unless it
 * strays. */
int64_t way_queue(struct simulation *sim, int64_t *gate_ns, int64_t joins_ns);

/* The hop limit with which the parcel is quoted or filtered at its hop. */
uint8_t way_hop_limit_left(const struct simulation *sim, const struct parcel *parcel);

#endif
