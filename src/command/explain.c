/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"
#include "command.h"
#include "explanations.h"
#include "face.h"
#include "fault.h"
#include "notice.h"
#include "paper.h"
#include "report.h"
#include "rule_list.h"
#include "safe_json.h"
#include "suggest.h"

#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TERMS_MOST 256 /* a test holds the tables to it */

struct options {
	struct face face;
	struct fault *why;
	const char *word; /* NULL: all of them */
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->face;
		return 0;
	case ARGP_KEY_ARG:
		if (options->word != NULL)
			return fault_set(options->why, FAULT_USAGE,
				       "one word at a time: '%.60s' or '%.60s'", options->word,
				       word) < 0
				? EINVAL
				: 0;
		options->word = word;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&face_argp, 0, NULL, 0}, {0}};

static const struct argp command_line = {
	.parser = parse,
	.args_doc = "[WORD]",
	.doc = "What a verdict, phase or finding means, how it is decided, what settles it and who "
	       "acts; with the names of the rules that lead to it.\v"
	       "Without a word: all of them, a line each.",
	.children = children,
};

static bool find(const char *word, struct term *out)
{
	for (size_t i = 0; term_at(i, out); i++) {
		if (strcasecmp(term_name(*out), word) == 0)
			return true;
	}
	return false;
}

static int unknown(const char *word, struct fault *why)
{
	const char *names[TERMS_MOST];
	struct term term;
	size_t count = 0;

	while (count < TERMS_MOST && term_at(count, &term))
		names[count++] = term_name(term);
	const char *meant = suggest(word, names, count);

	if (meant != NULL)
		return fault_set(why, FAULT_USAGE,
			"there is no word '%.60s': did you mean mailsonde explain %s?", word,
			meant);
	return fault_set(why, FAULT_USAGE,
		"there is no word '%.60s': mailsonde explain lists all of them", word);
}

/* Text. */

#define NAME_WIDTH 26 /* the longest name and a blank */

static void print_line(const struct paper *paper, struct term term)
{
	const char *means = term_explanation(term)->means;
	char first[160];
	size_t length = strcspn(means, ".") + 1;

	snprintf(first, sizeof(first), "%.*s", (int)length, means);
	paper_format(paper, "  %-*s%s", NAME_WIDTH, term_name(term), first);
	paper_end_line(paper);
}

static void print_list(const struct paper *paper)
{
	static const char *const headings[TERM_KINDS] = {
		[TERM_VERDICT] = "Verdicts",
		[TERM_PHASE] = "Phases",
		[TERM_BY] = "By whom",
		[TERM_FINDING] = "Findings",
	};
	unsigned told = 0;
	struct term term;

	for (size_t i = 0; term_at(i, &term); i++) {
		if (term.kind == told) {
			paper_put(paper, PAPER_BOLD, headings[told++]);
			paper_end_line(paper);
		}
		print_line(paper, term);
	}
}

static void print_part(const struct paper *paper, const char *heading, const char *text)
{
	paper_end_line(paper);
	paper_format(paper, "  %-14s", heading);
	paper_wrap(paper, PAPER_PLAIN, 16, text);
}

static void print_rule(const struct paper *paper, const struct rule_row *row)
{
	const char *by = verdict_by_name(row->by);
	const char *phase = row->phase == RULE_REACHED
		? NULL
		: verdict_phase_name((enum verdict_phase)row->phase);
	char line[256];

	if (row->name == NULL)
		snprintf(line, sizeof(line), "- noticed beside any verdict");
	else
		snprintf(line, sizeof(line), "- %s: %s%s%s%s%s%s%s", row->name,
			verdict_word_name(row->word), phase ? ", phase " : "", phase ? phase : "",
			by ? ", by " : "", by ? by : "",
			row->finding != RULE_NO_FINDING ? ", finding " : "",
			row->finding != RULE_NO_FINDING
				? finding_id_name((enum finding_id)row->finding)
				: "");
	paper_format(paper, "    ");
	paper_wrap(paper, PAPER_PLAIN, 6, line);
}

static void print_rules(const struct paper *paper, struct term term, const struct rule_list *rules)
{
	bool any = false;

	for (size_t i = 0; i < rules->count; i++) {
		if (!term_follows(term, &rules->rows[i]))
			continue;
		if (!any) {
			paper_end_line(paper);
			paper_format(paper, "  Rules, in the order in which they are asked");
			paper_end_line(paper);
		}
		any = true;
		print_rule(paper, &rules->rows[i]);
	}
}

static void print_term(const struct paper *paper, struct term term, const struct rule_list *rules)
{
	const struct explanation *about = term_explanation(term);

	paper_put(paper, PAPER_BOLD, term_name(term));
	paper_format(paper, " (%s)", term_kind_name(term.kind));
	paper_end_line(paper);
	print_part(paper, "Means", about->means);
	print_part(paper, "Decided by", about->decided);
	print_part(paper, "Settled by", about->settles);
	print_part(paper, "Who acts", about->acts);
	print_rules(paper, term, rules);
}

/* JSON. */

static json_t *rule_object(const struct rule_row *row)
{
	json_t *object = json_object();
	const char *phase = row->phase == RULE_REACHED
		? NULL
		: verdict_phase_name((enum verdict_phase)row->phase);
	const char *finding = row->finding == RULE_NO_FINDING
		? NULL
		: finding_id_name((enum finding_id)row->finding);

	safe_json_put(object, "name", safe_json(row->name));
	safe_json_put(
		object, "verdict", safe_json(row->name ? verdict_word_name(row->word) : NULL));
	safe_json_put(object, "phase", safe_json(phase));
	safe_json_put(object, "by", safe_json(row->name ? verdict_by_name(row->by) : NULL));
	safe_json_put(object, "finding", safe_json(finding));
	return object;
}

static json_t *term_object(struct term term, const struct rule_list *rules)
{
	const struct explanation *about = term_explanation(term);
	json_t *object = json_object();
	json_t *array = json_array();

	for (size_t i = 0; i < rules->count; i++) {
		if (term_follows(term, &rules->rows[i]))
			safe_json_append(array, rule_object(&rules->rows[i]));
	}
	safe_json_put(object, "word", safe_json(term_name(term)));
	safe_json_put(object, "kind", safe_json(term_kind_name(term.kind)));
	safe_json_put(object, "means", safe_json(about->means));
	safe_json_put(object, "decided", safe_json(about->decided));
	safe_json_put(object, "settles", safe_json(about->settles));
	safe_json_put(object, "acts", safe_json(about->acts));
	safe_json_put(object, "rules", array);
	return object;
}

static json_t *head_object(void)
{
	json_t *head = json_object();

	safe_json_put(head, "schema", safe_json("mailsonde/1"));
	safe_json_put(head, "version", safe_json(report_version()));
	safe_json_put(head, "command", safe_json("explain"));
	return head;
}

/* The terms of one run: the one that was asked about, or all. */
struct choice {
	bool one;
	struct term term;
};

static bool chosen(const struct choice *choice, size_t index, struct term *out)
{
	if (!choice->one)
		return term_at(index, out);
	*out = choice->term;
	return index == 0;
}

static bool print_document(const struct choice *choice, const struct rule_list *rules)
{
	json_t *document = head_object();
	json_t *array = json_array();
	struct term term;

	for (size_t i = 0; chosen(choice, i, &term); i++)
		safe_json_append(array, term_object(term, rules));
	safe_json_put(document, "words", array);
	return safe_json_write(document, JSON_INDENT(2), stdout);
}

static bool print_lines(const struct choice *choice, const struct rule_list *rules)
{
	struct term term;
	bool written = true;

	for (size_t i = 0; written && chosen(choice, i, &term); i++)
		written = safe_json_write(term_object(term, rules), JSON_COMPACT, stdout);
	return written;
}

static bool print_text(
	const struct face *face, const struct choice *choice, const struct rule_list *rules)
{
	struct paper paper = paper_of(stdout, face->color, face->verbose);

	if (choice->one)
		print_term(&paper, choice->term, rules);
	else
		print_list(&paper);
	return true;
}

static int print(const struct face *face, const struct choice *choice, struct fault *why)
{
	struct rule_list rules;
	bool written;

	rule_list_fill(&rules);
	if (face->format == FACE_JSON)
		written = print_document(choice, &rules);
	else if (face->format == FACE_JSONL)
		written = print_lines(choice, &rules);
	else
		written = print_text(face, choice, &rules);
	if (!written || fflush(stdout) != 0 || ferror(stdout))
		return fault_set(
			why, FAULT_IO, "cannot write the explanation: %s", strerror(errno));
	return 0;
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct options options = {.why = &why};
	struct arguments arguments = {argc, argv};
	struct choice choice = {0};

	switch (arguments_read(&command_line, &arguments, &options, &options.face, &why)) {
	case ARGUMENTS_WRONG:
		return notice_fault(&why);
	case ARGUMENTS_TOLD:
		return EXIT_SUCCESS;
	case ARGUMENTS_READ:
		break;
	}
	choice.one = options.word != NULL;
	if (choice.one && !find(options.word, &choice.term)) {
		unknown(options.word, &why);
		return notice_fault(&why);
	}
	return print(&options.face, &choice, &why) < 0 ? notice_fault(&why) : EXIT_SUCCESS;
}

const struct command command_explain = {
	.name = "explain",
	.synopsis = "[WORD]",
	.purpose = "what a verdict, phase or finding means and how it is decided",
	.run = run,
	.options = &command_line,
};
