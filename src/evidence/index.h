/* SPDX-License-Identifier: BSD-2-Clause */
/* From a flow to the latest exchange that it opened: an open-addressing hash table of positions. */
#ifndef EVIDENCE_INDEX_H
#define EVIDENCE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flow;

struct position {
	uint32_t host, endpoint, exchange;
};

struct index_slot {
	uint64_t hash; /* 0: free */
	struct position position;
};

struct index {
	struct index_slot *slots;
	size_t room, used; /* room is a power of two */
};

/* Tells whether the exchange at position opened flow; the table keeps no keys of its own. */
struct index_question {
	const void *context;
	bool (*is_flow)(
		const void *context, const struct position *position, const struct flow *flow);
};

void index_init(struct index *index);
void index_clear(struct index *index);

/* The slot's position, to be read or overwritten; NULL if the flow is not there. Borrowed until
 * the next index_add. */
struct position *index_find(
	const struct index *index, const struct flow *flow, const struct index_question *question);

/* The flow must not be there yet. */
void index_add(struct index *index, const struct flow *flow, struct position position);

#endif
