/* SPDX-License-Identifier: BSD-2-Clause */
/* Times as text: RFC 3339 in UTC with microseconds. */
#ifndef REPORT_TIMESTAMP_H
#define REPORT_TIMESTAMP_H

#include <stdint.h>

#define TIMESTAMP_TEXT 40

/* "2026-11-24T09:12:04.123456Z".
 * Returns out. */
const char *timestamp_print(int64_t time_ns, char out[static TIMESTAMP_TEXT]);

/* "09:12:04" alone. */
const char *timestamp_clock(int64_t time_ns, char out[static TIMESTAMP_TEXT]);

/* "2026-11-24", of seconds since 1970 in a year of four digits; "" for any other. */
const char *timestamp_date(int64_t time_s, char out[static TIMESTAMP_TEXT]);

/* The same as timestamp_print(), of such seconds. */
const char *timestamp_second(int64_t time_s, char out[static TIMESTAMP_TEXT]);

#endif
