/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test without the right to see packets: connect() to each port. It can say that a port is
 * open; why another is not it cannot, since an answer from afar and a rule of this machine's look
 * alike to a program (SCIENCE section E, rule 5).
 */
#ifndef COMMAND_SHALLOW_H
#define COMMAND_SHALLOW_H

struct destination_list;
struct fault;
struct report;

/*
 * Fills report->results; Ctrl-C ends it early and sets report->interrupted.
 * -1: FAULT_NO_PRIVILEGE where not one socket could be had.
 */
int shallow_run(const struct destination_list *destinations, double patience_s,
	struct report *report, struct fault *why);

#endif
