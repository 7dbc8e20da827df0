/* SPDX-License-Identifier: BSD-2-Clause */
/* One line on a terminal that tells how far the reading of large files has come. */
#ifndef COMMAND_GAUGE_H
#define COMMAND_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

struct gauge {
	bool on, drawn;
	int64_t next_ns; /* when it is drawn again */
};

/* Draws nothing, ever, where standard error is no terminal, and nothing in the first second. */
void gauge_init(struct gauge *gauge, int64_t now_ns);

/* of is 0 where it is not known how many bytes there are. */
void gauge_tick(struct gauge *gauge, uint64_t read, uint64_t of, int64_t now_ns);

/* Wipes the line away, before anything else is written. */
void gauge_clear(struct gauge *gauge);

#endif
