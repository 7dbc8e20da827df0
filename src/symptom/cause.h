/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words with which mail programs tell what went wrong, read into the words of our verdicts. It
 * stays a claim: somebody else has seen it, and says less than we would ask.
 */
#ifndef SYMPTOM_CAUSE_H
#define SYMPTOM_CAUSE_H

#include "span.h"
#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>

struct causes;
struct fault;

/* A set of words. */
#define CAUSE_BIT(word) (1u << (word))

#define CAUSE_NO_PHASE (-1) /* later than the phases of a verdict, or not known */

struct cause {
	const char *name; /* stable: "connect-timeout" */
	/* One of these, split by '|', in small letters, is in every text that pattern fits. */
	const char *hints;
	const char *pattern; /* the whole of what it fits are the words that led here */
	const char *example;
	enum verdict_word claims; /* the most likely; VERDICT_OPEN where unrelated */
	int phase;                /* enum verdict_phase, or CAUSE_NO_PHASE */
	unsigned could_be;        /* all that the text allows */
	bool unrelated;           /* the port works: it is something else */
};

/* Who speaks decides what words mean: a server that answers "connection refused" was reached. */
enum speaker {
	SPEAKER_CLIENT,   /* the program that tried, about its trying */
	SPEAKER_GREETING, /* the server, in the place of a greeting */
	SPEAKER_SERVER,   /* the server, later */
};
#define SPEAKERS 3

/* NULL: as pattern_new(). */
struct causes *causes_new(struct fault *why);
void causes_free(struct causes *causes); /* NULL is fine */

/* What text means. words is filled with the part of it that says so. NULL: no row fits, which never
 * happens where a server speaks. */
const struct cause *cause_find(
	struct causes *causes, enum speaker speaker, struct span text, struct span *words);

/* By an enhanced status code alone (RFC 3463); NULL where it says nothing. */
const struct cause *cause_of_status(struct span status);

/* The same, of recipients and mailboxes alone, which no port has to do with; else NULL. Spares a
 * look at the words of most replies. */
const struct cause *cause_of_recipient(struct span status);

/* A failure that is told without any reason. */
extern const struct cause cause_untold;

/* The table, row by row, for tests; NULL beyond the last. */
const struct cause *cause_at(enum speaker speaker, size_t index);

#endif
