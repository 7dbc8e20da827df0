/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hosts are diagnosed side by side, each by a campaign of its own: rounds, then the ladder, then
 * more samples where loss is in question, then a second look where a limit may have misled the
 * first, then the place of what fails, then waiting for what is under way. A stage writes a
 * batch of timed steps; the plan hands them out as they fall due and asks the stage again once the
 * batch is answered or has been waited for.
 */
#include "plan.h"

#include "campaign.h"
#include "evidence.h"
#include "ladder.h"
#include "place.h"
#include "recheck.h"
#include "rounds.h"
#include "sampling.h"
#include "talks.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

/* How often to look whether what is under way has ended; it says so by itself. */
#define LOOK_NS (3500 * NS_PER_MS)

/* Most sessions are over by then; those that wait for a late greeting have nothing to do. */
#define LISTEN_MOST_NS (1000 * NS_PER_MS)

#define NS_PER_S 1e9

/* Of many hosts so many are asked at a time, and not all at the same moment: each may send 250 SYNs
 * a second, and the ring of a capture holds two thousand packets. */
#define HOSTS_AT_ONCE 32
#define HOST_EVERY_NS (15 * NS_PER_MS)

struct plan {
	struct campaign *campaigns;
	size_t count, begun;    /* they begin in their order */
	struct campaign **live; /* begun, and there may be more to do */
	size_t live_count;
	size_t turn;    /* which of them is asked first, so that none starves */
	size_t running; /* begun and not quiet yet */
	size_t at_once; /* so many at a time; fewer where the capture cannot keep up */
	uint64_t lost;  /* by the capture, when that was decided */
	int64_t next_start_ns;
};

static bool asked_of(const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (host->endpoints[e].asked)
			return true;
	}
	return false;
}

struct plan *plan_new(const struct evidence *evidence, const struct plan_options *options)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	struct campaign *campaigns = calloc(evidence->host_count + 1, sizeof(*campaigns));
	struct campaign **live = calloc(evidence->host_count + 1, sizeof(struct campaign *));

	if (plan == NULL || campaigns == NULL || live == NULL) {
		fputs("mailsonde: out of memory\n", stderr);
		abort();
	}
	plan->campaigns = campaigns;
	plan->live = live;
	plan->at_once = HOSTS_AT_ONCE;
	for (size_t h = 0; h < evidence->host_count; h++) {
		if (!asked_of(&evidence->hosts[h]) || evidence->hosts[h].route_error != 0)
			continue;
		campaigns[plan->count++] = (struct campaign){
			.host = h, .options = *options, .chance = chance_seeded(options->seed + h)};
	}
	for (size_t i = 0; i < plan->count; i++) {
		campaigns[i].all = campaigns;
		campaigns[i].all_count = plan->count;
	}
	return plan;
}

void plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	free(plan->campaigns);
	free(plan->live);
	free(plan);
}

static void count_syn(struct campaign *campaign, const struct host *host, uint16_t port)
{
	const struct endpoint *endpoint = host_endpoint(host, port);

	campaign->syns[endpoint - host->endpoints]++;
	campaign->syns_all++;
}

/* Nothing that was asked is still in question: the rest of a round would only be controls. */
static bool all_accept(const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (host->endpoints[e].asked && !endpoint_accepts(&host->endpoints[e]))
			return false;
	}
	return true;
}

/* When the current batch has been waited for. */
static int64_t batch_due(const struct campaign *campaign, const struct evidence *evidence)
{
	if (campaign->stage == CAMPAIGN_ROUNDS)
		return rounds_due(campaign, evidence);
	if (campaign->stage == CAMPAIGN_PLACE)
		return place_due(campaign, evidence);
	return campaign->last_send_ns + patience_of(campaign_host(campaign, evidence)).wait_ns +
		NS_PER_MS;
}

/* An empty batch: whatever arrives has it looked at again. */
static bool listen_on(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	if (campaign->listen_ns == 0)
		campaign->listen_ns = now_ns;
	if (!campaign->options.sessions || campaign->options.no_throttle ||
		now_ns - campaign->listen_ns >= LISTEN_MOST_NS ||
		!talks_under_way(campaign, campaign_host(campaign, evidence)))
		return false;
	batch_begin(campaign, now_ns);
	return true;
}

static bool write_batch(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	switch (campaign->stage) {
	case CAMPAIGN_ROUNDS:
		return rounds_next(campaign, evidence, now_ns);
	case CAMPAIGN_LISTEN:
		return listen_on(campaign, evidence, now_ns);
	case CAMPAIGN_LADDER:
		return ladder_next(campaign, evidence, now_ns);
	case CAMPAIGN_SAMPLE:
		return sampling_next(campaign, evidence, now_ns);
	case CAMPAIGN_RECHECK:
		return recheck_next(campaign, evidence, now_ns);
	case CAMPAIGN_REVIEW:
		return ladder_review(campaign, evidence, now_ns);
	case CAMPAIGN_PLACE:
		return place_next(campaign, evidence, now_ns);
	case CAMPAIGN_END:
	case CAMPAIGN_OVER:
		break;
	}
	return false;
}

/* Writes the next batch there is, stage after stage. */
static void think(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	while (campaign->stage < CAMPAIGN_END && !write_batch(campaign, evidence, now_ns))
		campaign->stage++;
}

static bool batch_over(
	const struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);

	if (campaign->stage == CAMPAIGN_END)
		return true;
	bool answered = campaign->stage == CAMPAIGN_ROUNDS ? all_accept(host)
							   : batch_answered(campaign, host);

	if (campaign->stage == CAMPAIGN_PLACE && campaign->step_count == 0)
		answered = false; /* it only waits */

	return answered ||
		(campaign->step_next == campaign->step_count &&
			now_ns >= batch_due(campaign, evidence));
}

/* All is asked but what failed is tried once more, and what is under way is waited for. */
static struct plan_step last_steps(
	struct campaign *campaign, const struct host *host, int64_t now_ns)
{
	struct plan_step step = {.action = PLAN_WAIT, .until_ns = now_ns + LOOK_NS};

	if (talks_again(campaign, host, &step) || talks_under_way(campaign, host))
		return step;
	campaign->stage = CAMPAIGN_OVER;
	return (struct plan_step){.action = PLAN_DONE};
}

/* A step that comes so late was held up; the rest is the lateness of timers. */
#define HELD_UP_NS (5 * NS_PER_MS)

/* A machine that was busy elsewhere must not make up for it: what was to be four milliseconds apart
 * would go out at once, and lose what it would not have lost. */
static void keep_distance(struct campaign *campaign, int64_t late_ns)
{
	if (late_ns < HELD_UP_NS)
		return;
	for (size_t i = campaign->step_next; i < campaign->step_count; i++)
		campaign->steps[i].due_ns += late_ns;
	campaign->last_send_ns += late_ns;
}

/* One campaign's next step; PLAN_DONE once it is over. */
static struct plan_step campaign_next(
	struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);
	struct plan_step step = {.action = PLAN_WAIT};

	if (campaign->started_ns == 0) {
		campaign->started_ns = now_ns;
		think(campaign, evidence, now_ns);
	}
	if (talks_next(campaign, host, &step))
		return step;
	if (batch_over(campaign, evidence, now_ns))
		think(campaign, evidence, now_ns);
	if (campaign->stage == CAMPAIGN_OVER)
		return (struct plan_step){.action = PLAN_DONE};
	if (campaign->stage == CAMPAIGN_END)
		return last_steps(campaign, host, now_ns);
	if (campaign->step_next == campaign->step_count) {
		step.until_ns = batch_due(campaign, evidence);
		return step;
	}
	const struct timed_step *next = &campaign->steps[campaign->step_next];

	if (next->due_ns > now_ns) {
		step.until_ns = next->due_ns;
		return step;
	}
	campaign->step_next++;
	keep_distance(campaign, now_ns - next->due_ns);
	if (next->step.action == PLAN_SEND && next->step.hop_limit > SWEEP_HOP_LIMIT)
		count_syn(campaign, host, next->step.port);
	return next->step;
}

/* Where the capture lags behind, a port may turn out to accept after all has been asked. */
static struct plan_step late_step(struct campaign *campaign, const struct host *host)
{
	struct plan_step step = {.action = PLAN_DONE};

	if (!talks_next(campaign, host, &step))
		return step;
	campaign->over = false;
	campaign->stage = CAMPAIGN_END;
	return step;
}

/* A machine that is too slow for so many loses packets, and with them what they would have told. */
static void keep_up(struct plan *plan, const struct evidence *evidence)
{
	if (evidence->lost <= plan->lost)
		return;
	plan->lost = evidence->lost;
	if (plan->at_once > 1)
		plan->at_once /= 2;
}

/* The same of one that has begun. */
static struct plan_step step_of(struct plan *plan, struct campaign *campaign,
	const struct evidence *evidence, int64_t now_ns)
{
	if (campaign->over)
		return late_step(campaign, campaign_host(campaign, evidence));
	struct plan_step step = campaign_next(campaign, evidence, now_ns);
	bool quiet = campaign->stage >= CAMPAIGN_END;

	plan->running -= quiet && !campaign->quiet;
	campaign->quiet = quiet;
	campaign->over = step.action == PLAN_DONE;
	return step;
}

/* Hosts of which nothing more can come are asked no more: there may be thousands. */
static void forget_finished(struct plan *plan, const struct evidence *evidence)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->live_count; i++) {
		struct campaign *campaign = plan->live[i];
		if (!campaign->over || talks_left(campaign, campaign_host(campaign, evidence)))
			plan->live[kept++] = campaign;
	}
	plan->live_count = kept;
}

/* The next step of those that have begun, or how long they all wait. */
static struct plan_step live_step(
	struct plan *plan, const struct evidence *evidence, int64_t now_ns)
{
	struct plan_step soonest = {.action = PLAN_DONE};
	bool finished = false;

	for (size_t i = 0; i < plan->live_count; i++) {
		size_t at = (plan->turn + i) % plan->live_count;
		struct plan_step step = step_of(plan, plan->live[at], evidence, now_ns);

		if (step.action != PLAN_WAIT && step.action != PLAN_DONE) {
			plan->turn = at + 1;
			return step;
		}
		finished = finished || step.action == PLAN_DONE;
		if (step.action == PLAN_WAIT &&
			(soonest.action == PLAN_DONE || step.until_ns < soonest.until_ns))
			soonest = step;
	}
	if (finished)
		forget_finished(plan, evidence);
	return soonest;
}

static bool may_begin(const struct plan *plan)
{
	return plan->begun < plan->count && plan->running < plan->at_once;
}

struct plan_step plan_next(struct plan *plan, const struct evidence *evidence, int64_t now_ns)
{
	keep_up(plan, evidence);
	struct plan_step step = live_step(plan, evidence, now_ns);

	while (may_begin(plan) && now_ns >= plan->next_start_ns &&
		(step.action == PLAN_WAIT || step.action == PLAN_DONE)) {
		plan->live[plan->live_count++] = &plan->campaigns[plan->begun++];
		plan->running++;
		plan->next_start_ns = now_ns + HOST_EVERY_NS;
		step = live_step(plan, evidence, now_ns);
	}
	if (may_begin(plan) &&
		(step.action == PLAN_DONE ||
			(step.action == PLAN_WAIT && step.until_ns > plan->next_start_ns)))
		return (struct plan_step){.action = PLAN_WAIT, .until_ns = plan->next_start_ns};
	return step;
}

/* Rounds are a third of the work, the ports' tests most of the rest. */
static double campaign_share(const struct campaign *campaign, const struct host *host)
{
	double ports = host->endpoint_count > 0 ? (double)host->endpoint_count : 1;

	switch (campaign->stage) {
	case CAMPAIGN_ROUNDS:
		return .3 * campaign->round / (campaign->round + 4.0);
	case CAMPAIGN_LISTEN:
		return .3;
	case CAMPAIGN_LADDER:
		return .3 + .6 * (double)campaign->ladder_port / ports;
	case CAMPAIGN_SAMPLE:
	case CAMPAIGN_RECHECK:
	case CAMPAIGN_REVIEW:
	case CAMPAIGN_PLACE:
		return .9;
	case CAMPAIGN_END:
		return .95;
	case CAMPAIGN_OVER:
		break;
	}
	return 1;
}

double plan_progress(
	const struct plan *plan, const struct evidence *evidence, int64_t now_ns, double *left_s)
{
	double least = 1;
	int64_t started_ns = now_ns;

	for (size_t i = 0; i < plan->count; i++) {
		const struct campaign *campaign = &plan->campaigns[i];
		double share = campaign_share(campaign, campaign_host(campaign, evidence));
		if (share < least)
			least = share;
		if (campaign->started_ns != 0 && campaign->started_ns < started_ns)
			started_ns = campaign->started_ns;
	}
	double gone_s = (double)(now_ns - started_ns) / NS_PER_S;

	*left_s = least > .05 ? gone_s * (1 - least) / least : 5;
	return least;
}
