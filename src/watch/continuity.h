/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the clock was set between two moments. Pure. */
#ifndef WATCH_CONTINUITY_H
#define WATCH_CONTINUITY_H

#include <stdint.h>

#define CONTINUITY_BOOT 37 /* a UUID, /proc/sys/kernel/random/boot_id */

struct moment {
	int64_t real_ns; /* since 1970, by the clock that people set */
	int64_t boot_ns; /* since the machine was started, sleep included: nobody sets it */
	char boot[CONTINUITY_BOOT]; /* which start; "": not known */
};

/*
 * By how much the clock was set forward (or back, negative) since before; 0 if it was not, as far
 * as can be known: after a new start of the machine only a step back can be told from time that
 * went by. What NTP makes up for slowly is no step.
 */
int64_t continuity_step_ns(const struct moment *before, const struct moment *now);

#endif
