/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario.h"

#include "chance.h"
#include "verdict.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WORD(name) (1U << VERDICT_##name)

/*
 * What is right to say.
 *
 * Loss of the path alone: the contract calls more than 8 % lossy. A run sees some dozens of
 * packets, so the ratio that the path was given and the one that it had while it was looked at may
 * differ; a word that is right for either is right.
 *
 *     up to 4 %: open     4 % to 13 %: open or lossy     above 13 %: lossy
 *     in bursts: open or lossy, since a run may fall between two bursts, or into one
 *
 * A limit that must refuse at least two of the burst of ten in 36 ms: throttled. One that need not
 * be met by it: throttled, or what the loss of the path allows.
 *
 * A port with a loss of its own: lossy, or what its probes really met by the table above; where not
 * one of them was answered also dropped.
 *
 * Nothing at the address answers: down, and where no router speaks either, or the port is dropped
 * by one, what else the contract has for this.
 */
static const struct {
	const char *name;
	unsigned words;
} truths[TRUTHS] = {
	[TRUTH_OPEN] = {"open", WORD(OPEN)},
	[TRUTH_OPEN_LOSS] = {"open, random loss", 0},
	[TRUTH_OPEN_BURSTS] = {"open, bursts of loss", WORD(OPEN) | WORD(LOSSY)},
	[TRUTH_PORT_LOSS] = {"loss of the port", WORD(LOSSY)},
	[TRUTH_DROPPED] = {"dropped", WORD(DROPPED)},
	[TRUTH_RESET] = {"reset on the path", WORD(REFUSED)},
	[TRUTH_CLOSED] = {"closed", WORD(REFUSED)},
	[TRUTH_ICMP] = {"rejected by ICMP", WORD(UNREACHABLE)},
	[TRUTH_PORT_BUCKET] = {"bucket of the port", WORD(THROTTLED)},
	[TRUTH_HOST_BUCKET] = {"bucket of the host", WORD(THROTTLED)},
	[TRUTH_CONNECTIONS] = {"connection limit", WORD(THROTTLED)},
	[TRUTH_BAN] = {"ban", WORD(THROTTLED)},
	[TRUTH_DEAD] = {"dead host", WORD(DOWN)},
	[TRUTH_ABSENT] = {"absent host", WORD(UNREACHABLE) | WORD(DOWN)},
	[TRUTH_LOCAL_OUTPUT] = {"local output", WORD(DROPPED)},
	[TRUTH_LOCAL_EGRESS] = {"local egress", WORD(DROPPED)},
	[TRUTH_LOCAL_INPUT] = {"local input", WORD(DROPPED)},
};

#define OPEN_AT_MOST  .04
#define LOSSY_ABOVE   .13
#define BURST_PROBES  10
#define BURST_GAP_S   .004
#define BURST_REFUSED 2

const char *truth_name(enum truth truth)
{
	return truths[truth].name;
}

bool truth_is_local(enum truth truth)
{
	return truth == TRUTH_LOCAL_OUTPUT || truth == TRUTH_LOCAL_EGRESS ||
		truth == TRUTH_LOCAL_INPUT;
}

/* ---- the network ---- */

struct share {
	enum truth truth;
	unsigned share;
};

static const struct share place_shares[] = {
	{TRUTH_OPEN, 15},
	{TRUTH_DROPPED, 50},
	{TRUTH_RESET, 12},
	{TRUTH_CLOSED, 8},
	{TRUTH_ICMP, 15},
};

static const struct share shares[] = {
	{TRUTH_OPEN, 22},
	{TRUTH_PORT_LOSS, 5},
	{TRUTH_DROPPED, 15},
	{TRUTH_RESET, 6},
	{TRUTH_CLOSED, 6},
	{TRUTH_ICMP, 8},
	{TRUTH_PORT_BUCKET, 13},
	{TRUTH_HOST_BUCKET, 5},
	{TRUTH_CONNECTIONS, 3},
	{TRUTH_BAN, 3},
	{TRUTH_DEAD, 4},
	{TRUTH_ABSENT, 4},
	{TRUTH_LOCAL_OUTPUT, 2},
	{TRUTH_LOCAL_EGRESS, 2},
	{TRUTH_LOCAL_INPUT, 2},
};

static enum truth truth_drawn(const struct share *shares_of, struct chance *chance)
{
	unsigned drawn = chance_below(chance, 100), i = 0;

	while (drawn >= shares_of[i].share)
		drawn -= shares_of[i++].share;
	return shares_of[i].truth;
}

static bool luck(struct chance *chance, double probability)
{
	return chance_unit(chance) < probability;
}

static double log_uniform(struct chance *chance, double low, double high)
{
	return exp(chance_between(chance, log(low), log(high)));
}

/* Documentation addresses: RFC 5737, RFC 3849. */
static void draw_addresses(struct simulated_network *network, struct chance *chance)
{
	bool old = luck(chance, .6);

	address_parse(&network->client, old ? "192.0.2.1" : "2001:db8::1");
	address_parse(&network->host, old ? "198.51.100.25" : "2001:db8:25::25");
}

static void draw_path(struct simulated_network *network, struct chance *chance)
{
	network->hops = (uint8_t)(3 + chance_below(chance, 18));
	network->rtt_ms = log_uniform(chance, 5, 300);
	if (luck(chance, .7))
		network->jitter_ms = fmin(20, network->rtt_ms * chance_between(chance, 0, .2));
	network->silent_routers = luck(chance, .1);
	if (luck(chance, .2))
		network->reorder_ratio = network->duplicate_ratio = .01;
}

static void draw_loss(struct simulated_network *network, struct chance *chance)
{
	static const double bursts_s[] = {.05, .3, 1};

	if (luck(chance, .4))
		return;
	network->loss.ratio = chance_between(chance, 0, .2);
	if (luck(chance, .5))
		network->loss.mean_burst_s = bursts_s[chance_below(chance, 3)];
}

static void listen_on(struct simulated_network *network, uint16_t port)
{
	size_t i = 0;

	while (network->listening[i] != 0)
		i++;
	network->listening[i] = port;
}

static struct simulated_rule *rule_add(
	struct simulated_network *network, enum simulated_rule_kind kind, uint16_t port)
{
	struct simulated_rule *rule = &network->rules[network->rule_count++];

	rule->kind = kind;
	rule->port = port;
	rule->hop = network->hops;
	return rule;
}

/* ---- the faults ---- */

static uint8_t hop_drawn(const struct simulated_network *network, struct chance *chance)
{
	return (uint8_t)(1 + chance_below(chance, network->hops));
}

static uint8_t router_drawn(const struct simulated_network *network, struct chance *chance)
{
	return (uint8_t)(1 + chance_below(chance, network->hops - 1U));
}

static void draw_icmp(struct simulated_rule *rule, bool old, struct chance *chance)
{
	static const uint8_t ipv4[] = {0, 1, 3, 9, 10, 13}, ipv6[] = {0, 1, 3, 4, 5, 6};

	rule->icmp_type = old ? 3 : 1;
	rule->icmp_code = (old ? ipv4 : ipv6)[chance_below(chance, 6)];
}

static enum simulated_rule_kind excess_drawn(struct chance *chance)
{
	static const enum simulated_rule_kind kinds[] = {
		SIMULATED_DROP, SIMULATED_DROP, SIMULATED_RESET, SIMULATED_ICMP};

	return kinds[chance_below(chance, 4)];
}

static void draw_bucket(struct simulated_rule *rule, struct chance *chance)
{
	rule->rate_per_s = log_uniform(chance, .2, 20);
	rule->burst = 1 + chance_below(chance, 10);
	rule->excess = excess_drawn(chance);
}

static struct simulated_rule *rule_drawn(
	struct simulated_network *network, enum truth truth, uint16_t port, struct chance *chance)
{
	static const enum simulated_rule_kind kinds[TRUTHS] = {
		[TRUTH_DROPPED] = SIMULATED_DROP,
		[TRUTH_RESET] = SIMULATED_RESET,
		[TRUTH_ICMP] = SIMULATED_ICMP,
		[TRUTH_PORT_BUCKET] = SIMULATED_BUCKET,
		[TRUTH_HOST_BUCKET] = SIMULATED_BUCKET,
		[TRUTH_CONNECTIONS] = SIMULATED_CONNECTIONS,
		[TRUTH_BAN] = SIMULATED_BAN,
		[TRUTH_LOCAL_OUTPUT] = SIMULATED_LOCAL_OUTPUT,
		[TRUTH_LOCAL_EGRESS] = SIMULATED_LOCAL_EGRESS,
		[TRUTH_LOCAL_INPUT] = SIMULATED_LOCAL_INPUT,
	};
	struct simulated_rule *rule = rule_add(network, kinds[truth], port);

	rule->hop =
		truth == TRUTH_RESET ? router_drawn(network, chance) : hop_drawn(network, chance);
	draw_bucket(rule, chance);
	draw_icmp(rule, network->host.family == ADDRESS_IPV4, chance);
	if (rule->kind == SIMULATED_BAN) {
		rule->burst = 3 + chance_below(chance, 10);
		rule->ban_s = chance_between(chance, 60, 600);
	}
	return rule;
}

/* One port has it, seldom two or all three. */
static unsigned ports_drawn(struct chance *chance)
{
	unsigned drawn = chance_below(chance, 100);

	return drawn < 75 ? 1 : drawn < 90 ? 2 : 3;
}

static void fault_some_ports(struct scenario *scenario, enum truth truth, struct chance *chance)
{
	unsigned count = ports_drawn(chance), first = chance_below(chance, SCENARIO_QUESTIONS);

	for (unsigned i = 0; i < count; i++) {
		struct question *question = &scenario->questions[(first + i) % SCENARIO_QUESTIONS];

		question->truth = truth;
		if (truth != TRUTH_CLOSED)
			question->rule =
				rule_drawn(&scenario->network, truth, question->port, chance);
	}
}

static void fault_every_port(struct scenario *scenario, enum truth truth, struct chance *chance)
{
	const struct simulated_rule *rule = NULL;

	if (truth != TRUTH_DEAD && truth != TRUTH_ABSENT)
		rule = rule_drawn(&scenario->network, truth, 0, chance);
	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++) {
		scenario->questions[i].truth = truth;
		scenario->questions[i].rule = rule;
	}
}

static void fault_by_loss(struct scenario *scenario, struct chance *chance)
{
	struct question *question = &scenario->questions[chance_below(chance, SCENARIO_QUESTIONS)];

	question->truth = TRUTH_PORT_LOSS;
	scenario->network.port_loss.port = question->port;
	scenario->network.port_loss.ratio = chance_between(chance, .2, .6);
}

static void draw_fault(struct scenario *scenario, struct chance *chance)
{
	enum truth truth = truth_drawn(scenario->places ? place_shares : shares, chance);

	scenario->network.dead = truth == TRUTH_DEAD;
	scenario->network.host_absent = truth == TRUTH_ABSENT;
	if (truth == TRUTH_PORT_LOSS)
		fault_by_loss(scenario, chance);
	else if (truth == TRUTH_DEAD || truth == TRUTH_ABSENT || truth == TRUTH_HOST_BUCKET ||
		(truth_is_local(truth) && luck(chance, .3)))
		fault_every_port(scenario, truth, chance);
	else if (truth != TRUTH_OPEN)
		fault_some_ports(scenario, truth, chance);
}

static enum truth truth_of_path(const struct simulated_loss *loss)
{
	if (loss->ratio <= 0)
		return TRUTH_OPEN;
	return loss->mean_burst_s > 0 ? TRUTH_OPEN_BURSTS : TRUTH_OPEN_LOSS;
}

static void name_the_open(struct scenario *scenario)
{
	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++) {
		struct question *question = &scenario->questions[i];

		if (question->truth == TRUTH_OPEN)
			question->truth = truth_of_path(&scenario->network.loss);
	}
}

static void draw_listening(struct scenario *scenario, struct chance *chance)
{
	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++)
		if (scenario->questions[i].truth != TRUTH_CLOSED)
			listen_on(&scenario->network, scenario->questions[i].port);
	for (unsigned i = 0; i < 2; i++)
		if (luck(chance, .6))
			listen_on(&scenario->network, scenario->controls[i]);
}

/* A host whose own firewall drops whatever is not meant to be asked for. Where a mail port is
 * closed this would drop it, which is another truth. */
static void hide_closed_ports(struct scenario *scenario)
{
	struct simulated_network *network = &scenario->network;

	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++)
		if (scenario->questions[i].truth == TRUTH_CLOSED)
			return;
	for (unsigned i = 0; network->listening[i] != 0; i++)
		rule_add(network, SIMULATED_ACCEPT, network->listening[i]);
	rule_add(network, SIMULATED_DROP, 0);
	scenario->hides_closed_ports = true;
}

static bool question_answers(const struct question *question)
{
	return question->truth != TRUTH_DROPPED && question->truth != TRUTH_DEAD &&
		question->truth != TRUTH_ABSENT && !truth_is_local(question->truth);
}

static bool any_answers(const struct scenario *scenario)
{
	const struct simulated_network *network = &scenario->network;

	if (network->dead || network->host_absent)
		return false;
	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++)
		if (question_answers(&scenario->questions[i]))
			return true;
	/* Every listening port is a mail port or a control; the mail ports were asked above. */
	return !scenario->hides_closed_ports || network->listening[SCENARIO_QUESTIONS] != 0;
}

/* By a seed of their own. */
static void draw_routers(struct scenario *scenario, uint64_t seed)
{
	struct simulated_network *network = &scenario->network;
	struct chance chance = chance_seeded(~seed);

	for (uint8_t hop = 1; hop < network->hops && luck(&chance, .5); hop++)
		network->mute |= (uint64_t)luck(&chance, .3) << hop;
	if (luck(&chance, .2)) {
		network->ways = (uint8_t)(2 + chance_below(&chance, 3));
		network->fork = (uint8_t)(1 + chance_below(&chance, network->hops - 1U));
		network->join = (uint8_t)(network->fork + 1 +
			chance_below(&chance, network->hops - network->fork));
	}
	if (luck(&chance, .3))
		network->detour = (uint8_t)(1 + chance_below(&chance, 4));
	for (unsigned i = 0; i < network->rule_count; i++) {
		struct simulated_rule *rule = &network->rules[i];
		rule->arriving = rule->hop < network->hops && luck(&chance, .5);
	}
}

static void draw_all(struct scenario *out, uint64_t seed, bool places)
{
	static const uint16_t asked[SCENARIO_QUESTIONS] = {25, 587, 465};
	struct chance chance = chance_seeded(seed);

	memset(out, 0, sizeof(*out));
	out->seed = seed;
	out->places = places;
	out->network.seed = chance_u64(&chance);
	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++)
		out->questions[i].port = asked[i];
	out->controls[0] = 443;
	out->controls[1] = 80;
	out->controls[2] = (uint16_t)(61000 + chance_below(&chance, 4001));
	draw_addresses(&out->network, &chance);
	draw_path(&out->network, &chance);
	draw_loss(&out->network, &chance);
	draw_fault(out, &chance);
	draw_listening(out, &chance);
	name_the_open(out);
	if (luck(&chance, .25))
		hide_closed_ports(out);
	draw_routers(out, seed);
	out->someone_answers = any_answers(out);
}

void scenario_init(struct scenario *out, uint64_t seed)
{
	draw_all(out, seed, false);
}

void scenario_init_places(struct scenario *out, uint64_t seed)
{
	draw_all(out, seed, true);
}

unsigned scenario_place(const struct scenario *scenario, const struct question *question)
{
	const struct simulated_rule *rule = question->rule;

	if (question->truth == TRUTH_CLOSED)
		return 2U * scenario->network.hops;
	if (rule == NULL || truth_is_local(question->truth))
		return 0;
	if (question->truth != TRUTH_DROPPED || rule->hop == scenario->network.hops)
		return 2U * rule->hop;
	return 2U * rule->hop + (rule->arriving ? -1U : 1U);
}

bool scenario_routers_answer(const struct scenario *scenario)
{
	return !scenario->network.silent_routers && scenario->network.mute == 0;
}

/* ---- what is right ---- */

static unsigned words_for_ratio(double ratio)
{
	if (ratio <= OPEN_AT_MOST)
		return WORD(OPEN);
	return ratio <= LOSSY_ABOVE ? WORD(OPEN) | WORD(LOSSY) : WORD(LOSSY);
}

static unsigned words_for_fate(const struct simulated_fate *fate)
{
	return fate->sent > 0 ? words_for_ratio((double)fate->lost / fate->sent) : 0;
}

static unsigned words_for_path(const struct scenario *scenario, const struct world *world)
{
	const struct simulated_loss *loss = &scenario->network.loss;
	struct simulated_fate fate = simulated_fate(world, 0);

	if (loss->ratio <= 0)
		return WORD(OPEN);
	if (scenario->places) /* nobody measured the loss */
		return WORD(OPEN) | WORD(LOSSY);
	if (loss->mean_burst_s > 0)
		return truths[TRUTH_OPEN_BURSTS].words;
	return words_for_ratio(loss->ratio) | words_for_fate(&fate);
}

/* The most connections of the burst that are half open at once. */
static double burst_held(const struct scenario *scenario)
{
	return fmin(BURST_PROBES, 1 + floor(scenario->network.rtt_ms / 1000 / BURST_GAP_S));
}

bool question_limit_is_visible(const struct scenario *scenario, const struct question *question)
{
	const struct simulated_rule *rule = question->rule;

	if (rule == NULL)
		return false;
	if (rule->kind == SIMULATED_BUCKET)
		return BURST_PROBES - rule->burst -
			rule->rate_per_s * BURST_GAP_S * (BURST_PROBES - 1) >=
			BURST_REFUSED;
	if (rule->kind == SIMULATED_CONNECTIONS)
		return burst_held(scenario) - rule->burst >= BURST_REFUSED;
	return rule->kind == SIMULATED_BAN && rule->burst + BURST_REFUSED <= BURST_PROBES;
}

static unsigned words_for_limit(
	const struct scenario *scenario, const struct question *question, const struct world *world)
{
	unsigned words = truths[question->truth].words;

	if (question_limit_is_visible(scenario, question))
		return words;
	return words | words_for_path(scenario, world);
}

static unsigned words_for_silence(const struct scenario *scenario, const struct question *question)
{
	unsigned words = truths[question->truth].words;

	if (question->truth == TRUTH_DROPPED && !scenario->someone_answers)
		words |= WORD(DOWN);
	if (!scenario->someone_answers && scenario->network.silent_routers)
		words |= WORD(INCONCLUSIVE);
	return words;
}

unsigned scenario_words(
	const struct scenario *scenario, const struct question *question, const struct world *world)
{
	struct simulated_fate fate = simulated_fate(world, question->port);

	switch (question->truth) {
	case TRUTH_OPEN_LOSS:
	case TRUTH_OPEN_BURSTS:
		return words_for_path(scenario, world);
	case TRUTH_PORT_BUCKET:
	case TRUTH_HOST_BUCKET:
	case TRUTH_CONNECTIONS:
	case TRUTH_BAN:
		return words_for_limit(scenario, question, world);
	case TRUTH_DROPPED:
	case TRUTH_DEAD:
		return words_for_silence(scenario, question);
	case TRUTH_PORT_LOSS:
		return truths[TRUTH_PORT_LOSS].words | (fate.lost == fate.sent ? WORD(DROPPED) : 0);
	case TRUTH_OPEN:
	case TRUTH_RESET:
	case TRUTH_CLOSED:
	case TRUTH_ICMP:
	case TRUTH_ABSENT:
	case TRUTH_LOCAL_OUTPUT:
	case TRUTH_LOCAL_EGRESS:
	case TRUTH_LOCAL_INPUT:
		break;
	}
	return truths[question->truth].words;
}

/* ---- in words ---- */

static void append(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What does not fit is cut. */
static void append(char *out, const char *format, ...)
{
	size_t used = strlen(out);
	va_list values;

	va_start(values, format);
	(void)vsnprintf(out + used, SCENARIO_TEXT - used, format, values);
	va_end(values);
}

static const char *rule_name(enum simulated_rule_kind kind)
{
	static const char *const names[] = {
		[SIMULATED_ACCEPT] = "accept",
		[SIMULATED_DROP] = "drop",
		[SIMULATED_RESET] = "reset",
		[SIMULATED_ICMP] = "icmp",
		[SIMULATED_BUCKET] = "bucket",
		[SIMULATED_CONNECTIONS] = "connections",
		[SIMULATED_BAN] = "ban",
		[SIMULATED_LOCAL_OUTPUT] = "local output",
		[SIMULATED_LOCAL_EGRESS] = "local egress",
		[SIMULATED_LOCAL_INPUT] = "local input",
		[SIMULATED_RESET_BESIDE] = "reset beside",
		[SIMULATED_ACCEPT_FORGED] = "forged SYN-ACK",
		[SIMULATED_ACCEPT_BESIDE] = "SYN-ACK beside",
	};

	return names[kind];
}

static void append_rule(char *out, const struct simulated_rule *rule)
{
	append(out, "; %s, port %u, hop %u%s", rule_name(rule->kind), rule->port, rule->hop,
		rule->arriving ? " on arrival" : "");
	if (rule->kind == SIMULATED_BUCKET)
		append(out, ", %.3g/s", rule->rate_per_s);
	if (rule->kind == SIMULATED_BUCKET || rule->kind == SIMULATED_CONNECTIONS ||
		rule->kind == SIMULATED_BAN)
		append(out, ", burst %u, then %s", rule->burst, rule_name(rule->excess));
	if (rule->kind == SIMULATED_ICMP)
		append(out, ", %u/%u", rule->icmp_type, rule->icmp_code);
}

const char *scenario_describe(const struct scenario *scenario, char out[static SCENARIO_TEXT])
{
	const struct simulated_network *network = &scenario->network;

	out[0] = '\0';
	append(out, "IPv%u, %u hops, %.0f ms + %.1f ms, loss %.1f %% in bursts of %.2g s",
		network->host.family, network->hops, network->rtt_ms, network->jitter_ms,
		network->loss.ratio * 100, network->loss.mean_burst_s);
	if (network->port_loss.port != 0)
		append(out, ", port %u loses %.0f %%", network->port_loss.port,
			network->port_loss.ratio * 100);
	if (network->ways > 1)
		append(out, ", %u ways between hops %u and %u", network->ways, network->fork,
			network->join);
	if (network->mute != 0)
		append(out, ", mute %llx", (unsigned long long)network->mute);
	if (network->detour != 0)
		append(out, ", %u hops more back", network->detour);
	append(out, "%s%s, listening", network->silent_routers ? ", mute routers" : "",
		network->reorder_ratio > 0 ? ", some disorder" : "");
	for (unsigned i = 0; i < SIMULATED_PORTS && network->listening[i] != 0; i++)
		append(out, " %u", network->listening[i]);
	for (unsigned i = 0; i < network->rule_count; i++)
		if (network->rules[i].kind != SIMULATED_ACCEPT)
			append_rule(out, &network->rules[i]);
	return out;
}
