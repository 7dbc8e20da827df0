/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include "fault.h"

#include <stdlib.h>
#include <string.h>

/* No receiver offers more than a gigabyte (RFC 7323 section 2.3), and hardly any a hundredth of
 * that before mail flows: what stands further off is no part of this connection. */
#define FAR_OFF (1 << 23)

void stream_init(struct stream *stream, uint32_t next)
{
	*stream = (struct stream){.next = next};
}

void stream_clear(struct stream *stream)
{
	free(stream->window);
	stream->window = NULL;
	stream->piece_count = 0;
}

bool stream_lacks(const struct stream *stream)
{
	return stream->hole || stream->piece_count > 0;
}

static void end_in_hole(struct stream *stream)
{
	stream_clear(stream);
	stream->hole = true;
}

static void give(struct stream *stream, const struct stream_sink *sink, const uint8_t *bytes,
	uint32_t length)
{
	uint32_t room = STREAM_LOOKED - stream->given;
	uint32_t most = length < room ? length : room;

	stream->next += length;
	stream->given += most;
	if (most > 0)
		sink->take(sink->context, bytes, most);
}

static void remove_piece(struct stream *stream, size_t index)
{
	stream->piece_count--;
	memmove(&stream->pieces[index], &stream->pieces[index + 1],
		(stream->piece_count - index) * sizeof(stream->pieces[0]));
}

/* The window begins at the next byte expected, so it moves with it. */
static void advance(struct stream *stream, uint32_t length)
{
	if (stream->piece_count == 0)
		return;
	for (size_t i = stream->piece_count; i-- > 0;) {
		struct stream_piece *piece = &stream->pieces[i];
		piece->start = piece->start > length ? piece->start - length : 0;
		piece->end = piece->end > length ? piece->end - length : 0;
		if (piece->end == 0)
			remove_piece(stream, i);
	}
	if (length < STREAM_WINDOW)
		memmove(stream->window, stream->window + length, STREAM_WINDOW - length);
}

static void give_waiting(struct stream *stream, const struct stream_sink *sink)
{
	while (stream->piece_count > 0 && stream->pieces[0].start == 0) {
		uint32_t length = stream->pieces[0].end;
		give(stream, sink, stream->window, length);
		advance(stream, length);
	}
}

/* Takes in every piece that the new one touches. */
static void add_piece(struct stream *stream, struct stream_piece piece)
{
	size_t at = 0;

	while (at < stream->piece_count && stream->pieces[at].end < piece.start)
		at++;
	while (at < stream->piece_count && stream->pieces[at].start <= piece.end) {
		if (stream->pieces[at].start < piece.start)
			piece.start = stream->pieces[at].start;
		if (stream->pieces[at].end > piece.end)
			piece.end = stream->pieces[at].end;
		remove_piece(stream, at);
	}
	if (stream->piece_count == STREAM_PIECES) {
		end_in_hole(stream);
		return;
	}
	memmove(&stream->pieces[at + 1], &stream->pieces[at],
		(stream->piece_count - at) * sizeof(stream->pieces[0]));
	stream->pieces[at] = piece;
	stream->piece_count++;
}

static void keep(struct stream *stream, uint32_t offset, const struct stream_segment *segment)
{
	if (segment->captured < segment->length || segment->length > STREAM_WINDOW ||
		offset > STREAM_WINDOW - segment->length) {
		end_in_hole(stream);
		return;
	}
	if (stream->window == NULL)
		stream->window = fault_allocate(STREAM_WINDOW, 1);
	memcpy(stream->window + offset, segment->bytes, segment->length);
	add_piece(stream, (struct stream_piece){offset, offset + segment->length});
}

static void add_next(
	struct stream *stream, const struct stream_segment *segment, const struct stream_sink *sink)
{
	give(stream, sink, segment->bytes, segment->captured);
	if (segment->captured < segment->length) {
		end_in_hole(stream);
		return;
	}
	advance(stream, segment->length);
	give_waiting(stream, sink);
}

void stream_add(
	struct stream *stream, const struct stream_segment *segment, const struct stream_sink *sink)
{
	struct stream_segment left = *segment;
	int32_t offset = (int32_t)(segment->sequence - stream->next);

	if (stream->hole || stream->given == STREAM_LOOKED || left.length == 0 ||
		offset > FAR_OFF || offset < -FAR_OFF)
		return;
	if (offset < 0) {
		uint32_t known = (uint32_t)-offset;
		if (known >= left.length)
			return;
		uint32_t skipped = known < left.captured ? known : left.captured;
		left.bytes = left.captured > 0 ? left.bytes + skipped : left.bytes;
		left.captured -= skipped;
		left.length -= known;
		offset = 0;
	}
	if (offset == 0)
		add_next(stream, &left, sink);
	else
		keep(stream, (uint32_t)offset, &left);
}
