/* SPDX-License-Identifier: BSD-2-Clause */
/* Two runs side by side, for a person; and for machines. */
#ifndef REPORT_COMPARISON_TEXT_H
#define REPORT_COMPARISON_TEXT_H

#include <jansson.h>
#include <stdint.h>

struct comparison;
struct paper;

/* Whether it was written is for the caller to ask of the paper's file. */
void comparison_print(const struct comparison *comparison, const struct paper *paper);

/* One document, "mailsonde/1" with comparisons in the place of results; times of this run. */
json_t *comparison_document(
	const struct comparison *comparison, int64_t started_ns, int64_t finished_ns);

#endif
