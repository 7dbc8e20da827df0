/* SPDX-License-Identifier: BSD-2-Clause */
#include "policing.h"

#include "fault.h"

#include <math.h>
#include <stdlib.h>

/* Flach 2016, section 3.1 and their published code, which lets 20 ms of queue pass: but on our
 * round trips no delayed acknowledgement weighs. */
#define SLICES_LEAST      3   /* round trips in which something was lost */
#define SLICE_SHARE       .34 /* of the losses in one of them */
#define OFF_BY_ROUND_TRIP 2.0 /* how far tokens at a loss may be off their median */
#define OFF_RATIO         .10
#define PASSED_BELOW      .75 /* of a round trip below the median at losses */
#define PASSED_RATIO      .03
#define INFLATED_TIMES    1.3 /* a queue stood before the loss */
#define INFLATED_US       10000
#define INFLATED_RATIO    .20
#define CUT_AGAIN         2 /* losses at an end that may belong to something else */

/* Of two segments, one lost and one passed, the lost one met fewer tokens: a coin toss where loss
 * is random. */
#define APART_LEAST .85

/*
 * A bucket that had too little for one segment has too little for the next one, no smaller, where
 * that follows before half a segment's worth of tokens has come in. Chance lets it pass.
 */
#define CLOSE_SHARE .5
#define CLOSE_LEAST 5
#define CLOSE_RATIO .7

/* Tokens are counted in whole segments. */
#define GRAIN 2.0

struct piece {
	const struct transmission *sent;
	size_t first, last; /* both lost */
	uint32_t base_us;
	double rate; /* bytes a second */
	double grain;
	double *passed, *lost; /* tokens at each */
	size_t passed_count, lost_count;
};

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double mean(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

static size_t nth_loss(const struct transmission *sent, size_t count, size_t nth)
{
	size_t i = 0;

	for (; i < count; i++) {
		if (sent[i].lost > 0 && nth-- == 0)
			break;
	}
	return i;
}

static size_t count_losses(const struct transmission *sent, size_t count)
{
	size_t losses = 0;

	for (size_t i = 0; i < count; i++)
		losses += sent[i].lost > 0;
	return losses;
}

static double seconds_between(const struct piece *piece, size_t from, size_t to)
{
	return (double)(piece->sent[to].time_ns - piece->sent[from].time_ns) / 1e9;
}

/* The rate that a bucket would have had: what passed in the time between two losses. */
static bool take_rate(struct piece *piece)
{
	double duration_s = seconds_between(piece, piece->first, piece->last);
	double passed = 0, all = 0;

	for (size_t i = piece->first; i < piece->last; i++) {
		passed += piece->sent[i].bytes - piece->sent[i].lost;
		all += piece->sent[i].bytes;
	}
	if (duration_s <= 0 || passed <= 0)
		return false;
	piece->rate = passed / duration_s;
	piece->grain = fmax(piece->rate * piece->base_us / 1e6,
		GRAIN * all / (double)(piece->last - piece->first));
	return true;
}

/* Tokens that would be left after each: a large segment needs more of them than a small one. */
static void count_tokens(struct piece *piece)
{
	double used = 0;

	piece->passed_count = piece->lost_count = 0;
	for (size_t i = piece->first; i <= piece->last; i++) {
		const struct transmission *one = &piece->sent[i];
		double tokens =
			piece->rate * seconds_between(piece, piece->first, i) - used - one->bytes;

		if (one->lost > 0)
			piece->lost[piece->lost_count++] = tokens;
		if (one->lost == one->bytes)
			continue;
		piece->passed[piece->passed_count++] = tokens;
		used += one->bytes - one->lost;
	}
	qsort(piece->passed, piece->passed_count, sizeof(double), by_size);
	qsort(piece->lost, piece->lost_count, sizeof(double), by_size);
}

/* A timeout sends a whole flight again, lost or not, and is one event, however many segments. */
static bool losses_come_again(const struct piece *piece)
{
	int64_t slice_ns = piece->base_us > 0 ? (int64_t)piece->base_us * 1000 : 1;
	int64_t last = -1;
	size_t slices = 0, here = 0, most = 0;

	for (size_t i = piece->first; i <= piece->last; i++) {
		int64_t slice =
			(piece->sent[i].time_ns - piece->sent[piece->first].time_ns) / slice_ns;
		if (piece->sent[i].lost == 0)
			continue;
		slices += slice != last;
		here = slice == last ? here + 1 : 1;
		most = here > most ? here : most;
		last = slice;
	}
	return slices >= SLICES_LEAST && (double)most <= SLICE_SHARE * (double)piece->lost_count;
}

static bool no_queue_stood(const struct piece *piece)
{
	double most_us = fmax(INFLATED_TIMES * piece->base_us, piece->base_us + INFLATED_US);
	size_t inflated = 0;

	for (size_t i = piece->first; i <= piece->last; i++)
		inflated += piece->sent[i].lost > 0 && piece->sent[i].round_trip_us > most_us;
	return (double)inflated <= INFLATED_RATIO * (double)piece->lost_count;
}

/* How often a lost segment met fewer tokens than one that passed. Both are sorted. */
static double apart(const struct piece *piece)
{
	double pairs = (double)piece->lost_count * (double)piece->passed_count;
	double fewer = 0;
	size_t below = 0;

	for (size_t i = 0; i < piece->passed_count; i++) {
		while (below < piece->lost_count && piece->lost[below] < piece->passed[i])
			below++;
		fewer += (double)below;
	}
	return fewer / pairs;
}

static bool neighbours_share_their_fate(const struct piece *piece)
{
	size_t close = 0, lost = 0;

	for (size_t i = piece->first; i < piece->last; i++) {
		const struct transmission *one = &piece->sent[i], *next = one + 1;
		double tokens = piece->rate * (double)(next->time_ns - one->time_ns) / 1e9;
		if (one->lost == 0 || next->bytes < one->bytes || tokens > CLOSE_SHARE * one->bytes)
			continue;
		close++;
		lost += next->lost > 0;
	}
	return close >= CLOSE_LEAST && (double)lost >= CLOSE_RATIO * (double)close;
}

static bool losses_are_at_one_level(const struct piece *piece)
{
	double median = piece->lost[piece->lost_count / 2];
	size_t off = 0;

	for (size_t i = 0; i < piece->lost_count; i++)
		off += fabs(piece->lost[i] - median) > OFF_BY_ROUND_TRIP * piece->grain;
	return (double)off <= OFF_RATIO * (double)piece->lost_count;
}

static bool little_passed_below(const struct piece *piece)
{
	double least = piece->lost[piece->lost_count / 2] - PASSED_BELOW * piece->grain;
	size_t below = 0;

	while (below < piece->passed_count && piece->passed[below] < least)
		below++;
	return (double)below <= PASSED_RATIO * (double)piece->passed_count;
}

static bool tokens_tell_them_apart(const struct piece *piece)
{
	return piece->passed[piece->passed_count / 2] > piece->lost[piece->lost_count / 2] &&
		mean(piece->passed, piece->passed_count) > mean(piece->lost, piece->lost_count) &&
		apart(piece) >= APART_LEAST;
}

static bool fits(struct piece *piece)
{
	if (!take_rate(piece))
		return false;
	count_tokens(piece);
	return piece->passed_count > 0 && losses_come_again(piece) &&
		tokens_tell_them_apart(piece) && losses_are_at_one_level(piece) &&
		little_passed_below(piece) && neighbours_share_their_fate(piece) &&
		no_queue_stood(piece);
}

/* The first and the last losses may be of another cause: four ways to cut them off. */
static bool fits_somehow(struct piece *piece, size_t count, size_t losses)
{
	for (size_t way = 0; way < 4; way++) {
		size_t front = way & 1 ? CUT_AGAIN : 0;
		size_t back = way & 2 ? CUT_AGAIN : 0;

		if (losses < POLICING_LOSSES + front + back)
			continue;
		piece->first = nth_loss(piece->sent, count, front);
		piece->last = nth_loss(piece->sent, count, losses - 1 - back);
		if (fits(piece))
			return true;
	}
	return false;
}

struct policing policing_judge(const struct transmission *sent, size_t count, uint32_t base_us)
{
	struct piece piece = {.sent = sent, .base_us = base_us};
	struct policing policing = {.eligible = false};
	size_t losses = count_losses(sent, count);

	if (losses < POLICING_LOSSES)
		return policing;
	piece.passed = fault_allocate(count, sizeof(double));
	piece.lost = fault_allocate(count, sizeof(double));
	policing.eligible = true;
	policing.policed = fits_somehow(&piece, count, losses);
	policing.bytes_per_s = piece.rate;
	free(piece.passed);
	free(piece.lost);
	return policing;
}
