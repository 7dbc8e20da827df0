/* SPDX-License-Identifier: BSD-2-Clause */
#include "gzip_member.h"

#include "packed.h"

#define HEADER  10 /* RFC 1952 section 2.3 */
#define TRAILER 8
#define DEFLATE 8

enum flag {
	FLAG_HEADER_CRC = 0x02,
	FLAG_EXTRA = 0x04,
	FLAG_NAME = 0x08,
	FLAG_COMMENT = 0x10,
	FLAGS_RESERVED = 0xe0,
};

static bool skip(struct packed *packed, size_t length)
{
	if (!packed_has(packed, length))
		return false;
	packed->from += length;
	return true;
}

static bool skip_extra(struct packed *packed)
{
	if (!packed_has(packed, 2))
		return false;
	const uint8_t *at = packed->room + packed->from;

	return skip(packed, 2U + (size_t)(at[0] | at[1] << 8));
}

static bool skip_text(struct packed *packed)
{
	while (packed_has(packed, 1)) {
		if (packed->room[packed->from++] == 0)
			return true;
	}
	return false;
}

bool gzip_member_open(struct packed *packed)
{
	if (!packed_has(packed, HEADER))
		return false;
	const uint8_t *at = packed->room + packed->from;
	uint8_t flags = at[3];

	if (at[0] != 0x1f || at[1] != 0x8b || at[2] != DEFLATE || (flags & FLAGS_RESERVED))
		return false;
	packed->from += HEADER;
	return (!(flags & FLAG_EXTRA) || skip_extra(packed)) &&
		(!(flags & FLAG_NAME) || skip_text(packed)) &&
		(!(flags & FLAG_COMMENT) || skip_text(packed)) &&
		(!(flags & FLAG_HEADER_CRC) || skip(packed, 2));
}

bool gzip_member_close(struct packed *packed, uint64_t unpacked)
{
	if (!packed_has(packed, TRAILER))
		return false;
	const uint8_t *at = packed->room + packed->from + 4; /* after the checksum */
	uint32_t length =
		at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;

	packed->from += TRAILER;
	return length == (uint32_t)unpacked;
}

/* A local file header, PKWARE APPNOTE.TXT sections 4.3.7 and 4.5.3: an entry "-" that has 2^62
 * bytes in either form, so that the end of the deflated data is the only one. */
const uint8_t *gzip_member_disguise(size_t *length)
{
	static const uint8_t head[] = {'P', 'K', 3, 4, 45, 0, /* needs version 4.5 */
		0, 0, DEFLATE, 0,                             /* flags, method */
		0, 0, 0x21, 0,                                /* time, date: 1980-01-01 */
		0, 0, 0, 0,                                   /* checksum */
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff,             /* lengths: told by the extra field */
		1, 0, 20, 0, '-', /* name, extra field */
		1, 0, 16, 0,      /* extra field: unpacked, packed */
		0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x40};

	*length = sizeof(head);
	return head;
}
