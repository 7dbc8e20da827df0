/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where something stands in the evidence, found by the hash of its key: an open-addressing table
 * that keeps no keys, so whoever asks compares what stands there. Hashes depend on a secret of each
 * table, so that nobody who makes a capture can make its keys collide.
 */
#ifndef EVIDENCE_INDEX_H
#define EVIDENCE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address;

struct position {
	uint32_t host;
	uint16_t endpoint, exchange;
};

/* Small: whole tables are looked at in no order, so they should stay in the processor's cache. */
struct index_slot {
	uint32_t hash; /* 0: free */
	struct position position;
};

struct index {
	struct index_slot *slots;
	size_t room, used; /* room is a power of two */
	uint64_t secret[4];
};

void index_init(struct index *index);
void index_clear(struct index *index);

/* One end of a flow. */
struct index_end {
	const struct address *address;
	uint16_t port;
};

/* Never 0, and the same for a flow and the one back. */
uint32_t index_of_flow(const struct index *index, struct index_end one, struct index_end other);
uint32_t index_of_address(const struct index *index, const struct address *address);

/* The first slot with this hash, or the next after one that was returned; NULL: there is none.
 * Slots may be overwritten, and are borrowed until the next index_add or index_remove. */
struct index_slot *index_seek(
	const struct index *index, uint32_t hash, const struct index_slot *after);

/* Fetches what index_seek will look at, while the caller does something else. */
void index_prefetch(const struct index *index, uint32_t hash);

void index_add(struct index *index, uint32_t hash, struct position position);
void index_remove(struct index *index, struct index_slot *slot);

#endif
