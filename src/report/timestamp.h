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

#endif
