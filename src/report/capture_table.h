/* SPDX-License-Identifier: BSD-2-Clause */
/* What a capture holds: a table of servers, then a sentence for each that is not in order. */
#ifndef REPORT_CAPTURE_TABLE_H
#define REPORT_CAPTURE_TABLE_H

struct paper;
struct report;

void capture_table_print(const struct report *report, const struct paper *paper);

#endif
