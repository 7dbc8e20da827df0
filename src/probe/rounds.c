/* SPDX-License-Identifier: BSD-2-Clause */
#include "rounds.h"

#include "campaign.h"
#include "figures.h"
#include "place.h"
#include "timing.h"

#include <string.h>

#define ROUNDS_MOST 20 /* SCIENCE section A's cap */

/* Rounds of a host that answers somewhere follow each other this fast: no late host-unreachable can
 * come any more, and the controls of each round tell an outage from a filter. */
#define GAP_ALIVE_NS (90 * NS_PER_MS)

/* Where no control is lost so many rounds make silence certain: the last one's answers are waited
 * for before another is sent. */
#define ROUNDS_USUAL 7

/* Nothing has answered yet: SCIENCE's half second, slower after the fifth round. A router says
 * "host unreachable" 3.1 s after it was first asked; the last answer is awaited for a second. */
#define GAP_SILENT_NS  (500 * NS_PER_MS)
#define GAP_PATIENT_NS (1000 * NS_PER_MS)
#define QUICK_ROUNDS   5
#define SILENT_SPAN_NS (4400 * NS_PER_MS)

#define SPACING_NS    (2 * NS_PER_MS) /* between the SYNs of a round */
#define CONTROL_EVERY 3               /* ports between two controls */

static bool refused_here(const struct local_signs *local)
{
	return local->left == 0 && (local->writes_refused >= 2 || local->never_left >= 2);
}

static bool answers_by_icmp(const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (!exchange_is_sweep(exchange) && exchange_answer(exchange, ANSWER_ICMP) != NULL)
			return true;
	}
	return false;
}

static size_t count_icmp(const struct host *host)
{
	size_t count = 0;

	for (size_t e = 0; e < host->endpoint_count; e++)
		count += answers_by_icmp(&host->endpoints[e]);
	return count;
}

static bool answers_by_tcp(const struct host *host)
{
	size_t places[EVIDENCE_ENDPOINTS];

	return patience_of(host).sampled ||
		campaign_controls(host, EVIDENCE_ENDPOINTS, INT64_MAX, places) > 0;
}

/* A router says no more than six such things at once and one a second after: where it speaks for
 * several ports, and nothing else answers, one word for each is enough. */
static bool refused_with_the_rest(const struct host *host, const struct endpoint *endpoint)
{
	return answers_by_icmp(endpoint) && count_icmp(host) > 1 && !answers_by_tcp(host);
}

static bool settled(
	const struct evidence *evidence, const struct host *host, size_t place, int64_t now_ns)
{
	const struct endpoint *endpoint = &host->endpoints[place];
	struct figures figures = figures_quick(evidence, host, endpoint, now_ns);

	return figures.counts.syn_acks > 0 || figures.refusal_rounds >= 2 ||
		figures.silence.certain || figures.local.neighbour_silent ||
		refused_with_the_rest(host, endpoint) ||
		(refused_here(&figures.local) &&
			(host->neighbour_asked == 0 || host->neighbour_told > 0));
}

static size_t unsettled(const struct evidence *evidence, const struct host *host, int64_t now_ns,
	size_t places[static EVIDENCE_ENDPOINTS])
{
	size_t count = 0;

	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (host->endpoints[e].asked && !settled(evidence, host, e, now_ns))
			places[count++] = e;
	}
	return count;
}

static void shuffle(struct campaign *campaign, size_t *places, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = chance_below(&campaign->chance, (unsigned)i);
		size_t moved = places[i - 1];
		places[i - 1] = places[j];
		places[j] = moved;
	}
}

/* The first round asks everything once, the ports in question first. */
static void write_first_round(struct campaign *campaign, const struct host *host)
{
	size_t places[EVIDENCE_ENDPOINTS];
	size_t asked = 0, count;

	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (host->endpoints[e].asked)
			places[asked++] = e;
	}
	count = asked;
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (!host->endpoints[e].asked)
			places[count++] = e;
	}
	shuffle(campaign, places, asked);
	shuffle(campaign, places + asked, count - asked);
	for (size_t i = 0; i < count; i++)
		batch_add_syn(campaign, host, places[i], SPACING_NS, false);
}

/* While nothing answers, each endpoint that was not asked for is still a possible control. */
static size_t possible_controls(
	const struct host *host, int64_t now_ns, size_t places[static EVIDENCE_ENDPOINTS])
{
	size_t count = campaign_controls(host, EVIDENCE_ENDPOINTS, now_ns, places);

	if (count == 0 && count_icmp(host) > 0)
		return 0; /* they would only use up what the router may still say */
	for (size_t e = 0; e < host->endpoint_count && count == 0; e++) {
		if (!host->endpoints[e].asked)
			places[count++] = e;
	}
	for (size_t e = 0; e < host->endpoint_count && count == 1; e++) {
		if (!host->endpoints[e].asked && e != places[0])
			places[count++] = e;
	}
	return count;
}

static void write_round(struct campaign *campaign, const struct host *host, size_t *places,
	size_t count, int64_t now_ns)
{
	size_t controls[EVIDENCE_ENDPOINTS];
	size_t control_count = possible_controls(host, now_ns, controls);
	size_t next = campaign->round;

	shuffle(campaign, places, count);
	for (size_t i = 0; i < count; i++) {
		if (i % CONTROL_EVERY == 0 && control_count > 0)
			batch_add_syn(campaign, host, controls[next++ % control_count], SPACING_NS,
				false);
		batch_add_syn(campaign, host, places[i], SPACING_NS, false);
	}
	if (control_count > 0)
		batch_add_syn(campaign, host, controls[next % control_count], SPACING_NS, false);
}

int64_t rounds_due(const struct campaign *campaign, const struct evidence *evidence)
{
	const struct host *host = campaign_host(campaign, evidence);
	struct patience patience = patience_of(host);
	int64_t gap_ns = campaign->round <= QUICK_ROUNDS ? GAP_SILENT_NS : GAP_PATIENT_NS;

	if (!patience.sampled)
		return campaign->batch_ns + gap_ns;
	if (campaign->round >= ROUNDS_USUAL)
		return campaign->round_ns + patience.wait_ns + NS_PER_MS;
	gap_ns = (int64_t)((double)GAP_ALIVE_NS * campaign->jitter);
	if (gap_ns < patience.fastest_ns + patience.fastest_ns / 4)
		gap_ns = patience.fastest_ns + patience.fastest_ns / 4;
	return campaign->batch_ns + gap_ns;
}

/* Silence of everything is watched for as long as a late answer of the last router may take; twice
 * as long once a router has spoken for some of the ports, since it says so only once a second. */
static bool watched_long_enough(
	const struct campaign *campaign, const struct host *host, int64_t now_ns)
{
	int64_t span_ns = count_icmp(host) > 0 ? 2 * SILENT_SPAN_NS : SILENT_SPAN_NS;

	return !answers_by_tcp(host) && now_ns - campaign->started_ns > span_ns;
}

bool rounds_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);
	size_t places[EVIDENCE_ENDPOINTS];
	size_t count = unsettled(evidence, host, now_ns, places);

	if (count == 0 || campaign->round == ROUNDS_MOST || host->route_error != 0 ||
		(campaign->round > 0 && watched_long_enough(campaign, host, campaign->batch_ns)))
		return false;
	batch_begin(campaign, now_ns);
	if (campaign->round == 0)
		write_first_round(campaign, host);
	else
		write_round(campaign, host, places, count, now_ns);
	campaign->round_ns = campaign->last_send_ns;
	place_join(campaign, evidence, now_ns);
	campaign->round++;
	return true;
}
