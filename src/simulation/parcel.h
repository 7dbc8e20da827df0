/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet on its way through the simulated network: outward it stops at each rule that concerns
 * it, at the router where its hop limit ends, or at the host; inward it is an answer that is only
 * waiting for its moment. While it waits, the store keeps it in a slot that the agenda names.
 */
#ifndef SIMULATION_PARCEL_H
#define SIMULATION_PARCEL_H

#include "agenda.h"
#include "compose.h"
#include "happening.h"
#include "injector.h"

#include <stdbool.h>
#include <stdint.h>

struct simulation;

enum direction { OUTWARD, INWARD };

struct parcel {
	struct segment segment; /* the packet, or the one that the ICMP error quotes */
	struct compose_stamps stamps;
	bool icmp;
	bool apart; /* not the first answer to a probe of its port: a repetition, an expiry */
	uint8_t type, code; /* of the ICMP error */
	uint8_t hop;        /* outward: the last stop; inward: where it was made */
	uint8_t next_rule;  /* outward: index into filter.order */
	uint32_t next_free;
};

/* Each parcel in the store has its entry in the agenda, so there is room for all. */
struct parcel_store {
	uint32_t first_free, first_fresh;
	struct parcel slots[AGENDA_ENTRIES];
};

/* The clock of the timestamps option: milliseconds, as Linux counts them. */
uint32_t parcel_stamp(const struct simulation *sim);

void parcel_schedule(
	struct simulation *sim, const struct parcel *parcel, enum happening what, int64_t time_ns);

/* Empties the slot that the agenda named. */
struct parcel parcel_take(struct simulation *sim, uint32_t slot);

bool parcel_is_syn(const struct parcel *parcel);

/* Which mail port it is about. */
uint16_t parcel_port(const struct parcel *parcel, enum direction direction);

#endif
