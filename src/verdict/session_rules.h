/* SPDX-License-Identifier: BSD-2-Clause */
/* What a port that opens is worth, by how the sessions on it ended. */
#ifndef VERDICT_SESSION_RULES_H
#define VERDICT_SESSION_RULES_H

struct figures;
struct verdict;

/* Takes the verdict of an open port further: to a later phase, or to the word of the phase that
 * failed, with what is noticed then as the first finding. */
void session_rules_apply(struct verdict *verdict, const struct figures *figures);

#endif
