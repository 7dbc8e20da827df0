/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row is a case, what it says about the cause and the place, and what is noticed with it. The
 * first row of the verdict's word that holds is taken. SCIENCE section C; where a place allows two
 * causes the cause stays unknown.
 */
#include "place_rules.h"

#include "exchange.h"
#include "figures.h"
#include "rule_list.h"
#include "verdict.h"

#include <math.h>

/* The probability that a path is blamed for what chance has lost. */
#define BLAME_BY_CHANCE .001

bool place_is_bounded(const struct figures *figures)
{
	return figures->path.next_seen.ttl != 0 && !figures->path.ways_differ &&
		figures->path.next_likely <= BLAME_BY_CHANCE;
}

/* Silence. */

static bool ends_at_first_link(const struct figures *f)
{
	return f->path.next_is_host && f->path.next_seen.ttl == 1;
}

static bool ends_before_host(const struct figures *f)
{
	return f->path.swept && f->path.next_seen.ttl != 0 && f->path.next_is_host;
}

static bool ends_on_several_ways(const struct figures *f)
{
	return f->path.swept && f->path.next_seen.ttl != 0 && f->path.ways_differ;
}

static bool ends_between_routers(const struct figures *f)
{
	return f->path.swept && place_is_bounded(f);
}

static bool others_go_on(const struct figures *f)
{
	return f->path.swept && f->path.next_seen.ttl != 0;
}

static bool ends_somewhere(const struct figures *f)
{
	return f->path.swept && f->path.last_told.ttl != 0;
}

/* Resets. */

static uint8_t reset_ttl(const struct figures *f)
{
	return f->path.answers[ANSWER_RESET].ttl;
}

static bool refused_nearer(const struct figures *f)
{
	return reset_ttl(f) != 0 && reset_ttl(f) < f->path.host_least && !f->path.ways_differ;
}

static bool refused_where_host_is(const struct figures *f)
{
	return reset_ttl(f) != 0 && reset_ttl(f) == f->path.host_most &&
		reset_ttl(f) >= f->path.host_least;
}

static uint8_t host_back(const struct figures *f)
{
	uint8_t accepted = f->path.control[ANSWER_SYN_ACK].back;

	return accepted != 0 ? accepted : f->path.control[ANSWER_RESET].back;
}

/* A router that refuses while forwarding is met by the same hop limits as the host behind it; only
 * its answer's own way back is shorter. */
static bool refused_by_host(const struct figures *f)
{
	return refused_where_host_is(f) && f->path.answers[ANSWER_RESET].back == host_back(f);
}

/* ICMP errors. */

static bool way_was_asked(const struct figures *f)
{
	return f->path.flows > 0 || f->path.objector != 0;
}

static bool goes_round(const struct figures *f)
{
	uint8_t expired = f->icmp.from.family == ADDRESS_IPV4 ? 11 : 3;

	return f->icmp.present && f->icmp.type == expired;
}

/* Places. */

static struct place after(const struct path_end *end)
{
	return (struct place){
		.known = true, .ttl = end->ttl, .address = end->address, .relation = PLACE_AFTER};
}

static struct place at(const struct path_end *end)
{
	return (struct place){
		.known = true, .ttl = end->ttl, .address = end->address, .relation = PLACE_AT};
}

static struct place after_last(const struct figures *f, const struct place *before)
{
	(void)before;
	return after(&f->path.last_told);
}

/* How often a packet went round before it expired is of no use; where its last router is first met
 * is. */
static struct place circle_place(const struct figures *f, const struct place *before)
{
	struct path_end sender = {f->path.objector, f->icmp.from};

	(void)before;
	return sender.ttl == 0 ? (struct place){.known = false} : at(&sender);
}

/*
 * A router that refuses while forwarding still reports what expires at it, so it is met one hop
 * further; one that refuses on arrival is met at its own hop. The way back tells which, if reports
 * from there come back over as many hops as they went.
 */
static struct place refuser(const struct figures *f, const struct place *before)
{
	const struct path_answer *reset = &f->path.answers[ANSWER_RESET];

	(void)before;
	if (f->path.back_is_true && reset->back == f->path.before.ttl && reset->back != 0)
		return at(&f->path.before);
	if (f->path.back_is_true && reset->back == f->path.there.ttl)
		return at(&f->path.there);
	return after(&f->path.before);
}

static struct place host_place(const struct figures *f, const struct place *before)
{
	struct path_end end = {.ttl = reset_ttl(f), .address = f->path.answers[ANSWER_RESET].from};

	(void)before;
	return at(&end);
}

/* Where its sender reports what expires, decides; else its quote allows two hops. */
static struct place objector(const struct figures *f, const struct place *before)
{
	struct path_end sender = {f->path.objector, f->icmp.from};
	struct path_end least = {f->icmp.hops_least, f->path.before.address};

	if (f->icmp.from_host)
		sender.ttl = (uint8_t)(f->icmp.hops_least + 1); /* it counts nothing down */
	if (sender.ttl != 0)
		return at(&sender);
	if (least.ttl == 0)
		return *before;
	if (f->path.before.ttl != least.ttl)
		least.address = (struct address){.family = ADDRESS_NONE};
	return after(&least);
}

#define SAME_BY    ((unsigned)BY_UNKNOWN + 1) /* as the verdict has it */
#define NO_FINDING FINDING_IDS

struct place_rule {
	enum verdict_word word;
	bool (*holds)(const struct figures *figures);
	unsigned by; /* enum verdict_by, or SAME_BY */
	struct place (*place)(const struct figures *figures, const struct place *before);
	unsigned finding; /* enum finding_id, or NO_FINDING */
};

static const struct place_rule rules[] = {
	{VERDICT_DROPPED, ends_on_several_ways, SAME_BY, after_last, FINDING_WAYS_DIFFER},
	{VERDICT_DROPPED, ends_at_first_link, BY_DESTINATION, after_last, NO_FINDING},
	{VERDICT_DROPPED, ends_before_host, SAME_BY, after_last, FINDING_LAST_STRETCH},
	{VERDICT_DROPPED, ends_between_routers, BY_PATH, after_last, FINDING_PLACE_BETWEEN},
	{VERDICT_DROPPED, others_go_on, SAME_BY, after_last, FINDING_PLACE_BETWEEN},
	{VERDICT_DROPPED, ends_somewhere, SAME_BY, after_last, FINDING_SILENT_BEYOND},
	{VERDICT_DOWN, ends_somewhere, SAME_BY, after_last, FINDING_SILENT_BEYOND},
	{VERDICT_REFUSED, refused_nearer, BY_PATH, refuser, FINDING_NEARER_ANSWER},
	{VERDICT_REFUSED, refused_by_host, BY_DESTINATION, host_place, NO_FINDING},
	{VERDICT_REFUSED, refused_where_host_is, SAME_BY, refuser, FINDING_LAST_STRETCH},
	{VERDICT_UNREACHABLE, goes_round, SAME_BY, circle_place, NO_FINDING},
	{VERDICT_UNREACHABLE, way_was_asked, SAME_BY, objector, NO_FINDING},
};

/* Noticed of whatever was located. */

static bool hops_are_silent(const struct figures *f)
{
	return f->path.silent_hops > 0;
}

static bool takes_several_ways(const struct figures *f)
{
	return f->path.several_ways;
}

static bool passes_tunnel(const struct figures *f)
{
	return f->path.tunnel;
}

static bool passes_translation(const struct figures *f)
{
	return f->path.translated;
}

static bool meets_router_again(const struct figures *f)
{
	return f->path.circle != 0;
}

static const struct {
	bool (*holds)(const struct figures *figures);
	enum finding_id id;
} notices[] = {
	{hops_are_silent, FINDING_HOPS_SILENT},
	{takes_several_ways, FINDING_SEVERAL_WAYS},
	{passes_tunnel, FINDING_TUNNEL},
	{passes_translation, FINDING_TRANSLATION},
	{meets_router_again, FINDING_CIRCLE},
};

static const struct place_rule *rule_for(
	const struct verdict *verdict, const struct figures *figures)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].word == verdict->word && rules[i].holds(figures))
			return &rules[i];
	}
	return NULL;
}

static void notice(struct verdict *verdict, const struct figures *figures, unsigned finding)
{
	if (finding != NO_FINDING)
		verdict_notice(verdict, (enum finding_id)finding);
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (notices[i].holds(figures))
			verdict_notice(verdict, notices[i].id);
	}
}

void place_rules_apply(struct verdict *verdict, const struct figures *figures)
{
	if (verdict->word == VERDICT_INCONCLUSIVE || verdict->phase != PHASE_CONNECT)
		return;
	if (verdict->by == BY_LOCAL) {
		verdict->hop = (struct place){.known = true, .relation = PLACE_AT};
		return;
	}
	const struct place_rule *rule = rule_for(verdict, figures);

	if (rule == NULL)
		return;
	if (rule->by != SAME_BY)
		verdict->by = (enum verdict_by)rule->by;
	verdict->hop = rule->place(figures, &verdict->hop);
	if (verdict->word == VERDICT_DROPPED && verdict->by == BY_PATH)
		verdict->confidence = fmin(verdict->confidence, 1 - figures->path.next_likely);
	notice(verdict, figures, rule->finding);
}

/* A row that leaves the cause as it was is worth telling for its finding alone. */
void place_rules_tell(struct rule_list *list)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].by != SAME_BY)
			rule_list_add(list,
				(struct rule_row){"the place tells who", rules[i].word,
					PHASE_CONNECT, (enum verdict_by)rules[i].by,
					rules[i].finding});
		else if (rules[i].finding != NO_FINDING)
			rule_list_notice(list, (enum finding_id)rules[i].finding);
	}
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++)
		rule_list_notice(list, notices[i].id);
}
