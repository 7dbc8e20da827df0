/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON report "mailsonde/1": one document a run, as mailsonde-1.schema.json describes it. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include <jansson.h>
#include <stdio.h>

struct fault;
struct report;
struct result;

/* One of its results, to be released by the caller. */
json_t *document_result(const struct report *report, const struct result *result);

/* -1: FAULT_IO. */
int document_print(const struct report *report, FILE *out, struct fault *why);

#endif
