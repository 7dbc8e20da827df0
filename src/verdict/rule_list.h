/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of all rule tables as they look from outside, for whoever explains them. */
#ifndef VERDICT_RULE_LIST_H
#define VERDICT_RULE_LIST_H

#include "verdict.h"

#include <stddef.h>

#define RULE_REACHED    (-1)        /* the phase is the last one that was reached */
#define RULE_NO_FINDING FINDING_IDS /* nothing is noticed with it */

/* A row that gives a verdict, or one that adds a finding to any verdict (name is NULL; then the
 * finding alone counts). */
struct rule_row {
	const char *name; /* static */
	enum verdict_word word;
	int phase; /* enum verdict_phase, or RULE_REACHED */
	enum verdict_by by;
	unsigned finding; /* enum finding_id, or RULE_NO_FINDING */
};

#define RULE_ROWS 256

struct rule_list {
	struct rule_row rows[RULE_ROWS];
	size_t count; /* rows beyond the room are left out; a test fails then */
};

void rule_list_add(struct rule_list *list, struct rule_row row);
void rule_list_notice(struct rule_list *list, enum finding_id finding);

/* The rows of every table, in the order in which they are asked. */
void rule_list_fill(struct rule_list *list);

/* Each table's own. */
void verdict_rules_tell(struct rule_list *list);
void session_rules_tell(struct rule_list *list);
void transfer_rules_tell(struct rule_list *list);
void place_rules_tell(struct rule_list *list);
void answerer_rules_tell(struct rule_list *list);

#endif
