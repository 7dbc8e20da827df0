/* SPDX-License-Identifier: BSD-2-Clause */
#include "timestamp.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define NS_PER_S  1000000000
#define NS_PER_US 1000

/* RFC 3339 has years of four digits; struct tm counts from 1900. */
#define YEAR_FIRST (1000 - 1900)
#define YEAR_LAST  (9999 - 1900)

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

static bool split_second(int64_t time_s, struct tm *parts)
{
	time_t seconds = time_s;

	return gmtime_r(&seconds, parts) != NULL && parts->tm_year >= YEAR_FIRST &&
		parts->tm_year <= YEAR_LAST;
}

const char *timestamp_date(int64_t time_s, char out[static TIMESTAMP_TEXT])
{
	struct tm parts;

	out[0] = '\0';
	if (split_second(time_s, &parts))
		(void)strftime(out, TIMESTAMP_TEXT, "%Y-%m-%d", &parts);
	return out;
}

const char *timestamp_second(int64_t time_s, char out[static TIMESTAMP_TEXT])
{
	struct tm parts;

	out[0] = '\0';
	if (split_second(time_s, &parts))
		(void)strftime(out, TIMESTAMP_TEXT, "%Y-%m-%dT%H:%M:%S.000000Z", &parts);
	return out;
}
