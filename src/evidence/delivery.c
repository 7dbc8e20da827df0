/* SPDX-License-Identifier: BSD-2-Clause */
#include "delivery.h"

#include "fault.h"
#include "policing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S  ((int64_t)1000000000)
#define NS_PER_US 1000

/* What is judged at a time; 4096 full segments are 6 MB. */
#define PIECE_SEGMENTS 4096
#define PIECE_LOSSES   25
#define PIECES         16 /* whose rates are kept */

#define SECONDS 256 /* looked at for evenness */

/* Rates of two pieces that one limit made lie together. */
#define RATES_TOGETHER .15

#define FIT_MANY 4

/* A rate is even where nearly all seconds are near the median. Flows that share a line with others,
 * or lose at random, are not that even for that long (SCIENCE section G wants 10 % over 70 % of the
 * seconds; these are on the safe side of that). */
#define EVEN_SECONDS 6
#define EVEN_WITHIN  .10
#define EVEN_GRAIN   2896.0 /* one acknowledgement more or less: two segments */
#define EVEN_MOST    .25
#define EVEN_RATIO   .85
#define EVEN_IDLE    .05 /* of the time; more, and it is the sender that sets the pace */

/* The queue of the limit: SCIENCE section G, twice the shortest round trip. One or two segments
 * under way wait for a delayed acknowledgement instead (RFC 1122 section 4.2.3.2). */
#define QUEUE_TIMES     2.0
#define QUEUE_LEAST_US  15000
#define QUEUE_SAMPLED   4    /* at least one round trip in so many seconds */
#define QUEUE_UNDER_WAY 4200 /* bytes: three segments of 1400 */

/* A burst that took a third of the time that the rate would have needed, and so much less that no
 * clock or neighbour explains it. */
#define BURST_TIMES    3.0
#define BURST_SAVED_US 8000.0

/* Bytes of a segment without data: Ethernet, IPv4 and TCP. */
#define SMALLEST 54.0

/* A queue makes all round trips longer, a delayed acknowledgement one of them: the shortest of so
 * many tells. */
#define LATEST 3

struct second {
	uint32_t bytes, samples;
	uint64_t round_trips_us;
};

struct delivery {
	struct transmission sent[PIECE_SEGMENTS];
	size_t count;
	size_t losses;
	unsigned eligible, policed; /* pieces */
	unsigned policed_losses;
	double rates[PIECES]; /* of the policed ones, the first so many */
	int64_t first_ns;     /* of arrivals; 0: none */
	size_t last_second;
	struct second seconds[SECONDS];
	struct fastest fastest;
	uint32_t base_us, latest_us[LATEST];
	unsigned latest_next;
	int64_t idle_us;
	bool doubted;
};

double delivery_bits_per_s(const struct delivery_signs *signs)
{
	return signs->bytes_per_s * 8 * 1514 / 1448;
}

struct delivery *delivery_new(void)
{
	return fault_allocate(1, sizeof(struct delivery));
}

void delivery_free(struct delivery *delivery)
{
	free(delivery);
}

void delivery_restart(struct delivery *delivery)
{
	memset(delivery, 0, sizeof(*delivery));
}

void delivery_doubt(struct delivery *delivery)
{
	delivery->doubted = true;
}

/* Pieces. */

static size_t after_last_loss(const struct delivery *delivery)
{
	size_t end = delivery->count;

	while (end > 0 && delivery->sent[end - 1].lost == 0)
		end--;
	return end;
}

static struct policing judge_piece(const struct delivery *delivery)
{
	return policing_judge(delivery->sent, after_last_loss(delivery), delivery->base_us);
}

static void count_piece(struct delivery *delivery)
{
	struct policing piece = judge_piece(delivery);

	delivery->eligible += piece.eligible;
	if (!piece.policed)
		return;
	delivery->policed_losses += (unsigned)delivery->losses;
	if (delivery->policed < PIECES)
		delivery->rates[delivery->policed] = piece.bytes_per_s;
	delivery->policed++;
}

static void drop(struct delivery *delivery, size_t first)
{
	delivery->count -= first;
	memmove(delivery->sent, delivery->sent + first,
		delivery->count * sizeof(delivery->sent[0]));
	delivery->losses = 0;
	for (size_t i = 0; i < delivery->count; i++)
		delivery->losses += delivery->sent[i].lost > 0;
}

/* What was sent since the last loss may yet turn out to be lost. */
static void end_piece(struct delivery *delivery)
{
	size_t end = after_last_loss(delivery);

	count_piece(delivery);
	drop(delivery, end > 0 && delivery->losses >= POLICING_LOSSES ? end : delivery->count / 2);
}

static uint32_t shortest_latest(const struct delivery *delivery)
{
	uint32_t shortest = delivery->latest_us[0];

	for (int i = 1; i < LATEST; i++) {
		if (delivery->latest_us[i] < shortest)
			shortest = delivery->latest_us[i];
	}
	return shortest;
}

void delivery_sent(struct delivery *delivery, const struct transmission *one, bool rested)
{
	if (rested) {
		count_piece(delivery);
		drop(delivery, delivery->count);
	} else if (delivery->count == PIECE_SEGMENTS || delivery->losses >= PIECE_LOSSES) {
		end_piece(delivery);
	}
	delivery->idle_us += one->idle_us;
	delivery->sent[delivery->count] = *one;
	delivery->sent[delivery->count++].round_trip_us = shortest_latest(delivery);
}

static uint32_t overlap(const struct transmission *one, const struct transmission *other)
{
	int32_t ahead = (int32_t)(other->sequence - one->sequence);
	int64_t start = ahead > 0 ? ahead : 0;
	int64_t end = (int64_t)ahead + other->bytes;

	end = end < one->bytes ? end : one->bytes;
	return end > start ? (uint32_t)(end - start) : 0;
}

void delivery_lost(struct delivery *delivery, const struct transmission *again)
{
	for (size_t i = delivery->count; i-- > 0;) {
		struct transmission *one = &delivery->sent[i];
		uint32_t bytes = one->connection == again->connection ? overlap(one, again) : 0;

		if (bytes == 0 || one->lost == one->bytes)
			continue;
		delivery->losses += one->lost == 0;
		one->lost = one->lost + bytes < one->bytes ? one->lost + bytes : one->bytes;
		return;
	}
}

/* Evenness. */

static struct second *second_at(struct delivery *delivery, int64_t time_ns)
{
	if (delivery->first_ns == 0)
		delivery->first_ns = time_ns;
	if (time_ns < delivery->first_ns)
		return NULL;
	int64_t second = (time_ns - delivery->first_ns) / NS_PER_S;

	if (second >= SECONDS)
		return NULL;
	if ((size_t)second > delivery->last_second)
		delivery->last_second = (size_t)second;
	return &delivery->seconds[second];
}

void delivery_arrived(struct delivery *delivery, int64_t time_ns, uint32_t bytes)
{
	struct second *second = second_at(delivery, time_ns);

	if (second != NULL)
		second->bytes += bytes;
}

void delivery_round_trip(
	struct delivery *delivery, int64_t time_ns, uint32_t us, uint32_t under_way)
{
	uint32_t least_us = us > 0 ? us : 1;

	if (delivery->base_us == 0 || least_us < delivery->base_us)
		delivery->base_us = least_us;
	if (under_way == 0)
		return;
	delivery->latest_us[delivery->latest_next++ % LATEST] = least_us;
	struct second *second = second_at(delivery, time_ns);

	if (second == NULL || under_way < QUEUE_UNDER_WAY)
		return;
	second->round_trips_us += us;
	second->samples++;
}

void delivery_burst(struct delivery *delivery, const struct fastest *fastest)
{
	for (int i = 0; i < DELIVERY_BURSTS; i++) {
		uint32_t us = fastest->us[i], *best = &delivery->fastest.us[i];
		if (us != 0 && (*best == 0 || us < *best))
			*best = us;
	}
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

struct evenness {
	bool even, queued;
	double bytes_per_s;
	unsigned seconds;
};

static bool queue_stood(const struct delivery *delivery)
{
	double sum_us = 0;
	size_t samples = 0;

	for (size_t i = 1; i < delivery->last_second; i++) {
		sum_us += (double)delivery->seconds[i].round_trips_us;
		samples += delivery->seconds[i].samples;
	}
	double least_us = fmax(QUEUE_TIMES * delivery->base_us, delivery->base_us + QUEUE_LEAST_US);

	return samples * QUEUE_SAMPLED >= delivery->last_second &&
		sum_us / (double)samples >= least_us;
}

static double even_within(double bytes_per_s)
{
	return fmax(EVEN_WITHIN * bytes_per_s, fmin(EVEN_GRAIN, EVEN_MOST * bytes_per_s));
}

/* The first second has what passed before the limit took hold, and the last one ends early. */
static struct evenness evenness_of(const struct delivery *delivery)
{
	double bytes[SECONDS];
	struct evenness evenness = {.seconds = 0};
	size_t near = 0, count = 0;

	for (size_t i = 1; i < delivery->last_second; i++)
		bytes[count++] = delivery->seconds[i].bytes;
	if (count < EVEN_SECONDS)
		return evenness;
	qsort(bytes, count, sizeof(bytes[0]), by_size);
	evenness.bytes_per_s = bytes[count / 2];
	for (size_t i = 0; i < count; i++)
		near += fabs(bytes[i] - evenness.bytes_per_s) <= even_within(evenness.bytes_per_s);
	double idle = (double)delivery->idle_us / 1e6 / (double)count;

	evenness.even = idle <= EVEN_IDLE && (double)near >= EVEN_RATIO * (double)count &&
		evenness.bytes_per_s > 0;
	evenness.queued = queue_stood(delivery);
	evenness.seconds = (unsigned)count;
	return evenness;
}

/* No line of this rate can have carried such a burst, or even one small packet there and back. */
static bool is_faster_at_times(const struct delivery *delivery, double bytes_per_s)
{
	if (delivery->base_us * BURST_TIMES < SMALLEST / bytes_per_s * 1e6)
		return true;
	for (int i = 0; i < DELIVERY_BURSTS; i++) {
		double bytes = (double)((uint32_t)DELIVERY_BURST_LEAST << i);
		double line_us = bytes / bytes_per_s * 1e6;
		double took_us = fmax(0, (double)delivery->fastest.us[i] - delivery->base_us);

		if (delivery->fastest.us[i] != 0 && took_us * BURST_TIMES < line_us &&
			line_us - took_us > BURST_SAVED_US)
			return true;
	}
	return false;
}

/* Together. */

static bool rates_agree(const struct delivery *delivery, double *rate)
{
	double rates[PIECES];
	size_t count = delivery->policed < PIECES ? delivery->policed : PIECES;
	size_t near = 0;

	memcpy(rates, delivery->rates, count * sizeof(rates[0]));
	qsort(rates, count, sizeof(rates[0]), by_size);
	*rate = rates[count / 2];
	for (size_t i = 0; i < count; i++)
		near += fabs(rates[i] - *rate) <= RATES_TOGETHER * *rate;
	return near * 2 > count && near >= 2;
}

/* Half of the pieces, or a quarter of many: cross-traffic that was not captured spoils some. */
static bool enough_fit(const struct delivery *delivery)
{
	return delivery->policed * 2 >= delivery->eligible ||
		(delivery->policed >= FIT_MANY && delivery->policed * 4 >= delivery->eligible);
}

static bool polices(const struct delivery *delivery, struct delivery_signs *signs)
{
	double rate = 0;

	if (delivery->doubted || delivery->policed < 2 || !enough_fit(delivery) ||
		!rates_agree(delivery, &rate) || !is_faster_at_times(delivery, rate))
		return false;
	*signs = (struct delivery_signs){
		.limit = LIMIT_POLICED, .bytes_per_s = rate, .losses = delivery->policed_losses};
	return true;
}

struct delivery_signs delivery_signs_of(const struct delivery *delivery)
{
	struct delivery_signs signs = {.limit = LIMIT_NONE};
	struct delivery *all = delivery_new();

	*all = *delivery;
	count_piece(all);
	if (!polices(all, &signs) && !all->doubted) {
		struct evenness evenness = evenness_of(all);
		if (evenness.even && evenness.queued)
			signs = (struct delivery_signs){
				.limit = is_faster_at_times(all, evenness.bytes_per_s)
					? LIMIT_SHAPED
					: LIMIT_LINE,
				.bytes_per_s = evenness.bytes_per_s,
				.seconds = evenness.seconds};
	}
	delivery_free(all);
	return signs;
}
