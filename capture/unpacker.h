/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compressed file (gzip, zstd) read as what it was before, by libarchive. Nothing is unpacked but
 * what is asked for, so a file that is vast when unpacked takes time but no memory. Built without
 * libarchive, nothing can be opened.
 */
#ifndef CAPTURE_UNPACKER_H
#define CAPTURE_UNPACKER_H

#include <stdio.h>

struct fault;
struct unpacker;

enum unpacker_format {
	UNPACKER_GZIP, /* RFC 1952 */
	UNPACKER_ZSTD, /* RFC 8878 */
};

/* Takes file over, whatever it returns, but for standard input, which is never closed. path is for
 * messages only. FAULT_DATA. */
struct unpacker *unpacker_open(
	FILE *file, enum unpacker_format format, const char *path, struct fault *why);

/* The unpacked bytes, to be closed by the caller, before the unpacker. A damaged file ends like a
 * whole one: ask unpacker_check() after it. */
FILE *unpacker_file(struct unpacker *unpacker);

/* -1, FAULT_DATA: the file is damaged, or cut off, where reading came to its end. */
int unpacker_check(const struct unpacker *unpacker, struct fault *why);

void unpacker_close(struct unpacker *unpacker); /* NULL is fine */

/* "libarchive 3.6.2", or NULL where it was built without. */
const char *unpacker_version(void);

#endif
