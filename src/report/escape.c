/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"

#include "utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct range {
	uint32_t first, last;
};

/* Code points that change how a reader sees the text around them. */
static const struct range harmful[] = {
	{0x0000, 0x001f},   /* C0 controls, ESC among them */
	{0x007f, 0x009f},   /* DEL and C1 controls: CSI without ESC */
	{0x061c, 0x061c},   /* Arabic letter mark */
	{0x200b, 0x200f},   /* zero-width, direction marks */
	{0x2028, 0x202e},   /* line and paragraph separators, bidirectional overrides */
	{0x2060, 0x206f},   /* word joiner, invisible operators, isolates */
	{0xfeff, 0xfeff},   /* byte order mark */
	{0xfff9, 0xfffb},   /* interlinear annotation */
	{0xe0000, 0xe007f}, /* tags */
};

static bool is_harmful(uint32_t point)
{
	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++) {
		if (point >= harmful[i].first && point <= harmful[i].last)
			return true;
	}
	return false;
}

static bool passes(const uint8_t *bytes, size_t length, bool ascii)
{
	return length > 0 && !(ascii && length > 1) && !is_harmful(utf8_point(bytes, length));
}

size_t escape_bytes(char *out, size_t size, const void *bytes, size_t length, bool ascii)
{
	const uint8_t *next = bytes;
	const uint8_t *end = next + length;
	size_t used = 0;

	while (next < end) {
		char piece[5];
		size_t whole = utf8_length(next, (size_t)(end - next));
		bool plain = passes(next, whole, ascii);
		size_t taken = plain ? whole : 1;
		size_t needed = plain ? whole : 4;
		if (used + needed >= size)
			break;
		if (!plain)
			snprintf(piece, sizeof(piece), "\\x%02x", next[0]);
		memcpy(out + used, plain ? (const char *)next : piece, needed);
		used += needed;
		next += taken;
	}
	out[used] = '\0';
	return used;
}

size_t escape_text(char *out, size_t size, const char *text, bool ascii)
{
	return escape_bytes(out, size, text, strlen(text), ascii);
}
