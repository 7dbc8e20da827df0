/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

void run_name(char out[static RUN_ID_TEXT], int64_t started_ns)
{
	uint64_t random[2];

	/* Never fails for so few bytes once the machine has started, getrandom(2). */
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		abort();
	run_id_make(out, started_ns, random);
}

void vantage_name(char out[static VANTAGE_NAME], const char *given)
{
	if (given != NULL)
		snprintf(out, VANTAGE_NAME, "%s", given);
	else if (gethostname(out, VANTAGE_NAME) != 0)
		out[0] = '\0';
	out[VANTAGE_NAME - 1] = '\0';
}
