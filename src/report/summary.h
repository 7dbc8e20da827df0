/* SPDX-License-Identifier: BSD-2-Clause */
/* The plain words for a verdict: one row for each word × by × finding that is told apart. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

struct result;

struct summary_row {
	int word;             /* enum verdict_word */
	int by;               /* enum verdict_by, or -1 for any */
	int finding;          /* enum finding_id, or -1 for any */
	const char *summary;  /* wording.h pattern: the one sentence of the report */
	const char *headline; /* blanks {PORTS}, {IS} alone; "" for open */
	const char *relief;   /* who is not to blame; "" where there is nothing to say */
	const char *saw;      /* wording.h pattern */
};

/* Never NULL: the last row of each word holds always. */
const struct summary_row *summary_row_of(const struct result *result);

/* True if both are one address's and have one cause, so that one sentence can tell of both. */
bool summary_same(const struct result *a, const struct result *b);

/* True if an earlier one of results has told what this one would; those of one address stand
 * together. */
bool summary_told_before(const struct result *results, size_t index);

#endif
