/* SPDX-License-Identifier: BSD-2-Clause */
#include "utf8.h"

#include <stdbool.h>

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

size_t utf8_length(const uint8_t *bytes, size_t left)
{
	for (size_t i = 0; left > 0 && i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (bytes[0] >= leads[i].first && bytes[0] <= leads[i].last)
			return continues(&leads[i], bytes, left) ? leads[i].length : 0;
	}
	return 0;
}

uint32_t utf8_point(const uint8_t *bytes, size_t length)
{
	static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t point = bytes[0] & lead_bits[length];

	for (size_t i = 1; i < length; i++)
		point = point << 6 | (bytes[i] & 0x3f);
	return point;
}
