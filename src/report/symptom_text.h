/* SPDX-License-Identifier: BSD-2-Clause */
/* What logs and bounces claim, for a person. */
#ifndef REPORT_SYMPTOM_TEXT_H
#define REPORT_SYMPTOM_TEXT_H

struct paper;
struct symptom_report;

/* Whether it was written is for the caller to ask of the paper's file. */
void symptom_text_print(const struct symptom_report *report, const struct paper *paper);

#endif
