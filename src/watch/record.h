/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One result as watch remembers it, read from a line of JSON (jsonl.h) that the diagnosing process
 * wrote. That process has spoken to the network, so the line is believed no more than any input.
 */
#ifndef WATCH_RECORD_H
#define WATCH_RECORD_H

#include "address.h"
#include "metrics.h"
#include "observation.h"
#include "run_id.h"

#include <stddef.h>

struct fault;

struct record_run {
	char id[RUN_ID_TEXT];
	int64_t started_ns, finished_ns; /* since 1970 */
	char vantage[65];
};

struct record {
	char host[256]; /* "": an address alone */
	struct address address;
	uint16_t port;
	char service[24];
	struct observation look;
	double confidence, rtt_ms, loss_ratio; /* negative: not known */
	int burst, hop;                        /* negative: not known */
	unsigned probes;
	char summary[512];
};

#define RECORD_LINE 65536 /* no line is longer */

/* -1: FAULT_DATA where the line is no result; run is what it says of its run. */
int record_parse(struct record *out, struct record_run *run, const char *line, size_t length,
	struct fault *why);

/* What Prometheus is told of it; host and probes are the caller's. */
struct metrics_row record_metrics(const struct record *record);

#endif
