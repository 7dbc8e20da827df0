/* SPDX-License-Identifier: BSD-2-Clause */
/* Section numbers are those of RFC 8878. */
#include "zstd_frame.h"

#include "packed.h"

#include <string.h>

#define MAGIC           0xfd2fb528U /* 3.1.1 */
#define MAGIC_SKIPPABLE 0x184d2a50U /* 3.1.2, and the fifteen after it */
#define CHECKSUM        4
#define BLOCK_HEADER    3
#define BLOCK_MOST      131072 /* 3.1.1.2.4 */
#define WINDOW_LEAST    10     /* the power of two that a window descriptor of 0 stands for */

enum block_type { /* 3.1.1.2.2 */
	BLOCK_RUN = 1,
	BLOCK_RESERVED = 3,
};

/* Frame header descriptor, 3.1.1.1.1. */
enum descriptor_bit {
	DESCRIPTOR_DICTIONARY = 0x03,
	DESCRIPTOR_CHECKSUM = 0x04,
	DESCRIPTOR_RESERVED = 0x08,
	DESCRIPTOR_SINGLE_SEGMENT = 0x20, /* no window: it is as large as the content */
};

static uint64_t little(const uint8_t *at, size_t length)
{
	uint64_t value = 0;

	while (length > 0)
		value = value << 8 | at[--length];
	return value;
}

static size_t break_off(struct zstd_frames *frames)
{
	frames->broken = true;
	frames->place = ZSTD_AT_END;
	return 0;
}

/* An empty last block (3.1.1.2). */
static size_t end_frame(struct zstd_frames *frames, const uint8_t **bytes)
{
	static const uint8_t last[BLOCK_HEADER] = {1, 0, 0};

	(void)break_off(frames);
	*bytes = last;
	return sizeof(last);
}

static size_t give(struct packed *packed, size_t length, const uint8_t **bytes)
{
	*bytes = packed->room + packed->from;
	packed->from += length;
	return length;
}

static uint8_t window_for(uint64_t content)
{
	uint8_t power = 0;

	while (power < 31 && (uint64_t)1 << (WINDOW_LEAST + power) < content)
		power++;
	return (uint8_t)(power << 3); /* 3.1.1.1.2 */
}

struct frame_header {
	uint8_t descriptor;
	size_t window, dictionary, content; /* how long these fields are */
};

static struct frame_header header_of(uint8_t descriptor)
{
	static const uint8_t dictionary[] = {0, 1, 2, 4}, content[] = {0, 2, 4, 8};
	bool single = descriptor & DESCRIPTOR_SINGLE_SEGMENT;

	return (struct frame_header){
		.descriptor = descriptor,
		.window = single ? 0 : 1,
		.dictionary = dictionary[descriptor & DESCRIPTOR_DICTIONARY],
		.content = descriptor >> 6 ? content[descriptor >> 6] : single,
	};
}

static uint64_t content_of(const struct frame_header *header, const uint8_t *at)
{
	return little(at, header->content) + (header->content == 2 ? 256 : 0); /* 3.1.1.1.4 */
}

static size_t give_header(struct zstd_frames *frames, struct packed *packed, const uint8_t **bytes)
{
	if (!packed_has(packed, 5))
		return break_off(frames);
	struct frame_header header = header_of(packed->room[packed->from + 4]);
	size_t length = 5 + header.window + header.dictionary + header.content;

	if (!packed_has(packed, length))
		return break_off(frames);
	const uint8_t *from = packed->room + packed->from;
	const uint8_t *dictionary = from + 5 + header.window;

	memcpy(frames->header, from, 4);
	frames->header[4] = header.descriptor & (DESCRIPTOR_DICTIONARY | DESCRIPTOR_RESERVED);
	frames->header[5] = header.window
		? from[5]
		: window_for(content_of(&header, dictionary + header.dictionary));
	memcpy(frames->header + 6, dictionary, header.dictionary);
	packed->from += length;
	frames->has_checksum = header.descriptor & DESCRIPTOR_CHECKSUM;
	frames->place = ZSTD_AT_BLOCK;
	*bytes = frames->header;
	return 6 + header.dictionary;
}

static size_t begin_frame(struct zstd_frames *frames, struct packed *packed, const uint8_t **bytes)
{
	if (!packed_has(packed, 1))
		return 0;
	if (!packed_has(packed, 4))
		return break_off(frames);
	uint32_t magic = (uint32_t)little(packed->room + packed->from, 4);

	if (magic == MAGIC)
		return give_header(frames, packed, bytes);
	if ((magic & 0xfffffff0U) != MAGIC_SKIPPABLE || !packed_has(packed, 8))
		return break_off(frames);
	frames->skipped = (uint32_t)little(packed->room + packed->from + 4, 4);
	packed->from += 8;
	frames->place = ZSTD_AT_SKIPPABLE;
	return 0;
}

static size_t give_block(struct zstd_frames *frames, struct packed *packed, const uint8_t **bytes)
{
	if (!packed_has(packed, BLOCK_HEADER))
		return end_frame(frames, bytes);
	uint32_t header = (uint32_t)little(packed->room + packed->from, BLOCK_HEADER);
	uint32_t type = header >> 1 & 3;
	size_t length = type == BLOCK_RUN ? 1 : header >> 3;

	if (type == BLOCK_RESERVED || length > BLOCK_MOST ||
		!packed_has(packed, BLOCK_HEADER + length))
		return end_frame(frames, bytes);
	if (header & 1) /* the last */
		frames->place = frames->has_checksum ? ZSTD_AT_CHECKSUM : ZSTD_AT_FRAME;
	return give(packed, BLOCK_HEADER + length, bytes);
}

static void skip_checksum(struct zstd_frames *frames, struct packed *packed)
{
	if (!packed_has(packed, CHECKSUM)) {
		(void)break_off(frames);
		return;
	}
	packed->from += CHECKSUM;
	frames->place = ZSTD_AT_FRAME;
}

static void skip_on(struct zstd_frames *frames, struct packed *packed)
{
	size_t held = 0;

	if (frames->skipped == 0) {
		frames->place = ZSTD_AT_FRAME;
		return;
	}
	if (!packed_has(packed, 1)) {
		(void)break_off(frames);
		return;
	}
	held = packed->to - packed->from;
	if (held > frames->skipped)
		held = frames->skipped;
	packed->from += held;
	frames->skipped -= (uint32_t)held;
}

size_t zstd_frames_next(struct zstd_frames *frames, struct packed *packed, const uint8_t **bytes)
{
	size_t length = 0;

	/* Each turn takes bytes of the file, or is the last. */
	for (;;) {
		switch (frames->place) {
		case ZSTD_AT_FRAME:
			length = begin_frame(frames, packed, bytes);
			if (length == 0 && frames->place == ZSTD_AT_SKIPPABLE)
				continue;
			return length;
		case ZSTD_AT_BLOCK:
			return give_block(frames, packed, bytes);
		case ZSTD_AT_CHECKSUM:
			skip_checksum(frames, packed);
			continue;
		case ZSTD_AT_SKIPPABLE:
			skip_on(frames, packed);
			continue;
		case ZSTD_AT_END:
			return 0;
		}
	}
}
