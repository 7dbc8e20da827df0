/* SPDX-License-Identifier: BSD-2-Clause */
/* A live table of ports on a terminal, redrawn in place while a run works, and gone at its end. */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include "paper.h"

#include <stdbool.h>
#include <stdint.h>

struct evidence;
struct plan;

struct progress {
	struct paper paper;
	const struct evidence *evidence; /* borrowed */
	int64_t started_ns;
	unsigned drawn; /* lines that stand on the terminal */
	unsigned height;
	bool on;
};

/* Draws nothing, ever, where paper's file is no terminal. */
void progress_init(struct progress *progress, const struct paper *paper,
	const struct evidence *evidence, int64_t now_ns);

/* The shape of a loop_observer's tick; context is the progress. */
void progress_tick(void *context, const struct plan *plan, int64_t now_ns);

/* Wipes the table away. */
void progress_clear(struct progress *progress);

#endif
