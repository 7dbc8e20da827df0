/* SPDX-License-Identifier: BSD-2-Clause */
/* One look at one port, as far as changes are judged by it. */
#ifndef WATCH_OBSERVATION_H
#define WATCH_OBSERVATION_H

#include "verdict.h"

#include <stdbool.h>
#include <stdint.h>

#define OBSERVATION_PATH 512

struct observation {
	int64_t time_ns; /* by this machine's clock, which may jump: order is that of the looks */
	bool clock_set;  /* the clock was set since the look before: dates prove nothing */
	enum verdict_word word;
	enum verdict_phase phase;
	enum verdict_by by;
	double limit_per_s;          /* of a throttled port; negative: not known */
	int64_t certificate_end_s;   /* since 1970; 0: not known */
	char path[OBSERVATION_PATH]; /* the hops' addresses, '*' for a silent one; "": not known */
};

#endif
