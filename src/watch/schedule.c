/* SPDX-License-Identifier: BSD-2-Clause */
#include "schedule.h"

#define NS_PER_S 1e9

int64_t schedule_next(
	const struct schedule *schedule, int64_t started_ns, int64_t now_ns, uint64_t random)
{
	double chance = (double)(random >> 32) / (double)UINT32_MAX; /* 0 to 1 */
	double share = 1 + schedule->jitter * (2 * chance - 1);
	int64_t next_ns = started_ns + (int64_t)(schedule->interval_s * share * NS_PER_S);

	return next_ns > now_ns ? next_ns : now_ns;
}
