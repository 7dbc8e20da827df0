/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a run acts upon: the wire, or a simulated network that answers like one. Neither the plan
 * nor the rules can tell which. Only a world knows what time it is.
 */
#ifndef PROBE_WORLD_H
#define PROBE_WORLD_H

#include "fact.h"
#include "injector.h"
#include "packet.h"

#include <stdint.h>

struct fault;
struct world;

/* A session to be held (talks.c says why in which way). */
struct converse_order {
	struct flow flow; /* as for connect() */
	enum session_variant variant;
	const char *name; /* of the host, for TLS; "" where only its address is known; borrowed
			   * for the call alone */
	int64_t connect_ns, reply_ns; /* patience */
};

enum world_event {
	WORLD_PACKET,      /* *packet: seen by the capture, our own included, in capture order */
	WORLD_FACT,        /* *fact: a connect() or a session ended, or packets were lost */
	WORLD_TIMEOUT,     /* nothing happened until the given time */
	WORLD_INTERRUPTED, /* the user wants what there is */
	WORLD_BROKEN,      /* *why: the interface went away */
};

struct world_operations {
	/* Nanoseconds since 1970, on the same clock as the packets' stamps. */
	int64_t (*now)(struct world *world);

	/* Writes one segment. A SYN reserves its source port first. Returns 0 or the errno:
	 * EADDRINUSE means that the source port is taken, try another. */
	int (*send)(struct world *world, const struct segment *segment);

	/* Starts a connect() of the kernel's from flow->source (port 0: the kernel picks) and gives
	 * up after patience_ns. It ends in one FACT_CONNECT; a connection made is closed at once.
	 * Returns 0, or the errno where not even a socket could be had. */
	int (*connect)(struct world *world, const struct flow *flow, int64_t patience_ns);

	/* The same, but a connection made goes on into a mail session, which ends in one
	 * FACT_SESSION whatever becomes of it. The usual variant alone tells FACT_CONNECT before.
	 * NULL in a world without servers to talk to. */
	int (*converse)(struct world *world, const struct converse_order *order);

	/* The next event, waiting until until_ns (absolute) at most. Packets are borrowed until the
	 * next call. */
	enum world_event (*next)(struct world *world, int64_t until_ns, struct packet *packet,
		struct fact *fact, struct fault *why);
};

/* The first member of every world. */
struct world {
	const struct world_operations *does;
};

#endif
