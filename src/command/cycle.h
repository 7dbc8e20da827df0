/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One look at what is watched, in a process of its own: it resolves names, opens handles, gives up
 * its rights before the first packet (privilege.h), diagnoses, and writes its results to a pipe.
 * The process that goes on never meets a packet, so it may keep the right to start the next one.
 */
#ifndef COMMAND_CYCLE_H
#define COMMAND_CYCLE_H

#include "record.h"

#include <stdbool.h>
#include <stddef.h>

struct fault;
struct settings;

enum cycle_end {
	CYCLE_COMPLETE,
	CYCLE_FAILED,      /* it has told why, or *why does; status is its exit status */
	CYCLE_INTERRUPTED, /* the user ended this process: what was seen is no whole run */
};

struct cycle {
	struct record_run run;
	struct record *records;
	size_t count, room;
	int status;     /* of mailsonde probe */
	double limit_s; /* it is ended then */
};

/* Whether a run asks about a target. Those that had trouble take longest, so that they are begun
 * first: the run then takes hardly longer than the slowest of them. */
enum asking {
	ASK_NOT,
	ASK,
	ASK_FIRST,
};

/*
 * asked: of each target of settings. signals: of the signals that end the process
 * (signals_hold()), a signalfd. *why is filled where kind is not FAULT_NONE.
 */
enum cycle_end cycle_run(struct cycle *out, const struct settings *settings,
	const enum asking *asked, int signals, struct fault *why);

void cycle_clear(struct cycle *cycle);

#endif
