/* SPDX-License-Identifier: BSD-2-Clause */
#include "comparison_text.h"

#include "comparison.h"
#include "paper.h"
#include "port_row.h"
#include "report.h"
#include "safe_json.h"

#include <stdio.h>
#include <string.h>

/* ---- text ---- */

#define STATE_WIDTH 31 /* "misconfigured in certificate by" and so on, most of them */

static void print_run(const struct paper *paper, const char *label, const struct past_run *run)
{
	char addresses[VANTAGE_ADDRESSES * (ADDRESS_TEXT + 2)] = "";
	char address[ADDRESS_TEXT];
	size_t used = 0;

	for (size_t i = 0; i < run->vantage.address_count; i++)
		used += (size_t)snprintf(addresses + used, sizeof(addresses) - used, "%s%s",
			i == 0 ? "" : ", ", address_print(&run->vantage.addresses[i], address));
	paper_format(paper, "  %-6s  %s  (%s%s%s)", label, run->name,
		run->started[0] == '\0' ? "time not known" : run->started,
		addresses[0] == '\0' ? "" : ", from ", addresses);
	paper_end_line(paper);
}

static const char *taken_as(enum comparison_kind kind)
{
	switch (kind) {
	case COMPARE_PLACES:
		return "Taken as two places; --as times says otherwise.";
	case COMPARE_TIMES:
		return "Taken as two times at one place; --as places says otherwise.";
	case COMPARE_UNKNOWN:
		break;
	}
	return "Nothing tells whether these are two places or two times: --as places or --as "
	       "times says it, and more follows then.";
}

static void print_state(const struct paper *paper, const struct past_result *result, int width)
{
	char state[COMPARISON_STATE];
	char cell[COMPARISON_STATE + 32];

	snprintf(cell, sizeof(cell), "%-*s", width, comparison_state(result, state));
	paper_put(paper, result == NULL ? PAPER_UNSURE : port_row_ink(result->word), cell);
}

static enum paper_ink change_ink(enum comparison_change change)
{
	static const enum paper_ink inks[CHANGES] = {
		[CHANGE_NONE] = PAPER_PLAIN,
		[CHANGE_BETTER] = PAPER_GOOD,
		[CHANGE_WORSE] = PAPER_BAD,
		[CHANGE_DIFFERENT] = PAPER_BOLD,
		[CHANGE_UNSURE] = PAPER_UNSURE,
		[CHANGE_MISSING] = PAPER_UNSURE,
	};

	return inks[change];
}

static const struct past_result *shown(const struct comparison_row *row)
{
	return row->first != NULL ? row->first : row->second;
}

static void print_address(const struct paper *paper, const struct past_result *result)
{
	char address[ADDRESS_TEXT];

	address_print(&result->address, address);
	if (result->host[0] != '\0')
		paper_format(paper, "%s (%s)", result->host, address);
	else
		paper_format(paper, "%s", address);
	paper_end_line(paper);
}

static void print_rows(const struct paper *paper, const struct comparison *comparison)
{
	const struct past_result *before = NULL;

	for (size_t i = 0; i < comparison->row_count; i++) {
		const struct comparison_row *row = &comparison->rows[i];
		const struct past_result *result = shown(row);
		if (before == NULL || !address_equal(&before->address, &result->address)) {
			paper_end_line(paper);
			print_address(paper, result);
		}
		before = result;
		paper_put(paper, PAPER_PLAIN, "  ");
		paper_mark(paper, change_ink(row->change));
		paper_format(paper, " %5u  ", result->port);
		print_state(paper, row->first, STATE_WIDTH);
		print_state(paper, row->second, 0);
		paper_end_line(paper);
	}
}

static void print_conclusions(const struct paper *paper, const struct comparison *comparison)
{
	unsigned number = 0;

	for (size_t i = 0; i < comparison->row_count; i++) {
		const struct comparison_row *row = &comparison->rows[i];
		if (row->conclusion[0] == '\0')
			continue;
		if (number == 0) {
			paper_end_line(paper);
			paper_put(paper, PAPER_BOLD, "What follows");
			paper_end_line(paper);
		}
		paper_format(paper, "  %u. ", ++number);
		paper_wrap(paper, PAPER_PLAIN, 5, row->conclusion);
	}
}

void comparison_print(const struct comparison *comparison, const struct paper *paper)
{
	static const char *const endings[] = {
		"Nothing differs.",
		"",
		"Nothing differs as far as is known; not everything is.",
	};
	const char *ending = endings[comparison_exit_status(comparison)];

	print_run(paper, "first", comparison->first);
	print_run(paper, "second", comparison->second);
	paper_put(paper, PAPER_PLAIN, "  ");
	paper_wrap(paper, PAPER_PLAIN, 2, taken_as(comparison->kind));
	print_rows(paper, comparison);
	print_conclusions(paper, comparison);
	paper_end_line(paper);
	if (ending[0] != '\0') {
		paper_put(paper, PAPER_PLAIN, ending);
		paper_end_line(paper);
	}
}

/* ---- JSON ---- */

static json_t *run_object(const struct past_run *run)
{
	json_t *object = json_object();
	json_t *addresses = json_array();

	for (size_t i = 0; i < run->vantage.address_count; i++)
		safe_json_append(addresses, safe_json_address(&run->vantage.addresses[i]));
	safe_json_put(object, "file", safe_json(run->name));
	safe_json_put(object, "command", safe_json(run->command));
	safe_json_put(object, "started", safe_json(run->started));
	safe_json_put(object, "finished", safe_json(run->finished));
	safe_json_put(object, "addresses", addresses);
	return object;
}

static json_t *hop_object(const struct place *hop)
{
	if (!hop->known)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "ttl", json_integer(hop->ttl));
	safe_json_put(object, "address", safe_json_address(&hop->address));
	safe_json_put(object, "relation", safe_json(place_relation_name(hop->relation)));
	return object;
}

static json_t *side_object(const struct past_result *result)
{
	if (result == NULL)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "address", safe_json_address(&result->address));
	safe_json_put(object, "verdict", safe_json(verdict_word_name(result->word)));
	safe_json_put(object, "phase", safe_json(verdict_phase_name(result->phase)));
	safe_json_put(object, "by", safe_json(verdict_by_name(result->by)));
	safe_json_put(object, "hop", hop_object(&result->hop));
	safe_json_put(object, "summary", safe_json(result->summary));
	return object;
}

static json_t *row_object(const struct comparison_row *row)
{
	const struct past_result *result = shown(row);
	json_t *object = json_object();

	safe_json_put(object, "host", safe_json(result->host));
	safe_json_put(object, "address", safe_json_address(&result->address));
	safe_json_put(object, "port", json_integer(result->port));
	safe_json_put(object, "service", safe_json(result->service));
	safe_json_put(object, "change", safe_json(comparison_change_name(row->change)));
	safe_json_put(object, "first", side_object(row->first));
	safe_json_put(object, "second", side_object(row->second));
	safe_json_put(object, "conclusion", safe_json(row->conclusion));
	return object;
}

static json_t *changes_object(const struct comparison *comparison)
{
	unsigned counts[CHANGES] = {0};
	json_t *object = json_object();

	for (size_t i = 0; i < comparison->row_count; i++)
		counts[comparison->rows[i].change]++;
	for (int change = 0; change < CHANGES; change++) {
		if (counts[change] > 0)
			safe_json_put(object,
				comparison_change_name((enum comparison_change)change),
				json_integer(counts[change]));
	}
	return object;
}

json_t *comparison_document(
	const struct comparison *comparison, int64_t started_ns, int64_t finished_ns)
{
	json_t *document = json_object();
	json_t *compared = json_array();
	json_t *rows = json_array();

	safe_json_append(compared, run_object(comparison->first));
	safe_json_append(compared, run_object(comparison->second));
	for (size_t i = 0; i < comparison->row_count; i++)
		safe_json_append(rows, row_object(&comparison->rows[i]));
	safe_json_put(document, "schema", safe_json("mailsonde/1"));
	safe_json_put(document, "version", safe_json(report_version()));
	safe_json_put(document, "command", safe_json("compare"));
	safe_json_put(document, "started", safe_json_time(started_ns));
	safe_json_put(document, "finished", safe_json_time(finished_ns));
	safe_json_put(document, "vantage", json_null());
	safe_json_put(document, "capture", json_null());
	safe_json_put(document, "kind", safe_json(comparison_kind_name(comparison->kind)));
	safe_json_put(document, "compared", compared);
	safe_json_put(document, "comparisons", rows);
	safe_json_put(document, "changes", changes_object(comparison));
	return document;
}
