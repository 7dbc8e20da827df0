/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet of ours on its way out: from stop to stop, until something holds or hears it. */
#ifndef SIMULATION_JOURNEY_H
#define SIMULATION_JOURNEY_H

#include <stdint.h>

struct parcel;
struct segment;
struct simulation;

/* Returns the errno that the sender sees: EPERM of the own output filter, ENOBUFS when more packets
 * are on the way than the simulation has room for. */
int journey_begin(struct simulation *sim, const struct segment *segment);

/* Goes through the rules of the stop where the parcel is and on to its next. */
void journey_go_on(struct simulation *sim, struct parcel *parcel, int64_t leaves_ns);

#endif
