/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where on the way things happen: what became of a port's hop-limited probes (a sweep), hop by hop,
 * and beside it those of another port of the same host, the control. Pure; SCIENCE section C.
 *
 * All probes of one sweep share a source port, so that routers which share load between several
 * ways send them along the same one; each has a sequence number of its own, so that every answer
 * names the hop limit that drew it.
 */
#ifndef EVIDENCE_PATH_H
#define EVIDENCE_PATH_H

#include "address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct evidence;
struct host;

#define PATH_HOPS         30 /* as far as sweeps go */
#define PATH_ANSWER_KINDS 3  /* enum answer_kind */

/* What became of one port's probes that might travel just so far. */
struct path_hop {
	uint8_t asked;
	uint8_t told; /* of them reported as expired */
	/* By enum answer_kind, where ICMP is any error but "time exceeded". Beyond the first hop
	 * limit that drew a SYN-ACK in the same flow TCP answers are not counted: a kernel with a
	 * half-open connection answers SYNs of other numbers by RST and SYN-ACK in turn. */
	uint8_t answers[PATH_ANSWER_KINDS];
	struct address from; /* the router that told; ADDRESS_NONE: nobody did */
	bool several;        /* more than one told: packets take several ways */
	bool from_host;      /* it told in the destination's name, as address translation does */
	uint8_t quoted; /* the highest hop limit that it quoted; above 1 a tunnel hides hops (RFC
			 * 3443 section 5.4) */
	uint8_t back;   /* hops that its report seems to have come; 0: none came */
	double rtt_ms;  /* the smallest; 0: no answer */
};

/* The place of whoever gives answers of one kind. */
struct path_answer {
	uint8_t ttl;   /* the lowest hop limit that drew one; 0: none did. Loss can only raise it */
	uint8_t flows; /* of which that many drew it with just this hop limit */
	uint8_t flows_answered; /* and that many at all */
	uint8_t back;           /* hops that the answer seems to have come */
	struct address from;
	uint64_t packet;
};

struct path {
	uint16_t port;
	uint8_t flows;    /* sweeps and single hop-limited probes; 0: nothing else is set */
	bool swept;       /* with more than one hop limit */
	uint8_t last;     /* the highest hop limit asked */
	uint8_t told;     /* the highest one reported as expired, not in the host's name */
	uint8_t repeated; /* the lowest one whose router had been passed before: packets go round in
			   * a circle; 0: none */
	struct path_hop hops[PATH_HOPS + 1]; /* by hop limit; [0] is unused */
	struct path_answer answers[PATH_ANSWER_KINDS];
};

struct path_end {
	uint8_t ttl;            /* 0: this machine */
	struct address address; /* ADDRESS_NONE: not known */
};

/*
 * What rules need of a port's path and of its control's. For silence the packets were last seen at
 * last_told, and those of the control also at next_seen.
 */
struct path_signs {
	uint8_t flows;
	bool swept;
	struct path_answer answers[PATH_ANSWER_KINDS];
	/* The routers one hop before the place of the port's RST (or else ICMP error), and at it.
	 */
	struct path_end before, there;
	uint8_t objector; /* the hop of the sender of this port's ICMP errors, by what is reported
			   * as expired there or beside it for any port; 0: not known */
	bool back_is_true; /* what they report comes back over as many hops as it went */

	uint16_t control_port; /* 0: no other port was swept and answered */
	struct path_answer control[PATH_ANSWER_KINDS];
	/* The host is at least so far away, since a probe of another port expired at a router one
	 * hop before, and at most so far, since one was answered by TCP; 0: not known. */
	uint8_t host_least, host_most;

	struct path_end last_told, next_seen; /* next_seen.ttl 0: unknown */
	bool next_is_host;                    /* next_seen is the host's own answer */
	uint8_t silent_hops; /* between them: the control's probes are not answered either */
	uint8_t tries;       /* of this port at next_seen's hop limit and above */
	uint8_t next_tries;  /* at next_seen's alone */
	double loss_likely;  /* probability that all those tries were lost by chance */
	double next_likely;  /* ... and those at next_seen's hop limit */

	bool ways_differ; /* the two ports' packets take different ways even before last_told */
	bool several_ways;
	bool tunnel;          /* some router quoted a hop limit above 1 */
	bool translated;      /* a router reports in the host's name */
	uint8_t circle;       /* path.repeated */
	uint8_t first_public; /* the nearest hop with an address that is not private; 0: none */
	uint8_t reached;      /* the highest hop that reported for any port of the host */
	struct path_end end;  /* that router */
};

struct path path_of(const struct host *host, const struct endpoint *endpoint);

/* The swept port whose sweep shows the way to the host best: it answers by TCP, from farthest off.
 * NULL: there is none. */
const struct endpoint *path_control(const struct host *host, const struct endpoint *without);

struct path_signs path_signs_of(const struct host *host, const struct endpoint *endpoint);

#endif
