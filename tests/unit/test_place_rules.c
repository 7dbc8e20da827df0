/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"
#include "figures.h"
#include "place_rules.h"
#include "unit.h"
#include "verdict.h"

/* Silence of one port behind the second of four routers. */
static struct figures silent(void)
{
	return (struct figures){.path = {.flows = 2,
					.swept = true,
					.control_port = 443,
					.last_told = {.ttl = 2},
					.next_seen = {.ttl = 3},
					.next_likely = .0001}};
}

/* A RST that three hops draw, where the host is five away. */
static struct figures refused(void)
{
	struct figures figures = {.path = {.flows = 2,
					  .swept = true,
					  .host_least = 5,
					  .host_most = 5,
					  .before = {.ttl = 2},
					  .there = {.ttl = 3},
					  .back_is_true = true}};

	figures.path.answers[ANSWER_RESET] = (struct path_answer){.ttl = 3, .flows = 2, .back = 2};
	figures.path.control[ANSWER_SYN_ACK] = (struct path_answer){.ttl = 5, .back = 5};
	return figures;
}

static struct verdict place(enum verdict_word word, const struct figures *figures)
{
	struct verdict verdict = {.word = word, .by = BY_UNKNOWN, .confidence = .999};

	place_rules_apply(&verdict, figures);
	return verdict;
}

static void place_blames_the_path_between_two_routers(void **state)
{
	struct figures figures = silent();
	struct verdict verdict = place(VERDICT_DROPPED, &figures);

	(void)state;
	assert_int_equal(verdict.by, BY_PATH);
	assert_int_equal(verdict.hop.ttl, 2);
	assert_int_equal(verdict.hop.relation, PLACE_AFTER);
	assert_true(verdict_has(&verdict, FINDING_PLACE_BETWEEN));
}

static void place_blames_nobody_in_front_of_the_host(void **state)
{
	struct figures figures = silent();

	(void)state;
	figures.path.next_is_host = true;
	struct verdict verdict = place(VERDICT_DROPPED, &figures);

	assert_int_equal(verdict.by, BY_UNKNOWN);
	assert_true(verdict_has(&verdict, FINDING_LAST_STRETCH));
}

static void place_blames_the_host_where_no_router_is_between(void **state)
{
	struct figures figures = silent();

	(void)state;
	figures.path.last_told.ttl = 0;
	figures.path.next_seen.ttl = 1;
	figures.path.next_is_host = true;
	assert_int_equal(place(VERDICT_DROPPED, &figures).by, BY_DESTINATION);
}

static void place_blames_nobody_where_chance_may_have_lost_the_probes(void **state)
{
	struct figures figures = silent();

	(void)state;
	figures.path.next_likely = .05;
	assert_int_equal(place(VERDICT_DROPPED, &figures).by, BY_UNKNOWN);
}

static void place_blames_nobody_where_ways_differ(void **state)
{
	struct figures figures = silent();

	(void)state;
	figures.path.ways_differ = true;
	struct verdict verdict = place(VERDICT_DROPPED, &figures);

	assert_int_equal(verdict.by, BY_UNKNOWN);
	assert_true(verdict_has(&verdict, FINDING_WAYS_DIFFER));
}

static void place_says_that_other_ports_are_silent_there_too(void **state)
{
	struct figures figures = silent();

	(void)state;
	figures.path.next_seen.ttl = 0;
	struct verdict verdict = place(VERDICT_DOWN, &figures);

	assert_int_equal(verdict.hop.ttl, 2);
	assert_true(verdict_has(&verdict, FINDING_SILENT_BEYOND));
}

static void place_blames_the_path_for_a_reset_from_before_the_host(void **state)
{
	struct figures figures = refused();
	struct verdict verdict = place(VERDICT_REFUSED, &figures);

	(void)state;
	assert_int_equal(verdict.by, BY_PATH);
	assert_int_equal(verdict.hop.ttl, 2);
	assert_int_equal(verdict.hop.relation, PLACE_AT);
}

static void place_names_two_hops_where_the_way_back_is_longer(void **state)
{
	struct figures figures = refused();

	(void)state;
	figures.path.back_is_true = false;
	struct verdict verdict = place(VERDICT_REFUSED, &figures);

	assert_int_equal(verdict.hop.ttl, 2);
	assert_int_equal(verdict.hop.relation, PLACE_AFTER);
}

static void place_takes_a_reset_from_the_hosts_distance_for_the_hosts(void **state)
{
	struct figures figures = refused();

	(void)state;
	figures.path.answers[ANSWER_RESET] = (struct path_answer){.ttl = 5, .flows = 2, .back = 5};
	struct verdict verdict = place(VERDICT_REFUSED, &figures);

	assert_int_equal(verdict.by, BY_DESTINATION);
	assert_int_equal(verdict.hop.ttl, 5);
}

static void place_does_not_take_the_last_routers_reset_for_the_hosts(void **state)
{
	struct figures figures = refused();

	(void)state;
	figures.path.answers[ANSWER_RESET] = (struct path_answer){.ttl = 5, .flows = 2, .back = 4};
	assert_int_equal(place(VERDICT_REFUSED, &figures).by, BY_UNKNOWN);
}

static void place_is_here_for_what_this_machine_does(void **state)
{
	struct figures figures = {.finished = true};
	struct verdict verdict = {.word = VERDICT_DROPPED, .by = BY_LOCAL};

	(void)state;
	place_rules_apply(&verdict, &figures);
	assert_true(verdict.hop.known);
	assert_int_equal(verdict.hop.ttl, 0);
}

static void place_notices_what_makes_it_less_exact(void **state)
{
	struct figures figures = silent();

	(void)state;
	figures.path.silent_hops = 1;
	figures.path.several_ways = figures.path.tunnel = figures.path.translated = true;
	figures.path.circle = 4;
	struct verdict verdict = place(VERDICT_DROPPED, &figures);

	assert_true(verdict_has(&verdict, FINDING_HOPS_SILENT));
	assert_true(verdict_has(&verdict, FINDING_SEVERAL_WAYS));
	assert_true(verdict_has(&verdict, FINDING_TUNNEL));
	assert_true(verdict_has(&verdict, FINDING_TRANSLATION));
	assert_true(verdict_has(&verdict, FINDING_CIRCLE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(place_blames_the_path_between_two_routers),
		cmocka_unit_test(place_blames_nobody_in_front_of_the_host),
		cmocka_unit_test(place_blames_the_host_where_no_router_is_between),
		cmocka_unit_test(place_blames_nobody_where_chance_may_have_lost_the_probes),
		cmocka_unit_test(place_blames_nobody_where_ways_differ),
		cmocka_unit_test(place_says_that_other_ports_are_silent_there_too),
		cmocka_unit_test(place_blames_the_path_for_a_reset_from_before_the_host),
		cmocka_unit_test(place_names_two_hops_where_the_way_back_is_longer),
		cmocka_unit_test(place_takes_a_reset_from_the_hosts_distance_for_the_hosts),
		cmocka_unit_test(place_does_not_take_the_last_routers_reset_for_the_hosts),
		cmocka_unit_test(place_is_here_for_what_this_machine_does),
		cmocka_unit_test(place_notices_what_makes_it_less_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
