/* SPDX-License-Identifier: BSD-2-Clause */
/* One record of comma-separated values (RFC 4180); a line break ends it, even inside quotes. */
#ifndef ADVICE_CSV_H
#define ADVICE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#define CSV_RECORD 1280 /* bytes of a record with its NUL */
#define CSV_FIELDS 16

struct csv_record {
	char text[CSV_RECORD];
	const char *fields[CSV_FIELDS]; /* into text, quotes taken off */
	size_t count;
};

/* False where the line is too long, has too many fields, or a quote that is not closed. out points
 * into itself: it must not be copied. */
bool csv_read(struct csv_record *out, const char *line, size_t length);

/* Writes the fields as one line without a line break; control characters become blanks. False where
 * they do not fit. */
bool csv_write(char out[static CSV_RECORD], const char *const *fields, size_t count);

#endif
