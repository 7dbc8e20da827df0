/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time at the beginning of a log line. BSD syslog writes neither year nor zone: the zone is
 * this machine's, and the year the latest that does not lie after a time of reference, such as that
 * of the file's last change. So a log that goes from December to January needs no help.
 */
#ifndef SYMPTOM_LOG_CLOCK_H
#define SYMPTOM_LOG_CLOCK_H

#include "span.h"

#include <stdint.h>

struct log_clock {
	int64_t reference_s; /* since 1970 */
	/* The last day and hour that was worked out, "Nov 28 01" or "2026-11-28 01"; lines that
	 * follow have the same. */
	char hour[16];
	int64_t hour_s;
};

/* A stamp may be this much later than the reference: clocks differ. */
#define LOG_CLOCK_SLACK_S 86400

void log_clock_init(struct log_clock *clock, int64_t reference_s);

/* How many bytes of a line are its time, blank excluded; 0 if it begins with none. Knows
 *   Nov 28 01:02:03                                RFC 3164
 *   2026-11-28T01:02:03.123456+01:00               RFC 3339, RFC 5424
 *   2026-11-28 01:02:03.123 +0100                  Exim; fraction and zone may be missing
 *   @4000000069291f2a0a1b2c3d                      TAI64N */
size_t log_clock_length(struct span line);

/* Nanoseconds since 1970 of such a stamp; 0 if it is none after all (a month of 32 days). */
int64_t log_clock_read(struct log_clock *clock, struct span stamp);

#endif
