/* SPDX-License-Identifier: BSD-2-Clause */
/* One result a line, flat, with stable keys, for databases. */
#ifndef REPORT_JSONL_H
#define REPORT_JSONL_H

#include <stdio.h>

struct fault;
struct report;

/* Every key is in every line, null where a fact is absent. -1: FAULT_IO. */
int jsonl_print(const struct report *report, FILE *out, struct fault *why);

#endif
