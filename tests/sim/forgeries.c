/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a true answer ever taken for a forged one, or the reverse? Random simulated networks, seeded,
 * each with one manner of answering port 25, through the whole diagnosis; prints what was said of
 * each manner. A true refusal or acceptance blamed on the way is the worst mistake, a forged
 * refusal blamed on the server the next: of both there may be none.
 *
 *     forgeries [--networks N] [--seed N] [--most-loss RATIO] [--min-found RATIO] [--tell]
 */
#include "chance.h"
#include "simulated.h"
#include "trial.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define PORT      25
#define LOSS_MOST .1

enum manner {
	MANNER_OPEN,
	MANNER_CLOSED,
	MANNER_RESET,           /* in the path, two hops before the host or more */
	MANNER_RESET_BESIDE,    /* beside it, and the host accepts */
	MANNER_RESET_LAST,      /* by the last router */
	MANNER_ACCEPTED,        /* in the path, two hops before the host or more */
	MANNER_ACCEPTED_BESIDE, /* beside it, and the host refuses */
};
#define MANNERS 7

enum said {
	SAID_OPEN,
	SAID_SERVER,  /* refused by the destination */
	SAID_UNKNOWN, /* refused by nobody knows whom */
	SAID_WAY,     /* refused on the way */
	SAID_INTERCEPTED,
	SAID_INCONCLUSIVE,
	SAID_ELSE,
};
#define SAIDS 7

#define BIT(what) (1U << SAID_##what)

static const struct {
	const char *name;
	enum simulated_rule_kind kind; /* SIMULATED_ACCEPT: nobody forges */
	bool listens;
	unsigned wrong, right; /* bits of enum said */
} manners[MANNERS] = {
	[MANNER_OPEN] = {"open", SIMULATED_ACCEPT, true, BIT(WAY) | BIT(INTERCEPTED) | BIT(SERVER),
		BIT(OPEN)},
	[MANNER_CLOSED] = {"closed", SIMULATED_ACCEPT, false, BIT(WAY) | BIT(INTERCEPTED),
		BIT(SERVER) | BIT(UNKNOWN)},
	[MANNER_RESET] = {"reset on the path", SIMULATED_RESET, true, BIT(SERVER) | BIT(OPEN),
		BIT(WAY)},
	[MANNER_RESET_BESIDE] = {"reset beside the path", SIMULATED_RESET_BESIDE, true, BIT(SERVER),
		BIT(WAY) | BIT(INTERCEPTED)},
	[MANNER_RESET_LAST] = {"reset by the last router", SIMULATED_RESET, true,
		BIT(SERVER) | BIT(OPEN), BIT(WAY) | BIT(UNKNOWN)},
	[MANNER_ACCEPTED] = {"accepted on the path", SIMULATED_ACCEPT_FORGED, false, BIT(SERVER),
		BIT(INTERCEPTED)},
	[MANNER_ACCEPTED_BESIDE] = {"accepted beside it", SIMULATED_ACCEPT_BESIDE, false,
		BIT(SERVER), BIT(INTERCEPTED)},
};

static const char *const said_names[SAIDS] = {
	"open", "server", "unknown", "way", "intercepted", "inconclusive", "else"};

static void listen_on(struct simulated_network *network, const uint16_t *ports)
{
	unsigned count = 0;

	while (network->listening[count] != 0)
		count++;
	for (; *ports != 0; ports++)
		network->listening[count++] = *ports;
}

static void draw_rule(struct simulated_network *network, enum manner manner, struct chance *chance)
{
	struct simulated_rule *rule = &network->rules[0];
	unsigned farthest = network->hops - (manner == MANNER_RESET_LAST ? 1U : 2U);

	if (manners[manner].kind == SIMULATED_ACCEPT)
		return;
	network->rule_count = 1;
	*rule = (struct simulated_rule){.kind = manners[manner].kind,
		.port = PORT,
		.hop = (uint8_t)(1 + chance_below(chance, farthest))};
	if (manner == MANNER_RESET_LAST)
		rule->hop = (uint8_t)farthest;
}

/* Routers that say nothing, a longer way back, several ways for different flows. */
static void draw_routers(struct simulated_network *network, struct chance *chance)
{
	for (uint8_t hop = 1; hop < network->hops; hop++)
		network->mute |= (uint64_t)(chance_unit(chance) < .1) << hop;
	if (chance_unit(chance) < .3)
		network->detour = (uint8_t)(1 + chance_below(chance, 4));
	if (chance_unit(chance) < .2) {
		network->ways = (uint8_t)(2 + chance_below(chance, 3));
		network->fork = (uint8_t)(1 + chance_below(chance, network->hops - 1U));
		network->join = (uint8_t)(network->fork + 1 +
			chance_below(chance, network->hops - network->fork));
	}
	network->rules[0].arriving = chance_unit(chance) < .5;
}

static void draw_network(struct simulated_network *network, enum manner manner, double most_loss,
	struct chance *chance)
{
	static const uint16_t others[] = {465, 587, 443, 0}, port[] = {PORT, 0};
	bool old = chance_unit(chance) < .6;

	address_parse(&network->client, old ? "192.0.2.1" : "2001:db8::1");
	address_parse(&network->host, old ? "198.51.100.25" : "2001:db8:25::25");
	network->seed = chance_u64(chance);
	network->hops = (uint8_t)(3 + chance_below(chance, 16));
	network->rtt_ms = chance_between(chance, 5, 200);
	network->jitter_ms = network->rtt_ms * chance_between(chance, 0, .1);
	if (chance_unit(chance) < .5)
		network->loss.ratio = chance_between(chance, 0, most_loss);
	listen_on(network, others);
	if (manners[manner].listens)
		listen_on(network, port);
	draw_rule(network, manner, chance);
	draw_routers(network, chance);
}

static void draw_scenario(struct scenario *out, enum manner manner, double most_loss, uint64_t seed)
{
	static const uint16_t asked[SCENARIO_QUESTIONS] = {PORT, 587, 465};
	struct chance chance = chance_seeded(seed);

	memset(out, 0, sizeof(*out));
	out->seed = seed;
	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++)
		out->questions[i].port = asked[i];
	out->controls[0] = 443;
	out->controls[1] = 80;
	out->controls[2] = (uint16_t)(61000 + chance_below(&chance, 4001));
	draw_network(&out->network, manner, most_loss, &chance);
}

static enum said said_of(const struct outcome *outcome)
{
	switch (outcome->word) {
	case VERDICT_OPEN:
	case VERDICT_LOSSY: /* it answers, and the path loses */
		return SAID_OPEN;
	case VERDICT_INTERCEPTED:
		return SAID_INTERCEPTED;
	case VERDICT_INCONCLUSIVE:
		return SAID_INCONCLUSIVE;
	case VERDICT_REFUSED:
		if (outcome->by == BY_PATH)
			return SAID_WAY;
		return outcome->by == BY_DESTINATION ? SAID_SERVER : SAID_UNKNOWN;
	case VERDICT_DROPPED:
	case VERDICT_UNREACHABLE:
	case VERDICT_THROTTLED:
	case VERDICT_MISCONFIGURED:
	case VERDICT_REJECTED:
	case VERDICT_DOWN:
		break;
	}
	return SAID_ELSE;
}

struct options {
	unsigned networks;
	uint64_t seed;
	double most_loss, min_found;
	bool tell;
};

static struct options parse_options(int argc, char **argv)
{
	static const struct option names[] = {{"networks", required_argument, NULL, 'n'},
		{"seed", required_argument, NULL, 's'}, {"most-loss", required_argument, NULL, 'l'},
		{"min-found", required_argument, NULL, 'f'}, {"tell", no_argument, NULL, 't'},
		{NULL, 0, NULL, 0}};
	struct options options = {.networks = 700, .seed = 1, .most_loss = LOSS_MOST};
	int which;

	while ((which = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (which == 'n')
			options.networks = (unsigned)strtoul(optarg, NULL, 10);
		else if (which == 's')
			options.seed = strtoull(optarg, NULL, 10);
		else if (which == 'l')
			options.most_loss = strtod(optarg, NULL);
		else if (which == 'f')
			options.min_found = strtod(optarg, NULL);
		else if (which == 't')
			options.tell = true;
		else
			exit(EX_USAGE);
	}
	return options;
}

static unsigned long tally[MANNERS][SAIDS];

static void play(const struct options *options, unsigned number)
{
	static const struct trial_watch nobody = {NULL, NULL};
	static struct scenario scenario;
	enum manner manner = (enum manner)(number % MANNERS);
	char text[SCENARIO_TEXT];

	draw_scenario(&scenario, manner, options->most_loss, options->seed + number);
	struct trial trial = trial_run(&scenario, &nobody);
	enum said said = said_of(&trial.outcomes[0]);

	tally[manner][said]++;
	if (options->tell && (manners[manner].right >> said & 1) == 0)
		printf("%s, said %s, hop %u: %s\n", manners[manner].name, said_names[said],
			scenario.network.rules[0].hop, scenario_describe(&scenario, text));
}

/* The rows, and whether they are good enough. */
static bool judge(const struct options *options)
{
	unsigned long wrong = 0, right = 0, all = 0;

	printf("%-26s", "truth");
	for (int said = 0; said < SAIDS; said++)
		printf(" %12s", said_names[said]);
	for (int manner = 0; manner < MANNERS; manner++) {
		printf("\n%-26s", manners[manner].name);
		for (int said = 0; said < SAIDS; said++) {
			unsigned long count = tally[manner][said];
			printf(" %12lu", count);
			all += count;
			wrong += manners[manner].wrong >> said & 1 ? count : 0;
			right += manners[manner].right >> said & 1 ? count : 0;
		}
	}
	printf("\n\nright %lu of %lu, wrongly blamed %lu\n", right, all, wrong);
	return wrong == 0 && (double)right >= options->min_found * (double)all;
}

int main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);

	for (unsigned i = 0; i < options.networks; i++)
		play(&options, i);
	return judge(&options) ? 0 : 1;
}
