/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a port's silence a filter, or loss? The sequential test of SCIENCE section A: each spaced
 * probe without an answer, while a control of the same moment was answered, multiplies the odds.
 */
#ifndef EVIDENCE_SILENCE_H
#define EVIDENCE_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

struct endpoint;
struct host;

struct silence {
	unsigned misses;    /* spaced probes without an answer while a control was answered */
	unsigned uncovered; /* spaced probes without an answer and without such a control */
	unsigned control_lost, control_answered; /* controls whose neighbour in time was answered */
	double log_odds; /* natural log of the odds for a filter against loss; 0: none */
	double span_s;   /* from the first to the last probe without an answer */
	bool certain;    /* enough for the word "dropped" */
};

/* Who asked: our own plan puts controls around each probe and can always ask once more; in a
 * foreign capture a kernel repeats its SYN a few times, and whatever else was asked stands near or
 * far. */
enum silence_source {
	SILENCE_OURS,
	SILENCE_FOREIGN,
};

/* All zero if the endpoint ever answered. */
struct silence silence_of(const struct host *host, const struct endpoint *endpoint, int64_t now_ns,
	enum silence_source source);

#endif
