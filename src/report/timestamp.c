/* SPDX-License-Identifier: BSD-2-Clause */
#include "timestamp.h"

#include <stdio.h>
#include <time.h>

#define NS_PER_S  1000000000
#define NS_PER_US 1000

/* int64_t nanoseconds reach from 1677 to 2262, so every one of them is a year that gmtime knows. */
static struct tm split(int64_t time_ns, int64_t *rest_ns)
{
	time_t seconds = time_ns / NS_PER_S;
	struct tm parts = {.tm_year = 0};

	*rest_ns = time_ns % NS_PER_S;
	if (*rest_ns < 0) {
		*rest_ns += NS_PER_S;
		seconds--;
	}
	gmtime_r(&seconds, &parts);
	return parts;
}

const char *timestamp_print(int64_t time_ns, char out[static TIMESTAMP_TEXT])
{
	int64_t rest_ns;
	struct tm parts = split(time_ns, &rest_ns);
	size_t used = strftime(out, TIMESTAMP_TEXT, "%Y-%m-%dT%H:%M:%S", &parts);

	snprintf(out + used, TIMESTAMP_TEXT - used, ".%06dZ", (int)(rest_ns / NS_PER_US));
	return out;
}

const char *timestamp_clock(int64_t time_ns, char out[static TIMESTAMP_TEXT])
{
	int64_t rest_ns;
	struct tm parts = split(time_ns, &rest_ns);

	strftime(out, TIMESTAMP_TEXT, "%H:%M:%S", &parts);
	return out;
}
