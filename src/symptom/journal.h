/* SPDX-License-Identifier: BSD-2-Clause */
/* The systemd journal, as far as mail servers write to it, by libsystemd. Built without it, nothing
 * can be opened. */
#ifndef SYMPTOM_JOURNAL_H
#define SYMPTOM_JOURNAL_H

#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;
struct journal;

struct journal_entry {
	int64_t time_ns;              /* since 1970 */
	struct span program, message; /* borrowed until the next entry */
};

/* This machine's journal, or files of one where count is not 0. NULL: FAULT_NO_INPUT, FAULT_DATA,
 * or FAULT_USAGE where the program was built without libsystemd. */
struct journal *journal_open(const char *const *files, size_t count, struct fault *why);
void journal_close(struct journal *journal); /* NULL is fine */

/* The next entry, the oldest first: 1; 0: there is none left; -1: FAULT_IO. */
int journal_next(struct journal *journal, struct journal_entry *out, struct fault *why);

/* False where it was built without libsystemd. */
bool journal_is_known(void);

#endif
