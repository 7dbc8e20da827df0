/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules. A rule is a row: a name, what must hold, the word, who is the cause, how sure, and
 * what is noticed with it. The first row that holds wins; the last always holds. Predicates compare
 * figures and compute nothing.
 */
#include "verdict.h"

#include "answerer_rules.h"
#include "figures.h"
#include "place_rules.h"
#include "rule_list.h"
#include "session_rules.h"
#include "transfer_rules.h"

#include <errno.h>
#include <math.h>

/* Posterior probabilities of the rate models that decide (SCIENCE section B): between the two the
 * question stays open. */
#define LIMITED_FOR_SURE .95
#define NOT_LIMITED      .20
#define PORT_LOSS_SURE   .90
#define PORT_LOSS_LIKELY                                                                           \
	.50 /* enough where the port's loss stands out from the others' as well                    \
	     */

/* Fewer probes than these turned away are no pattern, however well one model draws it. */
#define EXCESS_LEAST 4

/* The contract: loss above 8 % is "lossy". */
#define LOSSY_RATIO   .08
#define LOSSY_MISSING 3 /* fewer missing answers than these are no ratio yet */

/* Nothing answers: so many kinds of probe, so often, for so long (SCIENCE section A, "down"). */
#define DOWN_KINDS  4
#define DOWN_ROUNDS 3
#define DOWN_SPAN_S 4.3

/* A router asks for its neighbour for three seconds before it says that there is none; a filter
 * says so at once. */
#define NO_NEIGHBOUR_MS 900

/* No figure of ours knows of the causes that nobody thought of. */
#define MOST_SURE .999

/* Predicates. */

/* Answers find no way to a source that is not there, or not beyond the link. */
static bool no_source(const struct figures *f)
{
	return f->local.route_error == EADDRNOTAVAIL;
}

static bool route_drops(const struct figures *f)
{
	return f->local.route_error == EINVAL;
}

static bool route_refuses(const struct figures *f)
{
	return f->local.route_error != 0;
}

static bool host_is_not_on_the_link(const struct figures *f)
{
	return f->local.neighbour_silent && f->local.next_hop_is_host;
}

static bool gateway_is_silent(const struct figures *f)
{
	return f->local.neighbour_silent && !f->local.next_hop_is_host;
}

/* As filters and security modules say it; an interface or an address that is not there says
 * something else. */
static bool is_refusal(int error)
{
	return error == EPERM || error == EACCES;
}

static bool kernel_refuses_to_send(const struct figures *f)
{
	return f->local.writes_refused > 0 && is_refusal(f->local.write_error) &&
		f->local.left == 0;
}

static bool kernel_cannot_send(const struct figures *f)
{
	return f->local.writes_refused > 0 && f->local.left == 0;
}

static bool kernel_sometimes_refuses(const struct figures *f)
{
	return f->local.writes_refused >= LOSSY_MISSING && is_refusal(f->local.write_error) &&
		f->local.left > 0;
}

/* An answer shows that something did, even if the capture has not seen what. */
static bool nothing_leaves(const struct figures *f)
{
	return f->local.never_left >= 2 && f->local.left == 0 && f->capture_lost == 0 &&
		f->anomalies == 0;
}

static bool answers_do_not_arrive(const struct figures *f)
{
	return f->local.connect_answered && f->local.connect_error != 0 &&
		f->local.answers_ignored > 0;
}

/* Once its SYN has left, a connect() can also be failed from outside, by an ICMP error that Linux
 * believes and we do not. */
static bool only_connect_is_denied(const struct figures *f)
{
	return f->counts.syn_acks > 0 && f->counts.icmp_errors == 0 && f->local.connect_tried &&
		!f->local.connect_left && f->capture_lost == 0 &&
		is_refusal(f->local.connect_error);
}

/* The kernel has heard what the capture, on the way out, has not. */
static bool only_the_kernel_hears(const struct figures *f)
{
	return f->local.connect_left && f->local.connect_error == 0 && f->capture_lost == 0 &&
		f->counts.syn_acks + f->counts.resets + f->counts.icmp_errors == 0;
}

static bool many_fail(const struct figures *f)
{
	return f->counts.unanswered + f->counts.resets + f->counts.icmp_errors >= EXCESS_LEAST;
}

/* Of several hosts each may have lost few, and all of them together many. */
static bool shares_a_limit(const struct figures *f)
{
	return f->source.addresses > 1;
}

static bool answers_depend_on_the_rate(const struct figures *f)
{
	return f->rate.judged && f->rate.limited >= LIMITED_FOR_SURE &&
		(many_fail(f) || shares_a_limit(f));
}

static bool limit_or_loss(const struct figures *f)
{
	return f->rate.judged && f->rate.limited > NOT_LIMITED && many_fail(f);
}

static bool port_alone_loses(const struct figures *f)
{
	double enough = f->loss.stands_out ? PORT_LOSS_LIKELY : PORT_LOSS_SURE;

	return f->rate.judged && f->rate.posterior[RATE_PORT_LOSS] >= enough &&
		f->loss.ratio > LOSSY_RATIO;
}

static bool accepts_and_refuses(const struct figures *f)
{
	return f->counts.syn_acks > 0 && f->counts.resets + f->counts.icmp_errors > 0 &&
		!answerer_resets_are_late(f);
}

static bool answers_are_missing(const struct figures *f)
{
	return f->counts.syn_acks > 0 && f->loss.common_ratio > LOSSY_RATIO &&
		f->loss.missing + f->loss.control_missing >= LOSSY_MISSING;
}

static bool path_loses(const struct figures *f)
{
	return answers_are_missing(f) && !f->capture_explains;
}

/* What answers now and then, and not by a limit of its own; few that fail are no word's reason. */
static bool others_may_use_it_up(const struct figures *f)
{
	return f->source.starved && f->counts.syn_acks > 0 && (many_fail(f) || path_loses(f));
}

static bool others_may_have_used_it_up(const struct figures *f)
{
	return f->source.starved && f->counts.syn_acks == 0;
}

/* What the kernel's own connection shows stands, whatever the capture has lost. */
static bool capture_lost_the_answers(const struct figures *f)
{
	bool connected = f->local.connect_tried && f->local.connect_error == 0;

	return answers_are_missing(f) && f->capture_explains && !connected;
}

static bool accepts(const struct figures *f)
{
	return f->counts.syn_acks > 0;
}

static bool resets(const struct figures *f)
{
	return f->counts.resets > 0 && f->counts.resets >= f->counts.icmp_errors;
}

static bool icmp_answers(const struct figures *f)
{
	return f->icmp.present;
}

static bool silent_while_controls_answer(const struct figures *f)
{
	return f->silence.certain;
}

static bool nothing_answers(const struct figures *f)
{
	return f->host.endpoints_answering == 0 && f->host.kinds_silent >= DOWN_KINDS &&
		f->host.rounds >= DOWN_ROUNDS && f->host.span_s >= DOWN_SPAN_S;
}

static bool nothing_answers_though_the_path_lives(const struct figures *f)
{
	return nothing_answers(f) && f->host.path_answers > 0;
}

static bool no_control_answers(const struct figures *f)
{
	return f->silence.misses == 0 && f->silence.uncovered > 0;
}

static bool too_few_probes(const struct figures *f)
{
	return f->silence.misses > 0;
}

static bool one_way(const struct figures *f)
{
	return f->unheard > 0 && f->counts.syn_acks == 0;
}

static bool begins_midway(const struct figures *f)
{
	return f->counts.probes == 0 && f->strays > 0;
}

static bool always(const struct figures *f)
{
	(void)f;
	return true;
}

/* How sure. */

static double by_odds(const struct figures *f)
{
	return 1 / (1 + exp(-f->silence.log_odds));
}

static double by_rate(const struct figures *f)
{
	return f->rate.limited;
}

static double by_port_loss(const struct figures *f)
{
	return f->rate.posterior[RATE_PORT_LOSS];
}

/* Half the interval above the threshold would be a coin toss. */
static double by_interval(const struct figures *f)
{
	double width = f->loss.high - f->loss.low;
	double above = f->loss.high - fmax(f->loss.low, LOSSY_RATIO);

	return width > 0 ? fmax(.5, fmin(.99, above / width)) : .5;
}

static double by_answers(const struct figures *f)
{
	return f->counts.syn_acks > 1 || f->local.connect_answered ? .99 : .95;
}

static double by_refusals(const struct figures *f)
{
	return f->refusal_rounds > 1 ? .99 : .9;
}

static double sure(const struct figures *f)
{
	(void)f;
	return .99;
}

static double likely(const struct figures *f)
{
	(void)f;
	return .9;
}

static double unsure(const struct figures *f)
{
	(void)f;
	return 0;
}

/* Who sent the ICMP error. */
static enum verdict_by icmp_sender(const struct figures *f)
{
	if (f->icmp.from_host)
		return BY_DESTINATION;
	return f->icmp.from_here ? BY_LOCAL : BY_PATH;
}

#define NO_FINDING FINDING_IDS

struct rule {
	const char *name;
	bool (*holds)(const struct figures *figures);
	enum verdict_word word;
	enum verdict_by by;
	double (*confidence)(const struct figures *figures);
	unsigned finding; /* enum finding_id, or NO_FINDING */
};

static const struct rule rules[] = {
	{"no address to send from", no_source, VERDICT_UNREACHABLE, BY_LOCAL, sure,
		FINDING_NO_SOURCE},
	{"a route of this machine's discards it", route_drops, VERDICT_DROPPED, BY_LOCAL, sure,
		FINDING_LOCAL_ROUTE},
	{"a route of this machine's forbids it", route_refuses, VERDICT_UNREACHABLE, BY_LOCAL, sure,
		FINDING_LOCAL_ROUTE},
	{"no such host on the link", host_is_not_on_the_link, VERDICT_DOWN, BY_UNKNOWN, likely,
		FINDING_NEIGHBOUR_SILENT},
	{"the gateway is silent", gateway_is_silent, VERDICT_INCONCLUSIVE, BY_LOCAL, unsure,
		FINDING_NEIGHBOUR_SILENT},
	{"the kernel refuses to send", kernel_refuses_to_send, VERDICT_DROPPED, BY_LOCAL, sure,
		FINDING_LOCAL_OUTPUT},
	{"the kernel cannot send", kernel_cannot_send, VERDICT_INCONCLUSIVE, BY_LOCAL, unsure,
		NO_FINDING},
	{"written but never seen leaving", nothing_leaves, VERDICT_DROPPED, BY_LOCAL, likely,
		FINDING_LOCAL_EGRESS},
	{"the kernel sometimes refuses to send", kernel_sometimes_refuses, VERDICT_LOSSY, BY_LOCAL,
		likely, FINDING_LOCAL_OUTPUT},
	{"answers arrive but connect() never gets them", answers_do_not_arrive, VERDICT_DROPPED,
		BY_LOCAL, sure, FINDING_LOCAL_INPUT},
	{"packets pass but connect() is denied", only_connect_is_denied, VERDICT_DROPPED, BY_LOCAL,
		likely, FINDING_LOCAL_PROCESS},
	{"the kernel connects, no answer was captured", only_the_kernel_hears, VERDICT_OPEN,
		BY_NOBODY, likely, FINDING_ANSWERS_ELSEWHERE},
	{"answers depend on the rate", answers_depend_on_the_rate, VERDICT_THROTTLED, BY_UNKNOWN,
		by_rate, NO_FINDING},
	{"a limit or loss", limit_or_loss, VERDICT_INCONCLUSIVE, BY_UNKNOWN, unsure, NO_FINDING},
	{"other hosts' probes may use up a limit", others_may_use_it_up, VERDICT_INCONCLUSIVE,
		BY_UNKNOWN, unsure, FINDING_STARVED},
	{"other hosts' probes may have used up a limit", others_may_have_used_it_up,
		VERDICT_INCONCLUSIVE, BY_UNKNOWN, unsure, FINDING_STARVED},
	{"this port alone loses packets", port_alone_loses, VERDICT_LOSSY, BY_UNKNOWN, by_port_loss,
		FINDING_PORT_LOSS},
	{"accepts and refuses by turns", accepts_and_refuses, VERDICT_INCONCLUSIVE, BY_UNKNOWN,
		unsure, FINDING_MIXED_ANSWERS},
	{"the path loses packets", path_loses, VERDICT_LOSSY, BY_UNKNOWN, by_interval,
		FINDING_PATH_LOSS},
	{"the capture lost the answers", capture_lost_the_answers, VERDICT_INCONCLUSIVE, BY_UNKNOWN,
		unsure, FINDING_CAPTURE_LOST},
	{"SYN-ACK", accepts, VERDICT_OPEN, BY_NOBODY, by_answers, NO_FINDING},
	{"RST", resets, VERDICT_REFUSED, BY_UNKNOWN, by_refusals, NO_FINDING},
	{"ICMP error", icmp_answers, VERDICT_UNREACHABLE, BY_PATH, by_refusals, NO_FINDING},
	{"silence while controls answer", silent_while_controls_answer, VERDICT_DROPPED, BY_UNKNOWN,
		by_odds, NO_FINDING},
	{"nothing answers though the path lives", nothing_answers_though_the_path_lives,
		VERDICT_DOWN, BY_UNKNOWN, likely, FINDING_PATH_ALIVE},
	{"nothing answers at all", nothing_answers, VERDICT_INCONCLUSIVE, BY_UNKNOWN, unsure,
		NO_FINDING},
	{"silence without a control", no_control_answers, VERDICT_INCONCLUSIVE, BY_UNKNOWN, unsure,
		NO_FINDING},
	{"the answers were not captured", one_way, VERDICT_INCONCLUSIVE, BY_UNKNOWN, unsure,
		FINDING_ONE_WAY},
	{"too few probes", too_few_probes, VERDICT_INCONCLUSIVE, BY_UNKNOWN, unsure, NO_FINDING},
	{"only connections from before the capture", begins_midway, VERDICT_INCONCLUSIVE,
		BY_UNKNOWN, unsure, FINDING_MIDWAY},
	{"nothing to go by", always, VERDICT_INCONCLUSIVE, BY_UNKNOWN, unsure, NO_FINDING},
};

/* Noticed whatever the rule. */

static bool limits_sources(const struct figures *f)
{
	return answers_depend_on_the_rate(f) && shares_a_limit(f);
}

static bool limits_port(const struct figures *f)
{
	return answers_depend_on_the_rate(f) && f->rate.best == RATE_PORT_BUCKET;
}

static bool limits_host(const struct figures *f)
{
	return answers_depend_on_the_rate(f) && f->rate.best == RATE_HOST_BUCKET;
}

static bool limits_connections(const struct figures *f)
{
	return answers_depend_on_the_rate(f) && f->rate.best == RATE_CONNECTIONS;
}

static bool bans(const struct figures *f)
{
	return answers_depend_on_the_rate(f) && f->rate.best == RATE_BAN;
}

/* ICMP 3/1 and ICMPv6 1/3, after the router has asked for its neighbour in vain. */
static bool router_finds_no_host(const struct figures *f)
{
	bool host_code = f->icmp.from.family == ADDRESS_IPV4
		? f->icmp.type == 3 && f->icmp.code == 1
		: f->icmp.type == 1 && f->icmp.code == 3;

	return f->icmp.present && host_code && f->icmp.delay_ms >= NO_NEIGHBOUR_MS;
}

static bool packets_loop(const struct figures *f)
{
	uint8_t expired = f->icmp.from.family == ADDRESS_IPV4 ? 11 : 3;

	return f->icmp.present && f->icmp.type == expired;
}

static bool source_is_elsewhere(const struct figures *f)
{
	return f->local.source_elsewhere && f->host.endpoints_answering == 0 && !f->icmp.present &&
		f->host.path_answers == 0 && f->counts.unanswered > 0;
}

static bool answers_late(const struct figures *f)
{
	return f->late_answers > 0;
}

static bool capture_lost_packets(const struct figures *f)
{
	return f->capture_lost > 0;
}

static bool strays_came(const struct figures *f)
{
	return f->anomalies > 0;
}

static bool old_state_answered(const struct figures *f)
{
	return f->stale_acks > 0;
}

static bool server_refuses_versions(const struct figures *f)
{
	return f->session.versions_refused;
}

static const struct {
	bool (*holds)(const struct figures *figures);
	enum finding_id id;
} notices[] = {
	{limits_sources, FINDING_SOURCE_LIMIT},
	{limits_port, FINDING_PORT_LIMIT},
	{limits_host, FINDING_HOST_LIMIT},
	{limits_connections, FINDING_CONNECTION_LIMIT},
	{bans, FINDING_BAN},
	{router_finds_no_host, FINDING_HOST_UNKNOWN},
	{packets_loop, FINDING_ROUTING_LOOP},
	{accepts_and_refuses, FINDING_MIXED_ANSWERS},
	{answers_late, FINDING_LATE_ANSWERS},
	{source_is_elsewhere, FINDING_SOURCE_ELSEWHERE},
	{capture_lost_packets, FINDING_CAPTURE_LOST},
	{strays_came, FINDING_ANOMALIES},
	{old_state_answered, FINDING_STALE_STATE},
	{server_refuses_versions, FINDING_VERSIONS_REFUSED},
};

bool verdict_has(const struct verdict *verdict, enum finding_id id)
{
	for (size_t i = 0; i < verdict->finding_count; i++) {
		if (verdict->findings[i] == id)
			return true;
	}
	return false;
}

void verdict_notice(struct verdict *verdict, enum finding_id id)
{
	if (!verdict_has(verdict, id) && verdict->finding_count < VERDICT_FINDINGS)
		verdict->findings[verdict->finding_count++] = id;
}

static const struct rule *first_that_holds(const struct figures *figures)
{
	const struct rule *rule = rules;

	while (!rule->holds(figures))
		rule++;
	return rule;
}

/* Only the sender of an ICMP error names its place by itself. */
static struct place place_of(const struct figures *figures, const struct rule *rule)
{
	if (rule->word != VERDICT_UNREACHABLE || !figures->icmp.present || figures->icmp.hops == 0)
		return (struct place){0};
	return (struct place){.known = true,
		.ttl = figures->icmp.from_here ? 0 : figures->icmp.hops,
		.address = figures->icmp.from,
		.relation = PLACE_AT};
}

/* Silence or a refusal is all that can be expected of a port that the service does not offer: that
 * it came from the way proves nothing about anybody there, whose filter may be the service's own.
 */
static void excuse_the_way(struct verdict *verdict, const struct figures *figures)
{
	bool shut = verdict->word == VERDICT_DROPPED || verdict->word == VERDICT_REFUSED ||
		verdict->word == VERDICT_UNREACHABLE;

	if (!figures->not_offered || !shut || verdict->phase != PHASE_CONNECT)
		return;
	if (verdict->by == BY_PATH)
		verdict->by = BY_UNKNOWN;
	verdict_notice(verdict, FINDING_NOT_OFFERED);
}

struct verdict verdict_of(const struct figures *figures)
{
	const struct rule *rule = first_that_holds(figures);
	struct verdict verdict = {
		.word = rule->word,
		.phase = PHASE_CONNECT,
		.by = rule->holds == icmp_answers ? icmp_sender(figures) : rule->by,
		.confidence = rule->confidence(figures),
		.hop = place_of(figures, rule),
		.rule = rule->name,
	};

	if (rule->word == VERDICT_OPEN)
		session_rules_apply(&verdict, figures);
	if (verdict.word == VERDICT_OPEN)
		transfer_rules_apply(&verdict, figures);
	place_rules_apply(&verdict, figures);
	answerer_rules_apply(&verdict, figures);
	verdict.confidence =
		fmin(MOST_SURE, verdict.confidence) * (figures->capture_lost > 0 ? .9 : 1);
	if (rule->finding != NO_FINDING)
		verdict_notice(&verdict, (enum finding_id)rule->finding);
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (notices[i].holds(figures))
			verdict_notice(&verdict, notices[i].id);
	}
	transfer_rules_notice(&verdict, figures);
	excuse_the_way(&verdict, figures);
	answerer_rules_notice(&verdict, figures);
	return verdict;
}

void verdict_rules_tell(struct rule_list *list)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		rule_list_add(list,
			(struct rule_row){rules[i].name, rules[i].word, PHASE_CONNECT, rules[i].by,
				rules[i].finding});
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++)
		rule_list_notice(list, notices[i].id);
	rule_list_notice(list, FINDING_NOT_OFFERED);
}
