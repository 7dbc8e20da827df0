/* SPDX-License-Identifier: BSD-2-Clause */
/* connect() of our own kernel's, as Linux tries, repeats and gives up. */
#ifndef SIMULATION_DIAL_H
#define SIMULATION_DIAL_H

#include "fact.h"

#include <stdbool.h>
#include <stdint.h>

struct parcel;
struct simulation;

#define DIALS 16

struct dial {
	uint32_t id;
	struct flow flow;
	uint32_t sequence;
	unsigned repeats;
	bool ended;
	int error;
	int64_t started_ns, ended_ns;
};

struct dials {
	unsigned count;
	struct dial items[DIALS];
};

/* EMFILE where too many are under way. Port 0: any; no source address: the client's. */
int dial_start(struct simulation *sim, const struct flow *flow, int64_t patience_ns);

/* HAPPENING_REPEAT_SYN and HAPPENING_GIVE_UP; nothing if it has ended meanwhile. */
void dial_repeat(struct simulation *sim, uint32_t id);
void dial_give_up(struct simulation *sim, uint32_t id);

/* Whatever comes in passes by the kernel, unless the own input filter takes it. */
void dial_hear_all(struct simulation *sim, const struct parcel *parcel);

/* HAPPENING_CONNECT_ENDED: tells how, and forgets it. False if there is no such dial. */
bool dial_report(struct simulation *sim, uint32_t id, struct fact *fact);

#endif
