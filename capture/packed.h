/* SPDX-License-Identifier: BSD-2-Clause */
/* A window over a compressed file: bytes that were read of it and not yet used. */
#ifndef CAPTURE_PACKED_H
#define CAPTURE_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PACKED_MOST                                                                                \
	131075 /* that can stand there at once: a block of zstd, RFC 8878 section 3.1.1.2 */
#define PACKED_ROOM (PACKED_MOST + 65536)

struct packed {
	FILE *file;
	size_t from, to;
	bool ended; /* more was asked for than the file has */
	uint8_t room[PACKED_ROOM];
};

/* Reads on until so many bytes, PACKED_MOST at most, stand from `from` on; false where the file
 * ends before. What stood before `from` is lost. */
bool packed_has(struct packed *packed, size_t length);

#endif
