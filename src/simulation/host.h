/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host at the end of the path, as Linux answers: or dead, or absent, so that the last router
 * speaks in its place.
 */
#ifndef SIMULATION_HOST_H
#define SIMULATION_HOST_H

#include <stdint.h>

struct parcel;
struct simulation;

void host_hears(struct simulation *sim, const struct parcel *parcel);

/* HAPPENING_REPEAT_SYN_ACK of that attempt, if it is still half open. */
void host_repeats(struct simulation *sim, uint32_t attempt_id);

/* HAPPENING_NO_NEIGHBOUR: what was held back for the absent host is answered. */
void host_is_given_up(struct simulation *sim, struct parcel *parcel);

#endif
