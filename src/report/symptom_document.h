/* SPDX-License-Identifier: BSD-2-Clause */
/* What logs and bounces claim, for machines: "mailsonde/1" with symptoms in the place of results.
 */
#ifndef REPORT_SYMPTOM_DOCUMENT_H
#define REPORT_SYMPTOM_DOCUMENT_H

#include <stdio.h>

struct fault;
struct symptom_report;

/* One document. -1: FAULT_IO. */
int symptom_document_print(const struct symptom_report *report, FILE *out, struct fault *why);

/* A line for each symptom, with the time of the run. -1: FAULT_IO. */
int symptom_lines_print(const struct symptom_report *report, FILE *out, struct fault *why);

#endif
