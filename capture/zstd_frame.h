/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of a zstd file (RFC 8878), given on in whole blocks and without the length and checksum
 * that stand for all of a frame. So a frame that was cut off can be ended behind its last whole
 * block, and libarchive hands out what is before, where else it would keep up to 128 KiB.
 */
#ifndef CAPTURE_ZSTD_FRAME_H
#define CAPTURE_ZSTD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packed;

enum zstd_place {
	ZSTD_AT_FRAME, /* the beginning of one, or the end of all */
	ZSTD_AT_BLOCK,
	ZSTD_AT_CHECKSUM,
	ZSTD_AT_SKIPPABLE, /* inside a frame that carries no data */
	ZSTD_AT_END,
};

#define ZSTD_HEADER 10 /* the longest: magic, descriptor, window, dictionary */

struct zstd_frames {
	enum zstd_place place;
	bool has_checksum;
	bool broken;      /* the file ended inside a frame, or what came is nothing that is known */
	uint32_t skipped; /* bytes left of a skippable frame */
	uint8_t header[ZSTD_HEADER];
};

/* The next bytes to be unpacked, borrowed until the next call, and how many; 0 at the end. All
 * zeros is the beginning. */
size_t zstd_frames_next(struct zstd_frames *frames, struct packed *packed, const uint8_t **bytes);

#endif
