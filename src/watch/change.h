/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What changed, told from the last looks at one port and from what was told before. Pure: no clock,
 * no database. A change is told once it has been seen in several looks on end, so that one lost
 * packet or one busy server wakes nobody; `inconclusive` never tells for or against a change.
 */
#ifndef WATCH_CHANGE_H
#define WATCH_CHANGE_H

#include "observation.h"

#include <stddef.h>

#define CHANGE_RECENT 8 /* looks that are remembered for each port */

enum change_kind {
	CHANGE_FIRST,       /* the first word on this port */
	CHANGE_VERDICT,     /* another word, or another culprit */
	CHANGE_UNSTEADY,    /* it goes back and forth; further changes wait until it rests */
	CHANGE_STEADY,      /* it rests again, at the word that was told last */
	CHANGE_CERTIFICATE, /* expires soon */
	CHANGE_RENEWED,     /* and no longer */
	CHANGE_PATH,        /* other hops */
	CHANGE_LIMIT,       /* throttled to another rate */
};
#define CHANGE_KINDS 8

/* What was told last of one port. */
struct standing {
	bool known, unsteady;
	enum verdict_word word;
	enum verdict_by by;
	double limit_per_s;        /* negative: none */
	int64_t certificate_end_s; /* of the certificate whose end was told; 0: none was */
	char path[OBSERVATION_PATH];
};

struct change {
	enum change_kind kind;
	struct standing before;
	struct observation after; /* the look that settled it */
};

struct change_rules {
	unsigned confirm; /* looks on end, 1 to CHANGE_RECENT */
	double certificate_days;
};

#define CHANGES_AT_ONCE 4

struct change_outcome {
	struct change changes[CHANGES_AT_ONCE];
	size_t count;
	bool doubtful; /* the last look differs, unconfirmed: look again soon */
};

/* Judges the last of recent, oldest first; standing becomes what is told from now on. */
void change_judge(struct change_outcome *out, const struct observation *recent, size_t count,
	const struct change_rules *rules, struct standing *standing);

struct standing standing_unknown(void);

const char *change_kind_name(enum change_kind kind);
bool change_kind_parse(enum change_kind *out, const char *text);

#endif
