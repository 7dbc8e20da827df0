/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"

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

/* RFC 3629 section 4: what each lead byte allows; shortest forms only, no surrogates. */
struct lead {
	uint8_t first, last; /* lead bytes */
	uint8_t length;      /* of the whole sequence */
	uint8_t second_low, second_high;
};

static const struct lead leads[] = {
	{0x00, 0x7f, 1, 0, 0},
	{0xc2, 0xdf, 2, 0x80, 0xbf},
	{0xe0, 0xe0, 3, 0xa0, 0xbf},
	{0xe1, 0xec, 3, 0x80, 0xbf},
	{0xed, 0xed, 3, 0x80, 0x9f},
	{0xee, 0xef, 3, 0x80, 0xbf},
	{0xf0, 0xf0, 4, 0x90, 0xbf},
	{0xf1, 0xf3, 4, 0x80, 0xbf},
	{0xf4, 0xf4, 4, 0x80, 0x8f},
};

static bool continues(const struct lead *lead, const uint8_t *bytes, size_t left)
{
	if (lead->length > left)
		return false;
	for (size_t i = 1; i < lead->length; i++) {
		uint8_t low = i == 1 ? lead->second_low : 0x80;
		uint8_t high = i == 1 ? lead->second_high : 0xbf;
		if (bytes[i] < low || bytes[i] > high)
			return false;
	}
	return true;
}

/* The length of the character at bytes, 0 if there is none. */
static size_t character_length(const uint8_t *bytes, size_t left)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (bytes[0] >= leads[i].first && bytes[0] <= leads[i].last)
			return continues(&leads[i], bytes, left) ? leads[i].length : 0;
	}
	return 0;
}

static uint32_t code_point(const uint8_t *bytes, size_t length)
{
	static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t point = bytes[0] & lead_bits[length];

	for (size_t i = 1; i < length; i++)
		point = point << 6 | (bytes[i] & 0x3f);
	return point;
}

static bool passes(const uint8_t *bytes, size_t length, bool ascii)
{
	return length > 0 && !(ascii && length > 1) && !is_harmful(code_point(bytes, length));
}

size_t escape_bytes(char *out, size_t size, const void *bytes, size_t length, bool ascii)
{
	const uint8_t *next = bytes;
	const uint8_t *end = next + length;
	size_t used = 0;

	while (next < end) {
		char piece[5];
		size_t whole = character_length(next, (size_t)(end - next));
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
