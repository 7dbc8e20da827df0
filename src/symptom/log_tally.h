/* SPDX-License-Identifier: BSD-2-Clause */
/* What the lines of logs come to, by server, port and cause, in bounded memory. */
#ifndef SYMPTOM_LOG_TALLY_H
#define SYMPTOM_LOG_TALLY_H

#include <stdint.h>

struct log_tally;
struct sighting;
struct symptom_report;

#define LOG_TALLY_GROUPS    4096
#define LOG_TALLY_ENDPOINTS 65536

struct log_tally *log_tally_new(void);
void log_tally_free(struct log_tally *tally); /* NULL is fine */

/* In the order of the log. time_ns is 0 where a line has none. */
void log_tally_add(struct log_tally *tally, const struct sighting *sighting, int64_t time_ns);

/* Fills symptoms, counters, times, timeline and headline. */
void log_tally_report(struct log_tally *tally, struct symptom_report *out);

#endif
