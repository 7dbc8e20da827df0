/* SPDX-License-Identifier: BSD-2-Clause */
#include "budget.h"
#include "figures.h"
#include "retired.h"
#include "story.h"
#include "unit.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

#define WEB  8443 /* no mail port, so nothing is listened to */
#define BUSY 5000 /* more connections than one port may keep */

static int begin(void **state)
{
	static struct story story;

	story_begin(&story, NULL, NULL);
	*state = &story;
	return 0;
}

static int finish(void **state)
{
	story_end(*state);
	return 0;
}

static struct figures figures_at(const struct story *story, uint16_t port)
{
	return figures_quick(
		story->evidence, story_host(story), story_endpoint(story, port), story->now_ns);
}

static void dial(struct story *story, uint16_t port, double round_trip_ms)
{
	struct story_probe probe = story_syn(story, port);

	story_wait(story, round_trip_ms - 1);
	story_syn_ack(story, probe);
}

/* A hundredth of it unanswered. */
static void keep_busy(struct story *story, uint16_t port)
{
	for (unsigned i = 0; i < BUSY; i++) {
		if (i % 100 == 50)
			story_syn(story, port);
		else
			dial(story, port, i % 2 ? 20 : 10);
		story_wait(story, 10);
	}
	story_wait(story, 5000);
}

static void budget_counts_what_it_does_not_keep(void **state)
{
	struct story *story = *state;

	keep_busy(story, WEB);
	struct figures figures = figures_at(story, WEB);

	assert_true(story_endpoint(story, WEB)->exchange_count < EVIDENCE_EXCHANGES);
	assert_int_equal(story->evidence->overflow, 0);
	assert_int_equal(story->evidence->given_up, 0);
	assert_int_equal(figures.counts.probes, BUSY);
	assert_int_equal(figures.counts.syn_acks, BUSY - BUSY / 100);
	assert_int_equal(figures.counts.unanswered, BUSY / 100);
	assert_int_equal(figures.loss.sent, BUSY);
	assert_int_equal(figures.loss.missing, BUSY / 100);
	assert_int_equal(figures.local.left, BUSY);
}

static void budget_keeps_round_trips_within_a_few_percent(void **state)
{
	struct story *story = *state;

	keep_busy(story, WEB);
	struct round_trips trips = figures_at(story, WEB).round_trips;

	assert_int_equal(trips.samples, BUSY - BUSY / 100);
	assert_true(trips.min_ms == 10);
	assert_true(trips.max_ms == 20);
	assert_true(trips.median_ms > 19 && trips.median_ms <= 20);
}

static void budget_keeps_the_first_tries_and_the_latest(void **state)
{
	struct story *story = *state;

	keep_busy(story, WEB);
	const struct endpoint *endpoint = story_endpoint(story, WEB);
	const struct exchange *last = &endpoint->exchanges[endpoint->exchange_count - 1];

	assert_int_equal(endpoint->exchanges[0].packet, 1);
	assert_true(last->sent_ns > endpoint->retired->last_ns);
}

static void budget_finds_the_flows_that_it_keeps(void **state)
{
	struct story *story = *state;

	keep_busy(story, WEB);
	struct story_probe probe = story_syn(story, WEB);

	keep_busy(story, WEB + 1);
	struct role role = story_syn_ack(story, probe);
	const struct endpoint *endpoint = story_endpoint(story, WEB);

	assert_int_equal(role.kind, ROLE_ANSWER);
	assert_int_equal(role.exchange, endpoint->exchange_count - 1);
}

/* A silent port is judged by the controls around its tries, however busy these are later. */
static void budget_keeps_the_witnesses_of_a_silent_port(void **state)
{
	struct story *story = *state;

	for (unsigned i = 0; i < 4; i++) {
		dial(story, WEB, 10);
		story_syn(story, 25);
		dial(story, WEB, 10);
		story_wait(story, 60000);
	}
	struct silence before = figures_at(story, 25).silence;

	keep_busy(story, WEB);
	struct silence after = figures_at(story, 25).silence;

	assert_true(before.certain);
	assert_true(after.certain);
	assert_int_equal(after.misses, before.misses);
}

static void budget_takes_no_answer_to_what_it_forgot_for_an_anomaly(void **state)
{
	struct story *story = *state;
	struct story_probe second;

	dial(story, WEB, 10);
	for (unsigned i = 0; i < 500; i++)
		second = story_syn(story, WEB);
	story_syn_ack(story, second);
	keep_busy(story, WEB);
	story_syn_ack(story, second);
	assert_int_equal(story->evidence->anomalies, 0);
}

static struct frame syn_to(const struct story *story, uint32_t host, uint16_t port)
{
	struct story_probe probe = {.port = port, .source_port = 40000, .sequence = host + 1};
	struct frame frame = story_frame(story, probe, false);

	frame.tcp.flags = TCP_SYN;
	frame.tcp.sequence = probe.sequence;
	frame.destination.bytes[1] = (uint8_t)(host >> 16);
	frame.destination.bytes[2] = (uint8_t)(host >> 8);
	frame.destination.bytes[3] = (uint8_t)host;
	return frame;
}

/* More at one moment than is kept, so that nothing has been settled. */
static void budget_bounds_and_reports_a_flood(void **state)
{
	struct story *story = *state;

	for (unsigned i = 0; i < 3 * BUDGET_EXCHANGES; i++) {
		struct frame frame = syn_to(story, i % 50, 25);
		frame.tcp.source_port = (uint16_t)(i / 50);
		evidence_add_frame(story->evidence, &frame);
		assert_true(story->evidence->kept <= BUDGET_EXCHANGES);
	}
	assert_true(story->evidence->given_up > 0);
	struct frame first = syn_to(story, 0, 25);
	const struct host *host = evidence_host(story->evidence, &first.destination);
	struct figures figures = figures_quick(
		story->evidence, host, host_endpoint(host, 25), story->now_ns + 10000000000);

	assert_int_equal(figures.counts.probes, (3 * BUDGET_EXCHANGES + 49) / 50);
	assert_true(figures.counts.unanswered < figures.counts.probes);
}

static void budget_gives_up_a_host_without_mail_for_one_with(void **state)
{
	struct story *story = *state;

	for (uint32_t i = 0; i < EVIDENCE_HOSTS; i++) {
		struct frame frame = syn_to(story, i, 443);
		story_fold(story, &frame);
	}
	struct frame web = syn_to(story, EVIDENCE_HOSTS, 443);
	struct frame mail = syn_to(story, EVIDENCE_HOSTS, 25);

	assert_int_equal(story_fold(story, &web).kind, ROLE_OTHER);
	assert_int_equal(story->evidence->overflow, 1);
	assert_int_equal(story_fold(story, &mail).kind, ROLE_PROBE);
	assert_int_equal(story->evidence->hosts_forgotten, 1);
	struct frame oldest = syn_to(story, 0, 443);

	assert_null(evidence_host(story->evidence, &oldest.destination));
	assert_non_null(evidence_host(story->evidence, &mail.destination));
	assert_int_equal(story->evidence->host_count, EVIDENCE_HOSTS);
}

static void budget_never_gives_up_a_mail_server(void **state)
{
	struct story *story = *state;

	for (uint32_t i = 0; i < EVIDENCE_HOSTS + 10; i++) {
		struct frame frame = syn_to(story, i, 25);
		story_fold(story, &frame);
	}
	assert_int_equal(story->evidence->hosts_forgotten, 0);
	assert_int_equal(story->evidence->overflow, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(budget_counts_what_it_does_not_keep),
		TEST(budget_keeps_round_trips_within_a_few_percent),
		TEST(budget_keeps_the_first_tries_and_the_latest),
		TEST(budget_finds_the_flows_that_it_keeps),
		TEST(budget_keeps_the_witnesses_of_a_silent_port),
		TEST(budget_takes_no_answer_to_what_it_forgot_for_an_anomaly),
		TEST(budget_bounds_and_reports_a_flood),
		TEST(budget_gives_up_a_host_without_mail_for_one_with),
		TEST(budget_never_gives_up_a_mail_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
