/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row for each way in which answers prove to be another's (SCIENCE section D), in the order of
 * weight; the first that holds overrules a verdict of the words that it names. Then the exceptions,
 * which spare the innocent whatever the rows say; then what is noticed besides.
 *
 * Only what one host cannot do convicts. What merely looks unlike the host's other answers lowers
 * the confidence, and is told.
 */
#include "answerer_rules.h"

#include "exchange.h"
#include "figures.h"
#include "rule_list.h"
#include "transcript.h"
#include "verdict.h"

#include <stddef.h>

/* One contradiction may be a packet that a line doubled, or a device at the moment of a change. */
#define TWICE 2

/* A handed-on handshake may be the load balancer's directly in front of the host. */
#define FARTHER_LEAST 2

#define DOUBT .9 /* what answers that look strange leave of the confidence */

/* Figures in the rows' terms. */

static bool resets_contradict(const struct figures *f)
{
	return f->answerer.contradictions.resets >= TWICE;
}

bool answerer_resets_are_late(const struct figures *f)
{
	const struct contradictions *c = &f->answerer.contradictions;

	return resets_contradict(f) && !f->answerer.apart[ANSWER_SYN_ACK] && c->reset_first == 0 &&
		c->resets == f->counts.resets && f->counts.icmp_errors == 0;
}

static bool resets_come_from_nearer(const struct figures *f)
{
	return f->answerer.nearness[ANSWER_RESET] >= NEARNESS_IN_FRONT;
}

/* Of two answers one is the host's: the one that comes from where its others do. */
static bool resets_are_the_odd_ones(const struct figures *f)
{
	return resets_come_from_nearer(f) ||
		(f->answerer.apart[ANSWER_RESET] && !f->answerer.apart[ANSWER_SYN_ACK]);
}

/* Most tries see the RST first, and give up. */
static bool forged_resets_win(const struct figures *f)
{
	return resets_contradict(f) && resets_are_the_odd_ones(f) &&
		f->answerer.contradictions.reset_first * 2 > f->counts.probes;
}

static bool forged_resets_contradict(const struct figures *f)
{
	return resets_contradict(f) && resets_are_the_odd_ones(f);
}

static bool resets_of_expired(const struct figures *f)
{
	return f->answerer.contradictions.expired[ANSWER_RESET] >= TWICE;
}

static bool accepts_from_the_way(const struct figures *f)
{
	return f->answerer.nearness[ANSWER_SYN_ACK] == NEARNESS_WAY;
}

static bool accepts_from_in_front(const struct figures *f)
{
	return f->answerer.nearness[ANSWER_SYN_ACK] == NEARNESS_IN_FRONT;
}

static bool accepts_expired(const struct figures *f)
{
	return f->answerer.contradictions.expired[ANSWER_SYN_ACK] >= TWICE;
}

static bool is_another_party(const struct figures *f)
{
	const struct party_signs *party = &f->answerer.party;

	return party->other_greeting && !party->same_certificate;
}

/* Nearer than the host by one hop alone is a load balancer's place; what serves another's mail
 * there is none. */
static bool another_party_in_front(const struct figures *f)
{
	return accepts_from_in_front(f) && is_another_party(f);
}

/* The same of one that hides STARTTLS, which the server offers elsewhere. */
static bool strips_in_front(const struct figures *f)
{
	return accepts_from_in_front(f) && f->session.offered_elsewhere;
}

static bool hands_on_later(const struct figures *f)
{
	const struct flow_changes *flows = &f->answerer.flows;

	return f->answerer.blank_window && flows->changed > 0 && flows->kept == 0 &&
		flows->elsewhere >= TWICE;
}

static bool is_handed_on_from_afar(const struct figures *f)
{
	return hands_on_later(f) && f->answerer.flows.farther >= FARTHER_LEAST;
}

/* Each connection that was reset was so from nearer than it was opened, or went on after it. */
static bool resets_of_connections_are_forged(const struct figures *f)
{
	const struct flow_changes *flows = &f->answerer.flows;

	return flows->contradicted >= TWICE ||
		(flows->resets_nearer >= TWICE && flows->resets_nearer == flows->resets);
}

/* Which answers to look at for the place. */
#define NO_PLACE (-1)

#define WORD(word) (1U << VERDICT_##word)

static const struct answerer_rule {
	const char *name;
	bool (*holds)(const struct figures *figures);
	unsigned opening, later; /* words that it overrules: of the phase connect, and after it */
	enum verdict_word word;
	int phase; /* enum verdict_phase, or RULE_REACHED */
	int place; /* enum answer_kind, or NO_PLACE */
	double confidence;
	bool by_distance; /* and not by what one host cannot have sent */
	enum finding_id finding;
} rules[] = {
	{"a SYN-ACK for probes that expired on the way", accepts_expired,
		WORD(OPEN) | WORD(LOSSY) | WORD(INCONCLUSIVE), ~0U, VERDICT_INTERCEPTED,
		PHASE_CONNECT, ANSWER_SYN_ACK, .99, false, FINDING_NEARER_ANSWER},
	{"a SYN-ACK from nearer than the host", accepts_from_the_way,
		WORD(OPEN) | WORD(LOSSY) | WORD(INCONCLUSIVE), ~0U, VERDICT_INTERCEPTED,
		PHASE_CONNECT, ANSWER_SYN_ACK, .99, true, FINDING_NEARER_ANSWER},
	{"a RST before the host's own SYN-ACK", forged_resets_win,
		WORD(INCONCLUSIVE) | WORD(REFUSED), 0, VERDICT_REFUSED, PHASE_CONNECT, ANSWER_RESET,
		.98, false, FINDING_FORGED_REFUSAL},
	{"a RST for probes that expired on the way", resets_of_expired, WORD(REFUSED), 0,
		VERDICT_REFUSED, PHASE_CONNECT, ANSWER_RESET, .99, false, FINDING_FORGED_REFUSAL},
	{"a RST from nearer than the host", resets_come_from_nearer, WORD(REFUSED), 0,
		VERDICT_REFUSED, PHASE_CONNECT, ANSWER_RESET, .99, true, FINDING_FORGED_REFUSAL},
	{"RSTs beside the host's SYN-ACKs", forged_resets_contradict, WORD(INCONCLUSIVE), 0,
		VERDICT_INTERCEPTED, PHASE_CONNECT, ANSWER_RESET, .95, false,
		FINDING_FORGED_REFUSAL},
	{"two answer, and either may be the host", resets_contradict, WORD(INCONCLUSIVE), 0,
		VERDICT_INTERCEPTED, PHASE_CONNECT, NO_PLACE, .9, false, FINDING_TWO_ANSWERERS},
	{"another party's service in front of the host", another_party_in_front, WORD(OPEN), ~0U,
		VERDICT_INTERCEPTED, PHASE_GREETING, ANSWER_SYN_ACK, .9, true, FINDING_OTHER_PARTY},
	{"STARTTLS hidden in front of the host", strips_in_front, WORD(OPEN), ~0U,
		VERDICT_INTERCEPTED, PHASE_STARTTLS, ANSWER_SYN_ACK, .85, true,
		FINDING_STARTTLS_UNEVEN},
	{"handshakes made by one and handed on to another", is_handed_on_from_afar, WORD(OPEN), ~0U,
		VERDICT_INTERCEPTED, PHASE_CONNECT, NO_PLACE, .9, true, FINDING_SYN_PROXY},
	{"connections reset by another", resets_of_connections_are_forged, 0, WORD(REFUSED),
		VERDICT_REFUSED, RULE_REACHED, NO_PLACE, .95, false, FINDING_FORGED_REFUSAL},
};

/*
 * Who must not be convicted by distance alone (SCIENCE section D). That a load balancer stands one
 * hop before its host has rows of its own above, since there it depends on what it answers.
 */

/* An address that several machines share (anycast), or ways of unequal length. */
static bool several_machines_answer(const struct figures *f)
{
	return f->answerer.several_machines;
}

static bool ports_are_handed_on(const struct figures *f)
{
	return f->answerer.translated;
}

static bool (*const exceptions[])(const struct figures *figures) = {
	several_machines_answer,
	ports_are_handed_on,
};

static bool distance_says_nothing(const struct figures *f)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		if (exceptions[i](f))
			return true;
	}
	return false;
}

static bool overrules(const struct answerer_rule *rule, const struct verdict *verdict)
{
	unsigned words = verdict->phase == PHASE_CONNECT ? rule->opening : rule->later;

	return (words & 1U << verdict->word) != 0;
}

/* What the rules of place know is kept. */
static void place_at(struct verdict *verdict, const struct answerer_place *place)
{
	if (verdict->hop.known || place->end.ttl == 0)
		return;
	verdict->hop = (struct place){.known = true,
		.ttl = place->end.ttl,
		.address = place->end.address,
		.relation = place->exact ? PLACE_AT : PLACE_AFTER};
}

/* Before what the sessions showed: that was another's. */
static void put_first(struct verdict *verdict, enum finding_id id)
{
	struct verdict before = *verdict;

	verdict->findings[0] = id;
	verdict->finding_count = 1;
	for (size_t i = 0; i < before.finding_count; i++)
		verdict_notice(verdict, before.findings[i]);
}

static void convict(
	struct verdict *verdict, const struct answerer_rule *rule, const struct figures *figures)
{
	if (rule->phase != RULE_REACHED)
		verdict->phase = (enum verdict_phase)rule->phase;
	verdict->word = rule->word;
	verdict->by = BY_PATH;
	verdict->confidence = rule->confidence;
	verdict->rule = rule->name;
	if (rule->place != NO_PLACE)
		place_at(verdict, &figures->answerer.at[rule->place]);
	put_first(verdict, rule->finding);
}

/* Two signs of different kinds, and none of them proves anything. */
static bool answers_look_strange(const struct figures *f)
{
	unsigned oddities = f->answerer.oddities;

	return !several_machines_answer(f) && (oddities & (oddities - 1)) != 0;
}

/* A refusal that was blamed on the way for its distance. */
static void spare(struct verdict *verdict, const struct figures *figures)
{
	if (verdict->word != VERDICT_REFUSED || verdict->phase != PHASE_CONNECT ||
		verdict->by != BY_PATH || !distance_says_nothing(figures))
		return;
	verdict->by = BY_UNKNOWN;
	verdict->hop = (struct place){0};
}

void answerer_rules_apply(struct verdict *verdict, const struct figures *figures)
{
	if (verdict->by == BY_LOCAL)
		return;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!overrules(&rules[i], verdict) || !rules[i].holds(figures) ||
			(rules[i].by_distance && distance_says_nothing(figures)))
			continue;
		convict(verdict, &rules[i], figures);
		return;
	}
	spare(verdict, figures);
	if (answers_look_strange(figures))
		verdict->confidence *= DOUBT;
}

/* Notices. */

static bool two_answer(const struct figures *f)
{
	return resets_contradict(f) || resets_of_expired(f) || accepts_expired(f) ||
		f->answerer.contradictions.repeats >= TWICE;
}

static bool stands_in_front(const struct figures *f)
{
	return !several_machines_answer(f) &&
		(accepts_from_in_front(f) ||
			f->answerer.nearness[ANSWER_RESET] == NEARNESS_IN_FRONT);
}

static bool is_syn_proxy(const struct figures *f)
{
	bool nearer = accepts_from_in_front(f) || accepts_from_the_way(f);

	return hands_on_later(f) ||
		(nearer && (f->answerer.blank_window || f->answerer.closed_ports_open));
}

static bool is_tarpit(const struct figures *f)
{
	return f->answerer.tiny_window && f->session.ending == ENDING_SILENT;
}

static bool differs_from_its_neighbours(const struct figures *f)
{
	return is_another_party(f) && f->answerer.party.other_certificate &&
		(f->answerer.party.others_agree || accepts_from_the_way(f));
}

static const struct {
	bool (*holds)(const struct figures *figures);
	enum finding_id id;
} notices[] = {
	{two_answer, FINDING_TWO_ANSWERERS},
	{stands_in_front, FINDING_IN_FRONT},
	{is_syn_proxy, FINDING_SYN_PROXY},
	{is_tarpit, FINDING_TARPIT},
	{differs_from_its_neighbours, FINDING_OTHER_PARTY},
	{answers_look_strange, FINDING_SUSPECT_ANSWERS},
};

void answerer_rules_notice(struct verdict *verdict, const struct figures *figures)
{
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (notices[i].holds(figures))
			verdict_notice(verdict, notices[i].id);
	}
}

void answerer_rules_tell(struct rule_list *list)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		rule_list_add(list,
			(struct rule_row){rules[i].name, rules[i].word, rules[i].phase, BY_PATH,
				rules[i].finding});
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++)
		rule_list_notice(list, notices[i].id);
}
