/* SPDX-License-Identifier: BSD-2-Clause */
#include "path.h"

#include "evidence.h"
#include "timing.h"

#include <stdlib.h>
#include <string.h>

#define FLOWS 16 /* sweeps of one port; more are not looked at */

/* Half a miss in five tries before any is seen (SCIENCE section C): no loss of zero is known. */
#define PRIOR_MISSES .5
#define PRIOR_TRIES  5.0

/* Probes so close together are lost together, if a whole line fails for a while. */
#define SAME_MOMENT_NS ((int64_t)50 * 1000000)

/* The probes of one source port, by hop limit. */
struct trace {
	uint16_t source_port;
	uint8_t opened; /* the first hop limit that drew a SYN-ACK; 0: none did */
	const struct exchange *probes[PATH_HOPS + 1];
};

struct traces {
	size_t count;
	struct trace items[FLOWS];
};

static bool belongs(const struct exchange *exchange)
{
	return exchange->own && exchange->hop_limit >= 1 && exchange->hop_limit <= PATH_HOPS;
}

static struct trace *trace_for(struct traces *traces, uint16_t source_port)
{
	for (size_t i = 0; i < traces->count; i++) {
		if (traces->items[i].source_port == source_port)
			return &traces->items[i];
	}
	if (traces->count == FLOWS)
		return NULL;
	struct trace *trace = &traces->items[traces->count++];

	*trace = (struct trace){.source_port = source_port};
	return trace;
}

static void traces_collect(const struct endpoint *endpoint, struct traces *out)
{
	out->count = 0;
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		struct trace *trace =
			belongs(exchange) ? trace_for(out, exchange->source_port) : NULL;
		if (trace == NULL)
			continue;
		const struct exchange **probe = &trace->probes[exchange->hop_limit];

		/* Asked twice while the first answer was on its way: that one counts. */
		if (*probe == NULL || !exchange_answered(*probe) || exchange_answered(exchange))
			*probe = exchange;
		bool opens = exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
		if (opens && (trace->opened == 0 || exchange->hop_limit < trace->opened))
			trace->opened = exchange->hop_limit;
	}
}

/* One port. */

static double answer_ms(const struct exchange *exchange, const struct answer *answer)
{
	return (double)(answer->time_ns - exchange->sent_ns) / 1e6;
}

static void hop_hear(struct path_hop *hop, const struct exchange *exchange,
	const struct answer *answer, const struct host *host)
{
	double ms = answer_ms(exchange, answer);

	if (hop->rtt_ms <= 0 || ms < hop->rtt_ms)
		hop->rtt_ms = ms;
	if (!answer_is_expiry(answer)) {
		hop->answers[answer->kind]++;
		return;
	}
	hop->told++;
	if (hop->from.family == ADDRESS_NONE) {
		hop->from = answer->from;
		hop->back = (uint8_t)answer_back(answer);
	}
	hop->several = hop->several || !address_equal(&hop->from, &answer->from);
	hop->from_host = address_equal(&hop->from, &host->address);
	if (answer->quoted_hop_limit > hop->quoted)
		hop->quoted = answer->quoted_hop_limit;
}

/* Whether an answer says something about its hop limit, see path_hop.answers. */
static bool counts(const struct trace *trace, uint8_t ttl, const struct answer *answer)
{
	return answer->kind == ANSWER_ICMP || trace->opened == 0 || ttl <= trace->opened;
}

static void add_probe(
	struct path *path, const struct trace *trace, uint8_t ttl, const struct host *host)
{
	const struct exchange *exchange = trace->probes[ttl];

	path->hops[ttl].asked++;
	if (ttl > path->last)
		path->last = ttl;
	for (size_t i = 0; i < exchange->answer_count; i++) {
		if (counts(trace, ttl, exchange_answer_at(exchange, i)))
			hop_hear(&path->hops[ttl], exchange, exchange_answer_at(exchange, i), host);
	}
}

static const struct answer *drawn_at(const struct trace *trace, uint8_t ttl, enum answer_kind kind)
{
	const struct exchange *exchange = trace->probes[ttl];

	for (size_t i = 0; exchange != NULL && i < exchange->answer_count; i++) {
		const struct answer *answer = exchange_answer_at(exchange, i);
		if (answer->kind == kind && !answer_is_expiry(answer) && counts(trace, ttl, answer))
			return answer;
	}
	return NULL;
}

/* The lowest hop limit of the trace that drew such an answer; 0: none did. */
static uint8_t first_drawn(const struct trace *trace, enum answer_kind kind)
{
	for (uint8_t ttl = 1; ttl <= PATH_HOPS; ttl++) {
		if (drawn_at(trace, ttl, kind) != NULL)
			return ttl;
	}
	return 0;
}

static struct path_answer answer_place(const struct traces *traces, enum answer_kind kind)
{
	struct path_answer place = {0};

	for (size_t i = 0; i < traces->count; i++) {
		const struct trace *trace = &traces->items[i];
		uint8_t ttl = first_drawn(trace, kind);
		if (ttl == 0)
			continue;
		place.flows_answered++;
		if (place.ttl != 0 && ttl > place.ttl)
			continue;
		place.flows = ttl == place.ttl ? place.flows + 1 : 1;
		if (ttl == place.ttl)
			continue;
		const struct answer *answer = drawn_at(trace, ttl, kind);
		place.ttl = ttl;
		place.back = (uint8_t)answer_back(answer);
		place.from = answer->from;
		place.packet = answer->packet;
	}
	return place;
}

static bool told_by_router(const struct path_hop *hop)
{
	return hop->told > 0 && !hop->from_host;
}

/* The same router twice in a row only forwards once without counting; with another between them
 * packets go round. */
static uint8_t first_repeated(const struct path *path)
{
	for (uint8_t ttl = 3; ttl <= path->last; ttl++) {
		if (!told_by_router(&path->hops[ttl]) || !told_by_router(&path->hops[ttl - 1]) ||
			address_equal(&path->hops[ttl].from, &path->hops[ttl - 1].from))
			continue;
		for (uint8_t before = 1; before + 1 < ttl; before++) {
			if (address_equal(&path->hops[ttl].from, &path->hops[before].from))
				return ttl;
		}
	}
	return 0;
}

static struct path path_from(
	const struct host *host, const struct endpoint *endpoint, const struct traces *traces)
{
	struct path path = {.port = endpoint->port, .flows = (uint8_t)traces->count};

	for (size_t i = 0; i < traces->count; i++) {
		for (uint8_t ttl = 1; ttl <= PATH_HOPS; ttl++) {
			if (traces->items[i].probes[ttl] != NULL)
				add_probe(&path, &traces->items[i], ttl, host);
		}
	}
	unsigned limits = 0;

	for (uint8_t ttl = 1; ttl <= path.last; ttl++) {
		limits += path.hops[ttl].asked > 0;
		path.swept = limits > 1;
		if (told_by_router(&path.hops[ttl]))
			path.told = ttl;
	}
	for (int kind = 0; kind < PATH_ANSWER_KINDS; kind++)
		path.answers[kind] = answer_place(traces, (enum answer_kind)kind);
	path.repeated = first_repeated(&path);
	return path;
}

struct path path_of(const struct host *host, const struct endpoint *endpoint)
{
	struct traces traces;

	traces_collect(endpoint, &traces);
	return path_from(host, endpoint, &traces);
}

/* The control. */

/* Where a port answers by TCP; 0: nowhere. */
static uint8_t tcp_place(const struct path_answer answers[static PATH_ANSWER_KINDS])
{
	uint8_t opens = answers[ANSWER_SYN_ACK].ttl, resets = answers[ANSWER_RESET].ttl;

	if (opens == 0 || resets == 0)
		return opens > resets ? opens : resets;
	return opens < resets ? opens : resets;
}

static bool was_swept(const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		if (belongs(&endpoint->exchanges[i]))
			return true;
	}
	return false;
}

/* Who is met later and answers over more hops is the host rather than somebody before it, and a
 * RST is the cheaper lie. 0: it does not answer by TCP. */
static unsigned control_score(const struct path *path)
{
	const struct path_answer *opens = &path->answers[ANSWER_SYN_ACK];
	bool accepts = opens->ttl != 0;
	uint8_t back = accepts ? opens->back : path->answers[ANSWER_RESET].back;
	unsigned place = tcp_place(path->answers);

	if (place == 0)
		return 0;
	return ((place * 256U + back) * 2U + accepts) * (FLOWS + 1U) + path->flows;
}

const struct endpoint *path_control(const struct host *host, const struct endpoint *without)
{
	const struct endpoint *best = NULL;
	unsigned best_score = 0;

	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		if (endpoint == without || !was_swept(endpoint))
			continue;
		struct path path = path_of(host, endpoint);
		unsigned score = control_score(&path);
		if (!path.swept || score <= best_score)
			continue;
		best = endpoint;
		best_score = score;
	}
	return best;
}

/* Two ports. */

static const struct answer *expiry_at(const struct trace *trace, uint8_t ttl)
{
	const struct exchange *exchange = trace->probes[ttl];

	for (size_t i = 0; exchange != NULL && i < exchange->answer_count; i++) {
		if (answer_is_expiry(exchange_answer_at(exchange, i)))
			return exchange_answer_at(exchange, i);
	}
	return NULL;
}

/* No router that is known of both contradicts that they go the same way. */
static bool go_together(const struct trace *one, const struct trace *other)
{
	for (uint8_t ttl = 1; ttl <= PATH_HOPS; ttl++) {
		const struct answer *a = expiry_at(one, ttl), *b = expiry_at(other, ttl);
		if (a != NULL && b != NULL && !address_equal(&a->from, &b->from))
			return false;
	}
	return true;
}

static bool goes_with_any(const struct trace *trace, const struct traces *others)
{
	for (size_t i = 0; i < others->count; i++) {
		if (go_together(trace, &others->items[i]))
			return true;
	}
	return others->count == 0;
}

/* Keeps those that go the way of one of the others; false, and all stay, where none does. */
static bool keep_companions(struct traces *traces, const struct traces *others)
{
	struct traces kept = {0};

	for (size_t i = 0; i < traces->count; i++) {
		if (goes_with_any(&traces->items[i], others))
			kept.items[kept.count++] = traces->items[i];
	}
	if (kept.count == 0)
		return traces->count == 0;
	*traces = kept;
	return true;
}

static void raise_least(struct path_signs *signs, const struct host *host,
	const struct endpoint *other, const struct traces *own)
{
	struct traces traces;

	traces_collect(other, &traces);
	if (!keep_companions(&traces, own))
		return;
	struct path path = path_from(host, other, &traces);

	if (path.repeated == 0 && path.told + 1 > signs->host_least && path.told > 0)
		signs->host_least = (uint8_t)(path.told + 1);
}

static bool hop_answers(const struct path_hop *hop)
{
	return hop->told > 0 || hop->answers[ANSWER_SYN_ACK] > 0 || hop->answers[ANSWER_RESET] > 0;
}

static struct path_end end_at(const struct path *path, uint8_t ttl)
{
	return (struct path_end){.ttl = ttl, .address = path->hops[ttl].from};
}

struct tally {
	unsigned tries, misses;
};

static void tally_hop(struct tally *tally, const struct path_hop *hop)
{
	unsigned heard = hop->told;

	heard += hop->answers[ANSWER_SYN_ACK];
	heard += hop->answers[ANSWER_RESET];
	if (heard == 0)
		return;
	tally->tries += hop->asked;
	tally->misses += hop->asked > heard ? hop->asked - heard : 0;
}

/* Beyond where a TCP answer begins, hop limits no longer tell hops apart. */
static uint8_t last_hop(const struct path *path)
{
	uint8_t tcp = tcp_place(path->answers);

	return tcp != 0 && tcp < path->last ? tcp : path->last;
}

/* Probes that went all the way to a port that opens. */
static void tally_full(struct tally *tally, const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->exchange_count && endpoint_accepts(endpoint); i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_is_sweep(exchange))
			continue;
		tally->tries++;
		tally->misses += !exchange_answered(exchange);
	}
}

static struct tally loss_between(
	const struct host *host, const struct path *own, const struct path *control)
{
	struct tally tally = {0};

	for (size_t e = 0; e < host->endpoint_count; e++)
		tally_full(&tally, &host->endpoints[e]);

	for (uint8_t ttl = 1; ttl <= own->told; ttl++)
		tally_hop(&tally, &own->hops[ttl]);
	for (uint8_t ttl = 1; ttl <= last_hop(control); ttl++)
		tally_hop(&tally, &control->hops[ttl]);
	return tally;
}

/* The predictive probability that so many more are all lost, of a loss that is Beta distributed. */
static double all_lost(const struct tally *tally, unsigned tries)
{
	double likely = 1;

	for (unsigned k = 0; k < tries; k++)
		likely *= (tally->misses + PRIOR_MISSES + k) / (tally->tries + PRIOR_TRIES + k);
	return likely;
}

static bool vouches(const struct trace *trace, uint8_t ttl, int64_t sent_ns)
{
	const struct exchange *exchange = trace->probes[ttl];

	return exchange != NULL && exchange_answered(exchange) &&
		llabs(exchange->sent_ns - sent_ns) <= SAME_MOMENT_NS;
}

/* Probes with that hop limit beside which one of the control was answered: none of them was lost
 * because everything was. */
static unsigned tries_at(const struct traces *own, const struct traces *control, uint8_t ttl)
{
	unsigned tries = 0;

	for (size_t i = 0; i < own->count; i++) {
		const struct exchange *exchange = own->items[i].probes[ttl];
		bool vouched = false;
		for (size_t c = 0; c < control->count && exchange != NULL; c++)
			vouched = vouched || vouches(&control->items[c], ttl, exchange->sent_ns);
		tries += vouched;
	}
	return tries;
}

static void compare_silence(struct path_signs *signs, const struct tally *loss,
	const struct path *own, const struct path *control)
{
	uint8_t last = last_hop(control);
	uint8_t next = (uint8_t)(own->told + 1);

	while (next <= last && !hop_answers(&control->hops[next]))
		next++;
	if (next > last)
		return;
	signs->next_seen = end_at(control, next);
	signs->next_is_host = control->hops[next].told == 0;
	signs->silent_hops = (uint8_t)(next - own->told - 1);
	for (uint8_t ttl = next; ttl <= own->last; ttl++) {
		if (ttl > last || hop_answers(&control->hops[ttl]))
			signs->tries = (uint8_t)(signs->tries + own->hops[ttl].asked);
	}
	signs->loss_likely = all_lost(loss, signs->tries);
}

/* A router's address, as one of the two ports' sweeps saw it. */
static struct path_end known_at(const struct path *own, const struct path *control, uint8_t ttl)
{
	const struct path *told = told_by_router(&own->hops[ttl]) ? own : control;

	return told_by_router(&told->hops[ttl]) ? end_at(told, ttl) : (struct path_end){.ttl = ttl};
}

static bool comes_back_true(const struct path *own, const struct path *control, uint8_t ttl)
{
	const struct path_hop *hop =
		told_by_router(&own->hops[ttl]) ? &own->hops[ttl] : &control->hops[ttl];

	return ttl == 0 || !told_by_router(hop) || hop->back == ttl;
}

static void place_refusal(
	struct path_signs *signs, const struct path *own, const struct path *control)
{
	uint8_t reset = own->answers[ANSWER_RESET].ttl, icmp = own->answers[ANSWER_ICMP].ttl;
	uint8_t ttl = reset != 0 ? reset : icmp;

	if (ttl == 0)
		return;
	signs->there = known_at(own, control, ttl);
	signs->before = known_at(own, control, (uint8_t)(ttl - 1));
	signs->back_is_true = comes_back_true(own, control, ttl) &&
		comes_back_true(own, control, (uint8_t)(ttl - 1));
}

static void note_ways(struct path_signs *signs, const struct path *path)
{
	for (uint8_t ttl = 1; ttl <= path->last; ttl++) {
		const struct path_hop *hop = &path->hops[ttl];
		signs->several_ways = signs->several_ways || hop->several;
		signs->tunnel = signs->tunnel || hop->quoted > 1;
		signs->translated = signs->translated || (hop->told > 0 && hop->from_host);
	}
	for (uint8_t ttl = path->last; ttl >= 1; ttl--) {
		if (told_by_router(&path->hops[ttl]) &&
			!address_is_private(&path->hops[ttl].from) &&
			(signs->first_public == 0 || ttl < signs->first_public))
			signs->first_public = ttl;
	}
	if (signs->circle == 0)
		signs->circle = path->repeated;
}

static void compare(struct path_signs *signs, const struct host *host,
	const struct endpoint *endpoint, const struct traces *own_traces)
{
	const struct endpoint *other = path_control(host, endpoint);
	struct path own = path_from(host, endpoint, own_traces), control = {0};
	struct traces traces = {0};

	if (other != NULL) {
		traces_collect(other, &traces);
		signs->ways_differ = !keep_companions(&traces, own_traces);
		control = path_from(host, other, &traces);
		signs->control_port = other->port;
		memcpy(signs->control, control.answers, sizeof(signs->control));
		signs->host_most = tcp_place(control.answers);
		struct tally loss = loss_between(host, &own, &control);
		compare_silence(signs, &loss, &own, &control);
		signs->next_tries = (uint8_t)tries_at(own_traces, &traces, signs->next_seen.ttl);
		signs->next_likely = all_lost(&loss, signs->next_tries);
	}
	signs->flows = own.flows;
	signs->swept = own.swept;
	memcpy(signs->answers, own.answers, sizeof(signs->answers));
	signs->last_told = end_at(&own, own.told);
	place_refusal(signs, &own, &control);
	note_ways(signs, &own);
	note_ways(signs, &control);
}

static const struct exchange *objected(const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_answer(exchange, ANSWER_ICMP) != NULL && !belongs(exchange))
			return exchange;
	}
	return NULL;
}

/* The first router that reports expiry at that hop for any port. */
static struct address router_at(const struct host *host, uint8_t ttl)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (!was_swept(&host->endpoints[e]))
			continue;
		struct path path = path_of(host, &host->endpoints[e]);
		if (told_by_router(&path.hops[ttl]))
			return path.hops[ttl].from;
	}
	return (struct address){.family = ADDRESS_NONE};
}

/*
 * A router that objects to every packet reports none as expired. Its quote allows two hops, and
 * somebody else stands at one of them.
 */
static uint8_t objector_by_quote(
	const struct host *host, const struct exchange *exchange, const struct answer *answer)
{
	unsigned gone = exchange->hop_limit - (unsigned)answer->quoted_hop_limit;

	if (answer->quoted_hop_limit == 0 || gone == 0 || gone >= PATH_HOPS)
		return 0;
	struct address near = router_at(host, (uint8_t)gone);
	struct address far = router_at(host, (uint8_t)(gone + 1));

	if (near.family != ADDRESS_NONE)
		return (uint8_t)(gone + 1);
	return far.family != ADDRESS_NONE ? (uint8_t)gone : 0;
}

/* Of a flow that met the objection: it came from the router before, which reports what expires
 * there, or from one behind it. */
static uint8_t objector_of_flow(const struct trace *trace)
{
	uint8_t ttl = first_drawn(trace, ANSWER_ICMP);
	const struct answer *before = ttl > 1 ? expiry_at(trace, (uint8_t)(ttl - 1)) : NULL;

	if (ttl == 1)
		return 1;
	if (before == NULL)
		return 0;
	bool same = address_equal(&before->from, &drawn_at(trace, ttl, ANSWER_ICMP)->from);

	return same ? (uint8_t)(ttl - 1) : ttl;
}

/* At each hop all ports met the same router. */
static bool way_is_one(const struct host *host)
{
	for (uint8_t ttl = 1; ttl <= PATH_HOPS; ttl++) {
		struct address router = router_at(host, ttl);
		for (size_t e = 0; e < host->endpoint_count; e++) {
			struct path path = path_of(host, &host->endpoints[e]);
			const struct path_hop *hop = &path.hops[ttl];
			if (hop->several ||
				(told_by_router(hop) && !address_equal(&hop->from, &router)))
				return false;
		}
	}
	return true;
}

static uint8_t find_objector(
	const struct host *host, const struct endpoint *endpoint, const struct traces *own)
{
	const struct exchange *exchange = objected(endpoint);

	for (size_t i = 0; i < own->count; i++) {
		uint8_t ttl = objector_of_flow(&own->items[i]);
		if (ttl != 0)
			return ttl;
	}
	if (exchange == NULL)
		return 0;
	const struct answer *answer = exchange_answer(exchange, ANSWER_ICMP);

	for (uint8_t ttl = 1; ttl <= PATH_HOPS; ttl++) {
		struct address router = router_at(host, ttl);
		if (router.family != ADDRESS_NONE && address_equal(&router, &answer->from))
			return ttl;
	}
	return answer_is_expiry(answer) || !way_is_one(host)
		? 0
		: objector_by_quote(host, exchange, answer);
}

/* What the other ports' sweeps say, even of one that was not swept itself. */
static void note_other(struct path_signs *signs, const struct host *host,
	const struct endpoint *other, const struct traces *own)
{
	struct path path = path_of(host, other);

	if (path.told > signs->reached) {
		signs->reached = path.told;
		signs->end = end_at(&path, path.told);
	}
	if (own->count > 0)
		raise_least(signs, host, other, own);
}

struct path_signs path_signs_of(const struct host *host, const struct endpoint *endpoint)
{
	struct path_signs signs = {0};
	struct traces traces;

	traces_collect(endpoint, &traces);
	if (traces.count > 0) {
		compare(&signs, host, endpoint, &traces);
		signs.reached = signs.last_told.ttl;
		signs.end = signs.last_told;
	}
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (&host->endpoints[e] != endpoint && was_swept(&host->endpoints[e]))
			note_other(&signs, host, &host->endpoints[e], &traces);
	}
	signs.objector = find_objector(host, endpoint, &traces);
	return signs;
}
