/* SPDX-License-Identifier: BSD-2-Clause */
#include "span.h"

#include <string.h>

struct span span_of(const char *text)
{
	return (struct span){text, text == NULL ? 0 : strlen(text)};
}

bool span_is(struct span span, const char *text)
{
	return span.length == strlen(text) && memcmp(span.at, text, span.length) == 0;
}

bool span_starts(struct span span, const char *text)
{
	size_t length = strlen(text);

	return span.length >= length && memcmp(span.at, text, length) == 0;
}

const char *span_find(struct span span, const char *text)
{
	return span.length == 0 ? NULL : memmem(span.at, span.length, text, strlen(text));
}

struct span span_after(struct span span, size_t length)
{
	size_t gone = length < span.length ? length : span.length;

	if (gone == 0) /* at may be NULL, to which nothing may be added, not even 0 */
		return span;
	return (struct span){span.at + gone, span.length - gone};
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct span span_trim(struct span span)
{
	while (span.length > 0 && is_blank(span.at[0]))
		span = span_after(span, 1);
	while (span.length > 0 && is_blank(span.at[span.length - 1]))
		span.length--;
	return span;
}

char *span_copy(struct span span, char *out, size_t size)
{
	size_t length = span.length < size - 1 ? span.length : size - 1;

	if (length > 0)
		memcpy(out, span.at, length);
	out[length] = '\0';
	return out;
}

bool span_number(struct span span, uint32_t most, uint32_t *out)
{
	uint64_t number = 0;

	for (size_t i = 0; i < span.length; i++) {
		unsigned digit = (unsigned)(unsigned char)span.at[i] - '0';
		if (digit > 9)
			return false;
		number = number * 10 + digit;
		if (number > most)
			return false;
	}
	*out = (uint32_t)number;
	return span.length > 0;
}
