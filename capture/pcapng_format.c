/* SPDX-License-Identifier: BSD-2-Clause */
#include "pcapng_format.h"

#include <string.h>

uint32_t pcapng_padding(uint32_t length)
{
	return (4 - length % 4) % 4;
}

const char *pcapng_line_value(const char *text, size_t length, const char *name, size_t *left)
{
	size_t name_length = strlen(name);

	while (length > name_length) {
		const char *end = memchr(text, '\n', length);
		size_t line = end ? (size_t)(end - text) + 1 : length;

		if (memcmp(text, name, name_length) == 0 && line > name_length) {
			*left = line - name_length;
			return text + name_length;
		}
		text += line;
		length -= line;
	}
	return NULL;
}
