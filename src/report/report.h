/* SPDX-License-Identifier: BSD-2-Clause */
/* One run as every face prints it: the model behind text and JSON. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "address.h"
#include "figures.h"
#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct evidence;

struct result {
	char host[256]; /* "" where only an address is known */
	struct address address;
	uint16_t port;
	char service[24];
	struct figures figures;
	struct verdict verdict;
};

struct vantage {
	char interface[16];
	struct address addresses[4];
	size_t address_count;
	struct address gateway; /* ADDRESS_NONE: unknown */
};

struct report {
	const char *command; /* "probe", "replay" */
	int64_t started_ns, finished_ns;
	bool live;
	bool shallow;       /* without privilege: connect() alone */
	bool interrupted;
	struct vantage vantage;          /* live only */
	const char *const *files;        /* replay only; borrowed */
	size_t file_count;
	const struct evidence *evidence; /* borrowed; for the capture's counters */
	const char *evidence_path;       /* the evidence file written; NULL if none; borrowed */
	struct result *results;
	size_t result_count;
};

/* Judges every asked endpoint of the evidence; results sorted by host order, then port as asked.
 * The caller fills the rest. Free with report_clear. */
void report_judge(struct report *report, const struct evidence *evidence, int64_t now_ns);
void report_clear(struct report *report);

/* 0 all open, 1 a problem, 2 none but something inconclusive (DESIGN section 2). */
int report_exit_status(const struct report *report);

/* The one plain sentence about a result; returns out. */
#define SUMMARY_TEXT 512
const char *report_summary(const struct report *report, const struct result *result,
	char out[static SUMMARY_TEXT]);

#endif
