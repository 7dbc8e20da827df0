/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who answered: what a port's answers look like beside each other, beside those of the same host's
 * other ports, and beside the way to the host. Figures without opinion; SCIENCE section D tells
 * which of them prove that somebody on the way answered, and which only make one wonder. Pure.
 */
#ifndef EVIDENCE_ANSWERER_H
#define EVIDENCE_ANSWERER_H

#include "party.h"
#include "path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;
struct host;

/* Where answers of one kind come from, by the lowest hop limit that draws them. */
enum nearness {
	NEARNESS_UNKNOWN,  /* not asked, or the ways to the two ports cannot be compared */
	NEARNESS_HOST,     /* as far as the host, as far as is known */
	NEARNESS_IN_FRONT, /* one hop before the host: its own load balancer or firewall, mostly */
	NEARNESS_WAY,      /* farther from the host than that */
};

struct answerer_place {
	struct path_end end; /* ttl 0: not known */
	bool exact;          /* the device at this hop, else one between it and the next */
};

/* Probes that two answered. A host numbers all its answers to one SYN alike: a RST has the number
 * 0, or the next one after its SYN-ACK (RFC 9293 section 3.10.7). */
struct contradictions {
	unsigned resets;      /* a RST and a SYN-ACK that one host would not both have sent */
	unsigned reset_first; /* of those the RST came before */
	unsigned repeats;     /* two RSTs, or two SYN-ACKs, of other numbers and hop limits */
	/* Reported as expired by a router and answered all the same, by enum answer_kind. */
	unsigned expired[2];
};

/* Ways in which answers may differ from the same host's others, a bit each (SCIENCE S1 to S6). */
enum oddity {
	ODDITY_DISTANCE = 1,   /* another distance, by two hops or more */
	ODDITY_INITIAL = 2,    /* another initial hop limit: 64, 128, 255 */
	ODDITY_IDENTIFIER = 4, /* IPv4 identifiers are zero here and not there, or the reverse */
	ODDITY_ROUND_TRIP = 8, /* faster than a router before the host */
	ODDITY_FORM = 16,      /* RSTs with data, or that acknowledge the SYN's own number */
	ODDITY_WINDOW = 32,    /* RSTs with a window, where the host's have none, or the reverse */
	ODDITY_OPTIONS = 64,   /* SYN-ACKs with another maximum segment size */
};

/* Connections of the port whose SYN-ACK and what follows can be compared. */
struct flow_changes {
	unsigned kept, changed; /* the hop limit */
	unsigned farther;       /* hops by which what follows came from farther off; the least */
	unsigned elsewhere;     /* of all ports of the host together: changed */
	unsigned resets;        /* that a RST ended */
	unsigned resets_nearer; /* ... from two hops nearer than the SYN-ACK, or more */
	unsigned contradicted;  /* RSTs after which the host went on */
};

struct answerer_signs {
	enum nearness nearness[2];   /* by enum answer_kind: SYN-ACK, RST */
	struct answerer_place at[2]; /* of whoever sent those, where that is nearer than the host */
	struct contradictions contradictions;
	struct flow_changes flows;
	bool apart[2];     /* by enum answer_kind: from another distance than the host's others */
	unsigned oddities; /* enum oddity, of what the port mostly answers */
	bool translated;   /* nearer only as address translation makes it: ports are handed on */
	bool several_machines; /* one port's answers come from several distances, as with anycast */
	bool blank_window;     /* every SYN-ACK has the window 0, as a SYN proxy's */
	bool tiny_window;      /* every SYN-ACK has a window of a few bytes, as a tarpit's */
	bool closed_ports_open; /* a port that nobody uses accepts as well */
	struct party_signs party;
};

/* path: path_signs_of() the same. */
struct answerer_signs answerer_signs_of(
	const struct host *host, const struct endpoint *endpoint, const struct path_signs *path);

#endif
