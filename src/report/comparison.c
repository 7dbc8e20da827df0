/* SPDX-License-Identifier: BSD-2-Clause */
#include "comparison.h"

#include "fault.h"
#include "sentence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
	[COMPARE_UNKNOWN] = NULL,
	[COMPARE_PLACES] = "places",
	[COMPARE_TIMES] = "times",
};

static const char *const change_names[CHANGES] = {
	[CHANGE_NONE] = "none",
	[CHANGE_BETTER] = "better",
	[CHANGE_WORSE] = "worse",
	[CHANGE_DIFFERENT] = "different",
	[CHANGE_UNSURE] = "unsure",
	[CHANGE_MISSING] = "missing",
};

const char *comparison_kind_name(enum comparison_kind kind)
{
	return kind_names[kind];
}

const char *comparison_change_name(enum comparison_change change)
{
	return change_names[change];
}

const char *comparison_state(const struct past_result *result, char out[static COMPARISON_STATE])
{
	const char *by = result == NULL ? NULL : verdict_by_name(result->by);
	bool named = by != NULL && result->by != BY_UNKNOWN;

	if (result == NULL)
		snprintf(out, COMPARISON_STATE, "not asked about");
	else if (result->phase == PHASE_CONNECT || result->word == VERDICT_OPEN)
		snprintf(out, COMPARISON_STATE, "%s%s%s", verdict_word_name(result->word),
			named ? " by " : "", named ? by : "");
	else
		snprintf(out, COMPARISON_STATE, "%s in %s%s%s", verdict_word_name(result->word),
			verdict_phase_name(result->phase), named ? " by " : "", named ? by : "");
	return out;
}

/* ---- what can be said of one side ---- */

static bool is_open(const struct past_result *one)
{
	return one->word == VERDICT_OPEN;
}

/* Silent or turned away before anything was said. */
static bool is_shut(const struct past_result *one)
{
	return one->phase == PHASE_CONNECT &&
		(one->word == VERDICT_DROPPED || one->word == VERDICT_REFUSED ||
			one->word == VERDICT_UNREACHABLE);
}

static bool is_shut_here(const struct past_result *one)
{
	return one->by == BY_LOCAL && one->word != VERDICT_INCONCLUSIVE;
}

static bool is_shut_on_the_way(const struct past_result *one)
{
	return is_shut(one) && one->by == BY_PATH;
}

static bool is_shut_somewhere(const struct past_result *one)
{
	return is_shut(one) && one->by == BY_UNKNOWN;
}

static bool is_shut_at_the_server(const struct past_result *one)
{
	return is_shut(one) && one->by == BY_DESTINATION;
}

static bool is_limited(const struct past_result *one)
{
	return one->word == VERDICT_THROTTLED || one->word == VERDICT_LOSSY;
}

static bool is_intercepted(const struct past_result *one)
{
	return one->word == VERDICT_INTERCEPTED;
}

static bool is_rejected(const struct past_result *one)
{
	return one->word == VERDICT_REJECTED;
}

static bool is_down(const struct past_result *one)
{
	return one->word == VERDICT_DOWN;
}

static bool fails(const struct past_result *one)
{
	return !is_open(one);
}

static bool fails_in_session(const struct past_result *one)
{
	return one->phase != PHASE_CONNECT && fails(one);
}

/* ---- conclusions ---- */

/* The first row that holds is taken. {bad} and {good} name the runs where two places are compared;
 * one row serves either order. */
struct conclusion {
	enum comparison_kind kind;
	bool (*bad)(const struct past_result *one);
	bool (*good)(const struct past_result *other);
	const char *text; /* NULL: the order of the two tells, see turn() */
};

static const struct conclusion conclusions[] = {
	/* From two places: blocked there and not here is no matter of the server's. */
	{COMPARE_PLACES, is_shut_here, is_open,
		"Port {port} opens from {good}, so it is the computer of {bad} that stops it, not "
		"the server."},
	{COMPARE_PLACES, is_shut_on_the_way, is_open,
		"Port {port} is blocked from {bad} and not from {good}: the path from {bad} is the "
		"cause, not the server."},
	{COMPARE_PLACES, is_shut_somewhere, is_open,
		"Port {port} is blocked from {bad} and not from {good}: the service works, so it "
		"is the path from {bad}, not the server, unless the server turns away that one "
		"address; its operator can tell."},
	{COMPARE_PLACES, is_shut_at_the_server, is_open,
		"Port {port} works from {good}, and the server itself turns {bad} away: its "
		"operator keeps a list of who may connect, or has banned that address."},
	{COMPARE_PLACES, is_intercepted, is_open,
		"Only from {bad} something on the way interferes with port {port}: the network "
		"there, not the server."},
	{COMPARE_PLACES, is_rejected, is_open,
		"The server takes {good} and turns {bad} away by its address: ask its operator, or "
		"look for that address on block lists."},
	{COMPARE_PLACES, is_limited, is_open,
		"Port {port} is {state} from {bad} alone: a limit or loss of the network there, or "
		"one that the server keeps for that address."},
	{COMPARE_PLACES, is_down, is_open,
		"The server is up, as {good} shows: nothing of it is reached from {bad}, so look "
		"at the network and the routing there."},
	{COMPARE_PLACES, fails_in_session, is_open,
		"Port {port} works from {good} in full, and from {bad} it is {state}: something on "
		"the path from {bad} changes or stops the session, not the server."},
	{COMPARE_PLACES, is_shut_at_the_server, is_shut_at_the_server,
		"From both places the server itself turns port {port} away: only its operator can "
		"open it."},
	{COMPARE_PLACES, is_shut_on_the_way, is_shut_on_the_way,
		"Port {port} is blocked on the way from both places{same_hop}."},
	{COMPARE_PLACES, is_shut, is_shut,
		"Port {port} is shut from both places: the server, or what stands before it, is as "
		"likely as two networks that both keep the port shut. A third place tells."},
	{COMPARE_PLACES, is_down, is_down,
		"Nothing at the address answers from either place: the server is down."},
	{COMPARE_PLACES, fails_in_session, fails_in_session,
		"Port {port} fails after it has opened from both places: the server is the cause, "
		"far more likely than two networks."},
	{COMPARE_PLACES, is_limited, is_limited,
		"Port {port} is limited or lossy from both places: at the server, or near it."},

	/* At two times. */
	{COMPARE_TIMES, fails, is_open, NULL},
	{COMPARE_TIMES, is_shut_here, is_shut_here,
		"Port {port} is still stopped on this computer."},
};

struct pair {
	const struct comparison *comparison;
	const struct past_result *bad, *good;
	bool second_is_bad;
};

static bool same_hop(const struct pair *pair)
{
	const struct place *one = &pair->bad->hop;
	const struct place *other = &pair->good->hop;

	return one->known && other->known && one->address.family != ADDRESS_NONE &&
		address_equal(&one->address, &other->address);
}

/* What two runs of one place tell is the order of things. */
static const char *turn(const struct pair *pair)
{
	if (pair->second_is_bad)
		return "Port {port} worked before and is {state} now: ask what was changed between "
		       "the two runs.";
	return "Port {port} works now: what stopped it before ({state}) is gone.";
}

static void fill(char *out, const char *pattern, const struct pair *pair)
{
	const struct past_run *first = pair->comparison->first;
	const struct past_run *second = pair->comparison->second;
	char port[8];
	char state[COMPARISON_STATE];
	const struct blank blanks[] = {
		{"port", port},
		{"state", comparison_state(pair->bad, state)},
		{"bad", pair->second_is_bad ? second->name : first->name},
		{"good", pair->second_is_bad ? first->name : second->name},
		{"same_hop",
			same_hop(pair) ? ", at the same device: it is near the server, or a "
					 "network that both use"
				       : ", not by one device that is known"},
		{NULL, NULL},
	};

	snprintf(port, sizeof(port), "%u", pair->bad->port);
	sentence_fill(out, CONCLUSION_TEXT, pattern, blanks);
}

static bool conclude_one_way(struct comparison_row *row, const struct pair *pair)
{
	for (size_t i = 0; i < sizeof(conclusions) / sizeof(conclusions[0]); i++) {
		const struct conclusion *one = &conclusions[i];
		if (one->kind != pair->comparison->kind || !one->bad(pair->bad) ||
			!one->good(pair->good))
			continue;
		fill(row->conclusion, one->text == NULL ? turn(pair) : one->text, pair);
		return true;
	}
	return false;
}

static bool same_address(const struct comparison_row *row)
{
	return address_equal(&row->first->address, &row->second->address);
}

/* What is left: said without an opinion of whose fault it is. */
static void conclude_plainly(struct comparison_row *row, const struct comparison *comparison)
{
	char first[COMPARISON_STATE];
	char second[COMPARISON_STATE];
	unsigned port = row->first->port;

	comparison_state(row->first, first);
	comparison_state(row->second, second);
	if (row->change == CHANGE_NONE)
		snprintf(row->conclusion, CONCLUSION_TEXT, "Port %u is %s in both.", port, first);
	else
		snprintf(row->conclusion, CONCLUSION_TEXT,
			"Port %u is %s in %.200s and %s in %.200s%s.", port, first,
			comparison->first->name, second, comparison->second->name,
			same_address(row) ? "" : ", at another address of the same name");
}

static void conclude(struct comparison_row *row, const struct comparison *comparison)
{
	struct pair pair = {.comparison = comparison};

	if (row->change == CHANGE_MISSING || row->change == CHANGE_UNSURE)
		return;
	if (row->change == CHANGE_NONE && is_open(row->first))
		return;
	if (!same_address(row)) { /* of two servers nothing follows for either */
		conclude_plainly(row, comparison);
		return;
	}
	pair.bad = row->first;
	pair.good = row->second;
	if (conclude_one_way(row, &pair))
		return;
	pair.bad = row->second;
	pair.good = row->first;
	pair.second_is_bad = true;
	if (!conclude_one_way(row, &pair))
		conclude_plainly(row, comparison);
}

/* ---- pairs ---- */

static bool is_unsure(const struct past_result *one)
{
	return one->word == VERDICT_INCONCLUSIVE;
}

/* A cause that one run could not name is no other cause. */
static bool same_cause(enum verdict_by one, enum verdict_by other)
{
	return one == other || one == BY_UNKNOWN || other == BY_UNKNOWN;
}

static enum comparison_change change_of(
	const struct past_result *first, const struct past_result *second)
{
	if (first == NULL || second == NULL)
		return CHANGE_MISSING;
	if (is_unsure(first) || is_unsure(second))
		return CHANGE_UNSURE;
	if (is_open(first) != is_open(second))
		return is_open(second) ? CHANGE_BETTER : CHANGE_WORSE;
	if (is_open(first))
		return CHANGE_NONE;
	if (first->word != second->word || first->phase != second->phase ||
		!same_cause(first->by, second->by))
		return CHANGE_DIFFERENT;
	return CHANGE_NONE;
}

/* The same address, else the same name: names of large services lead elsewhere from elsewhere. */
static const struct past_result *partner(const struct past_run *run, const struct past_result *one)
{
	const struct past_result *by_name = NULL;

	for (size_t i = 0; i < run->result_count; i++) {
		const struct past_result *other = &run->results[i];
		if (other->port != one->port)
			continue;
		if (address_equal(&other->address, &one->address))
			return other;
		if (by_name == NULL && one->host[0] != '\0' &&
			other->address.family == one->address.family &&
			strcmp(other->host, one->host) == 0)
			by_name = other;
	}
	return by_name;
}

static void add_row(struct comparison *comparison, const struct past_result *first,
	const struct past_result *second)
{
	struct comparison_row *row = &comparison->rows[comparison->row_count++];

	*row = (struct comparison_row){
		.first = first, .second = second, .change = change_of(first, second)};
	conclude(row, comparison);
}

static bool same_vantage(const struct vantage *one, const struct vantage *other)
{
	for (size_t i = 0; i < one->address_count; i++) {
		for (size_t j = 0; j < other->address_count; j++) {
			if (address_equal(&one->addresses[i], &other->addresses[j]))
				return true;
		}
	}
	return false;
}

static enum comparison_kind kind_of(const struct past_run *first, const struct past_run *second)
{
	if (!first->live || !second->live || first->vantage.address_count == 0 ||
		second->vantage.address_count == 0)
		return COMPARE_UNKNOWN;
	return same_vantage(&first->vantage, &second->vantage) ? COMPARE_TIMES : COMPARE_PLACES;
}

struct comparison comparison_of(
	const struct past_run *first, const struct past_run *second, enum comparison_kind asked)
{
	struct comparison comparison = {
		.first = first,
		.second = second,
		.kind = asked == COMPARE_UNKNOWN ? kind_of(first, second) : asked,
		.rows = fault_allocate(first->result_count + second->result_count + 1,
			sizeof(struct comparison_row)),
	};

	for (size_t i = 0; i < first->result_count; i++)
		add_row(&comparison, &first->results[i], partner(second, &first->results[i]));
	for (size_t i = 0; i < second->result_count; i++) {
		if (partner(first, &second->results[i]) == NULL)
			add_row(&comparison, NULL, &second->results[i]);
	}
	return comparison;
}

void comparison_clear(struct comparison *comparison)
{
	free(comparison->rows);
	*comparison = (struct comparison){.row_count = 0};
}

int comparison_exit_status(const struct comparison *comparison)
{
	bool unsure = comparison->row_count == 0;

	for (size_t i = 0; i < comparison->row_count; i++) {
		enum comparison_change change = comparison->rows[i].change;
		if (change == CHANGE_BETTER || change == CHANGE_WORSE || change == CHANGE_DIFFERENT)
			return 1;
		unsure = unsure || change == CHANGE_UNSURE || change == CHANGE_MISSING;
	}
	return unsure ? 2 : 0;
}
