/* SPDX-License-Identifier: BSD-2-Clause */
#include "rate.h"
#include "unit.h"

#include <math.h>

/* A timeline as a port behind an exact token bucket would give it, without any loss. */
struct timeline {
	struct sample samples[RATE_SAMPLES];
	size_t count;
	double rate_per_s, burst, tokens, refilled_s; /* rate 0: no bucket */
	enum sample_outcome excess;
	bool shared;
};

static struct timeline timeline_of(double rate_per_s, double burst)
{
	return (struct timeline){
		.rate_per_s = rate_per_s, .burst = burst, .tokens = burst, .excess = SAMPLE_SILENT};
}

static bool passes(struct timeline *timeline, double time_s)
{
	timeline->tokens += timeline->rate_per_s * (time_s - timeline->refilled_s);
	timeline->tokens = fmin(timeline->tokens, timeline->burst);
	timeline->refilled_s = time_s;
	if (timeline->tokens < 1)
		return false;
	timeline->tokens--;
	return true;
}

static void ask(struct timeline *timeline, double time_s, enum sample_role role)
{
	bool limited = timeline->rate_per_s > 0 && (role == SAMPLE_TARGET || timeline->shared);
	bool pass = !limited || passes(timeline, time_s);

	timeline->samples[timeline->count++] = (struct sample){
		.time_s = time_s,
		.held_until_s = time_s + .001,
		.role = role,
		.outcome = pass ? SAMPLE_ANSWERED : timeline->excess,
	};
}

/* count probes gap_s apart, a control after every fourth; returns when it ended. */
static double ask_often(struct timeline *timeline, double from_s, unsigned count, double gap_s)
{
	for (unsigned i = 0; i < count; i++, from_s += gap_s) {
		ask(timeline, from_s, SAMPLE_TARGET);
		if (i % 4 == 3)
			ask(timeline, from_s + gap_s / 2, SAMPLE_CONTROL);
	}
	return from_s;
}

static void ask_ladder(struct timeline *timeline)
{
	double time_s = ask_often(timeline, 0, 10, .004);

	time_s = ask_often(timeline, time_s + .3, 20, .05);
	ask_often(timeline, time_s + .3, 20, .2);
}

static void rate_finds_rate_and_burst_of_a_bucket(void **state)
{
	struct timeline timeline = timeline_of(5, 5);

	(void)state;
	ask_ladder(&timeline);
	struct rate_estimate estimate = rate_judge(timeline.samples, timeline.count);
	assert_true(estimate.limited > .95);
	assert_int_equal(estimate.best, RATE_PORT_BUCKET);
	assert_int_equal(estimate.burst, 5);
	assert_true(fabs(estimate.rate_per_s - 5) < .5);
	assert_true(estimate.rate_low_per_s <= 5 && estimate.rate_high_per_s >= 5);
}

static void rate_knows_a_bucket_that_all_ports_share(void **state)
{
	struct timeline timeline = timeline_of(4, 6);

	(void)state;
	timeline.shared = true;
	ask_ladder(&timeline);
	struct rate_estimate estimate = rate_judge(timeline.samples, timeline.count);
	assert_true(estimate.limited > .95);
	assert_int_equal(estimate.best, RATE_HOST_BUCKET);
}

static void rate_says_how_excess_is_answered(void **state)
{
	static const enum sample_outcome kinds[] = {SAMPLE_SILENT, SAMPLE_RESET, SAMPLE_ICMP};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct timeline timeline = timeline_of(5, 5);
		timeline.excess = kinds[i];
		ask_ladder(&timeline);
		assert_int_equal(rate_judge(timeline.samples, timeline.count).excess, kinds[i]);
	}
}

static void rate_sees_no_limit_where_all_is_answered(void **state)
{
	struct timeline timeline = timeline_of(0, 0);

	(void)state;
	ask_ladder(&timeline);
	assert_true(rate_judge(timeline.samples, timeline.count).limited < .01);
}

static void rate_takes_scattered_loss_for_loss(void **state)
{
	struct timeline timeline = timeline_of(0, 0);

	(void)state;
	ask_ladder(&timeline);
	for (size_t i = 3; i < timeline.count; i += 7)
		timeline.samples[i].outcome = SAMPLE_SILENT;
	struct rate_estimate estimate = rate_judge(timeline.samples, timeline.count);
	assert_true(estimate.limited < .2);
	assert_true(estimate.posterior[RATE_COMMON_LOSS] > .5);
}

static void rate_knows_a_port_that_loses_alone(void **state)
{
	struct timeline timeline = timeline_of(0, 0);

	(void)state;
	ask_ladder(&timeline);
	for (size_t i = 0; i < timeline.count; i++) {
		if (timeline.samples[i].role == SAMPLE_TARGET && (i * 7) % 5 < 2)
			timeline.samples[i].outcome = SAMPLE_SILENT;
	}
	struct rate_estimate estimate = rate_judge(timeline.samples, timeline.count);
	assert_true(estimate.posterior[RATE_PORT_LOSS] > .9);
}

static void rate_knows_a_limit_of_open_connections(void **state)
{
	struct timeline timeline = timeline_of(0, 0);

	(void)state;
	double time_s = ask_often(&timeline, 0, 20, .05);
	for (unsigned i = 0; i < 12; i++, time_s += .01) {
		ask(&timeline, time_s, SAMPLE_TARGET);
		struct sample *held = &timeline.samples[timeline.count - 1];
		held->held_until_s = 100;
		held->outcome = i < 4 ? SAMPLE_ANSWERED : SAMPLE_SILENT;
	}
	struct rate_estimate estimate = rate_judge(timeline.samples, timeline.count);
	assert_true(estimate.limited > .95);
	assert_int_equal(estimate.best, RATE_CONNECTIONS);
	assert_int_equal(estimate.burst, 4);
}

static void rate_knows_a_ban_after_so_many(void **state)
{
	struct timeline timeline = timeline_of(0, 0);
	unsigned targets = 0;

	(void)state;
	ask_ladder(&timeline);
	for (size_t i = 0; i < timeline.count; i++) {
		if (timeline.samples[i].role == SAMPLE_TARGET && targets++ >= 14)
			timeline.samples[i].outcome = SAMPLE_SILENT;
	}
	struct rate_estimate estimate = rate_judge(timeline.samples, timeline.count);
	assert_true(estimate.limited > .95);
	assert_int_equal(estimate.best, RATE_BAN);
	assert_int_equal(estimate.burst, 14);
}

static void rate_takes_an_outage_of_all_ports_for_loss(void **state)
{
	struct timeline timeline = timeline_of(0, 0);

	(void)state;
	ask_ladder(&timeline);
	for (size_t i = 0; i < timeline.count; i++) {
		double time_s = timeline.samples[i].time_s;
		if (time_s > .6 && time_s < .9)
			timeline.samples[i].outcome = SAMPLE_SILENT;
	}
	assert_true(rate_judge(timeline.samples, timeline.count).limited < .2);
}

static void rate_shares_sum_to_one(void **state)
{
	struct timeline timeline = timeline_of(1, 3);
	double sum = 0;

	(void)state;
	ask_ladder(&timeline);
	struct rate_estimate estimate = rate_judge(timeline.samples, timeline.count);
	for (int model = 0; model < RATE_MODELS; model++)
		sum += estimate.posterior[model];
	assert_true(fabs(sum - 1) < 1e-9);
}

static void rate_sees_the_sign_of_a_bucket_and_none_in_scattered_loss(void **state)
{
	struct timeline limited = timeline_of(5, 5), steady = timeline_of(1, 5);
	struct timeline lossy = timeline_of(0, 0);

	(void)state;
	ask_ladder(&limited);
	ask_often(&steady, 0, 60, .5);
	ask_often(&lossy, 0, 60, .5);
	for (size_t i = 3; i < lossy.count; i += 7)
		lossy.samples[i].outcome = SAMPLE_SILENT;
	assert_true(rate_sign_of_bucket(limited.samples, limited.count));
	assert_true(rate_sign_of_bucket(steady.samples, steady.count));
	assert_false(rate_sign_of_bucket(lossy.samples, lossy.count));
}

static void rate_judges_alike_while_work_lasts_and_then_leaves_it_open(void **state)
{
	struct timeline timeline = timeline_of(5, 5);
	size_t work = (size_t)2 * RATE_SAMPLES, none = 0;

	(void)state;
	ask_ladder(&timeline);
	struct rate_estimate whole = rate_judge(timeline.samples, timeline.count);
	struct rate_estimate within = rate_judge_within(timeline.samples, timeline.count, &work);
	struct rate_estimate without = rate_judge_within(timeline.samples, timeline.count, &none);

	assert_true(within.limited == whole.limited);
	assert_int_equal(work, 2 * (RATE_SAMPLES - timeline.count));
	assert_true(without.judged);
	assert_true(without.limited > .2 && without.limited < .95);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rate_finds_rate_and_burst_of_a_bucket),
		cmocka_unit_test(rate_knows_a_bucket_that_all_ports_share),
		cmocka_unit_test(rate_says_how_excess_is_answered),
		cmocka_unit_test(rate_sees_no_limit_where_all_is_answered),
		cmocka_unit_test(rate_takes_scattered_loss_for_loss),
		cmocka_unit_test(rate_knows_a_port_that_loses_alone),
		cmocka_unit_test(rate_knows_a_limit_of_open_connections),
		cmocka_unit_test(rate_knows_a_ban_after_so_many),
		cmocka_unit_test(rate_takes_an_outage_of_all_ports_for_loss),
		cmocka_unit_test(rate_shares_sum_to_one),
		cmocka_unit_test(rate_sees_the_sign_of_a_bucket_and_none_in_scattered_loss),
		cmocka_unit_test(rate_judges_alike_while_work_lasts_and_then_leaves_it_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
