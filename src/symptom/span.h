/* SPDX-License-Identifier: BSD-2-Clause */
/* A piece of somebody else's text: not ended by a NUL, and gone when that is. */
#ifndef SYMPTOM_SPAN_H
#define SYMPTOM_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *at; /* NULL: there is none */
	size_t length;
};

struct span span_of(const char *text);

bool span_is(struct span span, const char *text);
bool span_starts(struct span span, const char *text);

/* The first place of text within, or NULL. */
const char *span_find(struct span span, const char *text);

/* What is left without the first so many bytes. */
struct span span_after(struct span span, size_t length);

/* Without blanks and line breaks at either end. */
struct span span_trim(struct span span);

/* Copies what there is room for, and a NUL; returns out. */
char *span_copy(struct span span, char *out, size_t size);

/* A decimal number of digits alone, at most most; false for any other text. */
bool span_number(struct span span, uint32_t most, uint32_t *out);

#endif
