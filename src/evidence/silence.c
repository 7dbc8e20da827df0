/* SPDX-License-Identifier: BSD-2-Clause */
#include "silence.h"

#include "evidence.h"
#include "timing.h"

#include <math.h>
#include <stdlib.h>

#define NS_PER_MS ((int64_t)1000000)

/* Two controls this near are partners: the loss that counts is that of one while the other got
 * through, which is small where loss comes in outages. */
#define PARTNER_NS (1000 * NS_PER_MS)

/* Beta(0.5, 4.5): before anything is known, one probe in ten is lost (SCIENCE section A). */
#define PRIOR_LOST     .5
#define PRIOR_ANSWERED 4.5

/*
 * The other explanation: this port alone loses packets. SCIENCE section B gives that .07 where a
 * filter has .10; a port that loses more than half is as good as filtered, so its loss is taken to
 * be uniform up to that.
 */
#define PORT_LOSS_PRIOR .7
#define PORT_LOSS_MOST  .5

/*
 * Ours: a control within two seconds vouches for the path, and odds of 999 to 1 keep the chance of
 * one false word among all ports of a run below 1 %. A foreign capture: SCIENCE section G asks for
 * three SYNs and a control of the same host; nothing nearer may contradict that control.
 */
static const struct demand {
	int64_t spacing_ns; /* probes closer than this share their fate in a burst of loss */
	int64_t cover_ns;   /* how far a control may stand */
	unsigned misses;
	double log_odds;
} demands[] = {
	[SILENCE_OURS] = {65 * NS_PER_MS, 2000 * NS_PER_MS, 4, 6.907},      /* ln 999 */
	[SILENCE_FOREIGN] = {500 * NS_PER_MS, 30000 * NS_PER_MS, 3, 3.401}, /* ln 30 */
};

#define CONTROLS 4096

struct control {
	int64_t sent_ns;
	bool answered;
};

struct controls {
	struct control items[CONTROLS];
	size_t count;
};

static int by_time(const void *a, const void *b)
{
	const struct control *left = a, *right = b;

	return (left->sent_ns > right->sent_ns) - (left->sent_ns < right->sent_ns);
}

static void add_controls(struct controls *controls, const struct endpoint *endpoint,
	const struct patience *patience, int64_t now_ns)
{
	for (size_t i = 0; i < endpoint->exchange_count && controls->count < CONTROLS; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		bool answered =
			exchange_answered(exchange) && !exchange_is_late(exchange, patience);

		if (exchange_is_sweep(exchange) ||
			(!exchange_answered(exchange) &&
				!exchange_is_missing(exchange, patience, now_ns)))
			continue;
		controls->items[controls->count++] =
			(struct control){.sent_ns = exchange->sent_ns, .answered = answered};
	}
}

static void gather_controls(struct controls *controls, const struct host *host,
	const struct endpoint *endpoint, const struct patience *patience, int64_t now_ns)
{
	controls->count = 0;
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *other = &host->endpoints[e];
		if (other != endpoint && endpoint_answers(other))
			add_controls(controls, other, patience, now_ns);
	}
	qsort(controls->items, controls->count, sizeof(controls->items[0]), by_time);
}

static bool partner_answered(const struct controls *controls, size_t at)
{
	const struct control *here = &controls->items[at];
	const struct control *before = at > 0 ? here - 1 : NULL;
	const struct control *after = at + 1 < controls->count ? here + 1 : NULL;

	return (before != NULL && before->answered &&
		       here->sent_ns - before->sent_ns <= PARTNER_NS) ||
		(after != NULL && after->answered && after->sent_ns - here->sent_ns <= PARTNER_NS);
}

/* The nearest control before the moment, and the nearest after it. */
static bool covered(const struct controls *controls, int64_t time_ns, int64_t cover_ns)
{
	size_t after = 0;

	while (after < controls->count && controls->items[after].sent_ns < time_ns)
		after++;
	const struct control *earlier = after > 0 ? &controls->items[after - 1] : NULL;
	const struct control *later = after < controls->count ? &controls->items[after] : NULL;

	return (earlier != NULL && earlier->answered && time_ns - earlier->sent_ns <= cover_ns) ||
		(later != NULL && later->answered && later->sent_ns - time_ns <= cover_ns);
}

/* Who is asked, when, and what else was asked. */
struct question {
	const struct endpoint *endpoint;
	const struct demand *demand;
	struct patience patience;
	int64_t now_ns;
	struct controls controls;
};

static void count_misses(struct silence *silence, const struct question *question)
{
	const struct endpoint *endpoint = question->endpoint;
	int64_t first_ns = 0, counted_ns = 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_is_sweep(exchange) ||
			!exchange_is_missing(exchange, &question->patience, question->now_ns))
			continue;
		if (first_ns == 0)
			first_ns = exchange->sent_ns;
		silence->span_s = (double)(exchange->sent_ns - first_ns) / 1e9;
		if (counted_ns != 0 &&
			exchange->sent_ns - counted_ns < question->demand->spacing_ns)
			continue;
		counted_ns = exchange->sent_ns;
		if (covered(&question->controls, counted_ns, question->demand->cover_ns))
			silence->misses++;
		else
			silence->uncovered++;
	}
}

/* How likely so many misses in a row are if this port has a loss of its own. */
static double port_loss(unsigned misses)
{
	return PORT_LOSS_PRIOR * pow(PORT_LOSS_MOST, misses) / (misses + 1);
}

/* Against that and the predictive chance that so many are lost while loss is common to all ports
 * and Beta distributed. */
static double log_odds(const struct silence *silence)
{
	double lost = PRIOR_LOST + silence->control_lost;
	double all =
		PRIOR_LOST + PRIOR_ANSWERED + silence->control_lost + silence->control_answered;
	double sum = 0;

	for (unsigned k = 0; k < silence->misses; k++)
		sum -= log((lost + k) / (all + k));
	return silence->misses == 0 ? 0 : -log(exp(-sum) + port_loss(silence->misses));
}

static void count_controls(struct silence *silence, const struct controls *controls)
{
	for (size_t i = 0; i < controls->count; i++) {
		if (!partner_answered(controls, i))
			continue;
		silence->control_answered += controls->items[i].answered;
		silence->control_lost += !controls->items[i].answered;
	}
}

struct silence silence_of(const struct host *host, const struct endpoint *endpoint, int64_t now_ns,
	enum silence_source source)
{
	struct silence silence = {0};

	if (endpoint_answers(endpoint))
		return silence;
	struct question question = {.endpoint = endpoint,
		.demand = &demands[source],
		.patience = patience_of(host),
		.now_ns = now_ns};

	gather_controls(&question.controls, host, endpoint, &question.patience, now_ns);
	count_controls(&silence, &question.controls);
	count_misses(&silence, &question);
	silence.log_odds = log_odds(&silence);
	silence.certain = silence.misses >= question.demand->misses &&
		silence.log_odds >= question.demand->log_odds;
	return silence;
}
