/* SPDX-License-Identifier: BSD-2-Clause */
#include "budget.h"

#include "conversation.h"
#include "evidence.h"
#include "fault.h"
#include "index.h"
#include "retired.h"
#include "timing.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_MS ((int64_t)1000000)

/* After this nothing more comes of an answered SYN but its connection's traffic; and nothing of one
 * without an answer: a router that asks for a neighbour says after three seconds that there is none
 * (RFC 4861 section 10: three times a second), and our own patience ends as early. */
#define ANSWERED_NS   (1000 * NS_PER_MS)
#define UNANSWERED_NS (5000 * NS_PER_MS)

#define LEAST_SHARE 16
#define UNEVEN      16 /* times a share for ports that do not always answer alike */

/* How far a control may stand from a silent probe that it vouches for, as in silence.c. */
#define COVER_NS (30000 * NS_PER_MS)

/* How many hosts are compared to find one that may go. */
#define LOOKED_AT 64

/* Less room than this is about to be needed again. */
#define WORTH_SHRINKING 32

enum urgency {
	WHAT_IS_SETTLED,
	WHATEVER_IS_LEFT, /* but for connections that are being listened to */
};

struct retirement {
	struct evidence *evidence;
	struct position place; /* of the endpoint */
	struct host *host;
	struct endpoint *endpoint;
	int64_t now_ns;
	enum urgency urgency;
	bool *stays; /* by place */
};

/* Which exchanges stay. */

static bool is_uneven(const struct endpoint *endpoint)
{
	const struct retired *retired = endpoint->retired;
	bool accepts = retired != NULL && retired->accepted > 0;
	bool refuses = retired != NULL && retired->answered > retired->accepted;
	bool silent = retired != NULL && retired->unanswered > 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		bool accepted = exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
		accepts = accepts || accepted;
		refuses = refuses || (exchange_answered(exchange) && !accepted);
		silent = silent || !exchange_answered(exchange);
	}
	return silent || (accepts && refuses);
}

static size_t share_of(const struct evidence *evidence, const struct endpoint *endpoint)
{
	size_t share = evidence->share * (is_uneven(endpoint) ? UNEVEN : 1U);

	return share < EVIDENCE_EXCHANGES ? share : EVIDENCE_EXCHANGES;
}

static bool is_settled(const struct retirement *retirement, const struct exchange *exchange)
{
	int64_t age_ns = retirement->now_ns - exchange->sent_ns;
	bool was_listened_to = exchange->conversation != 0;

	if (was_listened_to && conversation_goes_on(retirement->evidence, exchange->conversation))
		return false;
	if (retirement->urgency == WHATEVER_IS_LEFT || was_listened_to || exchange->connected)
		return true;
	return age_ns >= (exchange_answered(exchange) ? ANSWERED_NS : UNANSWERED_NS);
}

/* The first exchange that was sent at time_ns or later. */
static size_t first_from(const struct endpoint *endpoint, int64_t time_ns)
{
	size_t low = 0, high = endpoint->exchange_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (endpoint->exchanges[middle].sent_ns < time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void keep_around(struct retirement *retirement, int64_t time_ns)
{
	const struct endpoint *endpoint = retirement->endpoint;
	size_t after = first_from(endpoint, time_ns);

	if (after > 0 && time_ns - endpoint->exchanges[after - 1].sent_ns <= COVER_NS)
		retirement->stays[after - 1] = true;
	if (after < endpoint->exchange_count &&
		endpoint->exchanges[after].sent_ns - time_ns <= COVER_NS)
		retirement->stays[after] = true;
}

static void keep_witnesses(struct retirement *retirement)
{
	const struct host *host = retirement->host;

	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *other = &host->endpoints[e];
		if (other == retirement->endpoint || endpoint_answers(other))
			continue;
		for (size_t i = 0; i < other->exchange_count; i++)
			keep_around(retirement, other->exchanges[i].sent_ns);
	}
}

static void choose(struct retirement *retirement, size_t share)
{
	const struct endpoint *endpoint = retirement->endpoint;
	size_t count = endpoint->exchange_count;
	bool any = retirement->urgency == WHATEVER_IS_LEFT;
	size_t first = any ? 0 : share / 8, latest = any ? 1 : share / 8;
	bool told = endpoint->retired != NULL && endpoint->retired->icmp_errors > 0;

	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		bool tells = exchange_answer(exchange, ANSWER_ICMP) != NULL;
		retirement->stays[i] = i < first || count - i <= latest ||
			!is_settled(retirement, exchange) || (tells && !told);
		told = told || tells;
		index_prefetch(retirement->evidence->flows, exchange->flow);
	}
	if (!any)
		keep_witnesses(retirement);
}

/* Setting aside. */

static struct index_slot *slot_of(const struct evidence *evidence, const struct position *position)
{
	const struct host *host = &evidence->hosts[position->host];
	const struct endpoint *endpoint = &host->endpoints[position->endpoint];
	uint32_t hash = endpoint->exchanges[position->exchange].flow;
	struct index_slot *slot = NULL;

	while ((slot = index_seek(evidence->flows, hash, slot)) != NULL) {
		if (memcmp(&slot->position, position, sizeof(*position)) == 0)
			return slot;
	}
	return NULL;
}

static void set_aside(struct retirement *retirement, size_t at, const struct patience *patience)
{
	struct evidence *evidence = retirement->evidence;
	struct endpoint *endpoint = retirement->endpoint;
	struct position position = retirement->place;
	struct index_slot *slot = NULL;
	unsigned before = endpoint->retired->unsettled;

	position.exchange = (uint16_t)at;
	slot = slot_of(evidence, &position);
	if (slot != NULL)
		index_remove(evidence->flows, slot);
	retired_add(endpoint->retired, &endpoint->exchanges[at], patience, retirement->now_ns);
	evidence->given_up += endpoint->retired->unsettled - before;
}

static void move(struct retirement *retirement, size_t from, size_t to)
{
	struct endpoint *endpoint = retirement->endpoint;
	struct position position = retirement->place;

	if (from == to)
		return;
	position.exchange = (uint16_t)from;
	struct index_slot *slot = slot_of(retirement->evidence, &position);

	if (slot != NULL)
		slot->position.exchange = (uint16_t)to;
	endpoint->exchanges[to] = endpoint->exchanges[from];
}

/* Those that stay close ranks; what was earlier in their flows may have gone. */
static void set_aside_all(struct retirement *retirement)
{
	struct endpoint *endpoint = retirement->endpoint;
	struct patience patience = patience_of_endpoint(endpoint);
	uint32_t places[EVIDENCE_EXCHANGES];
	size_t kept = 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange->earlier != EXCHANGE_NONE)
			exchange->earlier = places[exchange->earlier];
		places[i] = retirement->stays[i] ? (uint32_t)kept : exchange->earlier;
		if (!retirement->stays[i]) {
			set_aside(retirement, i, &patience);
			continue;
		}
		move(retirement, i, kept);
		kept++;
	}
	retirement->evidence->kept -= endpoint->exchange_count - kept;
	endpoint->exchange_count = kept;
}

static void shrink(struct endpoint *endpoint)
{
	if (endpoint->exchange_room < 4 * endpoint->exchange_count + WORTH_SHRINKING)
		return;
	endpoint->exchange_room = 2 * endpoint->exchange_count + 2;
	endpoint->exchanges = fault_resize(
		endpoint->exchanges, endpoint->exchange_room, sizeof(*endpoint->exchanges));
}

static void retire(struct evidence *evidence, const struct position *place, int64_t now_ns,
	enum urgency urgency)
{
	struct host *host = &evidence->hosts[place->host];
	bool stays[EVIDENCE_EXCHANGES]; /* choose() fills as much as is used */
	struct retirement retirement = {.evidence = evidence,
		.place = *place,
		.host = host,
		.endpoint = &host->endpoints[place->endpoint],
		.now_ns = now_ns,
		.urgency = urgency,
		.stays = stays};
	struct endpoint *endpoint = retirement.endpoint;

	/* None has less than the common share, and to know who has more takes a look at each. */
	if (urgency == WHAT_IS_SETTLED && endpoint->exchange_count < evidence->share)
		return;
	size_t share = share_of(evidence, endpoint), going = 0;

	if (urgency == WHAT_IS_SETTLED && endpoint->exchange_count < share)
		return;
	choose(&retirement, share);
	for (size_t i = 0; i < endpoint->exchange_count; i++)
		going += !retirement.stays[i];
	if (going > 0 && endpoint->retired == NULL)
		endpoint->retired = fault_allocate(1, sizeof(*endpoint->retired));
	if (going > 0)
		set_aside_all(&retirement);
	shrink(endpoint);
	/* Whoever could hardly retire any is not asked again at once. */
	endpoint->retire_at = endpoint->exchange_count * 3 / 2 + 1;
}

static void sweep(struct evidence *evidence, int64_t now_ns, enum urgency urgency)
{
	for (size_t h = 0; h < evidence->host_count; h++) {
		for (size_t e = 0; e < evidence->hosts[h].endpoint_count; e++) {
			struct position place = {.host = (uint32_t)h, .endpoint = (uint16_t)e};
			retire(evidence, &place, now_ns, urgency);
		}
	}
}

static size_t budget_of(const struct evidence *evidence)
{
	size_t for_ports = BUDGET_PER_PORT * evidence->endpoint_count;

	return for_ports > BUDGET_EXCHANGES ? for_ports : BUDGET_EXCHANGES;
}

static void make_room(struct evidence *evidence, int64_t now_ns)
{
	size_t enough = budget_of(evidence) / 4 * 3;

	while (evidence->kept > enough && evidence->share > LEAST_SHARE) {
		evidence->share /= 2;
		sweep(evidence, now_ns, WHAT_IS_SETTLED);
	}
	if (evidence->kept > enough)
		sweep(evidence, now_ns, WHAT_IS_SETTLED);
	if (evidence->kept > enough)
		sweep(evidence, now_ns, WHATEVER_IS_LEFT);
}

bool budget_admit(struct evidence *evidence, const struct position *position, int64_t now_ns)
{
	const struct endpoint *endpoint =
		&evidence->hosts[position->host].endpoints[position->endpoint];

	if (endpoint->exchange_count >= evidence->share &&
		endpoint->exchange_count >= endpoint->retire_at)
		retire(evidence, position, now_ns, WHAT_IS_SETTLED);
	if (evidence->kept >= budget_of(evidence))
		make_room(evidence, now_ns);
	return endpoint->exchange_count < EVIDENCE_EXCHANGES &&
		evidence->kept < budget_of(evidence);
}

/* Forgetting hosts. */

static bool has_mail(const struct evidence *evidence, const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		if (evidence_mailport(evidence, endpoint->port) != NULL ||
			endpoint->sessions != NULL)
			return true;
	}
	return false;
}

static void forget_endpoint(struct evidence *evidence, struct position place)
{
	struct endpoint *endpoint = &evidence->hosts[place.host].endpoints[place.endpoint];

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		place.exchange = (uint16_t)i;
		struct index_slot *slot = slot_of(evidence, &place);
		if (slot != NULL)
			index_remove(evidence->flows, slot);
	}
	evidence->kept -= endpoint->exchange_count;
	free(endpoint->exchanges);
	free(endpoint->refused);
	free(endpoint->retired);
}

static void forget(struct evidence *evidence, size_t place)
{
	struct host *host = &evidence->hosts[place];
	uint32_t hash = index_of_address(evidence->addresses, &host->address);
	struct index_slot *slot = index_seek(evidence->addresses, hash, NULL);

	while (slot != NULL && slot->position.host != place)
		slot = index_seek(evidence->addresses, hash, slot);
	if (slot != NULL)
		index_remove(evidence->addresses, slot);
	for (size_t e = 0; e < host->endpoint_count; e++)
		forget_endpoint(evidence,
			(struct position){.host = (uint32_t)place, .endpoint = (uint16_t)e});
	evidence->endpoint_count -= host->endpoint_count;
	evidence->hosts_forgotten++;
	free(host->endpoints);
	free(host->offer);
	*host = (struct host){0};
}

int64_t budget_forget_host(struct evidence *evidence)
{
	size_t best = evidence->host_count;

	for (size_t i = 0; i < LOOKED_AT && i < evidence->host_count; i++) {
		size_t here = evidence->hand++ % evidence->host_count;
		const struct host *host = &evidence->hosts[here];
		bool older = best == evidence->host_count ||
			host->asked_ns < evidence->hosts[best].asked_ns;
		if (older && !has_mail(evidence, host))
			best = here;
	}
	if (best == evidence->host_count)
		return -1;
	forget(evidence, best);
	return (int64_t)best;
}
