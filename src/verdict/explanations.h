/* SPDX-License-Identifier: BSD-2-Clause */
/* What each word of a report means, for people who ask. */
#ifndef VERDICT_EXPLANATIONS_H
#define VERDICT_EXPLANATIONS_H

#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>

struct rule_row;

/* Plain sentences; static. The first sentence of means fits a line of a list: 72 letters. */
struct explanation {
	const char *means;
	const char *decided; /* what must have been seen */
	const char *settles; /* what would take the last doubt away */
	const char *acts;    /* who can do something about it, and what */
};

enum term_kind {
	TERM_VERDICT,
	TERM_PHASE,
	TERM_BY,
	TERM_FINDING,
};
#define TERM_KINDS 4

/* A word of the contract. */
struct term {
	enum term_kind kind;
	unsigned value; /* of its enum: verdict_word, verdict_phase, verdict_by, finding_id */
};

/* All words, kind by kind; false from the last one on. */
bool term_at(size_t index, struct term *out);

const char *term_name(struct term term);
const char *term_kind_name(enum term_kind kind); /* "verdict", "phase", "by", "finding" */

/* A member is NULL where the table has no text yet; a test fails then. */
const struct explanation *term_explanation(struct term term);

/* Does this rule lead to the word? */
bool term_follows(struct term term, const struct rule_row *row);

#endif
