/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A member of a gzip file (RFC 1952) in the clothes of a ZIP archive's entry. Both carry the same
 * deflated data, but only its ZIP reader has libarchive hand out what it has when a file is cut
 * off: its gzip filter keeps up to 64 KiB, which is all of a small capture.
 */
#ifndef CAPTURE_GZIP_MEMBER_H
#define CAPTURE_GZIP_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packed;

/* Moves from a member's header to its data; false where there is none, or not all of it. */
bool gzip_member_open(struct packed *packed);

/* From behind its data to the next member; false where its trailer is cut off, or tells of another
 * length than unpacked, modulo 2^32. */
bool gzip_member_close(struct packed *packed, uint64_t unpacked);

/* What comes before the data in a ZIP archive, and how long it is. */
const uint8_t *gzip_member_disguise(size_t *length);

#endif
