/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One direction of a TCP connection put in order again: duplicates and retransmissions are dropped,
 * what came too early waits within a bounded window, and bytes that will never be had end it.
 */
#ifndef EVIDENCE_STREAM_H
#define EVIDENCE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_WINDOW 16384 /* bytes that may wait for those before them */
#define STREAM_PIECES 16    /* separate runs of them */
#define STREAM_LOOKED 65536 /* bytes given out at most: a session's beginning is shorter */

struct stream_piece {
	uint32_t start, end; /* from the next byte expected */
};

struct stream {
	uint32_t next;   /* sequence number of the byte after those given out */
	uint32_t given;  /* how many those are */
	bool hole;       /* bytes are missing for good: nothing more is given out */
	uint8_t *window; /* NULL until something has to wait */
	struct stream_piece pieces[STREAM_PIECES]; /* by start, apart from each other */
	size_t piece_count;
};

struct stream_segment {
	uint32_t sequence, length; /* as sent */
	const uint8_t *bytes;
	uint32_t captured; /* at most length */
};

struct stream_sink {
	void *context;
	void (*take)(void *context, const uint8_t *bytes, size_t length);
};

void stream_init(struct stream *stream, uint32_t next);
void stream_clear(struct stream *stream);

/* Gives out what follows in order, in as many calls as it takes. */
void stream_add(struct stream *stream, const struct stream_segment *segment,
	const struct stream_sink *sink);

/* True if bytes were sent that could not be given out, or not yet. */
bool stream_lacks(const struct stream *stream);

#endif
