/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Results in Prometheus' text format, for the textfile collector of node_exporter: no port is
 * opened, and what scrapes them is already there. The names are fixed; the labels are target, ip
 * and port alone, with the verdict's words where the series is about them, so that the number of
 * series is bounded by what is asked about.
 */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H

#include "address.h"
#include "verdict.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct fault;
struct report;
struct result;

/* One port of one address. Not known: a negative number, or 0 for the date. */
struct metrics_row {
	const char *host; /* "": an address alone; borrowed */
	struct address address;
	uint16_t port;
	enum verdict_word word;
	enum verdict_by by;
	double rtt_s;              /* the median */
	double loss_ratio;         /* 0 to 1 */
	double limit_rate_per_s;   /* of a throttled port */
	double limit_burst;        /* connections */
	int last_hop;              /* the last that was seen on the way to a port that fails */
	int64_t certificate_end_s; /* since 1970 */
	uint64_t probes;           /* sent since whoever counts began to count */
};

struct metrics_run {
	int64_t started_ns, finished_ns;
	const struct metrics_row *rows;
	size_t count;
};

struct metrics_row metrics_row_of(const struct result *result);

/* Writes every family with its HELP and TYPE; a family without a value is left out. */
void metrics_print(const struct metrics_run *run, FILE *out);

/* The text of a whole report; to be freed. */
char *metrics_text(const struct report *report, size_t *length);

/*
 * Replaces path by text as one step: a file beside it is written, brought to the disk and renamed,
 * mode 0644, since the collector is somebody else. -1: FAULT_CANNOT_CREATE or FAULT_IO, and path is
 * what it was.
 */
int metrics_write(const char *path, const char *text, size_t length, struct fault *why);

#endif
