/* SPDX-License-Identifier: BSD-2-Clause */
#include "source_limit.h"

#include "address.h"
#include "evidence.h"
#include "figures.h"
#include "rate.h"
#include "timeline.h"

#include <math.h>
#include <string.h>

/* Before looking: among ports of several hosts that turn probes away, one limit for all is less
 * likely than a trouble of each one's own. */
#define TOGETHER_PRIOR .3

/* A port that is silent for another reason is as likely as one that was starved. */
#define STARVED_PRIOR .5

#define TOGETHER_SURE .95
#define STARVED_NOT   .05

/* A host's port may itself be limited from here on; below a limit is excluded. */
#define LIMITED_PERHAPS .20
#define LOSS_PERHAPS    .50

#define MEMBERS  4  /* hosts that answer now and then, compared with each other */
#define SUSPECTS 48 /* ports compared with those: a few seconds in all */

#define TAKERS 64 /* whose answers are left out of no account */

struct group {
	const struct source_subject *members[RATE_HOSTS];
	size_t count;
	const struct source_subject *takers[TAKERS]; /* the limit's tokens go to them as well */
	size_t taker_count;
};

/* How the port's limit is to be looked for. */
struct manner {
	bool whole;  /* it counts all ports of a host */
	bool resets; /* what exceeds is met by a RST */
	bool icmp;   /* ... or by an ICMP error */
	int64_t now_ns;
};

struct comparison {
	struct sample samples[RATE_SAMPLES];
	size_t count;
};

static struct asked_port asked_port_of(
	const struct source_subject *subject, const struct manner *manner, bool taker)
{
	bool all = manner->whole && subject->figures->counts.syn_acks > 0;

	return (struct asked_port){subject->host, all ? NULL : subject->endpoint, taker};
}

static void lay_out(
	struct comparison *comparison, const struct group *group, const struct manner *manner)
{
	struct asked_port ports[RATE_HOSTS + TAKERS];
	size_t count = 0;

	for (size_t i = 0; i < group->count; i++)
		ports[count++] = asked_port_of(group->members[i], manner, false);
	for (size_t i = 0; i < group->taker_count; i++)
		ports[count++] = asked_port_of(group->takers[i], manner, true);
	comparison->count = timeline_of_hosts(
		ports, count, manner->resets, manner->now_ns, comparison->samples);
}

/* With no room left, somebody's probes may be missing from the account. */
static bool is_full(const struct group *group, const struct manner *manner)
{
	struct comparison comparison;

	lay_out(&comparison, group, manner);
	return comparison.count == RATE_SAMPLES || group->taker_count == TAKERS;
}

static double together(const struct group *group, const struct manner *manner)
{
	struct comparison comparison;

	lay_out(&comparison, group, manner);
	return rate_log_together(comparison.samples, comparison.count);
}

static double apart(const struct group *group, const struct manner *manner)
{
	struct comparison comparison;

	lay_out(&comparison, group, manner);
	return rate_log_apart(comparison.samples, comparison.count);
}

static double probability(double prior, double log_for, double log_against)
{
	return 1 / (1 + (1 - prior) / prior * exp(fmin(log_against - log_for, 700)));
}

static struct group without(const struct group *group, size_t place)
{
	struct group rest = {.count = 0};

	for (size_t i = 0; i < group->count; i++) {
		if (i != place)
			rest.members[rest.count++] = group->members[i];
	}
	return rest;
}

static struct group with(const struct group *group, const struct source_subject *one)
{
	struct group more = *group;

	more.members[more.count++] = one;
	return more;
}

/* Whose own trouble explains most, so that the rest may yet have one limit. */
static size_t outsider(const struct group *group, const struct manner *manner)
{
	size_t worst = 0;
	double best = -INFINITY;

	for (size_t i = 0; i < group->count; i++) {
		struct group rest = without(group, i);
		struct group alone = {.members = {group->members[i]}, .count = 1};
		double value = together(&rest, manner) + apart(&alone, manner);
		if (value > best) {
			best = value;
			worst = i;
		}
	}
	return worst;
}

/* Leaves in the group those that one limit counts; returns how sure that is, 0 if there are none.
 */
static double reduce(struct group *group, const struct manner *manner)
{
	while (group->count > 2 && is_full(group, manner))
		group->count--;
	while (group->count > 1) {
		double shared =
			probability(TOGETHER_PRIOR, together(group, manner), apart(group, manner));
		if (shared >= TOGETHER_SURE)
			return shared;
		if (group->count == 2)
			break;
		*group = without(group, outsider(group, manner));
	}
	group->count = 0;
	return 0;
}

static bool answers_sometimes(const struct figures *figures)
{
	return figures->counts.syn_acks > 0 && figures->rate.judged;
}

static bool is_met(const struct figures *figures)
{
	return figures->source.shared >= TOGETHER_SURE && figures->counts.syn_acks > 0;
}

static bool is_limited(const struct figures *figures)
{
	return figures->rate.judged && figures->rate.limited > LIMITED_PERHAPS;
}

/* Two hosts that share a bucket and are asked at one pace take from it by turns at random: to each
 * alone it looks like a loss of the port's own. */
static bool seems_limited(const struct figures *figures)
{
	return is_limited(figures) ||
		(figures->rate.judged && figures->rate.posterior[RATE_PORT_LOSS] > LOSS_PERHAPS);
}

/* The more was asked of it, the more it tells. */
static bool tells_more(const struct source_subject *one, const struct source_subject *other)
{
	if (seems_limited(one->figures) != seems_limited(other->figures))
		return seems_limited(one->figures);
	return one->figures->counts.probes > other->figures->counts.probes;
}

static void add_by_rank(struct group *group, const struct source_subject *subject)
{
	size_t place = group->count;

	while (place > 0 && tells_more(subject, group->members[place - 1]))
		place--;
	if (place == MEMBERS)
		return;
	group->count += group->count < MEMBERS;
	for (size_t i = group->count - 1; i > place; i--)
		group->members[i] = group->members[i - 1];
	group->members[place] = subject;
}

static struct group candidates(const struct source_subject *subjects, size_t count)
{
	struct group group = {.count = 0};

	for (size_t i = 0; i < count; i++) {
		if (answers_sometimes(subjects[i].figures))
			add_by_rank(&group, &subjects[i]);
	}
	return group;
}

static bool is_member(const struct group *group, const struct source_subject *subject)
{
	for (size_t i = 0; i < group->count; i++) {
		if (group->members[i] == subject)
			return true;
	}
	return false;
}

/* That it meets the limit of the group as well, rather than a trouble of its own. */
static double meets_too(const struct group *group, const struct source_subject *subject,
	const struct manner *manner)
{
	struct group more = with(group, subject);
	struct group alone = {.members = {subject}, .count = 1};
	double own = subject->figures->counts.syn_acks > 0 ? apart(&alone, manner) : 0;

	if (is_full(&more, manner))
		return STARVED_PRIOR;
	return probability(STARVED_PRIOR, together(&more, manner), together(group, manner) + own);
}

/* Which limits somebody may have met: that of the group, or else those of each one's own. */
struct limits {
	struct group items[MEMBERS];
	size_t count;
	bool grouped;
};

static struct limits limits_of(const struct group *group, const struct group *all)
{
	struct limits limits = {.grouped = group->count > 0};

	if (limits.grouped)
		limits.items[limits.count++] = *group;
	for (size_t i = 0; i < all->count && group->count == 0; i++) {
		if (is_limited(all->members[i]->figures))
			limits.items[limits.count++] =
				(struct group){.members = {all->members[i]}, .count = 1};
	}
	return limits;
}

/* How sure it is that there is such a limit. What answers now and then has been compared with the
 * others already: only a limit that is sure casts more doubt on its own trouble. */
static double certainty(
	const struct limits *limits, size_t place, const struct source_subject *subject)
{
	double limited = limits->items[place].members[0]->figures->rate.limited;

	if (limits->grouped)
		return 1;
	return subject->figures->counts.syn_acks > 0 && limited < TOGETHER_SURE ? 0 : limited;
}

static double meets_any(const struct limits *limits, const struct source_subject *subject,
	const struct manner *manner)
{
	double most = 0;

	for (size_t i = 0; i < limits->count; i++) {
		double sure = certainty(limits, i, subject);
		if (sure > 0 && !is_member(&limits->items[i], subject))
			most = fmax(most, sure * meets_too(&limits->items[i], subject, manner));
	}
	return most;
}

/* Something of it is missing or was turned away, and of a port that never accepted nothing
 * otherwise than by such a limit: whoever refuses for another reason was not starved. */
static bool in_question(const struct figures *figures, const struct manner *manner)
{
	const struct counts *counts = &figures->counts;
	bool otherwise = (counts->resets > 0 && !manner->resets) ||
		(counts->icmp_errors > 0 && !manner->icmp);

	return counts->unanswered + counts->resets + counts->icmp_errors > 0 &&
		(counts->syn_acks > 0 || !otherwise);
}

static bool same_name(const struct group *group)
{
	const char *name = group->members[0]->host->name;
	bool same = name[0] != '\0';

	for (size_t i = 0; i < group->count; i++)
		same = same && strcmp(name, group->members[i]->host->name) == 0;
	for (size_t i = 0; i < group->taker_count; i++)
		same = same && strcmp(name, group->takers[i]->host->name) == 0;
	return same;
}

static void take_limit(struct source_subject *subject, const struct rate_estimate *limit)
{
	struct rate_estimate *rate = &subject->figures->rate;

	rate->judged = true;
	rate->limited = fmax(rate->limited, subject->figures->source.shared);
	rate->best = limit->best;
	rate->rate_per_s = limit->rate_per_s;
	rate->rate_low_per_s = limit->rate_low_per_s;
	rate->rate_high_per_s = limit->rate_high_per_s;
	rate->burst = limit->burst;
}

static void measure(
	struct rate_estimate *limit, const struct group *group, const struct manner *manner)
{
	struct comparison comparison;

	lay_out(&comparison, group, manner);
	limit->best = manner->whole ? RATE_HOST_BUCKET : RATE_PORT_BUCKET;
	rate_measure_together(limit, comparison.samples, comparison.count);
}

static struct manner manner_of(const struct group *all, int64_t now_ns)
{
	struct manner manner = {.now_ns = now_ns};

	for (size_t i = 0; i < all->count; i++) {
		const struct figures *figures = all->members[i]->figures;
		const struct rate_estimate *rate = &figures->rate;
		if (!seems_limited(figures))
			continue;
		manner.whole =
			manner.whole || (is_limited(figures) && rate->best == RATE_HOST_BUCKET);
		manner.resets = manner.resets || rate->excess == SAMPLE_RESET;
		manner.icmp = manner.icmp || rate->excess == SAMPLE_ICMP;
	}
	return manner;
}

static void compare(struct limits *limits, const struct source_subject *subject,
	const struct manner *manner, size_t *left)
{
	struct source_signs *signs = &subject->figures->source;
	struct group *group = &limits->items[0];

	signs->shared = STARVED_PRIOR;
	if (*left > 0) {
		--*left;
		signs->shared = meets_any(limits, subject, manner);
	}
	bool joins = limits->grouped && is_met(subject->figures);

	signs->starved = !joins && signs->shared > STARVED_NOT;
	if (joins && group->taker_count < TAKERS)
		group->takers[group->taker_count++] = subject;
}

/* Those that answer now and then come first: what they took, the silent ones missed. */
static void compare_all(struct limits *limits, const struct source_subject *subjects, size_t count,
	const struct manner *manner)
{
	size_t left = SUSPECTS;

	for (int silent = 0; silent < 2; silent++) {
		for (size_t i = 0; i < count; i++) {
			const struct figures *figures = subjects[i].figures;
			bool turn = (figures->counts.syn_acks == 0) == (silent != 0);
			if (turn && in_question(figures, manner) && !is_met(figures))
				compare(limits, &subjects[i], manner, &left);
		}
	}
}

static void tell_all(struct source_subject *subjects, size_t count, const struct group *group,
	const struct manner *manner)
{
	struct rate_estimate limit = {.judged = true};
	unsigned met = 0;

	measure(&limit, group, manner);
	for (size_t i = 0; i < count; i++)
		met += is_met(subjects[i].figures);
	for (size_t i = 0; i < count; i++) {
		struct source_signs *signs = &subjects[i].figures->source;
		if (!is_met(subjects[i].figures))
			continue;
		signs->addresses = met;
		signs->one_name = same_name(group);
		take_limit(&subjects[i], &limit);
	}
}

void source_limit_judge(struct source_subject *subjects, size_t count, int64_t now_ns)
{
	struct group all = candidates(subjects, count), group = all;
	struct manner manner = manner_of(&all, now_ns);

	if (all.count == 0 || !seems_limited(all.members[0]->figures))
		return;
	double shared = reduce(&group, &manner);

	for (size_t i = 0; i < group.count; i++)
		group.members[i]->figures->source.shared = shared;
	struct limits limits = limits_of(&group, &all);

	compare_all(&limits, subjects, count, &manner);
	if (limits.grouped)
		tell_all(subjects, count, &limits.items[0], &manner);
}
