/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"
#include "plan.h"
#include "unit.h"

#include <stdio.h>

#define HOSTS   100
#define AT_ONCE 32

#define MS ((int64_t)1000000)

/* So many hosts with one mail port each. */
static struct evidence *many_hosts(void)
{
	struct evidence *evidence = evidence_new();

	for (int i = 0; i < HOSTS; i++) {
		struct fact fact = {
			.kind = FACT_TARGET, .asked = true, .flow = {.destination_port = 25}};
		char text[ADDRESS_TEXT];

		(void)snprintf(text, sizeof(text), "192.0.2.%d", i + 1);
		assert_true(address_parse(&fact.flow.destination, text));
		evidence_add_fact(evidence, &fact);
	}
	return evidence;
}

/* How many hosts are asked within so long, if nothing answers. */
static size_t hosts_asked(struct plan *plan, const struct evidence *evidence, int64_t span_ns)
{
	bool asked[256] = {false};
	size_t count = 0;

	for (int64_t now_ns = MS; now_ns < span_ns;) {
		struct plan_step step = plan_next(plan, evidence, now_ns);
		uint8_t last = step.address.bytes[3];

		if (step.action == PLAN_DONE)
			break;
		if (step.action == PLAN_WAIT)
			now_ns = step.until_ns;
		if (step.action != PLAN_SEND || asked[last])
			continue;
		asked[last] = true;
		count++;
	}
	return count;
}

static void plan_asks_a_few_of_many_hosts_at_a_time(void **state)
{
	static const struct plan_options options = {.seed = 1};
	struct evidence *evidence = many_hosts();
	struct plan *plan = plan_new(evidence, &options);

	(void)state;
	assert_int_equal(hosts_asked(plan, evidence, 3000 * MS), AT_ONCE);
	plan_free(plan);
	evidence_free(evidence);
}

static void plan_asks_half_as_many_once_the_capture_loses_packets(void **state)
{
	static const struct plan_options options = {.seed = 1};
	const struct fact lost = {.kind = FACT_CAPTURE_LOST, .count = 10, .arrived = 1000};
	struct evidence *evidence = many_hosts();
	struct plan *plan = plan_new(evidence, &options);

	(void)state;
	evidence_add_fact(evidence, &lost);
	assert_int_equal(hosts_asked(plan, evidence, 3000 * MS), AT_ONCE / 2);
	plan_free(plan);
	evidence_free(evidence);
}

static void plan_comes_to_every_host_in_the_end(void **state)
{
	static const struct plan_options options = {.seed = 1};
	struct evidence *evidence = many_hosts();
	struct plan *plan = plan_new(evidence, &options);

	(void)state;
	assert_int_equal(hosts_asked(plan, evidence, 600000 * MS), HOSTS);
	assert_int_equal(plan_next(plan, evidence, 600000 * MS).action, PLAN_DONE);
	plan_free(plan);
	evidence_free(evidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_asks_a_few_of_many_hosts_at_a_time),
		cmocka_unit_test(plan_asks_half_as_many_once_the_capture_loses_packets),
		cmocka_unit_test(plan_comes_to_every_host_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
