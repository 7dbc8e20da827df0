/* SPDX-License-Identifier: BSD-2-Clause */
/* A JSON report read back: what of it the evidence beside it does not tell, and whether the two
 * belong together. */
#ifndef REPORT_REPORT_READER_H
#define REPORT_REPORT_READER_H

#include <stdio.h>

struct fault;
struct report;
struct saved_report;

/* FAULT_NO_INPUT, or FAULT_DATA: not JSON, no report of ours, or of a version that is not known. */
struct saved_report *saved_report_read(const char *path, struct fault *why);
void saved_report_free(struct saved_report *saved); /* NULL is fine */

/* Command, times and vantage into report; borrows from saved. */
void saved_report_head(const struct saved_report *saved, struct report *report);

/*
 * -1, FAULT_DATA: a result of the saved report is not one of report, which was judged from the
 * evidence. What is compared is what packets show: not sentences, which another version may word
 * otherwise, nor advice, which knows the machine that it was given on.
 */
int saved_report_match(
	const struct saved_report *saved, const struct report *report, struct fault *why);

#endif
