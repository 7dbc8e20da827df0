/* SPDX-License-Identifier: BSD-2-Clause */
/* The deliveries that are followed, one for each sender, receiver and port; so many at a time. */
#ifndef EVIDENCE_POOLS_H
#define EVIDENCE_POOLS_H

#include "address.h"
#include "delivery.h"
#include "transcript.h"

#include <stdint.h>

#define POOLS 64

/* Which connections belong together: all that a limit between the two would count as one. */
struct pool_key {
	uint32_t host, endpoint; /* places in the evidence */
	struct address client;
	enum session_side from; /* who sends */
};

struct pool {
	struct pool_key key;
	struct delivery *delivery; /* NULL: never used */
};

struct pools {
	struct pool pools[POOLS];
	unsigned next;
};

/* The one of that key, or NULL. */
struct pool *pools_find(struct pools *pools, const struct pool_key *key);

/* The one that is to make room for a new one; its delivery is NULL where it is free. */
struct pool *pools_oldest(struct pools *pools);

/* Begins a new delivery there. */
void pool_restart(struct pool *pool, const struct pool_key *key);

void pools_clear(struct pools *pools);

#endif
