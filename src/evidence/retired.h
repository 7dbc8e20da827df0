/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exchanges of a busy port that were set aside to bound memory: what figures need of them, as sums.
 * Only foreign captures come to that, see budget.h.
 */
#ifndef EVIDENCE_RETIRED_H
#define EVIDENCE_RETIRED_H

#include "timing.h"

#include <stdint.h>

struct exchange;

/* Round trips by size, an eighth of an octave each, from a microsecond to over a minute: a median
 * is known to within 5 %. */
#define RETIRED_STEPS 216

struct retired {
	unsigned probes, syn_acks, resets, icmp_errors, unanswered, late; /* as struct counts has
									   * them; no sweeps */
	unsigned accepted;        /* by a SYN-ACK, captured or not */
	unsigned answered;        /* by anything */
	unsigned unsettled;       /* neither answered nor missing: they had to go early */
	unsigned sweeps;          /* beside those */
	unsigned path_answers;    /* to sweeps */
	uint8_t path_reached;     /* the highest hop limit so answered */
	int64_t last_ns;          /* when the latest of all left */
	struct smoothed smoothed; /* their round trips, as patience sees them */
	unsigned round_trips;
	double min_ms, max_ms; /* 0 where there are none */
	unsigned steps[RETIRED_STEPS];
};

/* Adds one; patience tells what is late. */
void retired_add(struct retired *retired, const struct exchange *exchange,
	const struct patience *patience, int64_t now_ns);

/* The same distribution, for whoever adds more to it. */
void retired_step_add(unsigned steps[static RETIRED_STEPS], double ms);
double retired_median(const unsigned steps[static RETIRED_STEPS], unsigned samples);

#endif
