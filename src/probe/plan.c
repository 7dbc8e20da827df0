/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hosts are diagnosed side by side, each by a campaign of its own: rounds, then the ladder, then
 * more samples where loss is in question, then a second look where a limit may have misled the
 * first, then waiting for what is under way. A stage writes a
 * batch of timed steps; the plan hands them out as they fall due and asks the stage again once the
 * batch is answered or has been waited for.
 */
#include "plan.h"

#include "campaign.h"
#include "evidence.h"
#include "ladder.h"
#include "recheck.h"
#include "rounds.h"
#include "sampling.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

/* The kernel repeats its SYN after 1, 2 and 3 s: long enough to see it ignore its answer. */
#define CONNECT_PATIENCE_NS (3500 * NS_PER_MS)

#define NS_PER_S 1e9

/* Of many hosts so many are asked at a time, and not all at the same moment: each may send 250 SYNs
 * a second, and the ring of a capture holds a thousand packets. */
#define HOSTS_AT_ONCE 32
#define HOST_EVERY_NS (15 * NS_PER_MS)
#define HOST_LOOK_NS  (100 * NS_PER_MS) /* how often to see whether one may follow */

struct plan {
	struct campaign *campaigns;
	size_t count;
	size_t turn;    /* which campaign is asked first, so that none starves */
	size_t running; /* begun and not over */
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

	if (plan == NULL || campaigns == NULL) {
		fputs("mailsonde: out of memory\n", stderr);
		abort();
	}
	plan->campaigns = campaigns;
	for (size_t h = 0; h < evidence->host_count; h++) {
		if (!asked_of(&evidence->hosts[h]) || evidence->hosts[h].route_error != 0)
			continue;
		campaigns[plan->count++] = (struct campaign){
			.host = h, .options = *options, .chance = chance_seeded(options->seed + h)};
	}
	return plan;
}

void plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	free(plan->campaigns);
	free(plan);
}

/*
 * A port whose raw SYN was answered is tried by the kernel as well: only that shows whether this
 * machine lets the answers in. Who wants no rate test wants to be quick: then the kernel does not
 * wait for the raw SYN's answer.
 */
static bool connect_next(struct campaign *campaign, const struct host *host, struct plan_step *step)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		bool ready = endpoint_accepts(endpoint) ||
			(campaign->options.no_throttle && endpoint->exchange_count > 0);
		if (!endpoint->asked || campaign->connecting[e] || !ready)
			continue;
		campaign->connecting[e] = true;
		*step = (struct plan_step){.action = PLAN_CONNECT,
			.address = host->address,
			.port = endpoint->port,
			.patience_ns = CONNECT_PATIENCE_NS};
		return true;
	}
	return false;
}

/* Only of a port that accepts is there anything to learn from the kernel's own attempt. */
static bool connects_under_way(const struct campaign *campaign, const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		if (campaign->connecting[e] && !endpoint->connection.tried &&
			endpoint_accepts(endpoint))
			return true;
	}
	return false;
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
	if (campaign->stage == STAGE_ROUNDS)
		return rounds_due(campaign, evidence);
	return campaign->last_send_ns + patience_of(campaign_host(campaign, evidence)).wait_ns +
		NS_PER_MS;
}

static bool write_batch(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	switch (campaign->stage) {
	case STAGE_ROUNDS:
		return rounds_next(campaign, evidence, now_ns);
	case STAGE_LADDER:
		return ladder_next(campaign, evidence, now_ns);
	case STAGE_SAMPLE:
		return sampling_next(campaign, evidence, now_ns);
	case STAGE_RECHECK:
		return recheck_next(campaign, evidence, now_ns);
	case STAGE_REVIEW:
		return ladder_review(campaign, evidence, now_ns);
	case STAGE_END:
	case STAGE_OVER:
		break;
	}
	return false;
}

/* Writes the next batch there is, stage after stage. */
static void think(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	while (campaign->stage < STAGE_END && !write_batch(campaign, evidence, now_ns))
		campaign->stage++;
	if (campaign->stage == STAGE_END &&
		!connects_under_way(campaign, campaign_host(campaign, evidence)))
		campaign->stage = STAGE_OVER;
}

static bool batch_over(
	const struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);

	if (campaign->stage == STAGE_END)
		return true;
	bool answered =
		campaign->stage == STAGE_ROUNDS ? all_accept(host) : batch_answered(campaign, host);

	return answered ||
		(campaign->step_next == campaign->step_count &&
			now_ns >= batch_due(campaign, evidence));
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
	if (connect_next(campaign, host, &step))
		return step;
	if (batch_over(campaign, evidence, now_ns))
		think(campaign, evidence, now_ns);
	if (campaign->stage == STAGE_OVER)
		return (struct plan_step){.action = PLAN_DONE};
	if (campaign->stage == STAGE_END) {
		step.until_ns = now_ns + CONNECT_PATIENCE_NS;
		return step;
	}
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
	if (next->step.action == PLAN_SEND && next->step.hop_limit > SWEEP_HOP_LIMIT)
		count_syn(campaign, host, next->step.port);
	return next->step;
}

/* The same of one that may have to wait for others. */
static struct plan_step step_of(struct plan *plan, struct campaign *campaign,
	const struct evidence *evidence, int64_t now_ns)
{
	bool waits = campaign->started_ns == 0;

	if (campaign->over)
		return (struct plan_step){.action = PLAN_DONE};
	if (waits && plan->running == HOSTS_AT_ONCE)
		return (struct plan_step){.action = PLAN_WAIT, .until_ns = now_ns + HOST_LOOK_NS};
	if (waits && now_ns < plan->next_start_ns)
		return (struct plan_step){.action = PLAN_WAIT, .until_ns = plan->next_start_ns};
	if (waits) {
		plan->running++;
		plan->next_start_ns = now_ns + HOST_EVERY_NS;
	}
	struct plan_step step = campaign_next(campaign, evidence, now_ns);

	campaign->over = step.action == PLAN_DONE;
	plan->running -= campaign->over;
	return step;
}

struct plan_step plan_next(struct plan *plan, const struct evidence *evidence, int64_t now_ns)
{
	struct plan_step soonest = {.action = PLAN_DONE};

	for (size_t i = 0; i < plan->count; i++) {
		size_t at = (plan->turn + i) % plan->count;
		struct plan_step step = step_of(plan, &plan->campaigns[at], evidence, now_ns);

		if (step.action != PLAN_WAIT && step.action != PLAN_DONE) {
			plan->turn = at + 1;
			return step;
		}
		if (step.action == PLAN_WAIT &&
			(soonest.action == PLAN_DONE || step.until_ns < soonest.until_ns))
			soonest = step;
	}
	return soonest;
}

/* Rounds are a third of the work, the ports' tests most of the rest. */
static double campaign_share(const struct campaign *campaign, const struct host *host)
{
	double ports = host->endpoint_count > 0 ? (double)host->endpoint_count : 1;

	switch (campaign->stage) {
	case STAGE_ROUNDS:
		return .3 * campaign->round / (campaign->round + 4.0);
	case STAGE_LADDER:
		return .3 + .6 * (double)campaign->ladder_port / ports;
	case STAGE_SAMPLE:
	case STAGE_RECHECK:
	case STAGE_REVIEW:
		return .9;
	case STAGE_END:
		return .95;
	case STAGE_OVER:
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
