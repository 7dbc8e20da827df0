/* SPDX-License-Identifier: BSD-2-Clause */
/* "What to do now": the advice of all results, each once. */
#ifndef REPORT_TO_DO_H
#define REPORT_TO_DO_H

struct paper;
struct report;

/* Nothing where there is nothing to do. */
void to_do_print(const struct report *report, const struct paper *paper);

#endif
