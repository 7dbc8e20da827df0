/* SPDX-License-Identifier: BSD-2-Clause */
#include "timeline_of_counts.h"

#include <string.h>

#define HALF (TIMELINE_SLOTS / 2)

int timeline_slot(const struct timeline_of_counts *timeline, int64_t time_s)
{
	if (timeline->width_s == 0 || time_s < timeline->start_s)
		return -1;
	int64_t slot = (time_s - timeline->start_s) / timeline->width_s;

	return slot < TIMELINE_SLOTS ? (int)slot : -1;
}

bool timeline_widen(struct timeline_of_counts *timeline, int64_t time_s)
{
	if (timeline->width_s == 0) {
		*timeline = (struct timeline_of_counts){.start_s = time_s, .width_s = 1};
		return false;
	}
	bool earlier = time_s < timeline->start_s;

	if (earlier)
		timeline->start_s -= TIMELINE_SLOTS * timeline->width_s;
	timeline->width_s *= 2;
	return earlier;
}

void timeline_fold(uint32_t counts[static TIMELINE_SLOTS], bool earlier)
{
	uint32_t folded[TIMELINE_SLOTS] = {0};
	size_t base = earlier ? HALF : 0;

	for (size_t i = 0; i < HALF; i++)
		folded[base + i] = counts[2 * i] + counts[2 * i + 1];
	memcpy(counts, folded, sizeof(folded));
}
