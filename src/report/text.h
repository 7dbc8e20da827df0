/* SPDX-License-Identifier: BSD-2-Clause */
/* The report for a person: what is wrong, what was seen, and what to do now. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

struct paper;
struct report;

/* Whether it was written is for the caller to ask of the paper's file. */
void text_print(const struct report *report, const struct paper *paper);

#endif
