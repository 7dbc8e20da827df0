/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was seen, run by run, in an SQLite database (WAL, every run one transaction, on the disk
 * before it is told of): a process that is killed at any moment loses the run in progress and
 * nothing else. Order is that of the runs, not of the clock, which may jump.
 *
 * Faults are one sentence each: in use by another process, damaged, of a newer version, of another
 * program, on a full disk. Nothing of a file that is refused is changed.
 */
#ifndef WATCH_HISTORY_H
#define WATCH_HISTORY_H

#include "continuity.h"
#include "record.h"
#include "view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct history;
struct memory;
struct news;

#define HISTORY_VERSION 1

enum history_mode {
	HISTORY_WRITE, /* made where it is not there */
	HISTORY_READ,
};

/* NULL: FAULT_DATA (damaged, newer, another program's), FAULT_CANNOT_CREATE, FAULT_NO_INPUT,
 * FAULT_IO (in use), FAULT_USAGE (built without SQLite). */
struct history *history_open(const char *path, enum history_mode mode, struct fault *why);
void history_close(struct history *history); /* NULL is fine */

/* Fills memory with each port's last looks and what was told of it, and last with the moment of the
 * last run (zeroes: none). */
int history_recall(
	struct history *history, struct memory *memory, struct moment *last, struct fault *why);

/* One run, with what it changed. All borrowed. */
struct history_run {
	const struct record_run *run;
	struct moment moment;
	int64_t step_ns; /* of the clock, before it */
	const struct record *records;
	size_t count;
	const struct memory *memory; /* whose standings are saved with it */
	const struct news *news;
	size_t news_count;
	size_t keep; /* runs; older ones are forgotten */
};

/* All of it or nothing. -1: FAULT_IO (in use, full), FAULT_DATA (damaged). */
int history_save(struct history *history, const struct history_run *run, struct fault *why);

/* News that was saved and perhaps never told, oldest first; to be cleared and freed. */
int history_untold(struct history *history, struct news **out, size_t *count, struct fault *why);

/* All news has been told by now. */
int history_told(struct history *history, struct fault *why);

/* The last runs, so many at most; to be cleared whatever it returns. */
int history_view(struct history *history, size_t runs, struct view *out, struct fault *why);

const char *history_library(void); /* "SQLite 3.40.1"; NULL: built without */

#endif
