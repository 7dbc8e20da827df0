/* SPDX-License-Identifier: BSD-2-Clause */
#include "continuity.h"

#include <string.h>

/* The kernel slews by at most 500 ppm (adjtimex(2)): twice that, and a few seconds. */
#define SLEW     1000 /* one part in so many */
#define LEAST_NS INT64_C(5000000000)

static int64_t magnitude(int64_t number)
{
	return number < 0 ? -number : number;
}

int64_t continuity_step_ns(const struct moment *before, const struct moment *now)
{
	int64_t real_ns = now->real_ns - before->real_ns;

	if (before->real_ns == 0)
		return 0;
	if (before->boot[0] == '\0' || strcmp(before->boot, now->boot) != 0)
		return real_ns < -LEAST_NS ? real_ns : 0;
	int64_t passed_ns = now->boot_ns - before->boot_ns;
	int64_t step_ns = real_ns - passed_ns;

	return magnitude(step_ns) > LEAST_NS + passed_ns / SLEW ? step_ns : 0;
}
