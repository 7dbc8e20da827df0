/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bucket's fill is not known exactly: a probe without an answer may have been lost before the
 * bucket, refused by it, or have passed with its answer lost. A belief is a short list of (tokens,
 * weight), deepest first; each sample moves and weighs it.
 */
#include "bucket.h"

#include "rate.h"

#include <math.h>
#include <string.h>

/* Figures of SCIENCE section B, found by simulation there. */
#define BELIEF_STATES     38    /* more alternatives than these carry no weight */
#define BELIEF_NEGLIGIBLE 1e-3  /* a share below this is dropped */
#define TOKENS_SAME       0.04  /* fills closer than this are one */
#define PASS_FROM         0.85  /* a packet passes for sure with 1.15 tokens, never with 0.85: */
#define PASS_WIDTH        0.30  /* jitter on the way to the bucket blurs the edge */
#define SURPRISE          0.004 /* the model is wrong about one packet in 250 */

#define REFINE_STEP   1.012 /* of the rate */
#define REFINE_SPAN   1.10  /* of the rate, both ways, for the estimate */
#define INTERVAL_STEP 1.03  /* of the rate, while looking for the interval's ends */
#define INTERVAL_SPAN 2.2   /* of the rate, both ways, for the interval */
#define INTERVAL_NATS 2.0   /* below the best: 95 %, coverage measured there */
#define PLATEAU_NATS  0.05

struct state {
	double tokens, weight;
};

struct belief {
	struct state states[BELIEF_STATES];
	size_t count;
	double time_s;
};

/* What one sample means: its weight if the fill stays, and if a token is spent. */
struct factors {
	double keep_lost;    /* whatever the bucket does */
	double keep_refused; /* times the chance that it refuses */
	double spend;        /* times the chance that it passes */
};

static struct factors factors_of(const struct bucket *bucket, enum sample_outcome outcome)
{
	double way = 1 - sqrt(1 - bucket->loss); /* there or back; the two make the round trip */

	switch (outcome) {
	case SAMPLE_ANSWERED:
		return (struct factors){.spend = 1 - bucket->loss};
	case SAMPLE_SILENT:
		return (struct factors){
			.keep_lost = way,
			.keep_refused = (1 - way) * (bucket->refuses ? way : 1),
			.spend = (1 - way) * way,
		};
	case SAMPLE_RESET:
	case SAMPLE_ICMP:
		return (struct factors){.keep_refused = 1 - bucket->loss};
	}
	return (struct factors){0};
}

/* Whether it passed is not to be seen, only that it may have. */
static const struct factors mute = {.keep_refused = 1, .spend = 1};

static double pass_chance(double tokens)
{
	double chance = (tokens - PASS_FROM) / PASS_WIDTH;

	chance = chance < 0 ? 0 : chance > 1 ? 1 : chance;
	return SURPRISE + (1 - 2 * SURPRISE) * chance;
}

static void add_state(struct belief *belief, double tokens, double weight)
{
	struct state *last = belief->count > 0 ? &belief->states[belief->count - 1] : NULL;

	if (weight <= 0)
		return;
	if (last != NULL && last->tokens - tokens < TOKENS_SAME) {
		last->weight += weight;
		return;
	}
	if (belief->count < BELIEF_STATES)
		belief->states[belief->count++] = (struct state){tokens, weight};
}

/* Both lists run from the deepest fill down, so one pass merges them. */
static double weigh(struct belief *belief, const struct factors *factors)
{
	struct state before[BELIEF_STATES];
	size_t count = belief->count, kept = 0, spent = 0;
	double total = 0;

	memcpy(before, belief->states, count * sizeof(before[0]));
	belief->count = 0;
	while (kept < count || spent < count) {
		const struct state *keep = &before[kept < count ? kept : 0];
		const struct state *spend = &before[spent < count ? spent : 0];
		double after = spend->tokens > 1 ? spend->tokens - 1 : 0;

		if (kept < count && (keep->tokens >= after || spent >= count)) {
			double refused = 1 - pass_chance(keep->tokens);
			double weight = keep->weight *
				(factors->keep_lost + factors->keep_refused * refused);
			add_state(belief, keep->tokens, weight);
			total += weight;
			kept++;
		} else {
			double weight = spend->weight * factors->spend * pass_chance(spend->tokens);
			add_state(belief, after, weight);
			total += weight;
			spent++;
		}
	}
	return total;
}

static void normalise(struct belief *belief, double total)
{
	size_t kept = 0;

	for (size_t i = 0; i < belief->count; i++) {
		struct state state = belief->states[i];
		state.weight /= total;
		if (state.weight >= BELIEF_NEGLIGIBLE)
			belief->states[kept++] = state;
	}
	belief->count = kept;
}

/* Fills that reach the brim become one: the list only shrinks, in place. */
static void refill(struct belief *belief, const struct bucket *bucket, double time_s)
{
	double tokens = bucket->rate_per_s * (time_s - belief->time_s);
	double full = bucket->burst + bucket->brim;
	size_t count = belief->count;

	belief->count = 0;
	belief->time_s = time_s;
	for (size_t i = 0; i < count; i++) {
		struct state state = belief->states[i];
		double now = state.tokens + tokens;
		add_state(belief, now < full ? now : full, state.weight);
	}
}

double bucket_likelihood(
	const struct bucket *bucket, const struct sample *samples, size_t count, double floor)
{
	struct belief belief = {.states = {{bucket->burst + bucket->brim, 1}}, .count = 1};
	const double log_passed = log(1 - bucket->loss), log_lost = log(bucket->loss);
	double sum = 0;

	for (size_t i = 0; i < count && sum >= floor; i++) {
		const struct sample *sample = &samples[i];
		bool passes = sample->role == SAMPLE_TARGET || bucket->shared;

		if (!passes) {
			if (sample->role == SAMPLE_CONTROL)
				sum += sample->outcome == SAMPLE_ANSWERED ? log_passed : log_lost;
			continue;
		}
		struct factors factors =
			sample->role == SAMPLE_MUTE ? mute : factors_of(bucket, sample->outcome);
		refill(&belief, bucket, sample->time_s);
		double total = weigh(&belief, &factors);
		if (total <= 0)
			return -INFINITY;
		normalise(&belief, total);
		if (sample->role != SAMPLE_MUTE)
			sum += log(total);
	}
	return sum >= floor ? sum : -INFINITY;
}

bool bucket_never_empties(const struct bucket *bucket, const struct sample *samples, size_t count)
{
	double tokens = bucket->burst, time_s = 0;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].role != SAMPLE_TARGET && !bucket->shared)
			continue;
		tokens += bucket->rate_per_s * (samples[i].time_s - time_s);
		tokens = fmin(tokens, bucket->burst) - 1;
		time_s = samples[i].time_s;
		if (tokens < 0)
			return false;
	}
	return true;
}

/* The best likelihood over rates [from, to] at one burst, and the rates of the plateau around it.
 */
struct plateau {
	double best;
	double rate_sum;
	unsigned rates;
	unsigned burst;
};

static struct plateau climb(const struct bucket *from, double to, const struct sample *samples,
	size_t count, double best)
{
	struct plateau plateau = {.best = best, .burst = from->burst};
	struct bucket bucket = *from;

	for (; bucket.rate_per_s <= to; bucket.rate_per_s *= REFINE_STEP) {
		double value =
			bucket_likelihood(&bucket, samples, count, plateau.best - PLATEAU_NATS);
		if (value > plateau.best + PLATEAU_NATS) {
			plateau.rate_sum = 0;
			plateau.rates = 0;
		}
		plateau.best = fmax(plateau.best, value);
		if (isfinite(value)) {
			plateau.rate_sum += bucket.rate_per_s;
			plateau.rates++;
		}
	}
	return plateau;
}

/* A bucket holds one token at least. */
static unsigned below(unsigned burst, unsigned by)
{
	return burst > by ? burst - by : 1;
}

static struct plateau find_top(
	const struct bucket *best, const struct sample *samples, size_t count)
{
	struct plateau top = {.best = -INFINITY};

	for (unsigned burst = below(best->burst, 3); burst <= best->burst + 3; burst++) {
		struct bucket from = *best;
		from.rate_per_s /= REFINE_SPAN;
		from.burst = burst;
		struct plateau here =
			climb(&from, best->rate_per_s * REFINE_SPAN, samples, count, top.best);
		if (here.rates > 0 && (top.rates == 0 || here.best > top.best))
			top = here;
	}
	return top;
}

/* The outermost rates, over a few bursts, whose likelihood is within reach of the best. */
static void find_interval(struct bucket_estimate *estimate, const struct bucket *best, double top,
	const struct sample *samples, size_t count)
{
	estimate->low_per_s = estimate->high_per_s = estimate->rate_per_s;
	for (unsigned burst = below(estimate->burst, 4); burst <= estimate->burst + 4; burst++) {
		struct bucket bucket = *best;
		bucket.burst = burst;
		bucket.rate_per_s = estimate->rate_per_s / INTERVAL_SPAN;
		double to = estimate->rate_per_s * INTERVAL_SPAN;
		for (; bucket.rate_per_s <= to; bucket.rate_per_s *= INTERVAL_STEP) {
			if (!isfinite(bucket_likelihood(
				    &bucket, samples, count, top - INTERVAL_NATS)))
				continue;
			estimate->low_per_s = fmin(estimate->low_per_s, bucket.rate_per_s);
			estimate->high_per_s = fmax(estimate->high_per_s, bucket.rate_per_s);
		}
	}
	estimate->low_per_s /= INTERVAL_STEP;
	estimate->high_per_s *= INTERVAL_STEP;
}

struct bucket_estimate bucket_refine(
	const struct bucket *best, const struct sample *samples, size_t count)
{
	struct plateau top = find_top(best, samples, count);
	struct bucket_estimate estimate = {
		.rate_per_s = top.rates > 0 ? top.rate_sum / top.rates : best->rate_per_s,
		.burst = top.rates > 0 ? top.burst : best->burst,
	};

	find_interval(&estimate, best, top.best, samples, count);
	return estimate;
}
