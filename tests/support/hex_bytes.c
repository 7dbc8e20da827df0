/* SPDX-License-Identifier: BSD-2-Clause */
#include "hex_bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned digit_value(char digit)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *found = digit ? strchr(digits, digit) : NULL;
	unsigned index = found ? (unsigned)(found - digits) : 0;

	if (!found) {
		(void)fprintf(stderr, "hex_bytes: '%c' is no hexadecimal digit\n", digit);
		abort();
	}
	return index < 16 ? index : index - 6;
}

static const char *skip_space(const char *text)
{
	return text + strspn(text, " \t\n");
}

void hex_bytes(const char *text, uint8_t **bytes, size_t *length)
{
	uint8_t *wide = malloc(strlen(text) / 2 + 1);

	if (!wide)
		abort();
	*length = 0;
	for (text = skip_space(text); *text; text = skip_space(text + 2))
		wide[(*length)++] = (uint8_t)(digit_value(text[0]) << 4 | digit_value(text[1]));
	*bytes = exact_copy(wide, *length);
	free(wide);
}

uint8_t *exact_copy(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	if (length)
		memcpy(copy, bytes, length);
	return copy;
}
