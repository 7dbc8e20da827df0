/* SPDX-License-Identifier: BSD-2-Clause */
/* Where it fails, and what that says about the cause: rules over the sweeps (path.h). Pure. */
#ifndef VERDICT_PLACE_RULES_H
#define VERDICT_PLACE_RULES_H

struct figures;
struct verdict;

/* Gives a verdict on the connection its place, and its cause where the place allows a word. What
 * is uncertain about the place is noticed as findings. */
void place_rules_apply(struct verdict *verdict, const struct figures *figures);

#endif
