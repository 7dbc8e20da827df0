/* SPDX-License-Identifier: BSD-2-Clause */
#include "ladder.h"

#include "campaign.h"
#include "figures.h"
#include "timing.h"

/* Above the one a limit is certain, below the other excluded (SCIENCE section B). */
#define LIMITED_FOR_SURE .95
#define NOT_LIMITED      .20

/* A loss of the port's own is likewise certain above, excluded below. */
#define PORT_LOSS_SURE .90
#define NO_PORT_LOSS   .15

/* A limit that shows only in a few silent probes is met a second time before it is believed: by
 * chance alone loss can fall as if a bucket had made it. */
#define SILENT_ENOUGH 10

#define PASSED_ENOUGH   6  /* answers past a drained bucket that a rate can rest on */
#define FAST_UNTROUBLED 17 /* of the 20 of the fast rung: whatever cut the burst is no rate */
#define CONTROL_EVERY   4

struct rung_shape {
	int64_t gap_ns;
	unsigned syns;
	bool hold;
};

/* A port that answers the brief burst is asked no more, and needs no controls: a healthy host is to
 * get fewer than 250 packets in all. Any doubt is met by the whole burst, with controls. */
static const struct rung_shape shapes[] = {
	[RUNG_BRIEF] = {4 * NS_PER_MS, 9, false},
	[RUNG_BURST] = {4 * NS_PER_MS, 16, false},
	[RUNG_FAST] = {50 * NS_PER_MS, 20, false},
	[RUNG_SLOW] = {200 * NS_PER_MS, 20, false},
	[RUNG_SLOWEST] = {800 * NS_PER_MS, 20, false},
	[RUNG_SECOND_BURST] = {4 * NS_PER_MS, 16, false},
	[RUNG_HOLD] = {10 * NS_PER_MS, 12, true},
	[RUNG_AFTER_HOLD] = {10 * NS_PER_MS, 6, false},
	[RUNG_AGAIN] = {4 * NS_PER_MS, 16, false},
	[RUNG_AGAIN_FAST] = {50 * NS_PER_MS, 20, false},
	[RUNG_NEXT_PORT] = {0, 0, false},
};

static bool answered_again(const struct endpoint *endpoint)
{
	unsigned answered = 0, sent = 0;

	for (size_t i = endpoint->exchange_count; i-- > 0 && sent < shapes[RUNG_FAST].syns;) {
		if (exchange_is_sweep(&endpoint->exchanges[i]))
			continue;
		sent++;
		answered += exchange_answer(&endpoint->exchanges[i], ANSWER_SYN_ACK) != NULL;
	}
	return answered >= FAST_UNTROUBLED;
}

/* What the port's timeline says so far. */
struct view {
	bool limited, unlimited, bounded;
	bool thin;      /* limited, to judge by few silent probes */
	bool only_loss; /* no limit, but whose loss it is is not known yet */
	bool by_number; /* so many connections: no rate to be found */
	bool shared;    /* one bucket for all ports, and its rate is known */
	bool fast_passes;
	double rate_per_s;
};

static bool knows_loss(const struct rate_estimate *rate)
{
	double own = rate->posterior[RATE_PORT_LOSS];

	return own <= NO_PORT_LOSS || own >= PORT_LOSS_SURE;
}

static struct view view_of(const struct evidence *evidence, const struct host *host,
	const struct endpoint *endpoint, int64_t now_ns)
{
	struct figures figures = figures_of(evidence, host, endpoint, now_ns);
	const struct rate_estimate *rate = &figures.rate;

	return (struct view){
		.limited = rate->judged && rate->limited >= LIMITED_FOR_SURE,
		.unlimited = !rate->judged || (rate->limited <= NOT_LIMITED && knows_loss(rate)),
		.thin = figures.counts.resets + figures.counts.icmp_errors == 0 &&
			figures.counts.unanswered < SILENT_ENOUGH,
		.only_loss = rate->judged && rate->limited <= NOT_LIMITED && !knows_loss(rate),
		.bounded = rate->passed_drained >= PASSED_ENOUGH,
		.by_number = rate->best == RATE_CONNECTIONS,
		.shared = rate->best == RATE_HOST_BUCKET && rate->limited >= LIMITED_FOR_SURE &&
			rate->passed_drained >= PASSED_ENOUGH,
		.rate_per_s = rate->rate_per_s,
		.fast_passes = answered_again(endpoint),
	};
}

static enum rung after_fast(const struct campaign *campaign, const struct view *view)
{
	if (view->fast_passes && (!view->unlimited || campaign->options.rate_test))
		return RUNG_SECOND_BURST;
	if (view->unlimited || (view->limited && view->bounded))
		return RUNG_NEXT_PORT;
	return view->only_loss ? RUNG_AGAIN : RUNG_SLOW;
}

static enum rung after_slow(const struct view *view)
{
	bool known = view->unlimited || (view->limited && (view->bounded || view->by_number));

	if (known)
		return RUNG_NEXT_PORT;
	return view->only_loss ? RUNG_AGAIN : RUNG_SLOWEST;
}

static enum rung after_burst(
	const struct campaign *campaign, const struct view *view, enum rung in_doubt)
{
	bool known = view->unlimited || (campaign->shared_limit && view->limited);

	return known && !campaign->options.rate_test ? RUNG_NEXT_PORT : in_doubt;
}

static enum rung confirmed(const struct view *view, enum rung next)
{
	return next == RUNG_NEXT_PORT && view->limited && view->thin ? RUNG_AGAIN : next;
}

static enum rung rung_after(const struct campaign *campaign, const struct view *view)
{
	bool decided = view->limited || view->unlimited;

	switch (campaign->rung) {
	case RUNG_BRIEF:
		return after_burst(campaign, view, RUNG_BURST);
	case RUNG_BURST:
		return after_burst(campaign, view, RUNG_FAST);
	case RUNG_FAST:
		return confirmed(view, after_fast(campaign, view));
	case RUNG_SLOW:
		return confirmed(view, after_slow(view));
	case RUNG_SECOND_BURST:
		return RUNG_HOLD;
	case RUNG_HOLD:
		return RUNG_AFTER_HOLD;
	case RUNG_SLOWEST:
	case RUNG_AFTER_HOLD:
		return decided ? confirmed(view, RUNG_NEXT_PORT) : RUNG_AGAIN;
	case RUNG_AGAIN:
		return RUNG_AGAIN_FAST;
	case RUNG_AGAIN_FAST:
	case RUNG_NEXT_PORT:
		break;
	}
	return RUNG_NEXT_PORT;
}

static void release_held(struct campaign *campaign, const struct host *host)
{
	struct plan_step release = {.action = PLAN_RELEASE,
		.address = host->address,
		.port = host->endpoints[campaign->ladder_port].port};

	batch_add(campaign, &release, 0);
}

/* Half-open connections are held only while the server can see them come one by one. */
static int64_t rung_gap(const struct campaign *campaign, const struct host *host)
{
	const struct rung_shape *shape = &shapes[campaign->rung];
	int64_t round_trip_ns = patience_of(host).fastest_ns;

	if (shape->hold && shape->gap_ns < round_trip_ns + round_trip_ns / 2)
		return round_trip_ns + round_trip_ns / 2;
	return shape->gap_ns;
}

static void write_rung(struct campaign *campaign, const struct host *host, int64_t now_ns)
{
	size_t controls[EVIDENCE_ENDPOINTS];
	size_t port = campaign->ladder_port;
	size_t count =
		campaign->rung == RUNG_BRIEF ? 0 : campaign_controls(host, port, now_ns, controls);
	int64_t gap_ns = rung_gap(campaign, host);
	size_t next = campaign->step_count;

	batch_begin(campaign, now_ns);
	if (campaign->rung == RUNG_AFTER_HOLD)
		release_held(campaign, host);
	for (unsigned i = 1; i <= shapes[campaign->rung].syns; i++) {
		batch_add_syn(campaign, host, port, jittered(campaign, gap_ns),
			shapes[campaign->rung].hold);
		if (i % CONTROL_EVERY == 0 && count > 0)
			batch_add_syn(campaign, host, controls[next++ % count], gap_ns / 2, false);
	}
}

/* Moves to the next asked port that accepts connections; false if there is none. */
static bool find_port(struct campaign *campaign, const struct host *host)
{
	while (campaign->ladder_port < host->endpoint_count) {
		const struct endpoint *endpoint = &host->endpoints[campaign->ladder_port];
		if (endpoint->asked && endpoint_accepts(endpoint))
			return true;
		campaign->ladder_port++;
	}
	return false;
}

static void remember(struct campaign *campaign, const struct view *view)
{
	/* Limits that all ports share are measured once; the models then judge the rest by it. */
	campaign->shared_limit = campaign->shared_limit || view->shared;
	if (view->limited && (!campaign->limit_seen || view->rate_per_s < campaign->limit_per_s)) {
		campaign->limit_seen = true;
		campaign->limit_per_s = view->rate_per_s;
	}
}

static enum rung first_rung(const struct campaign *campaign)
{
	return campaign->options.rate_test ? RUNG_BURST : RUNG_BRIEF;
}

static bool advance(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);
	struct view view = view_of(evidence, host, &host->endpoints[campaign->ladder_port], now_ns);

	campaign->rung = rung_after(campaign, &view);
	if (campaign->rung != RUNG_NEXT_PORT)
		return true;
	remember(campaign, &view);
	campaign->ladder_port++;
	campaign->rung = first_rung(campaign);
	return find_port(campaign, host);
}

bool ladder_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);
	bool begun = campaign->ladder_begun;

	if (!begun)
		campaign->rung = first_rung(campaign);
	campaign->ladder_begun = true;
	if (campaign->options.no_throttle || campaign->syns_all >= MOST_SYNS_A_HOST)
		return false;
	if (!(begun ? advance(campaign, evidence, now_ns) : find_port(campaign, host)))
		return false;
	write_rung(campaign, host, now_ns);
	return true;
}

/* Skips the ports that need no second look. */
static bool find_doubtful(
	struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);

	for (; find_port(campaign, host); campaign->ladder_port++) {
		struct view view =
			view_of(evidence, host, &host->endpoints[campaign->ladder_port], now_ns);
		if (!view.limited && !view.unlimited)
			return true;
	}
	return false;
}

static enum rung review_after(enum rung rung)
{
	return rung == RUNG_FAST ? RUNG_SLOW : RUNG_NEXT_PORT;
}

bool ladder_review(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	if (campaign->options.no_throttle || campaign->syns_all >= MOST_SYNS_A_HOST)
		return false;
	if (!campaign->review_begun) {
		campaign->review_begun = true;
		campaign->ladder_port = 0;
		campaign->rung = RUNG_NEXT_PORT;
	}
	size_t before = campaign->ladder_port;

	if (!find_doubtful(campaign, evidence, now_ns))
		return false;
	bool same = campaign->ladder_port == before && campaign->rung != RUNG_NEXT_PORT;
	campaign->rung = same ? review_after(campaign->rung) : RUNG_FAST;
	if (campaign->rung == RUNG_NEXT_PORT) {
		campaign->ladder_port++;
		return ladder_review(campaign, evidence, now_ns);
	}
	write_rung(campaign, campaign_host(campaign, evidence), now_ns);
	return true;
}
