/* SPDX-License-Identifier: BSD-2-Clause */
/* One probe and all that answered it. Facts of packets only, no opinion. */
#ifndef EVIDENCE_EXCHANGE_H
#define EVIDENCE_EXCHANGE_H

#include "address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum answer_kind {
	ANSWER_SYN_ACK,
	ANSWER_RESET,
	ANSWER_ICMP, /* an error that quotes this probe */
};

struct answer {
	int64_t time_ns;
	uint64_t packet; /* number in the capture */
	enum answer_kind kind;
	struct address from;
	uint8_t hop_limit; /* as received */
	uint8_t icmp_type, icmp_code;
	uint8_t quoted_hop_limit; /* of our probe when the ICMP sender quoted it */
	uint16_t identifier, window, mss;
	uint32_t sequence; /* of a TCP answer: whoever sends two of them numbers them alike */
	bool odd;          /* a RST that acknowledges the SYN's own number, or carries data */
};

/* What came in the host's name once the handshake was over. */
struct aftermath {
	uint8_t hop_limit;       /* of its first segment; 0: none came */
	bool hop_limit_varies;   /* later ones had another */
	uint8_t reset_hop_limit; /* of its first RST; 0: none came */
	bool contradicted; /* it went on sending beyond that RST: a host that resets has forgotten
			    */
	uint32_t reset_sequence;
	int64_t reset_ns;
};

#define EXCHANGE_ANSWERS 4 /* kept per probe; more are counted */
#define EXCHANGE_NONE    UINT32_MAX

/*
 * Two lines of a processor's cache: a capture of short connections is read as fast as these come
 * and go. Most SYNs get one answer, so the others stand elsewhere.
 */
struct exchange {
	int64_t sent_ns; /* when the capture saw it leave */
	uint32_t sequence;
	uint32_t conversation; /* what the flow carries, for conversation.h; 0: not followed */
	struct address source;
	uint8_t hop_limit; /* as sent; probes of a sweep have small ones */
	uint16_t source_port;
	uint16_t identifier;  /* IPv4 identification; 0 for IPv6 */
	uint8_t answer_count; /* kept: first and, from the second on, more */
	uint8_t answers_more; /* seen beyond those; stays at 255 */
	bool own;             /* folded from a capture of ours, whose sweeps are known as such */
	bool repeated;        /* a retransmission of an earlier SYN of the same flow and sequence */
	bool ignored_answer;  /* sent again although its SYN-ACK had been captured before */
	bool connected;       /* the handshake was completed: its last ACK was seen */
	uint32_t earlier; /* index of the same flow's exchange before this one, or EXCHANGE_NONE */
	uint32_t flow;    /* its hash in the evidence's index */
	uint64_t packet;  /* number in the capture */
	struct answer first;
	struct answer *more; /* EXCHANGE_ANSWERS - 1; owned; NULL: fewer than two answers */
	int64_t closed_ns;   /* when our RST for it was seen; 0: not (yet) */
	struct aftermath after;
};

/* One of answer_count, in the order of the capture. */
const struct answer *exchange_answer_at(const struct exchange *exchange, size_t place);

/* Keeps it, or only counts it where EXCHANGE_ANSWERS are kept already and one of its kind among
 * them: returns it as kept, or NULL. */
const struct answer *exchange_add_answer(struct exchange *exchange, const struct answer *answer);

/* Fetches its memory, while the caller finds out what to write there. */
static inline void exchange_prefetch(struct exchange *exchange)
{
	__builtin_prefetch(exchange, 1);
	__builtin_prefetch(&exchange->first, 1);
}

/* Gives back what it owns. */
void exchange_clear(struct exchange *exchange);

/* The first answer of a kind, or NULL. */
const struct answer *exchange_answer(const struct exchange *exchange, enum answer_kind kind);

/* "Time exceeded": the probe's hop limit ended at whoever sent this (RFC 792, RFC 4443 3.3). */
bool answer_is_expiry(const struct answer *answer);

/* The hops that it seems to have come: from the smallest usual initial hop limit (64, 128, 255)
 * that the received one can have started from. */
unsigned answer_back(const struct answer *answer);

/* True if anything answered. */
bool exchange_answered(const struct exchange *exchange);

/* First answer's time less the sending time; negative if unanswered. A retransmitted SYN gives no
 * round trip (Karn's rule, RFC 6298 section 3). */
int64_t exchange_round_trip_ns(const struct exchange *exchange);

#endif
