/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Was what got lost lost to a token bucket? The fit of Flach and others (An Internet-Wide Analysis
 * of Traffic Policing, SIGCOMM 2016) over one piece of what a sender sent (SCIENCE section G): with
 * the goodput between first and last loss as the rate, tokens have to be out where segments were
 * lost and there where they passed, and no queue may have built up before. Pure arithmetic.
 */
#ifndef EVIDENCE_POLICING_H
#define EVIDENCE_POLICING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One segment as it left its sender; what was sent again is one more. */
struct transmission {
	int64_t time_ns;
	uint32_t connection; /* tells pooled connections apart */
	uint32_t sequence, bytes;
	uint32_t lost;          /* of those bytes: sent again later */
	uint32_t round_trip_us; /* of late before this one left; 0: none yet */
	uint32_t idle_us;       /* for how long before it nothing was under way */
};

/* Fewer losses than these show no pattern. */
#define POLICING_LOSSES 15

struct policing {
	bool eligible; /* there was enough to judge */
	bool policed;
	double bytes_per_s; /* payload; 0 where not eligible */
};

/* sent by time; base_us is the shortest round trip known. */
struct policing policing_judge(const struct transmission *sent, size_t count, uint32_t base_us);

#endif
