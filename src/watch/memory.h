/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of each port: its last looks, and what was told of it. */
#ifndef WATCH_MEMORY_H
#define WATCH_MEMORY_H

#include "address.h"
#include "change.h"
#include "metrics.h"
#include "record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct remembered {
	char host[256];
	struct address address;
	uint16_t port;
	struct standing standing;
	struct observation recent[CHANGE_RECENT]; /* oldest first */
	size_t recent_count;
	uint64_t probes; /* in all runs */
	bool doubtful;   /* its last look differs, unconfirmed */

	struct metrics_row latest; /* its figures; without host and probes, which stand above */
	unsigned seen_in;          /* the whole run, by number, that last had it */
};

struct memory {
	struct remembered *ports;
	size_t count, room, last; /* last: found last, since results come in their old order */
};

/* Zeroes make an empty one. Adds the port where it is not there. Borrowed until the next one. */
struct remembered *memory_port(
	struct memory *memory, const char *host, const struct address *address, uint16_t port);

/* Adds a look; the oldest goes where there is no room. */
void memory_look(struct remembered *port, const struct observation *look);

bool memory_doubtful(const struct memory *memory); /* of any port */

void memory_clear(struct memory *memory);

#endif
