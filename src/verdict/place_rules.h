/* SPDX-License-Identifier: BSD-2-Clause */
/* Where it fails, and what that says about the cause: rules over the sweeps (path.h). Pure. */
#ifndef VERDICT_PLACE_RULES_H
#define VERDICT_PLACE_RULES_H

#include <stdbool.h>

struct figures;
struct verdict;

/* Gives a verdict on the connection its place, and its cause where the place allows a word. What
 * is uncertain about the place is noticed as findings. */
void place_rules_apply(struct verdict *verdict, const struct figures *figures);

/* Silence ends before path.next_seen for sure, and not by chance. */
bool place_is_bounded(const struct figures *figures);

#endif
