/* SPDX-License-Identifier: BSD-2-Clause */
#include "campaign.h"

#include "loss.h"
#include "timing.h"

#include <math.h>
#include <string.h>

/* The gentle default: a healthy mail server sees 500 SYNs a second only for a few milliseconds. */
#define DEFAULT_RATE_PER_S 500

#define FULL_HOP_LIMIT 64 /* as Linux sends (SCIENCE R7) */

int64_t jittered(struct campaign *campaign, int64_t gap_ns)
{
	return (int64_t)((double)gap_ns * chance_between(&campaign->chance, .75, 1.25));
}

void batch_begin(struct campaign *campaign, int64_t now_ns)
{
	campaign->step_count = campaign->step_next = 0;
	campaign->batch_ns = now_ns;
	campaign->batch_syns = 0;
	campaign->jitter = chance_between(&campaign->chance, .8, 1.2);
	if (campaign->last_send_ns < now_ns)
		campaign->last_send_ns = now_ns;
}

void batch_pause(struct campaign *campaign, int64_t gap_ns)
{
	campaign->last_send_ns += gap_ns;
}

void batch_add(struct campaign *campaign, const struct plan_step *step, int64_t gap_ns)
{
	double rate = campaign->options.rate_per_s > 0 ? campaign->options.rate_per_s
						       : DEFAULT_RATE_PER_S;
	int64_t least_ns = (int64_t)(1e9 / rate);
	bool first = campaign->step_count == 0 && campaign->last_send_ns <= campaign->batch_ns;

	if (campaign->step_count == BATCH_STEPS)
		return;
	if (!first)
		campaign->last_send_ns += gap_ns > least_ns ? gap_ns : least_ns;
	campaign->steps[campaign->step_count++] =
		(struct timed_step){.due_ns = campaign->last_send_ns, .step = *step};
}

static struct plan_step syn_to(const struct host *host, size_t endpoint)
{
	return (struct plan_step){.action = PLAN_SEND,
		.address = host->address,
		.port = host->endpoints[endpoint].port,
		.hop_limit = FULL_HOP_LIMIT};
}

bool batch_add_syn(struct campaign *campaign, const struct host *host, size_t endpoint,
	int64_t gap_ns, bool hold)
{
	struct plan_step step = syn_to(host, endpoint);

	if (campaign->syns[endpoint] >= MOST_SYNS_A_PORT ||
		campaign->syns_all >= MOST_SYNS_A_HOST || campaign->step_count == BATCH_STEPS)
		return false;
	step.hold = hold;
	batch_add(campaign, &step, gap_ns);
	campaign->batch_syns++;
	return true;
}

struct plan_step batch_sweep_step(const struct host *host, size_t endpoint, uint8_t hop_limit)
{
	struct plan_step step = syn_to(host, endpoint);

	step.hop_limit = hop_limit;
	return step;
}

bool batch_answered(const struct campaign *campaign, const struct host *host)
{
	unsigned seen = 0;

	if (campaign->step_next < campaign->step_count)
		return false;
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		for (size_t i = endpoint->exchange_count; i-- > 0;) {
			const struct exchange *exchange = &endpoint->exchanges[i];
			if (exchange->sent_ns < campaign->batch_ns)
				break;
			if (!exchange_answered(exchange))
				return false;
			seen++;
		}
	}
	return seen >= campaign->batch_syns;
}

size_t campaign_controls(const struct host *host, size_t without, int64_t now_ns,
	size_t places[static EVIDENCE_ENDPOINTS])
{
	bool fit[EVIDENCE_ENDPOINTS];
	size_t count = 0;

	loss_mark_controls(host, now_ns, fit);
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (e != without && fit[e] && endpoint_answers(&host->endpoints[e]))
			places[count++] = e;
	}
	return count;
}
