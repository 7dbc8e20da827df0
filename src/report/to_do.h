/* SPDX-License-Identifier: BSD-2-Clause */
/* "What to do now": the advice of all results, each once. */
#ifndef REPORT_TO_DO_H
#define REPORT_TO_DO_H

#include "advice.h"

#include <stddef.h>

struct paper;
struct report;

#define TO_DO_MAX   10 /* more advice than this is read by nobody */
#define TO_DO_LINES 24 /* with what there is to choose from */

/* The same as a list; returns how many. What is a choice belongs to the last before it that is
 * none. */
size_t to_do_of(const struct report *report, struct advice out[static TO_DO_LINES]);

/* Nothing where there is nothing to do. */
void to_do_print(const struct report *report, const struct paper *paper);

#endif
