/* SPDX-License-Identifier: BSD-2-Clause */
#include "recheck.h"

#include "campaign.h"
#include "timing.h"

#define LOOKS 3

/* Two tokens' time, so that one is there even if somebody else takes one too; bounded, since a
 * limit slower than one in three seconds lets hardly any mail through anyway. */
#define TOKENS         2
#define PAUSE_LEAST_NS (500 * NS_PER_MS)
#define PAUSE_MOST_NS  (6000 * NS_PER_MS)

/* For the tests of other hosts, which may use up a limit that counts them all: the whole ladder of
 * one takes less. */
#define YIELD_MOST_NS (40000 * NS_PER_MS)
#define YIELD_LOOK_NS (100 * NS_PER_MS)

/* Of more hosts than are asked side by side somebody's tests are always ahead: nobody waits then,
 * and what others may have starved is left without a word (source_limit.h). */
#define YIELD_HOSTS_MOST 32

/* Another port of the same number that answers, and has been or still is asked often. */
static const struct endpoint *same_port(const struct campaign *campaign,
	const struct campaign *other, const struct evidence *evidence, uint16_t port)
{
	const struct endpoint *endpoint = other == campaign || other->started_ns == 0
		? NULL
		: host_endpoint(campaign_host(other, evidence), port);
	bool fit = endpoint != NULL && endpoint->asked && endpoint_accepts(endpoint);

	return fit ? endpoint : NULL;
}

static bool lacks_answers(const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (!exchange_is_sweep(exchange) &&
			exchange_answer(exchange, ANSWER_SYN_ACK) == NULL)
			return true;
	}
	return false;
}

static bool is_to_be_tested(
	const struct campaign *other, const struct host *host, const struct endpoint *endpoint)
{
	return other->stage < CAMPAIGN_LADDER ||
		(other->stage == CAMPAIGN_LADDER &&
			other->ladder_port <= (size_t)(endpoint - host->endpoints));
}

/* Its tests go on, and may take what such a limit lets through. */
static bool is_busy(const struct campaign *campaign, const struct campaign *other,
	const struct evidence *evidence, uint16_t port)
{
	const struct endpoint *endpoint = same_port(campaign, other, evidence, port);

	if (endpoint == NULL || other->stage > CAMPAIGN_REVIEW)
		return false;
	if (other->stage >= CAMPAIGN_RECHECK && !other->looking && !other->review_begun)
		return false; /* it may be waiting for this one */
	return is_to_be_tested(other, campaign_host(other, evidence), endpoint) ||
		lacks_answers(endpoint);
}

static bool others_are_busy(
	const struct campaign *campaign, const struct evidence *evidence, uint16_t port)
{
	for (size_t i = 0; i < campaign->all_count; i++) {
		const struct campaign *other = &campaign->all[i];
		bool looks = other != campaign && other->looking && other->stage <= CAMPAIGN_REVIEW;
		if (looks || is_busy(campaign, other, evidence, port))
			return true;
	}
	return false;
}

/* The slowest rate at which that port of other hosts is limited; 0: it is at none. */
static double limit_of_others(
	const struct campaign *campaign, const struct evidence *evidence, uint16_t port)
{
	double slowest = 0;

	for (size_t i = 0; i < campaign->all_count && !campaign->in_vain; i++) {
		const struct campaign *other = &campaign->all[i];
		const struct endpoint *endpoint = same_port(campaign, other, evidence, port);
		if (endpoint == NULL || !other->limit_seen || !lacks_answers(endpoint))
			continue;
		double rate = other->limit_per_s > 0 ? other->limit_per_s : 1;
		if (slowest == 0 || rate < slowest)
			slowest = rate;
	}
	return slowest;
}

static bool never_accepted(const struct endpoint *endpoint)
{
	return endpoint->asked && !endpoint_accepts(endpoint);
}

/* An empty batch, looked at again now and then, until the others' tests are over. */
static bool yield_to_others(
	struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);
	bool busy = false;

	if (campaign->rechecks > 0 || campaign->options.no_throttle ||
		campaign->all_count > YIELD_HOSTS_MOST)
		return false;
	if (campaign->yield_ns != 0 && now_ns - campaign->batch_ns < YIELD_LOOK_NS)
		return true;
	if (campaign->yield_ns == 0)
		campaign->yield_ns = now_ns;
	for (size_t e = 0; e < host->endpoint_count && !busy; e++)
		busy = never_accepted(&host->endpoints[e]) &&
			others_are_busy(campaign, evidence, host->endpoints[e].port);
	campaign->in_vain = busy && now_ns - campaign->yield_ns >= YIELD_MOST_NS;
	if (!busy || campaign->in_vain)
		return false;
	batch_begin(campaign, now_ns);
	return true;
}

static int64_t pause_ns(double limit_per_s)
{
	double pause = limit_per_s > 0 ? TOKENS * 1e9 / limit_per_s : 1e9;

	if (pause < (double)PAUSE_LEAST_NS)
		return PAUSE_LEAST_NS;
	return pause > (double)PAUSE_MOST_NS ? PAUSE_MOST_NS : (int64_t)pause;
}

/* Its own host's limit may have starved the port, or that of others. */
static bool may_be_starved(
	const struct campaign *campaign, const struct evidence *evidence, size_t place)
{
	const struct endpoint *endpoint = &campaign_host(campaign, evidence)->endpoints[place];

	return never_accepted(endpoint) &&
		(campaign->limit_seen || limit_of_others(campaign, evidence, endpoint->port) > 0);
}

static void look_again(struct campaign *campaign, const struct evidence *evidence, size_t place)
{
	const struct host *host = campaign_host(campaign, evidence);
	double others = limit_of_others(campaign, evidence, host->endpoints[place].port);
	double limit = campaign->limit_per_s;

	if (others > 0 && (!campaign->limit_seen || others < limit))
		limit = others;
	campaign->looking = campaign->looking || others > 0;
	batch_pause(campaign, pause_ns(limit));
	batch_add_syn(campaign, host, place, 0, false);
}

bool recheck_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	size_t places[EVIDENCE_ENDPOINTS];
	size_t count = 0;

	if (yield_to_others(campaign, evidence, now_ns))
		return true;
	for (size_t e = 0; e < campaign_host(campaign, evidence)->endpoint_count; e++) {
		if (may_be_starved(campaign, evidence, e))
			places[count++] = e;
	}
	if (count == 0 || campaign->rechecks++ == LOOKS)
		return false;
	batch_begin(campaign, now_ns);
	for (size_t i = 0; i < count; i++)
		look_again(campaign, evidence, places[i]);
	return campaign->step_count > 0;
}
