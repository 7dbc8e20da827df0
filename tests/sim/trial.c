/* SPDX-License-Identifier: BSD-2-Clause */
#include "trial.h"

#include "evidence.h"
#include "fact.h"
#include "fault.h"
#include "figures.h"
#include "loop.h"
#include "place_rules.h"
#include "world.h"

#include <stdio.h>

bool outcome_is_right(const struct outcome *outcome)
{
	return outcome->words >> outcome->word & 1;
}

bool outcome_accuses_falsely(const struct outcome *outcome)
{
	bool own = outcome->true_place != 0 && !outcome->at_host;

	return outcome->by == BY_PATH && outcome->truth != TRUTH_ABSENT && !own;
}

bool outcome_is_misplaced(const struct outcome *outcome)
{
	bool inside = outcome->low <= outcome->true_place && outcome->true_place <= outcome->high;

	return outcome->true_place != 0 && outcome->high != 0 && !inside &&
		outcome_is_right(outcome);
}

static void tell(
	struct evidence *evidence, const struct loop_observer *observer, const struct fact *fact)
{
	evidence_add_fact(evidence, fact);
	if (observer != NULL && observer->fact != NULL)
		observer->fact(observer->context, fact);
}

static struct fact target_of(const struct scenario *scenario, uint16_t port, int64_t now_ns)
{
	return (struct fact){
		.kind = FACT_TARGET,
		.time_ns = now_ns,
		.flow = {.destination = scenario->network.host, .destination_port = port},
	};
}

/* What the command tells before a run: where to, what for, and along which route. */
static void tell_targets(struct evidence *evidence, const struct scenario *scenario,
	const struct loop_observer *observer, int64_t now_ns)
{
	struct fact route = target_of(scenario, 0, now_ns);

	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++) {
		struct fact fact = target_of(scenario, scenario->questions[i].port, now_ns);

		fact.asked = true;
		tell(evidence, observer, &fact);
	}
	for (unsigned i = 0; i < 3; i++) {
		struct fact fact = target_of(scenario, scenario->controls[i], now_ns);

		tell(evidence, observer, &fact);
	}
	route.kind = FACT_ROUTE;
	route.flow.source = scenario->network.client;
	route.gateway = simulated_hop(&scenario->network, 1);
	tell(evidence, observer, &route);
}

static struct outcome outcome_of(
	const struct scenario *scenario, const struct question *question, const struct world *world)
{
	struct outcome outcome = {
		.port = question->port,
		.truth = question->truth,
		.words = scenario_words(scenario, question, world),
		.visible = question_limit_is_visible(scenario, question),
		.true_place = (uint8_t)scenario_place(scenario, question),
		.hops = scenario->network.hops,
		.routers_answer = scenario_routers_answer(scenario),
	};

	outcome.at_host = outcome.true_place == 2 * outcome.hops;

	if (question->rule != NULL && question->rule->kind == SIMULATED_BUCKET) {
		outcome.true_rate_per_s = question->rule->rate_per_s;
		outcome.true_burst = question->rule->burst;
	}
	return outcome;
}

/* Silence has vanished behind the hop and before the next; an answer comes from the very hop, or
 * from one of two. */
static void add_place(
	struct outcome *outcome, const struct verdict *verdict, const struct figures *figures)
{
	unsigned near = verdict->hop.ttl;
	unsigned far = place_is_bounded(figures) ? figures->path.next_seen.ttl : outcome->hops;

	if (verdict->word != VERDICT_DROPPED) {
		bool at = verdict->hop.relation == PLACE_AT;
		outcome->low = (uint8_t)(2 * near);
		outcome->high = (uint8_t)(2 * (near + !at));
		outcome->width = !at;
		return;
	}
	bool host = far == outcome->hops;

	outcome->low = (uint8_t)(2 * near + 1);
	outcome->high = (uint8_t)(host ? 2 * far : 2 * far - 1);
	outcome->width = (uint8_t)(far - near);
}

static void add_verdict(
	struct outcome *outcome, const struct verdict *verdict, const struct figures *figures)
{
	outcome->word = verdict->word;
	outcome->by = verdict->by;
	if (verdict->word == VERDICT_THROTTLED) {
		outcome->rate_per_s = figures->rate.rate_per_s;
		outcome->burst = figures->rate.burst;
	}
	if (verdict->hop.known)
		add_place(outcome, verdict, figures);
}

static void judge(struct trial *trial, const struct scenario *scenario,
	const struct evidence *evidence, struct world *world, const struct trial_watch *watch)
{
	const struct host *host = evidence_host(evidence, &scenario->network.host);

	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++) {
		const struct question *question = &scenario->questions[i];
		struct figures figures = figures_of(evidence, host,
			host_endpoint(host, question->port), world->does->now(world));
		struct verdict verdict = verdict_of(&figures);
		struct outcome *outcome = &trial->outcomes[i];

		*outcome = outcome_of(scenario, question, world);
		add_verdict(outcome, &verdict, &figures);
		if (watch->verdict != NULL)
			watch->verdict(outcome, &verdict, &figures);
	}
}

struct trial trial_run(const struct scenario *scenario, const struct trial_watch *watch)
{
	const struct loop_options options = {
		.plan = {.seed = scenario->seed, .no_throttle = scenario->places},
		.deadline_s = TRIAL_DEADLINE_S,
		.observer = watch->observer,
	};
	struct evidence *evidence = evidence_new();
	struct world *world = simulated_new(&scenario->network);
	struct trial trial = {.seed = scenario->seed};
	struct fault why = {0};

	tell_targets(evidence, scenario, watch->observer, world->does->now(world));
	(void)loop_run(world, evidence, &options, &why);
	trial.sent = simulated_sent(world);
	trial.elapsed_s = simulated_elapsed_s(world);
	judge(&trial, scenario, evidence, world, watch);
	simulated_free(world);
	evidence_free(evidence);
	return trial;
}
