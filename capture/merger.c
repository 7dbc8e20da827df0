/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The next record of each file waits as the file's head, borrowed from its tap. The head that was
 * given out last is replaced only in the next call, since its borrower may still look at it.
 */
#include "merger.h"

#include "fault.h"

#include <stdbool.h>
#include <stdlib.h>

struct strand {
	struct tap *tap;     /* NULL: it is no capture */
	enum tap_event head; /* TAP_EMPTY: nothing more comes */
	struct packet packet;
	struct note note;
	struct fault why;
};

struct merger {
	size_t count;
	struct strand *given; /* whose head was given out last; NULL: nobody's */
	struct strand strands[MERGER_FILES];
};

static void take_head(struct strand *strand)
{
	strand->head = tap_next(strand->tap, &strand->packet, &strand->note, &strand->why);
}

/* -1: there is no such file, or nothing to be read beside it. */
static int open_strand(struct strand *strand, const char *path, bool alone, struct fault *why)
{
	strand->tap = tap_open_file(path, why);
	if (strand->tap) {
		if (!alone)
			take_head(strand);
		return 0;
	}
	strand->head = TAP_BROKEN;
	strand->why = *why;
	return why->kind == FAULT_DATA && !alone ? 0 : -1;
}

struct merger *merger_open(const char *const *paths, size_t count, struct fault *why)
{
	struct merger *merger = fault_allocate(1, sizeof(*merger));

	for (; merger->count < count; merger->count++) {
		struct strand *strand = &merger->strands[merger->count];

		if (open_strand(strand, paths[merger->count], count == 1, why) < 0) {
			merger_close(merger);
			return NULL;
		}
	}
	return merger;
}

/* What broke is told at once. */
static int64_t time_of(const struct strand *strand)
{
	if (strand->head == TAP_BROKEN)
		return INT64_MIN;
	return strand->head == TAP_PACKET ? strand->packet.time_ns : strand->note.time_ns;
}

static struct strand *earliest(struct merger *merger)
{
	struct strand *first = NULL;

	for (size_t i = 0; i < merger->count; i++) {
		struct strand *strand = &merger->strands[i];

		if (strand->head != TAP_EMPTY && (!first || time_of(strand) < time_of(first)))
			first = strand;
	}
	return first;
}

static enum tap_event next_of_several(
	struct merger *merger, struct packet *packet, struct note *note, struct fault *why)
{
	struct strand *strand = NULL;

	if (merger->given)
		take_head(merger->given);
	merger->given = strand = earliest(merger);
	if (!strand)
		return TAP_EMPTY;
	if (strand->head == TAP_PACKET)
		*packet = strand->packet;
	if (strand->head == TAP_NOTE)
		*note = strand->note;
	if (strand->head != TAP_BROKEN)
		return strand->head;
	*why = strand->why;
	strand->head = TAP_EMPTY;
	merger->given = NULL;
	return TAP_BROKEN;
}

enum tap_event merger_next(
	struct merger *merger, struct packet *packet, struct note *note, struct fault *why)
{
	struct strand *only = &merger->strands[0];

	if (merger->count > 1)
		return next_of_several(merger, packet, note, why);
	if (merger->given == only)
		return TAP_EMPTY;
	only->head = tap_next(only->tap, packet, note, why);
	if (only->head == TAP_BROKEN || only->head == TAP_EMPTY)
		merger->given = only;
	return only->head;
}

void merger_position(const struct merger *merger, uint64_t *read, uint64_t *of)
{
	bool known = true;

	*read = *of = 0;
	for (size_t i = 0; i < merger->count; i++) {
		if (!merger->strands[i].tap)
			continue;
		uint64_t size = tap_size(merger->strands[i].tap);

		known = known && size > 0;
		*of += size;
		*read += tap_position(merger->strands[i].tap);
	}
	if (!known)
		*of = 0;
}

struct tap_tally merger_tally(struct merger *merger)
{
	struct tap_tally sum = {0};

	for (size_t i = 0; i < merger->count; i++) {
		if (!merger->strands[i].tap)
			continue;
		struct tap_tally tally = tap_tally(merger->strands[i].tap);

		sum.arrived += tally.arrived;
		sum.lost += tally.lost;
	}
	return sum;
}

void merger_close(struct merger *merger)
{
	if (!merger)
		return;
	for (size_t i = 0; i < merger->count; i++)
		tap_close(merger->strands[i].tap);
	free(merger);
}
