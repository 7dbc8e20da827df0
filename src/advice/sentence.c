/* SPDX-License-Identifier: BSD-2-Clause */
#include "sentence.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct cursor {
	char *next;
	char *end; /* where the NUL goes at the latest */
};

static void append(struct cursor *out, const char *text, size_t length)
{
	size_t room = (size_t)(out->end - out->next);

	if (length > room)
		length = room;
	memcpy(out->next, text, length);
	out->next += length;
}

static const char *text_of(const struct blank *blanks, const char *name, size_t length)
{
	for (; blanks->name != NULL; blanks++) {
		if (strlen(blanks->name) == length && memcmp(blanks->name, name, length) == 0)
			return blanks->text;
	}
	return NULL;
}

const char *sentence_fill(char *out, size_t size, const char *pattern, const struct blank *blanks)
{
	struct cursor cursor = {.next = out, .end = out + size - 1};

	while (*pattern != '\0') {
		size_t plain = strcspn(pattern, "{");
		append(&cursor, pattern, plain);
		pattern += plain;
		if (*pattern == '\0')
			break;
		size_t length = strcspn(pattern + 1, "}");
		const char *text = text_of(blanks, pattern + 1, length);
		assert(text != NULL && pattern[length + 1] == '}');
		append(&cursor, text, strlen(text));
		pattern += length + 2;
	}
	*cursor.next = '\0';
	return out;
}

const char *sentence_number(char out[static SENTENCE_NUMBER], double number)
{
	double tenths = round(number * 10) / 10;
	bool whole = tenths >= 10 || tenths == floor(tenths);

	if (number > 0 && number < 0.95)
		snprintf(out, SENTENCE_NUMBER, "%.1g", number);
	else
		snprintf(out, SENTENCE_NUMBER, "%.*f", whole ? 0 : 1, number);
	return out;
}

const char *sentence_data_rate(char out[static SENTENCE_DATA_RATE], double bits_per_s)
{
	char number[SENTENCE_NUMBER];
	bool mega = bits_per_s >= 1e6;

	sentence_number(number, mega ? bits_per_s / 1e6 : bits_per_s / 1e3);
	snprintf(out, SENTENCE_DATA_RATE, "%s %s", number, mega ? "Mbit/s" : "kbit/s");
	return out;
}
