/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one TCP connection did with the data that it carried, either way: sent again, held back by a
 * closed window, cut off while it rested or in its midst. A light account by sequence and
 * acknowledgement numbers alone, so it goes on where TLS hides all else.
 */
#ifndef EVIDENCE_TRANSFER_H
#define EVIDENCE_TRANSFER_H

#include "delivery.h"
#include "transcript.h"
#include "transfer_signs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;

#define TRANSFER_HOLES  8
#define TRANSFER_RECENT 8

struct transfer_range {
	uint32_t start, end; /* sequence numbers */
};

struct transfer_segment {
	int64_t time_ns;
	uint32_t sequence, bytes;
	uint16_t identifier;
};

/* What one side sent, and what the other side said of it. */
struct transfer_side {
	uint32_t next;         /* after the highest byte sent */
	uint32_t acknowledged; /* by the other side */
	uint64_t bytes;        /* each once */
	uint32_t segments;
	uint32_t repeats; /* seen before and not acknowledged yet */
	uint32_t fills;   /* late, and not seen before: lost or overtaken before the capture */
	uint32_t unseen;  /* acknowledgements of what was never captured */
	int64_t first_ns, last_ns; /* of data; 0: none */

	int64_t closed_ns; /* since when the other side takes nothing; 0: it does */
	int64_t stalled_ns;
	uint32_t stalls;

	uint32_t waiting; /* acknowledgements that asked for the same byte again */
	uint32_t again;   /* how often the first unacknowledged byte was sent again */
	uint32_t again_bytes, largest_taken; /* that segment's size; the largest one acknowledged */
	int64_t again_ns;                    /* when it was sent first */

	uint32_t base_us;        /* shortest round trip; 0: none */
	uint32_t timed_sequence; /* of the segment whose round trip is being taken */
	int64_t timed_ns;        /* 0: none */
	uint32_t timed_under_way;
	uint32_t burst_sequence; /* where the burst began that is being taken */
	int64_t burst_ns;        /* 0: none */
	unsigned burst_reached;
	struct fastest fastest;

	struct transfer_range holes[TRANSFER_HOLES];
	size_t hole_count;
	struct transfer_segment recent[TRANSFER_RECENT];
	unsigned recent_next;
	int64_t quiet_ns;          /* since when nothing is under way */
	bool finished;             /* FIN */
	struct delivery *delivery; /* pooled with others; NULL: too little yet. Borrowed */
};

struct transfer {
	uint32_t connection;
	struct transfer_side sides[SESSION_SIDES]; /* by who sends */
	int64_t last_ns;                           /* of any segment */

	int64_t rest_ns;           /* the rest that is being ended; 0: none */
	enum session_side rest_by; /* who ended it */
	uint32_t rest_end;         /* up to where that side had sent before */
	bool rest_heard;           /* the other side answered */
	int64_t survived_ns;       /* the longest rest that did no harm */

	enum transfer_trigger trigger;
	int64_t trigger_ns;
	bool leaving;             /* the client said that it goes */
	bool reset, reset_midway; /* in the server's name; while nobody was going */
	bool reset_after_rest;
	bool contradicted; /* the server went on afterwards, which no host that resets does */
	int64_t reset_ns;
	uint8_t syn_ack_hops, later_hops, reset_hops; /* as received; 0: none */
	bool hops_vary;
};

/* A connection's SYN-ACK. */
struct transfer_opening {
	int64_t time_ns;
	uint32_t sequence, acknowledgement;
	uint32_t round_trip_us; /* since the SYN; 0: not known */
	uint8_t hop_limit;      /* as received */
};

void transfer_begin(
	struct transfer *transfer, uint32_t connection, const struct transfer_opening *opening);

/* False for a packet that was captured twice, which nobody should take in again. */
bool transfer_add(struct transfer *transfer, enum session_side side, const struct frame *frame);

/* Enough was sent to look for a limit. */
bool transfer_is_bulk(const struct transfer *transfer, enum session_side side);

/* From now on the side's segments are pooled there. */
void transfer_pool(struct transfer *transfer, enum session_side side, struct delivery *delivery);

/* Adds what a connection did. */
void transfer_sum(struct transfer_signs *signs, const struct transfer *transfer);

/* Adds what limited a side, where it tells more than what is there. */
void transfer_limit(
	struct transfer_signs *signs, enum session_side from, const struct delivery *delivery);

#endif
