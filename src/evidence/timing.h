/* SPDX-License-Identifier: BSD-2-Clause */
/* Round trips of a host, and how long an answer may take before a probe counts as unanswered. */
#ifndef EVIDENCE_TIMING_H
#define EVIDENCE_TIMING_H

#include <stdbool.h>
#include <stdint.h>

struct endpoint;
struct exchange;
struct host;

struct round_trips {
	unsigned samples;
	double min_ms, median_ms, max_ms; /* 0 where there is no sample */
};

/* What the host's answered probes say about waiting. */
struct patience {
	int64_t wait_ns;    /* RFC 6298 on the host's round trips; 1 s before any sample */
	int64_t fastest_ns; /* the smallest round trip; 0 where there is none */
	bool sampled;
};

/* Round trips folded one by one, RFC 6298 section 2. */
struct smoothed {
	int64_t mean_ns, deviation_ns; /* SRTT and RTTVAR */
	int64_t fastest_ns;
	unsigned samples;
};

/* Folds a round trip, but for a late one: that tells of the server's timer, not of the path. */
void smoothed_add(struct smoothed *smoothed, int64_t round_trip_ns);

struct patience patience_of(const struct host *host);

/* The longest there is, by the round trips of one endpoint. */
struct patience patience_of_endpoint(const struct endpoint *endpoint);

struct round_trips round_trips_of(const struct endpoint *endpoint);

/* Sweeps end at 30 hops; what reaches a server started with 32, 64, 128 or 255. */
#define SWEEP_HOP_LIMIT 31

/* A probe of a sweep, sent to expire on the way; it says nothing about the port. In a foreign
 * capture a small hop limit may be a neighbour's way to talk (RFC 5082), so one that arrived is
 * none. */
bool exchange_is_sweep(const struct exchange *exchange);

/* It has a round trip, and that of the path to the port. */
bool exchange_has_round_trip(const struct exchange *exchange);

/* Answered only after its SYN-ACK was lost: the server repeats it a second later (RFC 6298, 2.1).
 */
bool exchange_is_late(const struct exchange *exchange, const struct patience *patience);

/* No answer by now_ns, and none to be expected any more. */
bool exchange_is_missing(
	const struct exchange *exchange, const struct patience *patience, int64_t now_ns);

#endif
