/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One agenda drives everything. A parcel is a packet on its way: outward it stops at each rule that
 * concerns it, at the router where its hop limit ends, or at the host; inward it is an answer that
 * is only waiting for its moment. An attempt is one connection as the host and the filters that
 * count connections know it; a dial is one connect() of our own kernel's.
 */
#include "simulated.h"

#include "agenda.h"
#include "chance.h"
#include "compose.h"
#include "frame.h"
#include "world.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S  1000000000
#define NS_PER_MS 1000000

#define EPOCH_NS ((int64_t)1767225600 * NS_PER_S) /* 2026-01-01T00:00:00Z */

/* Each parcel outside the agenda's room can turn into an answer, its duplicate and a timer. */
#define PARCELS      AGENDA_ENTRIES
#define BUSY_ENTRIES (AGENDA_ENTRIES / 4)
#define ATTEMPTS     256 /* beyond them the host's backlog is full and it stays silent */
#define DIALS        16

#define FIRST_HOP_LIMIT 64 /* as Linux sends */

/* Linux, sysctl icmp_ratelimit and icmpv6 ratelimit, measured: 6 at once, then 1/s and 10/s. */
#define ICMP_BURST          6
#define ICMP_PER_S          1.0
#define ICMPV6_PER_S        10.0
#define NEIGHBOUR_SILENT_NS ((int64_t)3 * NS_PER_S) /* three requests of a second each */

/* A half-open connection repeats its SYN-ACK, each time after twice the pause (RFC 6298 section
 * 5.5), and a repeated SYN is answered twice a second at most (Linux, tcp_invalid_ratelimit). */
#define SYN_ACK_REPEATS  3
#define SYN_ACK_PAUSE_NS ((int64_t)NS_PER_S)
#define SYN_ACK_SPARE_NS ((int64_t)500 * NS_PER_MS)

/* How long a filter remembers a handshake that stays unfinished (Linux conntrack, SYN_RECV). */
#define HALF_OPEN_KEPT_NS ((int64_t)60 * NS_PER_S)

/* When Linux since 6.5 repeats a SYN: linear at first (tcp_syn_linear_timeouts), then doubling. */
static const uint8_t syn_repeat_s[] = {1, 2, 3, 4, 5, 7, 11, 19, 35};
#define SYN_REPEATS (sizeof(syn_repeat_s) / sizeof(syn_repeat_s[0]))

enum event {
	EVENT_LEAVE,          /* parcel: our own packet, seen by the capture */
	EVENT_STOP,           /* parcel: outward, where it is held up next */
	EVENT_ARRIVE,         /* parcel: an answer reaches us */
	EVENT_NO_NEIGHBOUR,   /* parcel: the last router gives up asking for the host */
	EVENT_REPEAT_SYN_ACK, /* attempt */
	EVENT_REPEAT_SYN,     /* dial */
	EVENT_GIVE_UP,        /* dial */
	EVENT_CONNECT_ENDED,  /* dial */
};

struct parcel {
	struct segment segment; /* the packet, or the one that the ICMP error quotes */
	struct compose_stamps stamps;
	bool icmp;
	bool apart; /* not the first answer to a probe of its port: a repetition, an expiry */
	uint8_t type, code; /* of the ICMP error */
	uint8_t hop;        /* outward: the last stop; inward: where it was made */
	uint8_t next_rule;  /* outward: index into simulation.order */
	uint32_t next_free;
};

struct bucket {
	double tokens;
	int64_t filled_ns; /* 0: full, never used */
};

struct rule_state {
	struct bucket bucket;
	unsigned seen;   /* SYNs that a ban let pass */
	int64_t last_ns; /* the last SYN */
};

enum attempt_state {
	ATTEMPT_PASSING, /* counted by a filter, not (yet) known to the host */
	ATTEMPT_HALF_OPEN,
	ATTEMPT_OPEN,
};

struct attempt {
	uint32_t id;
	struct segment syn;
	uint32_t echo; /* the SYN's timestamp */
	uint32_t host_sequence;
	enum attempt_state state;
	uint16_t counted; /* bits: which rules count it */
	uint8_t repeats;
	int64_t started_ns;
	int64_t answered_ns; /* the last SYN-ACK */
};

struct dial {
	uint32_t id;
	struct flow flow;
	uint32_t sequence;
	unsigned repeats;
	bool ended;
	int error;
	int64_t started_ns, ended_ns;
};

struct port_fate {
	uint16_t port; /* 0: unused */
	struct simulated_fate fate;
};

struct simulation {
	struct world world;
	struct simulated_network network;
	struct chance chance;
	int64_t now_ns;
	uint64_t captured;
	unsigned sent;
	uint32_t next_id;
	uint8_t order[SIMULATED_RULES]; /* rules by hop */
	struct rule_state rules[SIMULATED_RULES];
	struct channel whole[2], port[2]; /* outward, inward */
	struct bucket icmp[SIMULATED_HOPS + 1];
	int64_t outward_gate_ns, inward_gate_ns[SIMULATED_HOPS + 1];
	int64_t neighbour_given_up_ns;
	struct port_fate fates[SIMULATED_PORTS + 1]; /* the last is for all ports beyond */
	unsigned attempt_count, dial_count;
	struct attempt attempts[ATTEMPTS];
	struct dial dials[DIALS];
	uint8_t bytes[COMPOSE_BYTES]; /* of the packet that next() lends out */
	struct agenda agenda;
	uint32_t free_parcel, fresh_parcel;
	struct parcel parcels[PARCELS];
};

enum direction { OUTWARD, INWARD };

/* ---- parcels ---- */

static void parcel_schedule(
	struct simulation *sim, const struct parcel *parcel, enum event event, int64_t time_ns)
{
	uint32_t slot = sim->free_parcel;

	if (slot < sim->fresh_parcel)
		sim->free_parcel = sim->parcels[slot].next_free;
	else
		sim->free_parcel = ++sim->fresh_parcel;
	assert(slot < PARCELS);
	sim->parcels[slot] = *parcel;
	agenda_add(&sim->agenda, time_ns, event, slot);
}

static struct parcel parcel_take(struct simulation *sim, uint32_t slot)
{
	struct parcel parcel = sim->parcels[slot];

	sim->parcels[slot].next_free = sim->free_parcel;
	sim->free_parcel = slot;
	return parcel;
}

static bool is_syn(const struct segment *segment)
{
	return (segment->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* Which mail port a packet is about, in either direction. */
static uint16_t parcel_port(const struct parcel *parcel, enum direction direction)
{
	if (direction == OUTWARD || parcel->icmp)
		return parcel->segment.destination_port;
	return parcel->segment.source_port;
}

/* ---- what became of the probes ---- */

static struct simulated_fate *fate_of(struct simulation *sim, uint16_t port)
{
	struct port_fate *entry = sim->fates;

	while (entry < &sim->fates[SIMULATED_PORTS] && entry->port != 0 && entry->port != port)
		entry++;
	entry->port = port;
	return &entry->fate;
}

static void add_fate(struct simulated_fate *sum, const struct simulated_fate *fate)
{
	sum->sent += fate->sent;
	sum->lost += fate->lost;
	sum->refused += fate->refused;
}

struct simulated_fate simulated_fate(const struct world *world, uint16_t port)
{
	const struct simulation *sim = (const struct simulation *)world;
	struct simulated_fate sum = {0};

	for (unsigned i = 0; i < SIMULATED_PORTS; i++)
		if (port == 0 || sim->fates[i].port == port)
			add_fate(&sum, &sim->fates[i].fate);
	return sum;
}

/* ---- the path: loss, queues, distance ---- */

static bool path_loses(
	struct simulation *sim, const struct parcel *parcel, enum direction direction)
{
	uint16_t port = sim->network.port_loss.port;
	bool lost = channel_loses(&sim->whole[direction], &sim->chance, sim->now_ns);

	if (port != 0 && port != parcel_port(parcel, direction))
		return lost;
	return channel_loses(&sim->port[direction], &sim->chance, sim->now_ns) || lost;
}

/* How long hops of the way take in one direction. */
static int64_t path_ns(const struct simulation *sim, int hops)
{
	return (int64_t)(sim->network.rtt_ms / 2 * NS_PER_MS * hops / sim->network.hops);
}

/* When a packet is through the queue that it joins now: behind those before it, unless it strays.
 */
static int64_t queue_pass(struct simulation *sim, int64_t *gate_ns, int64_t joins_ns)
{
	double jitter_ms = sim->network.jitter_ms / 2;
	int64_t through_ns = joins_ns;

	if (jitter_ms > 0)
		through_ns += (int64_t)(chance_exponential(&sim->chance, jitter_ms) * NS_PER_MS);
	if (sim->network.reorder_ratio > 0 &&
		chance_unit(&sim->chance) < sim->network.reorder_ratio)
		return through_ns + path_ns(sim, sim->network.hops) / 2 + NS_PER_MS;
	if (through_ns < *gate_ns)
		through_ns = *gate_ns;
	*gate_ns = through_ns;
	return through_ns;
}

struct address simulated_hop(const struct simulated_network *network, uint8_t hop)
{
	/* Address space that nobody is given: RFC 2544 section C.2.2 and RFC 3849. */
	const uint8_t ipv4[4] = {198, 18, hop, 1};
	const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0, hop, [15] = 1};

	if (hop == network->hops)
		return network->host;
	return network->host.family == ADDRESS_IPV4 ? address_ipv4(ipv4) : address_ipv6(ipv6);
}

/* ---- answers ---- */

static void answer_depart(struct simulation *sim, const struct parcel *answer)
{
	int64_t lands_ns = sim->now_ns + path_ns(sim, answer->hop);

	if (path_loses(sim, answer, INWARD)) {
		fate_of(sim, parcel_port(answer, INWARD))->lost += !answer->apart;
		return;
	}
	lands_ns = queue_pass(sim, &sim->inward_gate_ns[answer->hop], lands_ns);
	parcel_schedule(sim, answer, EVENT_ARRIVE, lands_ns);
	if (sim->network.duplicate_ratio > 0 &&
		chance_unit(&sim->chance) < sim->network.duplicate_ratio)
		parcel_schedule(sim, answer, EVENT_ARRIVE, lands_ns + NS_PER_MS);
}

/* What a packet has left of its hop limit after the routers between its maker and us. */
static uint8_t hop_limit_from(uint8_t hop)
{
	return (uint8_t)(FIRST_HOP_LIMIT - (hop - 1));
}

static uint32_t stamp_now(const struct simulation *sim)
{
	return (uint32_t)(sim->now_ns / NS_PER_MS);
}

static struct parcel answer_to(const struct segment *asked, uint8_t hop)
{
	return (struct parcel){
		.hop = hop,
		.segment = {.source = asked->destination,
			.destination = asked->source,
			.source_port = asked->destination_port,
			.destination_port = asked->source_port,
			.hop_limit = hop_limit_from(hop)},
	};
}

/* RFC 9293 section 3.10.7.1: the answer of a port where nothing listens. */
static void answer_reset(struct simulation *sim, const struct segment *asked, uint8_t hop)
{
	struct parcel reset = answer_to(asked, hop);

	reset.segment.flags = TCP_RST | TCP_ACK;
	reset.segment.acknowledgement = asked->sequence + 1;
	answer_depart(sim, &reset);
}

static void bucket_fill(struct bucket *bucket, double rate_per_s, double depth, int64_t now_ns)
{
	double grown = (double)(now_ns - bucket->filled_ns) / NS_PER_S * rate_per_s;

	if (bucket->filled_ns == 0 || bucket->tokens + grown > depth)
		bucket->tokens = depth;
	else
		bucket->tokens += grown;
	bucket->filled_ns = now_ns;
}

/* A packet that is refused costs nothing, as in nft's limit expression. */
static bool bucket_lets_pass(struct bucket *bucket)
{
	/* Many small refills may fall short of a whole token by their rounding. */
	if (bucket->tokens < 1 - 1e-9)
		return false;
	bucket->tokens -= 1;
	return true;
}

/* asked is quoted as it looked at that hop. */
static void answer_icmp(
	struct simulation *sim, const struct parcel *asked, uint8_t type, uint8_t code)
{
	bool old = sim->network.host.family == ADDRESS_IPV4;
	struct parcel error = *asked;

	bucket_fill(
		&sim->icmp[asked->hop], old ? ICMP_PER_S : ICMPV6_PER_S, ICMP_BURST, sim->now_ns);
	if (!bucket_lets_pass(&sim->icmp[asked->hop]))
		return;
	error.icmp = true;
	error.type = type;
	error.code = code;
	answer_depart(sim, &error);
}

/* ---- attempts: the host's and the counting filters' memory ---- */

static struct attempt *attempt_find(struct simulation *sim, const struct segment *segment)
{
	for (unsigned i = 0; i < sim->attempt_count; i++) {
		struct attempt *attempt = &sim->attempts[i];

		if (attempt->syn.source_port == segment->source_port &&
			attempt->syn.destination_port == segment->destination_port)
			return attempt;
	}
	return NULL;
}

static struct attempt *attempt_by_id(struct simulation *sim, uint32_t id)
{
	for (unsigned i = 0; i < sim->attempt_count; i++)
		if (sim->attempts[i].id == id)
			return &sim->attempts[i];
	return NULL;
}

/* NULL: the table is full. */
static struct attempt *attempt_start(struct simulation *sim, const struct parcel *parcel)
{
	struct attempt *attempt;

	if (sim->attempt_count == ATTEMPTS)
		return NULL;
	attempt = &sim->attempts[sim->attempt_count++];
	*attempt = (struct attempt){
		.id = sim->next_id++,
		.syn = parcel->segment,
		.echo = parcel->stamps.value,
		.host_sequence = (uint32_t)chance_u64(&sim->chance),
		.started_ns = sim->now_ns,
	};
	return attempt;
}

static void attempt_end(struct simulation *sim, struct attempt *attempt)
{
	*attempt = sim->attempts[--sim->attempt_count];
}

/* The host forgets; a filter may still count. */
static void attempt_leave_host(struct simulation *sim, struct attempt *attempt)
{
	attempt->state = ATTEMPT_PASSING;
	if (attempt->counted == 0)
		attempt_end(sim, attempt);
}

static void attempt_answer(struct simulation *sim, struct attempt *attempt)
{
	struct parcel syn_ack = answer_to(&attempt->syn, sim->network.hops);

	syn_ack.segment.flags = TCP_SYN | TCP_ACK;
	syn_ack.segment.sequence = attempt->host_sequence;
	syn_ack.segment.acknowledgement = attempt->syn.sequence + 1;
	syn_ack.stamps = (struct compose_stamps){stamp_now(sim), attempt->echo};
	syn_ack.apart = attempt->repeats > 0;
	attempt->answered_ns = sim->now_ns;
	answer_depart(sim, &syn_ack);
}

static void attempt_repeat(struct simulation *sim, uint32_t id)
{
	struct attempt *attempt = attempt_by_id(sim, id);

	if (attempt == NULL || attempt->state != ATTEMPT_HALF_OPEN)
		return;
	if (attempt->repeats == SYN_ACK_REPEATS) {
		attempt_leave_host(sim, attempt);
		return;
	}
	attempt->repeats++;
	attempt_answer(sim, attempt);
	agenda_add(&sim->agenda, sim->now_ns + (SYN_ACK_PAUSE_NS << attempt->repeats),
		EVENT_REPEAT_SYN_ACK, id);
}

/* ---- the host ---- */

static bool host_listens(const struct simulation *sim, uint16_t port)
{
	for (unsigned i = 0; i < SIMULATED_PORTS && sim->network.listening[i] != 0; i++)
		if (sim->network.listening[i] == port)
			return true;
	return false;
}

/* Another SYN of ports that are half open: the same again, or one that contradicts it, which is met
 * with a reset and ends the attempt as well (RFC 9293 section 3.10.7.4, as Linux does it). */
static void host_hears_again(
	struct simulation *sim, struct attempt *attempt, const struct parcel *parcel)
{
	if (attempt->syn.sequence != parcel->segment.sequence) {
		answer_reset(sim, &parcel->segment, sim->network.hops);
		attempt_leave_host(sim, attempt);
	} else if (sim->now_ns - attempt->answered_ns >= SYN_ACK_SPARE_NS) {
		attempt_answer(sim, attempt);
	}
}

static void host_hears_syn(struct simulation *sim, const struct parcel *parcel)
{
	struct attempt *attempt = attempt_find(sim, &parcel->segment);

	if (attempt != NULL && attempt->state != ATTEMPT_PASSING) {
		host_hears_again(sim, attempt, parcel);
		return;
	}
	if (!host_listens(sim, parcel->segment.destination_port)) {
		if (attempt != NULL)
			attempt_end(sim, attempt);
		answer_reset(sim, &parcel->segment, sim->network.hops);
		return;
	}
	if (attempt == NULL)
		attempt = attempt_start(sim, parcel);
	if (attempt == NULL)
		return;
	attempt->syn = parcel->segment;
	attempt->echo = parcel->stamps.value;
	attempt->state = ATTEMPT_HALF_OPEN;
	attempt_answer(sim, attempt);
	agenda_add(&sim->agenda, sim->now_ns + SYN_ACK_PAUSE_NS, EVENT_REPEAT_SYN_ACK, attempt->id);
}

/* Only what continues the sequence has a say (RFC 5961 section 3.2). */
static void host_hears_more(struct simulation *sim, const struct segment *segment)
{
	struct attempt *attempt = attempt_find(sim, segment);

	if (attempt == NULL || attempt->state == ATTEMPT_PASSING ||
		segment->sequence != attempt->syn.sequence + 1)
		return;
	if (segment->flags & (TCP_RST | TCP_FIN))
		attempt_leave_host(sim, attempt);
	else if (segment->acknowledgement == attempt->host_sequence + 1)
		attempt->state = ATTEMPT_OPEN;
}

/* What the last router holds back for a host that is not there is answered all at once, when it
 * has asked three times. */
static void host_is_missed(struct simulation *sim, const struct parcel *parcel)
{
	if (sim->network.hops < 2)
		return;
	if (sim->now_ns > sim->neighbour_given_up_ns)
		sim->neighbour_given_up_ns = sim->now_ns + NEIGHBOUR_SILENT_NS;
	parcel_schedule(sim, parcel, EVENT_NO_NEIGHBOUR, sim->neighbour_given_up_ns);
}

static void host_hears(struct simulation *sim, const struct parcel *parcel)
{
	if (sim->network.dead)
		return;
	if (sim->network.host_absent)
		host_is_missed(sim, parcel);
	else if (is_syn(&parcel->segment))
		host_hears_syn(sim, parcel);
	else
		host_hears_more(sim, &parcel->segment);
}

/* ---- rules on the way ---- */

static bool rule_is_local(const struct simulated_rule *rule)
{
	return rule->kind == SIMULATED_LOCAL_OUTPUT || rule->kind == SIMULATED_LOCAL_EGRESS ||
		rule->kind == SIMULATED_LOCAL_INPUT;
}

static bool rule_concerns(const struct simulated_rule *rule, uint16_t port)
{
	return rule->port == 0 || rule->port == port;
}

static bool local_rule_holds(
	const struct simulation *sim, enum simulated_rule_kind kind, uint16_t port)
{
	for (unsigned i = 0; i < sim->network.rule_count; i++)
		if (sim->network.rules[i].kind == kind &&
			rule_concerns(&sim->network.rules[i], port))
			return true;
	return false;
}

static void rule_answer(struct simulation *sim, const struct simulated_rule *rule,
	enum simulated_rule_kind how, const struct parcel *parcel)
{
	bool old = sim->network.host.family == ADDRESS_IPV4;

	if (!is_syn(&parcel->segment))
		return;
	if (how == SIMULATED_RESET)
		answer_reset(sim, &parcel->segment, rule->hop);
	else if (how == SIMULATED_ICMP && rule->icmp_type != 0)
		answer_icmp(sim, parcel, rule->icmp_type, rule->icmp_code);
	else if (how == SIMULATED_ICMP) /* RFC 1812 section 5.2.7.1, RFC 4443 section 3.1 */
		answer_icmp(sim, parcel, old ? 3 : 1, old ? 13 : 1);
}

static bool bucket_rule_passes(
	struct simulation *sim, const struct simulated_rule *rule, struct rule_state *state)
{
	bucket_fill(&state->bucket, rule->rate_per_s, rule->burst, sim->now_ns);
	return bucket_lets_pass(&state->bucket);
}

static bool ban_rule_passes(
	struct simulation *sim, const struct simulated_rule *rule, struct rule_state *state)
{
	double silent_s = (double)(sim->now_ns - state->last_ns) / NS_PER_S;

	if (state->seen >= rule->burst && silent_s >= rule->ban_s)
		state->seen = 0;
	state->last_ns = sim->now_ns;
	if (state->seen >= rule->burst)
		return false;
	state->seen++;
	return true;
}

static unsigned connections_counted(const struct simulation *sim, uint16_t bit)
{
	unsigned count = 0;

	for (unsigned i = 0; i < sim->attempt_count; i++) {
		const struct attempt *attempt = &sim->attempts[i];

		if (attempt->counted & bit &&
			(attempt->state == ATTEMPT_OPEN ||
				sim->now_ns - attempt->started_ns < HALF_OPEN_KEPT_NS))
			count++;
	}
	return count;
}

static bool connection_rule_passes(
	struct simulation *sim, const struct simulated_rule *rule, const struct parcel *parcel)
{
	uint16_t bit = (uint16_t)(1U << (rule - sim->network.rules));
	struct attempt *attempt = attempt_find(sim, &parcel->segment);

	if (attempt != NULL && attempt->counted & bit)
		return true;
	if (connections_counted(sim, bit) >= rule->burst)
		return false;
	if (attempt == NULL)
		attempt = attempt_start(sim, parcel);
	if (attempt == NULL)
		return false;
	attempt->counted |= bit;
	return true;
}

/* The filter has seen the end of the connection and forgets it. */
static void connection_rule_forgets(
	struct simulation *sim, const struct simulated_rule *rule, const struct segment *segment)
{
	uint16_t bit = (uint16_t)(1U << (rule - sim->network.rules));
	struct attempt *attempt = attempt_find(sim, segment);

	if (attempt == NULL || !(segment->flags & (TCP_RST | TCP_FIN)))
		return;
	attempt->counted &= (uint16_t)~bit;
	if (attempt->counted == 0 && attempt->state == ATTEMPT_PASSING)
		attempt_end(sim, attempt);
}

/* Whether one of the rules that limit lets a SYN through. */
static bool limit_passes(
	struct simulation *sim, const struct simulated_rule *rule, const struct parcel *parcel)
{
	struct rule_state *state = &sim->rules[rule - sim->network.rules];

	if (rule->kind == SIMULATED_BUCKET)
		return bucket_rule_passes(sim, rule, state);
	if (rule->kind == SIMULATED_BAN)
		return ban_rule_passes(sim, rule, state);
	return connection_rule_passes(sim, rule, parcel);
}

/* False: the packet ends here, answered or not. */
static bool rule_passes(
	struct simulation *sim, const struct simulated_rule *rule, struct parcel *parcel)
{
	switch (rule->kind) {
	case SIMULATED_ACCEPT:
		parcel->next_rule = SIMULATED_RULES;
		return true;
	case SIMULATED_DROP:
	case SIMULATED_RESET:
	case SIMULATED_ICMP:
		rule_answer(sim, rule, rule->kind, parcel);
		return false;
	case SIMULATED_BUCKET:
	case SIMULATED_CONNECTIONS:
	case SIMULATED_BAN:
		if (!is_syn(&parcel->segment)) {
			connection_rule_forgets(sim, rule, &parcel->segment);
			return true;
		}
		if (limit_passes(sim, rule, parcel))
			return true;
		fate_of(sim, parcel->segment.destination_port)->refused++;
		rule_answer(sim, rule, rule->excess, parcel);
		return false;
	case SIMULATED_LOCAL_OUTPUT:
	case SIMULATED_LOCAL_EGRESS:
	case SIMULATED_LOCAL_INPUT:
		break;
	}
	return true;
}

/* ---- outward ---- */

/* The host takes a hop limit of just hops; a router ends one that it would send on with zero. */
static bool rule_is_reached(
	const struct simulation *sim, const struct simulated_rule *rule, uint8_t hop_limit)
{
	return rule->hop == sim->network.hops ? hop_limit >= rule->hop : hop_limit > rule->hop;
}

/* The next rule that holds up the packet on its way; NULL if none. Skips those that do not. */
static const struct simulated_rule *parcel_next_rule(
	const struct simulation *sim, struct parcel *parcel, uint8_t hop_limit)
{
	for (; parcel->next_rule < sim->network.rule_count; parcel->next_rule++) {
		const struct simulated_rule *rule =
			&sim->network.rules[sim->order[parcel->next_rule]];

		if (!rule_is_local(rule) && rule_is_reached(sim, rule, hop_limit) &&
			rule_concerns(rule, parcel->segment.destination_port))
			return rule;
	}
	return NULL;
}

/* What a router at hop makes of the hop limit before it quotes or filters the packet. */
static uint8_t hop_limit_left(const struct simulation *sim, const struct parcel *parcel)
{
	if (parcel->hop == sim->network.hops)
		return (uint8_t)(parcel->segment.hop_limit - (parcel->hop - 1));
	return (uint8_t)(parcel->segment.hop_limit - parcel->hop);
}

/* RFC 792 and RFC 4443 section 3.3; the quote shows the hop limit as it came in, 1. */
static void parcel_expire(struct simulation *sim, struct parcel *parcel)
{
	bool old = sim->network.host.family == ADDRESS_IPV4;

	parcel->segment.hop_limit = 1;
	parcel->apart = true;
	if (!sim->network.silent_routers)
		answer_icmp(sim, parcel, old ? 11 : 3, 0);
}

static void parcel_end(struct simulation *sim, struct parcel *parcel)
{
	if (parcel->segment.hop_limit < sim->network.hops)
		parcel_expire(sim, parcel);
	else
		host_hears(sim, parcel);
}

static bool rule_lets_on(
	struct simulation *sim, const struct simulated_rule *rule, struct parcel *parcel)
{
	struct parcel here = *parcel;

	here.segment.hop_limit = hop_limit_left(sim, parcel);
	if (!rule_passes(sim, rule, &here))
		return false;
	parcel->next_rule = here.next_rule;
	return true;
}

/* Goes through the rules of the stop where the parcel is and on to its next. */
static void parcel_go_on(struct simulation *sim, struct parcel *parcel, int64_t leaves_ns)
{
	uint8_t hop_limit = parcel->segment.hop_limit;
	uint8_t end = hop_limit < sim->network.hops ? hop_limit : sim->network.hops;
	const struct simulated_rule *rule = parcel_next_rule(sim, parcel, hop_limit);
	uint8_t stop;

	while (rule != NULL && rule->hop == parcel->hop) {
		parcel->next_rule++;
		if (!rule_lets_on(sim, rule, parcel))
			return;
		rule = parcel_next_rule(sim, parcel, hop_limit);
	}
	stop = rule != NULL ? rule->hop : end;
	if (stop == parcel->hop) {
		parcel_end(sim, parcel);
		return;
	}
	leaves_ns += path_ns(sim, stop - parcel->hop);
	parcel->hop = stop;
	parcel_schedule(sim, parcel, EVENT_STOP, leaves_ns);
}

/* Whether it is lost before the first rule can see it. */
static bool parcel_is_lost(struct simulation *sim, const struct parcel *parcel)
{
	bool lost = path_loses(sim, parcel, OUTWARD);

	if (is_syn(&parcel->segment) && parcel->segment.hop_limit >= sim->network.hops) {
		struct simulated_fate *fate = fate_of(sim, parcel->segment.destination_port);

		fate->sent++;
		fate->lost += lost;
	}
	return lost;
}

/* Returns the errno that the sender sees. */
static int parcel_depart(struct simulation *sim, const struct segment *segment)
{
	struct parcel parcel = {.segment = *segment, .stamps = {.value = stamp_now(sim)}};

	if (local_rule_holds(sim, SIMULATED_LOCAL_OUTPUT, segment->destination_port))
		return EPERM;
	if (local_rule_holds(sim, SIMULATED_LOCAL_EGRESS, segment->destination_port))
		return 0;
	if (sim->agenda.count > BUSY_ENTRIES)
		return ENOBUFS;
	sim->sent += is_syn(segment);
	parcel_schedule(sim, &parcel, EVENT_LEAVE, sim->now_ns);
	if (!address_equal(&segment->destination, &sim->network.host) || segment->hop_limit == 0 ||
		parcel_is_lost(sim, &parcel))
		return 0;
	parcel_go_on(sim, &parcel, queue_pass(sim, &sim->outward_gate_ns, sim->now_ns));
	return 0;
}

/* ---- our kernel's connect() ---- */

static struct dial *dial_by_id(struct simulation *sim, uint32_t id)
{
	for (unsigned i = 0; i < sim->dial_count; i++)
		if (sim->dials[i].id == id)
			return &sim->dials[i];
	return NULL;
}

static void dial_send(
	struct simulation *sim, const struct dial *dial, uint8_t flags, uint32_t acknowledgement)
{
	const struct segment segment = {
		.source = dial->flow.source,
		.destination = dial->flow.destination,
		.source_port = dial->flow.source_port,
		.destination_port = dial->flow.destination_port,
		.sequence = dial->sequence + (flags & TCP_SYN ? 0 : 1),
		.acknowledgement = acknowledgement,
		.flags = flags,
		.hop_limit = FIRST_HOP_LIMIT,
	};

	/* What a filter says to a SYN of the kernel's own is not passed on: it tries again. */
	(void)parcel_depart(sim, &segment);
}

static void dial_schedule_repeat(struct simulation *sim, const struct dial *dial)
{
	if (dial->repeats < SYN_REPEATS)
		agenda_add(&sim->agenda,
			dial->started_ns + (int64_t)syn_repeat_s[dial->repeats] * NS_PER_S,
			EVENT_REPEAT_SYN, dial->id);
}

static void dial_repeat(struct simulation *sim, uint32_t id)
{
	struct dial *dial = dial_by_id(sim, id);

	if (dial == NULL || dial->ended)
		return;
	dial->repeats++;
	dial_send(sim, dial, TCP_SYN, 0);
	dial_schedule_repeat(sim, dial);
}

static void dial_end(struct simulation *sim, struct dial *dial, int error)
{
	dial->ended = true;
	dial->error = error;
	dial->ended_ns = sim->now_ns;
	agenda_add(&sim->agenda, sim->now_ns, EVENT_CONNECT_ENDED, dial->id);
}

static void dial_give_up(struct simulation *sim, uint32_t id)
{
	struct dial *dial = dial_by_id(sim, id);

	if (dial != NULL && !dial->ended)
		dial_end(sim, dial, ETIMEDOUT);
}

/* As Linux turns the codes of ICMPv4 into errors (SCIENCE section E). */
static int error_of_icmpv4(uint8_t type, uint8_t code)
{
	if (type == 3 && code == 3)
		return ECONNREFUSED;
	if (type == 3 && (code == 0 || code == 6 || code == 9 || code == 11))
		return ENETUNREACH;
	return EHOSTUNREACH;
}

static int error_of_icmpv6(uint8_t type, uint8_t code)
{
	if (type != 1)
		return EHOSTUNREACH;
	switch (code) {
	case 0:
		return ENETUNREACH;
	case 1:
	case 5:
	case 6:
		return EACCES;
	case 4:
		return ECONNREFUSED;
	default:
		return EHOSTUNREACH;
	}
}

static bool dial_is_quoted(const struct dial *dial, const struct segment *quoted)
{
	return dial->flow.source_port == quoted->source_port &&
		dial->flow.destination_port == quoted->destination_port &&
		dial->sequence == quoted->sequence;
}

static bool dial_is_acknowledged(const struct dial *dial, const struct segment *segment)
{
	return dial->flow.source_port == segment->destination_port &&
		dial->flow.destination_port == segment->source_port &&
		dial->sequence + 1 == segment->acknowledgement;
}

static void dial_connected(struct simulation *sim, struct dial *dial, uint32_t host_sequence)
{
	dial_send(sim, dial, TCP_ACK, host_sequence + 1);
	dial_send(sim, dial, TCP_RST | TCP_ACK, host_sequence + 1);
	dial_end(sim, dial, 0);
}

static void dial_hear(struct simulation *sim, struct dial *dial, const struct parcel *parcel)
{
	bool old = sim->network.host.family == ADDRESS_IPV4;

	if (parcel->icmp && dial_is_quoted(dial, &parcel->segment))
		dial_end(sim, dial,
			old ? error_of_icmpv4(parcel->type, parcel->code)
			    : error_of_icmpv6(parcel->type, parcel->code));
	if (parcel->icmp || !dial_is_acknowledged(dial, &parcel->segment))
		return;
	if (parcel->segment.flags & TCP_RST)
		dial_end(sim, dial, ECONNREFUSED);
	else
		dial_connected(sim, dial, parcel->segment.sequence);
}

static void kernel_hears(struct simulation *sim, const struct parcel *parcel)
{
	if (local_rule_holds(sim, SIMULATED_LOCAL_INPUT, parcel_port(parcel, INWARD)))
		return;
	for (unsigned i = 0; i < sim->dial_count; i++)
		if (!sim->dials[i].ended)
			dial_hear(sim, &sim->dials[i], parcel);
}

/* ---- the world's operations ---- */

static struct simulation *simulation_of(struct world *world)
{
	return (struct simulation *)world;
}

static int64_t simulated_now(struct world *world)
{
	return simulation_of(world)->now_ns;
}

static int simulated_send(struct world *world, const struct segment *segment)
{
	return parcel_depart(simulation_of(world), segment);
}

static int simulated_connect(struct world *world, const struct flow *flow, int64_t patience_ns)
{
	struct simulation *sim = simulation_of(world);
	struct dial *dial;

	if (sim->dial_count == DIALS)
		return EMFILE;
	dial = &sim->dials[sim->dial_count++];
	*dial = (struct dial){
		.id = sim->next_id++,
		.flow = *flow,
		.sequence = (uint32_t)chance_u64(&sim->chance),
		.started_ns = sim->now_ns,
	};
	if (dial->flow.source.family == ADDRESS_NONE)
		dial->flow.source = sim->network.client;
	if (dial->flow.source_port == 0) /* sysctl ip_local_port_range of Linux */
		dial->flow.source_port = (uint16_t)(32768 + chance_below(&sim->chance, 28232));
	dial_send(sim, dial, TCP_SYN, 0);
	dial_schedule_repeat(sim, dial);
	agenda_add(&sim->agenda, sim->now_ns + patience_ns, EVENT_GIVE_UP, dial->id);
	return 0;
}

static void capture(struct simulation *sim, const struct parcel *parcel, struct packet *packet)
{
	size_t length;

	if (parcel->icmp) {
		const struct compose_icmp error = {
			.source = simulated_hop(&sim->network, parcel->hop),
			.type = parcel->type,
			.code = parcel->code,
			.hop_limit = hop_limit_from(parcel->hop),
			.quoted = parcel->segment,
			.stamps = parcel->stamps,
		};

		length = compose_icmp(&error, sim->bytes);
	} else {
		length = compose_segment(&parcel->segment, &parcel->stamps, sim->bytes);
	}
	*packet = (struct packet){
		.time_ns = sim->now_ns,
		.number = ++sim->captured,
		.link_type = LINK_RAW,
		.captured = (uint32_t)length,
		.length = (uint32_t)length,
		.bytes = sim->bytes,
	};
}

static bool report_connect(struct simulation *sim, uint32_t id, struct fact *fact)
{
	struct dial *dial = dial_by_id(sim, id);

	if (dial == NULL)
		return false;
	*fact = (struct fact){
		.kind = FACT_CONNECT,
		.error = dial->error,
		.sequence = dial->sequence,
		.time_ns = dial->ended_ns,
		.duration_ns = dial->ended_ns - dial->started_ns,
		.flow = dial->flow,
	};
	*dial = sim->dials[--sim->dial_count];
	return true;
}

/* The events of which nobody outside hears. */
static void happen_silently(struct simulation *sim, const struct agenda_entry *entry)
{
	struct parcel parcel;

	switch ((enum event)entry->kind) {
	case EVENT_STOP:
		parcel = parcel_take(sim, entry->item);
		parcel_go_on(sim, &parcel, sim->now_ns);
		break;
	case EVENT_NO_NEIGHBOUR:
		parcel = parcel_take(sim, entry->item);
		parcel.hop = (uint8_t)(sim->network.hops - 1);
		parcel.segment.hop_limit = hop_limit_left(sim, &parcel);
		if (sim->network.host.family == ADDRESS_IPV4) /* host unreachable */
			answer_icmp(sim, &parcel, 3, 1);
		else /* address unreachable */
			answer_icmp(sim, &parcel, 1, 3);
		break;
	case EVENT_REPEAT_SYN_ACK:
		attempt_repeat(sim, entry->item);
		break;
	case EVENT_REPEAT_SYN:
		dial_repeat(sim, entry->item);
		break;
	case EVENT_GIVE_UP:
		dial_give_up(sim, entry->item);
		break;
	case EVENT_LEAVE:
	case EVENT_ARRIVE:
	case EVENT_CONNECT_ENDED:
		break;
	}
}

/* WORLD_TIMEOUT: it happened, but there is nothing to tell. */
static enum world_event happen(struct simulation *sim, const struct agenda_entry *entry,
	struct packet *packet, struct fact *fact)
{
	struct parcel parcel;

	if (entry->kind == EVENT_LEAVE || entry->kind == EVENT_ARRIVE) {
		parcel = parcel_take(sim, entry->item);
		capture(sim, &parcel, packet);
		if (entry->kind == EVENT_ARRIVE)
			kernel_hears(sim, &parcel);
		return WORLD_PACKET;
	}
	if (entry->kind == EVENT_CONNECT_ENDED)
		return report_connect(sim, entry->item, fact) ? WORLD_FACT : WORLD_TIMEOUT;
	happen_silently(sim, entry);
	return WORLD_TIMEOUT;
}

static enum world_event simulated_next(struct world *world, int64_t until_ns, struct packet *packet,
	struct fact *fact, struct fault *why)
{
	struct simulation *sim = simulation_of(world);
	int64_t limit_ns = until_ns > sim->now_ns ? until_ns : sim->now_ns;
	enum world_event event = WORLD_TIMEOUT;

	(void)why;
	while (event == WORLD_TIMEOUT && agenda_first(&sim->agenda) != NULL &&
		agenda_first(&sim->agenda)->time_ns <= limit_ns) {
		struct agenda_entry entry = agenda_take(&sim->agenda);

		sim->now_ns = entry.time_ns;
		event = happen(sim, &entry, packet, fact);
	}
	if (event == WORLD_TIMEOUT)
		sim->now_ns = limit_ns;
	return event;
}

static const struct world_operations simulated_operations = {
	.now = simulated_now,
	.send = simulated_send,
	.connect = simulated_connect,
	.next = simulated_next,
};

/* ---- beginning and end ---- */

static void order_rules(struct simulation *sim)
{
	for (unsigned i = 0; i < sim->network.rule_count; i++) {
		const struct simulated_rule *rule = &sim->network.rules[i];
		unsigned place = i;

		assert(rule_is_local(rule) || (rule->hop >= 1 && rule->hop <= sim->network.hops));
		for (; place > 0 && sim->network.rules[sim->order[place - 1]].hop > rule->hop;
			place--)
			sim->order[place] = sim->order[place - 1];
		sim->order[place] = (uint8_t)i;
	}
}

/* The loss of one direction, so that both together lose the round trips that were asked for. */
static struct channel channel_of_half(const struct simulated_loss *loss)
{
	return channel_of(1 - sqrt(1 - loss->ratio), loss->mean_burst_s);
}

static void set_channels(struct simulation *sim)
{
	for (int direction = OUTWARD; direction <= INWARD; direction++) {
		sim->whole[direction] = channel_of_half(&sim->network.loss);
		sim->port[direction] = channel_of_half(&sim->network.port_loss);
	}
}

struct world *simulated_new(const struct simulated_network *network)
{
	struct simulation *sim = malloc(sizeof(*sim));

	if (sim == NULL)
		abort();
	assert(network->hops >= 1 && network->hops <= SIMULATED_HOPS);
	assert(network->rule_count <= SIMULATED_RULES);
	/* Agenda and parcels are large and begin empty: zeroing them would cost more than a run. */
	memset(sim, 0, offsetof(struct simulation, agenda));
	agenda_init(&sim->agenda);
	sim->free_parcel = sim->fresh_parcel = 0;
	sim->world.does = &simulated_operations;
	sim->network = *network;
	sim->chance = chance_seeded(network->seed);
	sim->now_ns = EPOCH_NS;
	order_rules(sim);
	set_channels(sim);
	return &sim->world;
}

unsigned simulated_sent(const struct world *world)
{
	return ((const struct simulation *)world)->sent;
}

double simulated_elapsed_s(const struct world *world)
{
	return (double)(((const struct simulation *)world)->now_ns - EPOCH_NS) / NS_PER_S;
}

void simulated_free(struct world *world)
{
	free(world);
}
