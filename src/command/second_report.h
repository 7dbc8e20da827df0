/* SPDX-License-Identifier: BSD-2-Clause */
/* A second report that goes into a ticket, and is compared with the ticket's own. */
#ifndef COMMAND_SECOND_REPORT_H
#define COMMAND_SECOND_REPORT_H

#include <stdio.h>

struct comparison;
struct fault;
struct second_report;

/* NULL: FAULT_NO_INPUT, or FAULT_DATA as of report_file_read() and past_run_read(). */
struct second_report *second_report_read(const char *path, struct fault *why);
void second_report_free(struct second_report *second); /* NULL is fine */

struct second_report_files {
	FILE *own;  /* the ticket's report.json, written already, and readable */
	FILE *copy; /* where the second report goes: the same values, in ASCII alone */
};

/* Once. Borrowed from second; NULL: FAULT_IO, FAULT_DATA. */
const struct comparison *second_report_compare(
	struct second_report *second, const struct second_report_files *files, struct fault *why);

#endif
