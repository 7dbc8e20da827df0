/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"
#include "fact.h"
#include "fault.h"
#include "loop.h"
#include "simulated.h"
#include "unit.h"
#include "world.h"

#include <stddef.h>

/* In the place of plan.c: a plan that has lost its way. */
struct plan {
	struct address address;
};

static struct plan astray;

struct plan *plan_new(const struct evidence *evidence, const struct plan_options *options)
{
	(void)options;
	astray.address = evidence->hosts[0].address;
	return &astray;
}

void plan_free(struct plan *plan)
{
	(void)plan;
}

struct plan_step plan_next(struct plan *plan, const struct evidence *evidence, int64_t now_ns)
{
	(void)evidence;
	(void)now_ns;
	return (struct plan_step){
		.action = PLAN_SEND, .address = plan->address, .port = 25, .hop_limit = 64};
}

/* The simulated network, and how many segments were written to it. */
static struct world_operations counting;
static int (*simulated_send)(struct world *world, const struct segment *segment);
static unsigned sent;

static int count_and_send(struct world *world, const struct segment *segment)
{
	sent++;
	return simulated_send(world, segment);
}

static struct world *counted(struct world *world)
{
	counting = *world->does;
	simulated_send = counting.send;
	counting.send = count_and_send;
	world->does = &counting;
	return world;
}

static void tell(
	struct evidence *evidence, const struct simulated_network *network, enum fact_kind kind)
{
	struct fact fact = {.kind = kind,
		.asked = true,
		.flow = {.source = network->client,
			.destination = network->host,
			.destination_port = 25}};

	evidence_add_fact(evidence, &fact);
}

static void loop_ends_a_plan_that_sends_without_end(void **state)
{
	struct simulated_network network = {.seed = 1, .hops = 5, .rtt_ms = 40, .listening = {25}};
	const struct loop_options options = {0};
	struct evidence *evidence = evidence_new();
	struct fault why = {0};

	(void)state;
	assert_true(address_parse(&network.client, "192.0.2.1"));
	assert_true(address_parse(&network.host, "198.51.100.25"));
	struct world *world = counted(simulated_new(&network));

	tell(evidence, &network, FACT_TARGET);
	tell(evidence, &network, FACT_ROUTE);
	(void)loop_run(world, evidence, &options, &why);
	assert_in_range(sent, 1, 2048);
	simulated_free(world);
	evidence_free(evidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loop_ends_a_plan_that_sends_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
