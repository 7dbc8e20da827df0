/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"

#include <time.h>

#define NS_PER_S ((int64_t)1000000000)

int64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}
