/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several capture files as one timeline: the record that is stamped earliest comes next, and each
 * file's own order is kept. Packets and notes keep their numbers within their files.
 */
#ifndef CAPTURE_MERGER_H
#define CAPTURE_MERGER_H

#include "tap.h"

#include <stddef.h>
#include <stdint.h>

struct fault;
struct merger;

#define MERGER_FILES 64

/* Opens all of 1 to MERGER_FILES files, as tap_open_file() does, or none; but among several one
 * that is no capture, as the empty last one of a rotation, only breaks when it is its turn. */
struct merger *merger_open(const char *const *paths, size_t count, struct fault *why);

/* TAP_BROKEN: one of the files cannot be read on; the others can, so call again. TAP_EMPTY: the end
 * of all. What packet and note borrow stands until the next call. */
enum tap_event merger_next(
	struct merger *merger, struct packet *packet, struct note *note, struct fault *why);

/* How many bytes of the files were read, of how many; *of is 0 where that is not known. */
void merger_position(const struct merger *merger, uint64_t *read, uint64_t *of);

/* tap_tally() of all files. */
struct tap_tally merger_tally(struct merger *merger);

void merger_close(struct merger *merger); /* NULL is fine */

#endif
