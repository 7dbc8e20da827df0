/* SPDX-License-Identifier: BSD-2-Clause */
/* A sentence with blanks, as in "port {port} of {host}", filled from a list. So tables of sentences
 * hold plain text and never a printf format. */
#ifndef ADVICE_SENTENCE_H
#define ADVICE_SENTENCE_H

#include <stddef.h>

struct blank {
	const char *name; /* NULL ends a list */
	const char *text;
};

/* Writes at most size - 1 bytes, cut where it is longer; an unknown blank is a bug (assert).
 * Returns out. */
const char *sentence_fill(char *out, size_t size, const char *pattern, const struct blank *blanks);

#define SENTENCE_NUMBER 16

/* A rate or a duration as a person says it: one digit below one, one decimal below
 * ten, none above; returns out. */
const char *sentence_number(char out[static SENTENCE_NUMBER], double number);

#define SENTENCE_DATA_RATE (SENTENCE_NUMBER + 8)

/* "600 kbit/s", "1.5 Mbit/s"; returns out. */
const char *sentence_data_rate(char out[static SENTENCE_DATA_RATE], double bits_per_s);

#endif
