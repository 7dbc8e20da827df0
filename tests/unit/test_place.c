/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole runs over a simulated network: what the plan asks, hop by hop. */
#include "evidence.h"
#include "fault.h"
#include "loop.h"
#include "path.h"
#include "simulated.h"
#include "timing.h"
#include "unit.h"
#include "world.h"

#define HOPS      6
#define WINDOW_NS ((int64_t)1100000000)

static const uint16_t mail[] = {25, 465, 587};

static struct simulated_network network_of(void)
{
	struct simulated_network network = {
		.seed = 7, .hops = HOPS, .rtt_ms = 20, .listening = {25, 465, 587, 443}};

	assert_true(address_parse(&network.client, "192.0.2.1"));
	assert_true(address_parse(&network.host, "198.51.100.25"));
	return network;
}

static void drop(struct simulated_network *network, uint16_t port, uint8_t hop)
{
	network->rules[network->rule_count++] =
		(struct simulated_rule){.kind = SIMULATED_DROP, .port = port, .hop = hop};
}

static void tell(struct evidence *evidence, const struct simulated_network *network, uint16_t port,
	bool asked)
{
	struct fact fact = {.kind = FACT_TARGET,
		.asked = asked,
		.flow = {.source = network->client,
			.destination = network->host,
			.destination_port = port}};

	evidence_add_fact(evidence, &fact);
	fact.kind = FACT_ROUTE;
	fact.gateway = simulated_hop(network, 1);
	evidence_add_fact(evidence, &fact);
}

static struct evidence *run(const struct simulated_network *network, bool no_locate)
{
	const struct loop_options options = {
		.plan = {.seed = 7, .no_throttle = true, .no_locate = no_locate}, .deadline_s = 60};
	struct evidence *evidence = evidence_new();
	struct world *world = simulated_new(network);
	struct fault why = {0};

	for (size_t i = 0; i < sizeof(mail) / sizeof(mail[0]); i++)
		tell(evidence, network, mail[i], true);
	tell(evidence, network, 443, false);
	assert_int_equal(loop_run(world, evidence, &options, &why), LOOP_COMPLETE);
	simulated_free(world);
	return evidence;
}

static unsigned sweeps_of(const struct endpoint *endpoint)
{
	unsigned count = 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++)
		count += exchange_is_sweep(&endpoint->exchanges[i]);
	return count;
}

static void place_asks_each_hop_for_the_silent_port_and_a_working_one(void **state)
{
	struct simulated_network network = network_of();

	(void)state;
	drop(&network, 25, 2);
	struct evidence *evidence = run(&network, false);
	const struct host *host = &evidence->hosts[0];
	struct path own = path_of(host, host_endpoint(host, 25));
	struct path control = path_of(host, host_endpoint(host, 443));

	for (uint8_t ttl = 1; ttl <= HOPS; ttl++) {
		assert_true(own.hops[ttl].asked >= 2);
		assert_true(control.hops[ttl].asked >= 2);
	}
	assert_int_equal(own.told, 2);
	assert_int_equal(control.answers[ANSWER_SYN_ACK].ttl, HOPS);
	evidence_free(evidence);
}

static void place_names_the_hop_limit_in_the_sequence_number(void **state)
{
	struct simulated_network network = network_of();

	(void)state;
	drop(&network, 25, 2);
	struct evidence *evidence = run(&network, false);
	const struct endpoint *endpoint = host_endpoint(&evidence->hosts[0], 25);
	const struct exchange *first = NULL;

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		if (!exchange_is_sweep(exchange))
			continue;
		if (first == NULL)
			first = exchange;
		if (exchange->source_port == first->source_port)
			assert_int_equal(exchange->sequence - first->sequence,
				64U * (unsigned)(exchange->hop_limit - first->hop_limit));
	}
	assert_non_null(first);
	evidence_free(evidence);
}

/* Of one router, within a window that begins with this probe. */
static unsigned asked_since(const struct host *host, const struct exchange *first)
{
	unsigned asked = 0;

	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		for (size_t i = 0; i < endpoint->exchange_count; i++) {
			const struct exchange *exchange = &endpoint->exchanges[i];
			int64_t later_ns = exchange->sent_ns - first->sent_ns;
			asked += exchange->hop_limit == first->hop_limit && later_ns >= 0 &&
				later_ns < WINDOW_NS && exchange_answered(exchange);
		}
	}
	return asked;
}

static void place_asks_no_router_more_than_four_times_a_second(void **state)
{
	struct simulated_network network = network_of();

	(void)state;
	for (size_t i = 0; i < sizeof(mail) / sizeof(mail[0]); i++)
		drop(&network, mail[i], 3);
	struct evidence *evidence = run(&network, false);
	const struct host *host = &evidence->hosts[0];

	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		for (size_t i = 0; i < endpoint->exchange_count; i++) {
			if (endpoint->exchanges[i].hop_limit < HOPS)
				assert_true(asked_since(host, &endpoint->exchanges[i]) <= 4);
		}
	}
	evidence_free(evidence);
}

static void place_asks_each_open_port_of_a_sound_host_once_short_of_the_host(void **state)
{
	struct simulated_network network = network_of();
	struct evidence *evidence;

	(void)state;
	evidence = run(&network, false);
	for (size_t i = 0; i < sizeof(mail) / sizeof(mail[0]); i++)
		assert_int_equal(sweeps_of(host_endpoint(&evidence->hosts[0], mail[i])), 1);
	evidence_free(evidence);
}

static void place_takes_no_port_for_a_measure_that_takes_and_refuses(void **state)
{
	struct simulated_network network = network_of();

	(void)state;
	network.rules[network.rule_count++] =
		(struct simulated_rule){.kind = SIMULATED_RESET_BESIDE, .port = 25, .hop = 2};
	drop(&network, 443, 1);
	struct evidence *evidence = run(&network, false);
	struct path path = path_of(&evidence->hosts[0], host_endpoint(&evidence->hosts[0], 25));

	assert_true(path.flows >= 2);
	assert_in_range(path.answers[ANSWER_RESET].ttl, 1, HOPS - 1);
	evidence_free(evidence);
}

static void place_asks_nothing_where_it_must_not(void **state)
{
	struct simulated_network network = network_of();

	(void)state;
	drop(&network, 25, 2);
	struct evidence *evidence = run(&network, true);
	const struct host *host = &evidence->hosts[0];

	for (size_t e = 0; e < host->endpoint_count; e++)
		assert_int_equal(sweeps_of(&host->endpoints[e]), 0);
	evidence_free(evidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(place_asks_each_hop_for_the_silent_port_and_a_working_one),
		cmocka_unit_test(place_names_the_hop_limit_in_the_sequence_number),
		cmocka_unit_test(place_asks_no_router_more_than_four_times_a_second),
		cmocka_unit_test(place_asks_each_open_port_of_a_sound_host_once_short_of_the_host),
		cmocka_unit_test(place_takes_no_port_for_a_measure_that_takes_and_refuses),
		cmocka_unit_test(place_asks_nothing_where_it_must_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
