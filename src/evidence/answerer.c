/* SPDX-License-Identifier: BSD-2-Clause */
#include "answerer.h"

#include "evidence.h"
#include "timing.h"

/* A sweep that was answered once may have met a moment of routing. */
#define FLOWS_LEAST 2

/* ... but not one in which routers reported so many of the probes that were answered. */
#define EXPIRED_LEAST 2

/* SCIENCE section D: soft signs need so many samples on both sides, round trips more. */
#define SAMPLES_LEAST     3
#define ROUND_TRIPS_LEAST 5
#define DISTANCE_LEAST    2 /* hops; one is ordinary asymmetry */
#define FASTER_MS         1.0
#define FASTER_RATIO      .1

/* Machines of one service stand one hop apart at most; beyond that they are in several places. */
#define SPREAD_MOST 1

/* LaBrea and the TARPIT target of netfilter let in five or ten bytes; what is meant for mail lets
 * in a greeting's answer at least. */
#define TARPIT_WINDOW 64

/* Ports from here on are drawn at random as ones that nobody uses. */
#define UNUSED_FIRST 61000

/* One probe, two answerers. */

static bool is_reset_of_another(const struct answer *syn_ack, const struct answer *reset)
{
	return reset->time_ns < syn_ack->time_ns || reset->sequence != syn_ack->sequence + 1;
}

static bool is_of_another(const struct answer *one, const struct answer *other)
{
	return one->kind == other->kind && one->kind != ANSWER_ICMP &&
		one->sequence != other->sequence && one->hop_limit != other->hop_limit;
}

static bool has_two_of_a_kind(const struct exchange *exchange)
{
	for (size_t i = 1; i < exchange->answer_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (is_of_another(exchange_answer_at(exchange, i),
				    exchange_answer_at(exchange, j)))
				return true;
		}
	}
	return false;
}

static bool expired_on_the_way(const struct host *host, const struct exchange *exchange)
{
	const struct answer *answer = exchange_answer(exchange, ANSWER_ICMP);

	return answer != NULL && answer_is_expiry(answer) &&
		!address_equal(&answer->from, &host->address);
}

static void note_expiry(
	struct contradictions *all, const struct host *host, const struct exchange *exchange)
{
	if (!expired_on_the_way(host, exchange))
		return;
	all->expired[ANSWER_SYN_ACK] += exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
	all->expired[ANSWER_RESET] += exchange_answer(exchange, ANSWER_RESET) != NULL;
}

static void note_contradictions(struct contradictions *all, const struct exchange *exchange)
{
	const struct answer *syn_ack = exchange_answer(exchange, ANSWER_SYN_ACK);
	const struct answer *reset = exchange_answer(exchange, ANSWER_RESET);

	if (syn_ack != NULL && reset != NULL && is_reset_of_another(syn_ack, reset)) {
		all->resets++;
		all->reset_first += reset->time_ns < syn_ack->time_ns;
	}
	all->repeats += has_two_of_a_kind(exchange);
}

/*
 * Within a sweep only expiry tells: a kernel that holds the half-open connection answers the later
 * SYNs of its flow by RST and SYN-ACK in turn (SCIENCE section C).
 */
static struct contradictions contradictions_of(
	const struct host *host, const struct endpoint *endpoint)
{
	struct contradictions all = {0};

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (exchange_is_sweep(exchange))
			note_expiry(&all, host, exchange);
		else if (!exchange->repeated)
			note_contradictions(&all, exchange);
	}
	return all;
}

/* The lowest hop limit at which any port's probe expired in the host's own name: behind that is
 * address translation, which may hand ports on to other machines; 0: none. */
static unsigned translated_at(const struct host *host)
{
	unsigned lowest = 0;

	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct path path = path_of(host, &host->endpoints[e]);
		for (unsigned ttl = 1; ttl <= path.last && ttl <= PATH_HOPS; ttl++) {
			if (path.hops[ttl].from_host && (lowest == 0 || ttl < lowest))
				lowest = ttl;
		}
	}
	return lowest;
}

/* The routers from a hop on are not all behind address translation. */
static bool is_public_from(const struct host *host, const struct path *path, unsigned ttl)
{
	bool told = false;

	for (; ttl <= path->last && ttl <= PATH_HOPS; ttl++) {
		const struct path_hop *hop = &path->hops[ttl];
		if (hop->told == 0 || hop->from.family == ADDRESS_NONE)
			continue;
		if (!address_is_private(&hop->from))
			return true;
		told = true;
	}
	return !told || address_is_private(&host->address);
}

struct way {
	const struct host *host;
	const struct path_signs *signs;
	struct path control;
	unsigned translated;
	const unsigned *expired; /* of contradictions */
};

/* A router that translates addresses answers for some ports itself and hands others on to machines
 * behind it, which then seem to be farther off. */
static bool is_translation(const struct way *way, unsigned ttl)
{
	return (way->translated != 0 && ttl >= way->translated) ||
		!is_public_from(way->host, &way->control, ttl);
}

static bool is_nearer(const struct path_signs *path, enum answer_kind kind)
{
	return path->answers[kind].ttl != 0 && path->answers[kind].ttl < path->host_least;
}

/* The first router is the gateway, whether it reports or not. */
static struct answerer_place place_at(const struct way *way, unsigned ttl, bool exact)
{
	struct answerer_place place = {.end.ttl = (uint8_t)ttl, .exact = exact};

	if (ttl <= PATH_HOPS)
		place.end.address = way->control.hops[ttl].from;
	if (ttl == 1 && place.end.address.family == ADDRESS_NONE)
		place.end.address = way->host->gateway;
	return place;
}

/* Reports from there come back over as many hops as it takes to get there. */
static bool comes_back_alike(const struct path *control, unsigned ttl)
{
	const struct path_hop *hop = &control->hops[ttl <= PATH_HOPS ? ttl : 0];

	return hop->told > 0 && hop->back == ttl;
}

/*
 * A router that answers on arrival is met at its own hop; one that answers while forwarding still
 * reports what expires at it, and is met one hop later. The way back tells which (SCIENCE section
 * C).
 */
static struct answerer_place place_of(const struct way *way, enum answer_kind kind)
{
	const struct path_answer *answer = &way->signs->answers[kind];
	unsigned ttl = answer->ttl;

	if (answer->back == ttl &&
		(ttl == 1 || comes_back_alike(&way->control, ttl) ||
			comes_back_alike(&way->control, ttl - 1)))
		return place_at(way, ttl, true);
	if (answer->back + 1U == ttl && comes_back_alike(&way->control, ttl - 1))
		return place_at(way, ttl - 1, true);
	return place_at(way, ttl - 1, false);
}

static enum nearness nearness_of(const struct way *way, enum answer_kind kind)
{
	const struct path_answer *answer = &way->signs->answers[kind];

	if (answer->ttl == 0 || way->signs->host_least == 0 || way->signs->ways_differ)
		return NEARNESS_UNKNOWN;
	if (!is_nearer(way->signs, kind) || is_translation(way, answer->ttl))
		return NEARNESS_HOST;
	if (answer->flows_answered < FLOWS_LEAST && way->expired[kind] < EXPIRED_LEAST)
		return NEARNESS_UNKNOWN;
	const struct answerer_place place = place_of(way, kind);
	unsigned ttl = place.exact ? place.end.ttl : answer->ttl;

	return ttl + 1 == way->signs->host_least ? NEARNESS_IN_FRONT : NEARNESS_WAY;
}

static void note_way(struct answerer_signs *signs, const struct host *host,
	const struct endpoint *endpoint, const struct path_signs *path)
{
	const struct endpoint *control = path_control(host, endpoint);
	struct way way = {.host = host, .signs = path, .expired = signs->contradictions.expired};

	if (path->flows == 0)
		return;
	/* Where of other ports single probes alone were sent, the port's own sweep shows the way.
	 */
	way.control = path_of(host, control != NULL ? control : endpoint);
	way.translated = path->translated ? translated_at(host) : 0;
	for (int kind = ANSWER_SYN_ACK; kind <= ANSWER_RESET; kind++) {
		signs->nearness[kind] = nearness_of(&way, (enum answer_kind)kind);
		if (signs->nearness[kind] == NEARNESS_HOST &&
			is_nearer(path, (enum answer_kind)kind))
			signs->translated = true;
		if (signs->nearness[kind] >= NEARNESS_IN_FRONT)
			signs->at[kind] = place_of(&way, (enum answer_kind)kind);
	}
}

/* Looks. */

struct looks {
	unsigned count;
	unsigned least, most;     /* distance */
	unsigned initials;        /* a bit for each of 64, 128, 255 */
	unsigned numbered, blank; /* IPv4 identifiers: other than 0, and 0 */
	unsigned windows, narrow; /* with a window; with a tiny one or none */
	unsigned least_mss, most_mss;
	unsigned odd;
	unsigned round_trips;
	double fastest_ms;
};

static unsigned initial_bit(uint8_t hop_limit)
{
	if (hop_limit <= 64)
		return 1;
	return hop_limit <= 128 ? 2 : 4;
}

static void note_round_trip(struct looks *looks, int64_t ns)
{
	double ms = (double)ns / 1e6;

	if (ns < 0)
		return;
	if (looks->round_trips == 0 || ms < looks->fastest_ms)
		looks->fastest_ms = ms;
	looks->round_trips++;
}

static void note_looks(
	struct looks *looks, const struct exchange *exchange, const struct answer *answer)
{
	unsigned back = answer_back(answer);

	if (looks->count == 0 || back < looks->least)
		looks->least = back;
	if (back > looks->most)
		looks->most = back;
	looks->count++;
	looks->initials |= initial_bit(answer->hop_limit);
	looks->numbered += answer->identifier != 0;
	looks->blank += answer->identifier == 0;
	looks->windows += answer->window != 0;
	looks->narrow += answer->window <= TARPIT_WINDOW;
	if (looks->count == 1 || answer->mss < looks->least_mss)
		looks->least_mss = answer->mss;
	if (answer->mss > looks->most_mss)
		looks->most_mss = answer->mss;
	looks->odd += answer->odd;
	note_round_trip(looks, exchange->repeated ? -1 : answer->time_ns - exchange->sent_ns);
}

static void add_looks(struct looks *looks, const struct endpoint *endpoint, enum answer_kind kind)
{
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		const struct answer *answer = exchange_answer(exchange, kind);
		if (answer != NULL && !exchange_is_sweep(exchange))
			note_looks(looks, exchange, answer);
	}
}

static struct looks looks_of_others(
	const struct host *host, const struct endpoint *endpoint, enum answer_kind kind)
{
	struct looks looks = {0};

	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (&host->endpoints[e] != endpoint)
			add_looks(&looks, &host->endpoints[e], kind);
	}
	return looks;
}

static bool can_compare(const struct looks *one, const struct looks *other)
{
	return one->count >= SAMPLES_LEAST && other->count >= SAMPLES_LEAST;
}

/* Of whatever kind: all that the host sends travels the same way back. */
static unsigned odd_distance(const struct looks *here, const struct looks *there)
{
	unsigned oddities = 0;

	if (!can_compare(here, there))
		return 0;
	if (here->least >= there->most + DISTANCE_LEAST ||
		there->least >= here->most + DISTANCE_LEAST)
		oddities |= ODDITY_DISTANCE;
	if ((here->initials & there->initials) == 0)
		oddities |= ODDITY_INITIAL;
	return oddities;
}

/* Of the same kind: one kernel fills in each kind in one way. */
static unsigned odd_header(
	const struct looks *here, const struct looks *there, enum answer_kind kind)
{
	unsigned oddities = 0;

	if (!can_compare(here, there))
		return 0;
	if ((here->numbered == 0 && there->blank == 0) ||
		(here->blank == 0 && there->numbered == 0))
		oddities |= ODDITY_IDENTIFIER;
	if (kind == ANSWER_SYN_ACK &&
		(here->least_mss > there->most_mss || here->most_mss < there->least_mss))
		oddities |= ODDITY_OPTIONS;
	if (kind == ANSWER_RESET &&
		((here->windows == 0 && there->windows == there->count) ||
			(here->windows == here->count && there->windows == 0)))
		oddities |= ODDITY_WINDOW;
	return oddities;
}

/* Faster than the fastest report of a router that stands before the host. */
static bool is_too_fast(const struct looks *looks, const struct path *control, unsigned host_least)
{
	if (looks->round_trips < ROUND_TRIPS_LEAST)
		return false;
	for (unsigned ttl = 1; ttl < host_least && ttl <= PATH_HOPS; ttl++) {
		double router_ms = control->hops[ttl].told > 1 ? control->hops[ttl].rtt_ms : 0;
		double slack_ms = router_ms * FASTER_RATIO;
		if (slack_ms < FASTER_MS)
			slack_ms = FASTER_MS;
		if (router_ms > 0 && looks->fastest_ms < router_ms - slack_ms)
			return true;
	}
	return false;
}

static bool is_spread(const struct looks *looks)
{
	return looks->count > 0 && looks->most > looks->least + SPREAD_MOST;
}

static bool another_is_spread(const struct host *host, const struct endpoint *endpoint)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		struct looks looks = {0};
		if (&host->endpoints[e] != endpoint)
			add_looks(&looks, &host->endpoints[e], ANSWER_SYN_ACK);
		if (is_spread(&looks))
			return true;
	}
	return false;
}

static void note_oddities(struct answerer_signs *signs, const struct host *host,
	const struct endpoint *endpoint, const struct path_signs *path)
{
	struct looks looks[2] = {{0}}, others[2], all;

	for (int kind = ANSWER_SYN_ACK; kind <= ANSWER_RESET; kind++) {
		add_looks(&looks[kind], endpoint, (enum answer_kind)kind);
		others[kind] = looks_of_others(host, endpoint, (enum answer_kind)kind);
	}
	int mostly = looks[ANSWER_RESET].count > looks[ANSWER_SYN_ACK].count ? ANSWER_RESET
									     : ANSWER_SYN_ACK;
	const struct looks *here = &looks[mostly];
	const struct endpoint *control = path->flows > 0 ? path_control(host, endpoint) : NULL;

	all = others[ANSWER_SYN_ACK].count > 0 ? others[ANSWER_SYN_ACK] : others[ANSWER_RESET];
	for (int kind = ANSWER_SYN_ACK; kind <= ANSWER_RESET; kind++)
		signs->apart[kind] = can_compare(&looks[kind], &all) &&
			(looks[kind].least > all.most || looks[kind].most < all.least);
	signs->several_machines = is_spread(here) || another_is_spread(host, endpoint);
	signs->blank_window = mostly == ANSWER_SYN_ACK && here->count > 0 && here->windows == 0;
	signs->tiny_window = mostly == ANSWER_SYN_ACK && here->count > 0 &&
		here->windows == here->count && here->narrow == here->count;
	signs->oddities = odd_distance(here, &all) |
		odd_header(here, &others[mostly], (enum answer_kind)mostly);
	if (here->odd >= SAMPLES_LEAST && here->odd == here->count)
		signs->oddities |= ODDITY_FORM;
	if (control == NULL)
		return;
	const struct path way = path_of(host, control);
	if (is_too_fast(here, &way, path->host_least))
		signs->oddities |= ODDITY_ROUND_TRIP;
}

/* After the handshake. */

static unsigned back_of(uint8_t hop_limit)
{
	const struct answer as_answer = {.hop_limit = hop_limit};

	return answer_back(&as_answer);
}

static void note_flow(struct flow_changes *flows, const struct exchange *exchange)
{
	const struct answer *syn_ack = exchange_answer(exchange, ANSWER_SYN_ACK);
	const struct aftermath *after = &exchange->after;

	flows->contradicted += after->contradicted;
	if (syn_ack == NULL)
		return;
	unsigned opened = answer_back(syn_ack);

	if (after->reset_hop_limit != 0) {
		flows->resets++;
		flows->resets_nearer += back_of(after->reset_hop_limit) + DISTANCE_LEAST <= opened;
	}
	if (after->hop_limit == 0 || after->hop_limit_varies)
		return;
	if (after->hop_limit == syn_ack->hop_limit) {
		flows->kept++;
		return;
	}
	unsigned later = back_of(after->hop_limit);
	unsigned farther = later > opened ? later - opened : 0;

	if (flows->changed == 0 || farther < flows->farther)
		flows->farther = farther;
	flows->changed++;
}

static struct flow_changes flow_changes_of(const struct host *host, const struct endpoint *endpoint)
{
	struct flow_changes flows = {0}, other;

	for (size_t i = 0; i < endpoint->exchange_count; i++)
		note_flow(&flows, &endpoint->exchanges[i]);
	for (size_t e = 0; e < host->endpoint_count && flows.changed > 0; e++) {
		other = (struct flow_changes){0};
		for (size_t i = 0; i < host->endpoints[e].exchange_count; i++)
			note_flow(&other, &host->endpoints[e].exchanges[i]);
		flows.elsewhere += other.changed;
	}
	return flows;
}

static bool unused_port_accepts(const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		if (!endpoint->asked && endpoint->port >= UNUSED_FIRST &&
			endpoint_accepts(endpoint))
			return true;
	}
	return false;
}

struct answerer_signs answerer_signs_of(
	const struct host *host, const struct endpoint *endpoint, const struct path_signs *path)
{
	struct answerer_signs signs = {
		.contradictions = contradictions_of(host, endpoint),
		.flows = flow_changes_of(host, endpoint),
		.closed_ports_open = unused_port_accepts(host),
		.party = party_of(host, endpoint),
	};

	note_way(&signs, host, endpoint, path);
	note_oddities(&signs, host, endpoint, path);
	return signs;
}
