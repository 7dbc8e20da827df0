/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the host itself gave the answers that the other rules go by. */
#ifndef VERDICT_ANSWERER_RULES_H
#define VERDICT_ANSWERER_RULES_H

#include <stdbool.h>

struct figures;
struct verdict;

/* The port accepts, and every RST besides is somebody else's and came too late to do harm. */
bool answerer_resets_are_late(const struct figures *figures);

/* Overrules a verdict whose answers were another's: its word, cause, place and confidence. What is
 * this machine's own doing stands. */
void answerer_rules_apply(struct verdict *verdict, const struct figures *figures);

/* What is noticed whatever the verdict. */
void answerer_rules_notice(struct verdict *verdict, const struct figures *figures);

#endif
