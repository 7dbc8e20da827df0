/* SPDX-License-Identifier: BSD-2-Clause */
/* When to look again. Pure; times are of a clock that nobody sets. */
#ifndef WATCH_SCHEDULE_H
#define WATCH_SCHEDULE_H

#include <stdint.h>

struct schedule {
	double interval_s;
	double jitter; /* each interval is longer or shorter by up to this share, 0 to 0.5 */
};

/* The start after the one at started_ns, never before now_ns: a look that took longer than the
 * interval leaves out what it overran. random is any number. */
int64_t schedule_next(
	const struct schedule *schedule, int64_t started_ns, int64_t now_ns, uint64_t random);

#endif
