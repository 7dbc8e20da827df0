/* SPDX-License-Identifier: BSD-2-Clause */
/* How often something happened in each of a few dozen spans of equal length, which double whenever
 * the time to be shown outgrows them. Many counts share one timeline. */
#ifndef SYMPTOM_TIMELINE_OF_COUNTS_H
#define SYMPTOM_TIMELINE_OF_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMELINE_SLOTS 48

struct timeline_of_counts {
	int64_t start_s, width_s; /* width 0: nothing happened yet */
};

/* In which slot a time is; -1 if it is in none before timeline_widen(). */
int timeline_slot(const struct timeline_of_counts *timeline, int64_t time_s);

/* Doubles the width towards a time. Every count of the timeline is to be folded after it, with
 * what it returns: whether earlier time was added. */
bool timeline_widen(struct timeline_of_counts *timeline, int64_t time_s);
void timeline_fold(uint32_t counts[static TIMELINE_SLOTS], bool earlier);

#endif
