/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row for each way in which a working session's data suffers, in the order of weight; the first
 * that holds gives the word (SCIENCE section G). Whatever its receiver does to itself, by a closed
 * window, is never the path's: it is noticed, and the port stays open.
 */
#include "transfer_rules.h"

#include "figures.h"
#include "rule_list.h"
#include "verdict.h"

#include <stddef.h>

/* Closed windows explain a slow transfer where they take so much of it. */
#define STALLED_S       1.0
#define STALLED_RATIO   .10
#define STALLED_LEAST_S .1

/* Of segments sent again: worth a note, and bad (SCIENCE section G). */
#define REPEATED_NOTE     .01
#define REPEATED_BAD      .05
#define REPEATED_SEGMENTS 100
#define REPEATED_LEAST    5

/* One connection's fate is chance. */
#define OFTEN 2

static double stalled_ratio(const struct transfer_signs *t)
{
	return t->delivered_s > 0 ? t->stalled_s / t->delivered_s : 0;
}

static bool receiver_stalls(const struct figures *f)
{
	const struct transfer_signs *t = &f->transfer;

	return t->stalled_s > STALLED_S ||
		(t->stalled_s > STALLED_LEAST_S && stalled_ratio(t) > STALLED_RATIO);
}

static bool is_policed(const struct figures *f)
{
	return f->transfer.limit.limit == LIMIT_POLICED && f->capture_lost == 0;
}

static bool is_shaped(const struct figures *f)
{
	return f->transfer.limit.limit == LIMIT_SHAPED && !receiver_stalls(f);
}

static bool is_even(const struct figures *f)
{
	return f->transfer.limit.limit == LIMIT_LINE && !receiver_stalls(f);
}

/* A host that resets a connection has forgotten it, and sends nothing more of it. */
static bool resets_are_forged(const struct figures *f)
{
	return f->transfer.contradicted >= OFTEN && f->transfer.reset_is_foreign &&
		f->transfer.contradicted == f->transfer.reset;
}

static bool most_are_cut(const struct figures *f)
{
	return resets_are_forged(f) && f->transfer.reset * 2 > f->transfer.connections;
}

static bool large_is_never_taken(const struct figures *f)
{
	return f->transfer.untaken > 0 && f->capture_lost == 0;
}

static bool most_large_is_never_taken(const struct figures *f)
{
	return large_is_never_taken(f) && f->transfer.untaken * 2 > f->transfer.connections;
}

static bool rests_are_cut_silently(const struct figures *f)
{
	return f->transfer.cut_silent > 0;
}

static bool rests_are_reset(const struct figures *f)
{
	return f->transfer.cut_reset > 0;
}

/* The same trigger each time, and never elsewhere (SCIENCE section G). */
static bool starttls_is_reset(const struct figures *f)
{
	return f->transfer.reset_at[TRIGGER_STARTTLS] >= OFTEN &&
		f->transfer.reset_at[TRIGGER_STARTTLS] == f->transfer.connections;
}

static bool is_reset_midway(const struct figures *f)
{
	return f->transfer.reset > 0 && !resets_are_forged(f) && !starttls_is_reset(f);
}

static bool repeats_more_than(const struct figures *f, double ratio)
{
	const struct transfer_signs *t = &f->transfer;

	return t->segments >= REPEATED_SEGMENTS && t->repeats >= REPEATED_LEAST &&
		(double)t->repeats > ratio * (double)t->segments;
}

static bool repeats_often(const struct figures *f)
{
	return repeats_more_than(f, REPEATED_BAD);
}

static bool repeats(const struct figures *f)
{
	return repeats_more_than(f, REPEATED_NOTE) && !repeats_often(f);
}

/* Consistently, over several connections: SCIENCE section D, D6. */
static bool hops_change(const struct figures *f)
{
	return f->transfer.hops_changed >= OFTEN && f->transfer.hops_kept == 0;
}

static const struct {
	const char *name;
	bool (*holds)(const struct figures *figures);
	enum verdict_word word;
	int phase; /* enum verdict_phase, or RULE_REACHED */
	enum verdict_by by;
	double confidence;
	enum finding_id finding;
} rules[] = {
	{"STARTTLS answered by a RST", starttls_is_reset, VERDICT_REFUSED, PHASE_STARTTLS,
		BY_UNKNOWN, .9, FINDING_STARTTLS_RESET},
	{"resets that the server knows nothing of", most_are_cut, VERDICT_INTERCEPTED, RULE_REACHED,
		BY_PATH, .9, FINDING_FOREIGN_RESET},
	{"large segments are never acknowledged", most_large_is_never_taken, VERDICT_DROPPED,
		RULE_REACHED, BY_UNKNOWN, .8, FINDING_LARGE_UNTAKEN},
	{"losses as a token bucket makes them", is_policed, VERDICT_THROTTLED, RULE_REACHED,
		BY_UNKNOWN, .95, FINDING_POLICED},
	{"an even rate after a burst", is_shaped, VERDICT_THROTTLED, RULE_REACHED, BY_UNKNOWN, .85,
		FINDING_SHAPED},
};

void transfer_rules_apply(struct verdict *verdict, const struct figures *figures)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!rules[i].holds(figures))
			continue;
		verdict->word = rules[i].word;
		if (rules[i].phase != RULE_REACHED)
			verdict->phase = (enum verdict_phase)rules[i].phase;
		verdict->by = rules[i].by;
		verdict->confidence = rules[i].confidence;
		verdict->rule = rules[i].name;
		verdict_notice(verdict, rules[i].finding);
		return;
	}
}

static const struct {
	bool (*holds)(const struct figures *figures);
	enum finding_id id;
} notices[] = {
	{resets_are_forged, FINDING_FOREIGN_RESET},
	{large_is_never_taken, FINDING_LARGE_UNTAKEN},
	{is_policed, FINDING_POLICED},
	{is_shaped, FINDING_SHAPED},
	{is_even, FINDING_EVEN_RATE},
	{receiver_stalls, FINDING_WINDOW_CLOSED},
	{rests_are_cut_silently, FINDING_REST_CUT},
	{rests_are_reset, FINDING_REST_RESET},
	{is_reset_midway, FINDING_RESET_MIDWAY},
	{repeats_often, FINDING_MANY_REPEATS},
	{repeats, FINDING_REPEATS},
	{hops_change, FINDING_HOPS_CHANGE},
};

void transfer_rules_notice(struct verdict *verdict, const struct figures *figures)
{
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (notices[i].holds(figures))
			verdict_notice(verdict, notices[i].id);
	}
}

void transfer_rules_tell(struct rule_list *list)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		rule_list_add(list,
			(struct rule_row){rules[i].name, rules[i].word, rules[i].phase, rules[i].by,
				rules[i].finding});
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++)
		rule_list_notice(list, notices[i].id);
}
