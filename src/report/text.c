/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include "capture_table.h"
#include "hop_line.h"
#include "paper.h"
#include "place_wording.h"
#include "port_row.h"
#include "report.h"
#include "rule_owner.h"
#include "rule_wording.h"
#include "sentence.h"
#include "summary.h"
#include "to_do.h"
#include "wording.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LINE_TEXT   640
#define LABEL_WIDTH 15 /* "  What we saw  " */

/* The results of one address stand together. */
struct block {
	const struct report *report;
	const struct result *results;
	size_t count;
};

static void labelled(const struct paper *paper, const char *label, const char *text)
{
	paper_format(paper, "  %-13s", label);
	paper_wrap(paper, PAPER_PLAIN, LABEL_WIDTH, text);
}

/* Problems that have one cause are told once, with all their ports. */

/* "PORT 25", "PORTS 25 AND 587"; returns how many. */
static size_t name_ports(const struct block *block, size_t first, char *out, size_t size)
{
	char list[LINE_TEXT / 2] = "";
	size_t used = 0;
	size_t count = 0;
	size_t total = 0;

	for (size_t i = first; i < block->count; i++)
		total += summary_same(&block->results[first], &block->results[i]);
	for (size_t i = first; i < block->count; i++) {
		if (!summary_same(&block->results[first], &block->results[i]))
			continue;
		count++;
		const char *joint = count == total ? " AND " : ", ";
		int length = snprintf(list + used, sizeof(list) - used, "%s%u",
			count == 1 ? "" : joint, block->results[i].port);
		if (length > 0 && (size_t)length < sizeof(list) - used)
			used += (size_t)length;
	}
	snprintf(out, size, "%s %s", total == 1 ? "PORT" : "PORTS", list);
	return total;
}

static void print_headline(const struct paper *paper, const struct block *block, size_t index)
{
	const struct result *result = &block->results[index];
	const struct summary_row *row = summary_row_of(result);
	char ports[LINE_TEXT / 2 + 8];
	char line[LINE_TEXT];
	size_t count = name_ports(block, index, ports, sizeof(ports));
	const struct blank blanks[] = {
		{"PORTS", ports},
		{"IS", count == 1 ? "IS" : "ARE"},
		{NULL, NULL},
	};

	sentence_fill(line, sizeof(line), row->headline, blanks);
	if (row->relief[0] != '\0') {
		size_t used = strlen(line);
		snprintf(line + used, sizeof(line) - used, " %s", row->relief);
	}
	paper_wrap(paper, result->verdict.word == VERDICT_INCONCLUSIVE ? PAPER_UNSURE : PAPER_BAD,
		0, line);
}

/* An open port of the same address shows that the network as a whole works. */
static void print_comparison(
	const struct paper *paper, const struct report *report, const struct result *result)
{
	struct port_list open = report_open_ports(report, result);
	char line[LINE_TEXT];

	if (open.count == 0 || result->verdict.word == VERDICT_LOSSY)
		return;
	snprintf(line, sizeof(line), "Port %u of the same address works.", open.ports[0]);
	labelled(paper, "", line);
}

static const char *where(const struct result *result, char out[static PLACE_WORDS])
{
	if (result->verdict.by == BY_LOCAL)
		return "On this computer";
	if (place_words(result, out)[0] != '\0') {
		out[0] = (char)toupper((unsigned char)out[0]);
		return out;
	}
	return result->verdict.by == BY_DESTINATION ? "At the server" : "Not known";
}

/* No figure of ours is sure beyond one in a thousand; what carries no word has no certainty. */
static void print_certainty(const struct paper *paper, const struct result *result)
{
	double confidence = fmin(result->verdict.confidence, 0.999);
	const char *grade = confidence >= 0.99 ? "High" : confidence >= 0.9 ? "Rather high" : "Low";
	char line[64];

	if (result->verdict.word == VERDICT_INCONCLUSIVE)
		return;
	snprintf(line, sizeof(line), "%s (%.1f %%)", grade, confidence * 100);
	labelled(paper, "How sure", line);
}

/* The very rule of this machine's, and how to see it. */
static void print_rule(const struct paper *paper, const struct local_rule *rule)
{
	char line[RULE_TEXT];
	char command[RULE_COMMAND];

	if (rule_sentence(rule, line)[0] == '\0')
		return;
	line[0] = (char)toupper((unsigned char)line[0]);
	labelled(paper, "By what", line);
	if (rule_command(rule, command)[0] != '\0')
		labelled(paper, "See it", command);
}

static void print_problem(const struct paper *paper, const struct block *block, size_t index)
{
	const struct result *result = &block->results[index];
	char place[PLACE_WORDS];
	char line[LINE_TEXT];

	print_headline(paper, block, index);
	paper_end_line(paper);
	labelled(paper, "What we saw",
		wording_fill(line, sizeof(line), summary_row_of(result)->saw, result));
	print_comparison(paper, block->report, result);
	labelled(paper, "Where", where(result, place));
	print_rule(paper, result->figures.local.rule);
	hop_line_print(paper, block->report, result);
	if (result->verdict.by != BY_LOCAL && result->figures.local.left > 0)
		labelled(paper, "Not here", "This computer's firewall let the packets out.");
	print_certainty(paper, result);
	paper_end_line(paper);
}

static void print_title(const struct paper *paper, const struct result *result)
{
	char title[LINE_TEXT];

	wording_fill(title, sizeof(title), "{host}", result);
	paper_put(paper, PAPER_BOLD, title);
	paper_end_line(paper);
	paper_end_line(paper);
}

static void print_block(const struct paper *paper, const struct block *block)
{
	print_title(paper, block->results);
	for (size_t i = 0; i < block->count; i++) {
		if (block->results[i].verdict.word != VERDICT_OPEN &&
			!summary_told_before(block->results, i))
			print_problem(paper, block, i);
	}
	for (size_t i = 0; i < block->count; i++)
		port_row_print(paper, &block->results[i]);
	paper_end_line(paper);
}

static struct block block_at(const struct report *report, size_t first)
{
	struct block block = {.report = report, .results = &report->results[first]};

	while (first + block.count < report->result_count &&
		address_equal(&block.results[block.count].address, &block.results[0].address))
		block.count++;
	return block;
}

static void print_live(const struct report *report, const struct paper *paper)
{
	for (size_t first = 0; first < report->result_count;) {
		struct block block = block_at(report, first);
		print_block(paper, &block);
		first += block.count;
	}
}

void text_print(const struct report *report, const struct paper *paper)
{
	if (report->live)
		print_live(report, paper);
	else
		capture_table_print(report, paper);
	to_do_print(report, paper);
	if (report->evidence_path != NULL) {
		paper_format(
			paper, "Saved  %s  (mailsonde replay reads it)", report->evidence_path);
		paper_end_line(paper);
	}
}
