/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The likelihood of a timeline under a token bucket of `rate` tokens a second and `burst` deep that
 * starts full, behind random loss (SCIENCE section B, token-bucket likelihood).
 */
#ifndef EVIDENCE_BUCKET_H
#define EVIDENCE_BUCKET_H

#include <stdbool.h>
#include <stddef.h>

struct sample;

struct bucket {
	double rate_per_s;
	double loss;    /* of a round trip */
	unsigned burst; /* tokens it holds when full */
	bool shared;    /* controls pass it too */
	bool refuses;   /* what exceeds is answered by a RST */
	double brim;    /* it fills so much above burst, so that one of depth 1 passes for sure */
};

/* Natural log of the likelihood; gives up with -INFINITY as soon as it is below floor. A shared
 * bucket sees every sample; one of the port's own sees the target's, scores controls by the loss
 * alone and leaves other ports out. */
double bucket_likelihood(
	const struct bucket *bucket, const struct sample *samples, size_t count, double floor);

/* True if this bucket, without loss, would have let every probe of the timeline pass. */
bool bucket_never_empties(const struct bucket *bucket, const struct sample *samples, size_t count);

struct bucket_estimate {
	double rate_per_s, low_per_s, high_per_s; /* 95 % by profile likelihood */
	unsigned burst;
};

/* Refines the best cell of a coarse grid. */
struct bucket_estimate bucket_refine(
	const struct bucket *best, const struct sample *samples, size_t count);

#endif
