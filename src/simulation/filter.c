/* SPDX-License-Identifier: BSD-2-Clause */
#include "filter.h"

#include "answer.h"
#include "attempt.h"
#include "fate.h"
#include "frame.h"
#include "parcel.h"
#include "simulation.h"
#include "way.h"

#include <assert.h>

/* How long a filter remembers a handshake that stays unfinished (Linux conntrack, SYN_RECV). */
#define HALF_OPEN_KEPT_NS ((int64_t)60 * NS_PER_S)

static bool rule_is_local(const struct simulated_rule *rule)
{
	return rule->kind == SIMULATED_LOCAL_OUTPUT || rule->kind == SIMULATED_LOCAL_EGRESS ||
		rule->kind == SIMULATED_LOCAL_INPUT;
}

static bool rule_concerns(const struct simulated_rule *rule, uint16_t port)
{
	return rule->port == 0 || rule->port == port;
}

static const struct simulated_rule *rule_at(const struct simulation *sim, unsigned place)
{
	return &sim->network.rules[sim->filter.order[place]];
}

/* The bit that stands for the rule in attempt.counted. */
static uint16_t rule_bit(const struct simulation *sim, const struct simulated_rule *rule)
{
	return (uint16_t)(1U << (rule - sim->network.rules));
}

void filter_order(struct simulation *sim)
{
	for (unsigned i = 0; i < sim->network.rule_count; i++) {
		const struct simulated_rule *rule = &sim->network.rules[i];
		unsigned place = i;

		assert(rule_is_local(rule) || (rule->hop >= 1 && rule->hop <= sim->network.hops));
		while (place > 0 && rule_at(sim, place - 1)->hop > rule->hop) {
			sim->filter.order[place] = sim->filter.order[place - 1];
			place--;
		}
		sim->filter.order[place] = (uint8_t)i;
	}
}

bool filter_holds_locally(
	const struct simulation *sim, enum simulated_rule_kind kind, uint16_t port)
{
	for (unsigned i = 0; i < sim->network.rule_count; i++)
		if (sim->network.rules[i].kind == kind &&
			rule_concerns(&sim->network.rules[i], port))
			return true;
	return false;
}

/* A filter answers nothing but a SYN. */
static void rule_answer(struct simulation *sim, const struct simulated_rule *rule,
	enum simulated_rule_kind how, const struct parcel *parcel)
{
	if (!parcel_is_syn(parcel))
		return;
	if (how == SIMULATED_RESET)
		answer_reset(sim, &parcel->segment, rule->hop);
	else if (how == SIMULATED_ICMP && rule->icmp_type != 0)
		answer_icmp(sim, parcel, rule->icmp_type, rule->icmp_code);
	else if (how == SIMULATED_ICMP)
		answer_icmp_reason(sim, parcel, ANSWER_PROHIBITED);
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

	for (unsigned i = 0; i < sim->attempts.count; i++) {
		const struct attempt *attempt = &sim->attempts.items[i];

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
	uint16_t bit = rule_bit(sim, rule);
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

/* The filter has seen the end of the connection. */
static void connection_rule_forgets(
	struct simulation *sim, const struct simulated_rule *rule, const struct segment *segment)
{
	struct attempt *attempt = attempt_find(sim, segment);

	if (attempt != NULL && segment->flags & (TCP_RST | TCP_FIN))
		attempt_leave_filter(sim, attempt, rule_bit(sim, rule));
}

/* Whether one of the rules that limit lets a SYN through. */
static bool limit_passes(
	struct simulation *sim, const struct simulated_rule *rule, const struct parcel *parcel)
{
	struct rule_state *state = &sim->filter.states[rule - sim->network.rules];

	if (rule->kind == SIMULATED_BUCKET)
		return tokens_take(&state->tokens, rule->rate_per_s, rule->burst, sim->now_ns);
	if (rule->kind == SIMULATED_BAN)
		return ban_rule_passes(sim, rule, state);
	return connection_rule_passes(sim, rule, parcel);
}

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
		if (!parcel_is_syn(parcel)) {
			connection_rule_forgets(sim, rule, &parcel->segment);
			return true;
		}
		if (limit_passes(sim, rule, parcel))
			return true;
		fate_of(&sim->fates, parcel->segment.destination_port)->refused++;
		rule_answer(sim, rule, rule->excess, parcel);
		return false;
	case SIMULATED_LOCAL_OUTPUT:
	case SIMULATED_LOCAL_EGRESS:
	case SIMULATED_LOCAL_INPUT:
		break;
	}
	return true;
}

/* The host takes a hop limit of just hops; a router ends one that it would send on with zero,
 * unless something stops it before. */
static bool rule_is_reached(
	const struct simulation *sim, const struct simulated_rule *rule, uint8_t hop_limit)
{
	return rule->hop == sim->network.hops || rule->arriving ? hop_limit >= rule->hop
								: hop_limit > rule->hop;
}

const struct simulated_rule *filter_next(const struct simulation *sim, struct parcel *parcel)
{
	for (; parcel->next_rule < sim->network.rule_count; parcel->next_rule++) {
		const struct simulated_rule *rule = rule_at(sim, parcel->next_rule);

		if (!rule_is_local(rule) && rule_is_reached(sim, rule, parcel->segment.hop_limit) &&
			rule_concerns(rule, parcel->segment.destination_port))
			return rule;
	}
	return NULL;
}

bool filter_lets_on(
	struct simulation *sim, const struct simulated_rule *rule, struct parcel *parcel)
{
	struct parcel here = *parcel;

	here.segment.hop_limit = way_hop_limit_left(sim, parcel);
	if (rule->arriving && rule->hop < sim->network.hops)
		here.segment.hop_limit++;
	if (!rule_passes(sim, rule, &here))
		return false;
	parcel->next_rule = here.next_rule;
	return true;
}
