/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is to happen, by time: a bounded binary heap. What falls on the same moment happens in the
 * order in which it was entered, so that a run can be repeated.
 */
#ifndef SIMULATION_AGENDA_H
#define SIMULATION_AGENDA_H

#include <stddef.h>
#include <stdint.h>

#define AGENDA_ENTRIES 4096

struct agenda_entry {
	int64_t time_ns;
	uint32_t order;
	uint32_t kind; /* what and which: the caller's own */
	uint32_t item;
};

struct agenda {
	size_t count;
	uint32_t next_order;
	struct agenda_entry heap[AGENDA_ENTRIES];
};

void agenda_init(struct agenda *agenda);

/* A full agenda is the caller's bug. */
void agenda_add(struct agenda *agenda, int64_t time_ns, uint32_t kind, uint32_t item);

/* The earliest entry, borrowed until the next change; NULL if there is none. */
const struct agenda_entry *agenda_first(const struct agenda *agenda);

/* Takes out the earliest; there must be one. */
struct agenda_entry agenda_take(struct agenda *agenda);

#endif
