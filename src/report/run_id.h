/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of a run: what its lines, its history and its alarms have in common. */
#ifndef REPORT_RUN_ID_H
#define REPORT_RUN_ID_H

#include <stdbool.h>
#include <stdint.h>

#define RUN_ID_LENGTH 26
#define RUN_ID_TEXT   (RUN_ID_LENGTH + 1)

/* A ULID (the specification of that name): 48 bits of milliseconds since 1970, then 80 of chance,
 * in Crockford's base 32, so that names sort by time. random is 128 bits, of which 80 are used.
 * Returns out. */
const char *run_id_make(
	char out[static RUN_ID_TEXT], int64_t time_ns, const uint64_t random[static 2]);

/* True if text is such a name. */
bool run_id_valid(const char *text);

#endif
