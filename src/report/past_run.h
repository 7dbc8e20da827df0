/* SPDX-License-Identifier: BSD-2-Clause */
/* What a JSON report says of a run, as far as two runs are compared. Everything in it may be
 * hostile. */
#ifndef REPORT_PAST_RUN_H
#define REPORT_PAST_RUN_H

#include "address.h"
#include "report.h"
#include "verdict.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;

struct past_result {
	char host[256]; /* "" where only an address is known */
	struct address address;
	uint16_t port;
	char service[24];
	enum verdict_word word;
	enum verdict_phase phase;
	enum verdict_by by;
	struct place hop;
	char summary[SUMMARY_TEXT];
};

struct past_run {
	const char *name; /* the file's; borrowed */
	char command[24];
	char started[32], finished[32]; /* of the packets, where they were replayed */
	bool live;                      /* the vantage is known */
	struct vantage vantage;
	struct past_result *results;
	size_t result_count;
};

#define PAST_RESULTS 4096 /* more are no case that anyone compares */

/* -1: FAULT_DATA, naming the result that makes no sense. To be cleared whatever it returns. */
int past_run_read(
	struct past_run *out, const char *name, const json_t *document, struct fault *why);
void past_run_clear(struct past_run *run);

#endif
