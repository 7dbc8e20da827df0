/* SPDX-License-Identifier: BSD-2-Clause */
#include "tally.h"

#include "trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define RATE_WITHIN .2

/* ---- which outcomes count, and which of them are good ---- */

typedef bool outcome_predicate(const struct outcome *outcome);

static bool any(const struct outcome *outcome)
{
	(void)outcome;
	return true;
}

static bool is_inconclusive(const struct outcome *outcome)
{
	return outcome->word == VERDICT_INCONCLUSIVE;
}

static bool loses_alone(const struct outcome *outcome)
{
	return outcome->truth == TRUTH_OPEN || outcome->truth == TRUTH_OPEN_LOSS ||
		outcome->truth == TRUTH_OPEN_BURSTS || outcome->truth == TRUTH_PORT_LOSS;
}

static bool is_falsely_dropped(const struct outcome *outcome)
{
	return outcome->word == VERDICT_DROPPED && !outcome_is_right(outcome);
}

static bool is_throttled(const struct outcome *outcome)
{
	return outcome->word == VERDICT_THROTTLED;
}

static bool is_visible_bucket(const struct outcome *outcome)
{
	return outcome->visible && outcome->true_rate_per_s > 0;
}

static double rate_error(const struct outcome *outcome)
{
	return fabs(outcome->rate_per_s / outcome->true_rate_per_s - 1);
}

static bool rate_is_near(const struct outcome *outcome)
{
	return rate_error(outcome) <= RATE_WITHIN;
}

static bool burst_is_near(const struct outcome *outcome)
{
	return outcome->rate_per_s > 0 && abs((int)outcome->burst - (int)outcome->true_burst) <= 1;
}

static bool is_local(const struct outcome *outcome)
{
	return truth_is_local(outcome->truth);
}

static bool is_elsewhere(const struct outcome *outcome)
{
	return !truth_is_local(outcome->truth);
}

static bool is_blamed_on_us(const struct outcome *outcome)
{
	return outcome->by == BY_LOCAL;
}

/* In one place, and the verdict is of the kind that has a place. */
static bool has_place(const struct outcome *outcome)
{
	return outcome->true_place != 0 && outcome_is_right(outcome) &&
		(outcome->word == VERDICT_DROPPED || outcome->word == VERDICT_REFUSED ||
			outcome->word == VERDICT_UNREACHABLE);
}

static bool names_a_place(const struct outcome *outcome)
{
	return has_place(outcome) && outcome->high != 0;
}

static bool names_the_place(const struct outcome *outcome)
{
	return !outcome_is_misplaced(outcome);
}

static bool can_be_placed(const struct outcome *outcome)
{
	return has_place(outcome) && outcome->routers_answer;
}

static bool is_placed_within_a_hop(const struct outcome *outcome)
{
	return outcome->high != 0 && outcome->width <= 1;
}

static bool is_of_the_path(const struct outcome *outcome)
{
	return outcome->true_place != 0 && !outcome->at_host;
}

static bool is_not_of_the_path(const struct outcome *outcome)
{
	return !is_of_the_path(outcome);
}

static bool is_blamed_on_the_path(const struct outcome *outcome)
{
	return outcome->by == BY_PATH;
}

static bool lost_the_host(const struct outcome *outcome)
{
	return is_not_of_the_path(outcome) && outcome->truth != TRUTH_ABSENT;
}

static bool is_blamed_on_the_host(const struct outcome *outcome)
{
	return outcome->by == BY_DESTINATION;
}

static size_t count_of(const struct trial *trials, size_t count, outcome_predicate *counts,
	outcome_predicate *good)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		for (unsigned q = 0; q < SCENARIO_QUESTIONS; q++) {
			const struct outcome *outcome = &trials[i].outcomes[q];

			sum += counts(outcome) && good(outcome);
		}
	}
	return sum;
}

/* 0 of nothing counts as all. */
static double share_of(const struct trial *trials, size_t count, outcome_predicate *counts,
	outcome_predicate *good)
{
	size_t all = count_of(trials, count, counts, any);

	return all > 0 ? (double)count_of(trials, count, counts, good) / (double)all : 1;
}

/* ---- the figures ---- */

static void print_share(const struct trial *trials, size_t count, const char *what,
	outcome_predicate *counts, outcome_predicate *good)
{
	size_t all = count_of(trials, count, counts, any);
	size_t sum = count_of(trials, count, counts, good);

	printf("%-46s %7zu of %7zu", what, sum, all);
	if (all > 0)
		printf("  %8.3f %%", 100.0 * (double)sum / (double)all);
	putchar('\n');
}

struct cells {
	size_t words[VERDICT_WORDS];
	size_t all, right;
};

static void count_row(struct cells *row, const struct trial *trials, size_t count, enum truth truth)
{
	*row = (struct cells){0};
	for (size_t i = 0; i < count; i++) {
		for (unsigned q = 0; q < SCENARIO_QUESTIONS; q++) {
			const struct outcome *outcome = &trials[i].outcomes[q];

			if (outcome->truth != truth)
				continue;
			row->words[outcome->word]++;
			row->all++;
			row->right += outcome_is_right(outcome);
		}
	}
}

static void print_matrix(const struct trial *trials, size_t count)
{
	struct cells row;

	printf("%-22s", "truth \\ verdict");
	for (unsigned word = 0; word < VERDICT_WORDS; word++)
		printf(" %7.7s", verdict_word_name((enum verdict_word)word));
	printf(" %8s\n", "right");
	for (unsigned truth = 0; truth < TRUTHS; truth++) {
		count_row(&row, trials, count, (enum truth)truth);
		if (row.all == 0)
			continue;
		printf("%-22s", truth_name((enum truth)truth));
		for (unsigned word = 0; word < VERDICT_WORDS; word++) {
			if (row.words[word] > 0)
				printf(" %7zu", row.words[word]);
			else
				printf(" %7s", ".");
		}
		printf(" %6.2f %%\n", 100.0 * (double)row.right / (double)row.all);
	}
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t count, double share)
{
	return count > 0 ? sorted[(size_t)(share * (double)(count - 1) + .5)] : 0;
}

/* count values at least 1. */
static double *room_for(size_t count)
{
	double *values = calloc(count, sizeof(*values));

	if (values == NULL) {
		fputs("simulate: out of memory\n", stderr);
		abort();
	}
	return values;
}

static void print_rate_errors(const struct trial *trials, size_t count)
{
	double *errors = room_for(count * SCENARIO_QUESTIONS);
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		for (unsigned q = 0; q < SCENARIO_QUESTIONS; q++) {
			const struct outcome *outcome = &trials[i].outcomes[q];

			if (is_visible_bucket(outcome) && outcome->rate_per_s > 0)
				errors[found++] = rate_error(outcome);
		}
	}
	qsort(errors, found, sizeof(*errors), compare_doubles);
	printf("%-46s median %.1f %%, 90th %.1f %%, 95th %.1f %%\n", "relative error of the rate",
		100 * quantile(errors, found, .5), 100 * quantile(errors, found, .9),
		100 * quantile(errors, found, .95));
	free(errors);
}

/* A network counts for the worst of its ports, of which most networks have one. */
static enum truth truth_of_trial(const struct trial *trial)
{
	enum truth truth = TRUTH_OPEN;

	for (unsigned q = 0; q < SCENARIO_QUESTIONS; q++)
		if (trial->outcomes[q].truth > truth)
			truth = trial->outcomes[q].truth;
	return truth;
}

static void print_cost(
	const struct trial *trials, size_t count, enum truth truth, double *sent, double *seconds)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (truth_of_trial(&trials[i]) != truth)
			continue;
		sent[found] = trials[i].sent;
		seconds[found++] = trials[i].elapsed_s;
	}
	if (found == 0)
		return;
	qsort(sent, found, sizeof(*sent), compare_doubles);
	qsort(seconds, found, sizeof(*seconds), compare_doubles);
	printf("%-22s %8zu %8.0f %8.0f %8.0f %8.1f %8.1f %8.1f\n", truth_name(truth), found,
		quantile(sent, found, .5), quantile(sent, found, .95), sent[found - 1],
		quantile(seconds, found, .5), quantile(seconds, found, .95), seconds[found - 1]);
}

static void print_costs(const struct trial *trials, size_t count)
{
	double *sent = room_for(count), *seconds = room_for(count);

	printf("%-22s %8s %8s %8s %8s %8s %8s %8s\n", "network with", "networks", "SYNs", "95 %",
		"most", "seconds", "95 %", "most");
	for (unsigned truth = 0; truth < TRUTHS; truth++)
		print_cost(trials, count, (enum truth)truth, sent, seconds);
	free(sent);
	free(seconds);
}

void tally_print(const struct trial *trials, size_t count)
{
	print_matrix(trials, count);
	putchar('\n');
	print_share(trials, count, "right", any, outcome_is_right);
	print_share(trials, count, "inconclusive", any, is_inconclusive);
	print_share(
		trials, count, "falsely dropped, for loss alone", loses_alone, is_falsely_dropped);
	print_share(trials, count, "falsely throttled, for loss alone", loses_alone, is_throttled);
	print_share(
		trials, count, "visible buckets called throttled", is_visible_bucket, is_throttled);
	print_share(trials, count, "their rate within 20 %", is_visible_bucket, rate_is_near);
	print_share(trials, count, "their burst within 1", is_visible_bucket, burst_is_near);
	print_rate_errors(trials, count);
	print_share(
		trials, count, "local faults blamed on this machine", is_local, is_blamed_on_us);
	print_share(trials, count, "others blamed on this machine", is_elsewhere, is_blamed_on_us);
	print_share(
		trials, count, "path blamed for others", lost_the_host, outcome_accuses_falsely);
	print_share(
		trials, count, "path blamed for its own", is_of_the_path, is_blamed_on_the_path);
	print_share(
		trials, count, "host blamed for the path", is_of_the_path, is_blamed_on_the_host);
	print_share(trials, count, "places named", has_place, names_a_place);
	print_share(trials, count, "of these right", names_a_place, names_the_place);
	print_share(trials, count, "within one hop, where routers answer", can_be_placed,
		is_placed_within_a_hop);
	putchar('\n');
	print_costs(trials, count);
}

static bool at_least(const char *what, double value, double limit)
{
	if (value >= limit)
		return true;
	printf("not reached: %s is %.4f, %.4f is asked for\n", what, value, limit);
	return false;
}

static bool at_most(const char *what, double value, double limit)
{
	if (limit < 0 || value <= limit)
		return true;
	printf("exceeded: %s is %.4f, %.4f is allowed\n", what, value, limit);
	return false;
}

bool tally_holds(const struct trial *trials, size_t count, const struct tally_limits *limits)
{
	bool right = at_least(
		"share right", share_of(trials, count, any, outcome_is_right), limits->min_right);
	bool rate = at_least("share of rates within 20 %",
		share_of(trials, count, is_visible_bucket, rate_is_near), limits->min_rate_within);
	bool dropped = true, throttled = true;

	if (count_of(trials, count, loses_alone, any) > 0) {
		dropped = at_most("share falsely dropped",
			share_of(trials, count, loses_alone, is_falsely_dropped),
			limits->max_false);
		throttled = at_most("share falsely throttled",
			share_of(trials, count, loses_alone, is_throttled), limits->max_false);
	}
	bool blame = at_most("share of paths blamed for others",
		share_of(trials, count, any, outcome_accuses_falsely), limits->max_blame);
	bool placed = at_least("share of places that are right",
		share_of(trials, count, names_a_place, names_the_place), limits->min_placed);
	bool narrow = at_least("share of places within one hop",
		share_of(trials, count, can_be_placed, is_placed_within_a_hop), limits->min_narrow);

	return right && rate && dropped && throttled && blame && placed && narrow;
}
