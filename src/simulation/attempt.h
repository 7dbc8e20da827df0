/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection as the host knows it, and the filters that count connections. */
#ifndef SIMULATION_ATTEMPT_H
#define SIMULATION_ATTEMPT_H

#include "injector.h"

#include <stdint.h>

struct parcel;
struct simulation;

#define ATTEMPTS 256 /* beyond them the host's backlog is full and it stays silent */

enum attempt_state {
	ATTEMPT_PASSING, /* counted by a filter, not (yet) known to the host */
	ATTEMPT_HALF_OPEN,
	ATTEMPT_OPEN,
};

struct attempt {
	uint32_t id;
	struct segment syn;
	uint32_t echo; /* the SYN's timestamp */
	uint32_t host_sequence;
	enum attempt_state state;
	uint16_t counted; /* bits: which rules count it */
	uint8_t repeats;
	int64_t started_ns;
	int64_t answered_ns; /* the last SYN-ACK */
};

/* In no order: an end moves another into the gap, so nothing is borrowed beyond one. */
struct attempts {
	unsigned count;
	struct attempt items[ATTEMPTS];
};

/* By the ports of a segment of the client's; NULL if there is none. */
struct attempt *attempt_find(struct simulation *sim, const struct segment *segment);
struct attempt *attempt_by_id(struct simulation *sim, uint32_t id);

/* NULL: the table is full. */
struct attempt *attempt_start(struct simulation *sim, const struct parcel *syn);

void attempt_end(struct simulation *sim, struct attempt *attempt);

/* The host forgets it; a filter may still count it. */
void attempt_leave_host(struct simulation *sim, struct attempt *attempt);

/* The filter of that bit forgets it; the host may still know it. */
void attempt_leave_filter(struct simulation *sim, struct attempt *attempt, uint16_t bit);

#endif
