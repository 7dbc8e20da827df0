/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two runs side by side: from two places or at two times, what differs and what follows from it.
 * Pure: a table of conclusions over pairs of results.
 */
#ifndef REPORT_COMPARISON_H
#define REPORT_COMPARISON_H

#include "past_run.h"

#include <stdbool.h>
#include <stddef.h>

enum comparison_kind {
	COMPARE_UNKNOWN, /* nothing tells whether the place was the same */
	COMPARE_PLACES,
	COMPARE_TIMES,
};

enum comparison_change {
	CHANGE_NONE,
	CHANGE_BETTER,    /* open in the second alone */
	CHANGE_WORSE,     /* open in the first alone */
	CHANGE_DIFFERENT, /* neither is open, and verdict, phase or cause differ */
	CHANGE_UNSURE,    /* one of them is inconclusive */
	CHANGE_MISSING,   /* one of them has no such port */
};
#define CHANGES 6

#define CONCLUSION_TEXT 896

struct comparison_row {
	const struct past_result *first, *second; /* NULL: that run did not ask about it */
	enum comparison_change change;
	char conclusion[CONCLUSION_TEXT]; /* "" where nothing follows */
};

struct comparison {
	const struct past_run *first, *second; /* borrowed, as the rows' results */
	enum comparison_kind kind;
	struct comparison_row *rows; /* in the order of the first run, then what it lacks */
	size_t row_count;
};

/* asked: COMPARE_UNKNOWN lets the vantage points decide: the same address of one's own is the same
 * place. To be cleared. */
struct comparison comparison_of(
	const struct past_run *first, const struct past_run *second, enum comparison_kind asked);
void comparison_clear(struct comparison *comparison);

/* 0: nothing that matters differs; 1: something does; 2: nothing does as far as is known, but
 * something is inconclusive or was asked about in one run alone, or nothing in both. */
int comparison_exit_status(const struct comparison *comparison);

/* "places", "times"; NULL for COMPARE_UNKNOWN. */
const char *comparison_kind_name(enum comparison_kind kind);
/* "none", "better", "worse", "different", "unsure", "missing". */
const char *comparison_change_name(enum comparison_change change);

/* What happened to the port in a few words, as "dropped by path"; returns out. */
#define COMPARISON_STATE 48
const char *comparison_state(const struct past_result *result, char out[static COMPARISON_STATE]);

#endif
