/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include "paper.h"
#include "safe_json.h"
#include "timestamp.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>

#define STRIP_WIDTH       48 /* runs in a line of text */
#define LEGEND_FIRST_LINE 5  /* the last word on it */

void view_clear(struct view *view)
{
	for (size_t i = 0; i < view->row_count; i++)
		free(view->rows[i].words);
	free(view->rows);
	free(view->times_ns);
	free(view->news);
	*view = (struct view){.runs = 0};
}

int view_last(const struct view *view, const struct view_row *row)
{
	for (size_t i = view->runs; i-- > 0;) {
		if (row->words[i] != VIEW_NOT_ASKED)
			return row->words[i];
	}
	return VIEW_NOT_ASKED;
}

void view_share(const struct view *view, const struct view_row *row, size_t *open, size_t *asked)
{
	*open = *asked = 0;
	for (size_t i = 0; i < view->runs; i++) {
		*asked += row->words[i] != VIEW_NOT_ASKED;
		*open += row->words[i] == VERDICT_OPEN;
	}
}

/* A letter for each word, so that a strip reads without colour too. */
static const struct mark {
	char letter;
	enum paper_ink ink;
} marks[VERDICT_WORDS] = {
	[VERDICT_OPEN] = {'.', PAPER_GOOD},
	[VERDICT_DROPPED] = {'D', PAPER_BAD},
	[VERDICT_REFUSED] = {'R', PAPER_BAD},
	[VERDICT_UNREACHABLE] = {'U', PAPER_BAD},
	[VERDICT_THROTTLED] = {'t', PAPER_UNSURE},
	[VERDICT_LOSSY] = {'l', PAPER_UNSURE},
	[VERDICT_INTERCEPTED] = {'I', PAPER_BAD},
	[VERDICT_MISCONFIGURED] = {'M', PAPER_BAD},
	[VERDICT_REJECTED] = {'J', PAPER_BAD},
	[VERDICT_DOWN] = {'X', PAPER_BAD},
	[VERDICT_INCONCLUSIVE] = {'?', PAPER_UNSURE},
};

static void print_strip(
	const struct view *view, const struct view_row *row, const struct paper *paper)
{
	size_t first = view->runs > STRIP_WIDTH ? view->runs - STRIP_WIDTH : 0;

	for (size_t i = first; i < view->runs; i++) {
		int word = row->words[i];
		if (word == VIEW_NOT_ASKED) {
			paper_put(paper, PAPER_PLAIN, " ");
			continue;
		}
		const char letter[] = {marks[word].letter, '\0'};
		paper_put(paper, marks[word].ink, letter);
	}
}

static void print_row(
	const struct view *view, const struct view_row *row, const struct paper *paper)
{
	int last = view_last(view, row);
	size_t open;
	size_t asked;

	view_share(view, row, &open, &asked);
	paper_format(paper, "  %5u  ", row->port);
	print_strip(view, row, paper);
	paper_format(paper, "  %s, open %zu of %zu",
		last == VIEW_NOT_ASKED ? "" : verdict_word_name((enum verdict_word)last), open,
		asked);
	paper_end_line(paper);
}

static bool same_host(const struct view_row *a, const struct view_row *b)
{
	return strcmp(a->host, b->host) == 0 && strcmp(a->address, b->address) == 0;
}

static void print_legend(const struct paper *paper)
{
	for (int word = 0; word < VERDICT_WORDS; word++) {
		paper_format(paper, "  %c %s", marks[word].letter,
			verdict_word_name((enum verdict_word)word));
		if (word == LEGEND_FIRST_LINE || word == VERDICT_WORDS - 1)
			paper_end_line(paper);
	}
}

static void print_span(const struct view *view, const struct paper *paper)
{
	char from[TIMESTAMP_TEXT];
	char to[TIMESTAMP_TEXT];

	if (view->runs == 0)
		return;
	timestamp_print(view->times_ns[0], from);
	timestamp_print(view->times_ns[view->runs - 1], to);
	paper_format(paper,
		"%zu runs from %.16s to %.16s UTC, a field for each, the newest at the "
		"right",
		view->runs, from, to);
	paper_end_line(paper);
}

void view_print_text(const struct view *view, const struct paper *paper)
{
	char time[TIMESTAMP_TEXT];

	print_span(view, paper);
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *row = &view->rows[i];
		if (i == 0 || !same_host(row, &view->rows[i - 1])) {
			paper_end_line(paper);
			paper_put(paper, PAPER_BOLD, row->host);
			paper_format(paper, row->host[0] == '\0' ? "%s" : " (%s)", row->address);
			paper_end_line(paper);
		}
		print_row(view, row, paper);
	}
	paper_end_line(paper);
	print_legend(paper);
	if (view->news_count > 0) {
		paper_end_line(paper);
		paper_put(paper, PAPER_BOLD, "What changed, the newest first");
		paper_end_line(paper);
	}
	for (size_t i = 0; i < view->news_count; i++) {
		timestamp_print(view->news[i].time_ns, time);
		paper_format(paper, "  %.10s %.5s  %s", time, time + 11, view->news[i].text);
		paper_end_line(paper);
	}
}

static json_t *row_object(const struct view *view, const struct view_row *row)
{
	json_t *object = json_object();
	json_t *words = json_array();

	for (size_t i = 0; i < view->runs; i++)
		safe_json_append(words,
			safe_json(row->words[i] == VIEW_NOT_ASKED
					? NULL
					: verdict_word_name((enum verdict_word)row->words[i])));
	safe_json_put(object, "host", safe_json(row->host));
	safe_json_put(object, "address", safe_json(row->address));
	safe_json_put(object, "port", json_integer(row->port));
	safe_json_put(object, "verdicts", words);
	return object;
}

static json_t *news_object(const struct view_news *news)
{
	json_t *object = json_object();

	safe_json_put(object, "time", safe_json_time(news->time_ns));
	safe_json_put(object, "text", safe_json(news->text));
	return object;
}

void view_print_json(const struct view *view, FILE *out)
{
	json_t *document = json_object();
	json_t *times = json_array();
	json_t *rows = json_array();
	json_t *news = json_array();

	for (size_t i = 0; i < view->runs; i++)
		safe_json_append(times, safe_json_time(view->times_ns[i]));
	for (size_t i = 0; i < view->row_count; i++)
		safe_json_append(rows, row_object(view, &view->rows[i]));
	for (size_t i = 0; i < view->news_count; i++)
		safe_json_append(news, news_object(&view->news[i]));
	safe_json_put(document, "schema", safe_json("mailsonde.history/1"));
	safe_json_put(document, "runs", times);
	safe_json_put(document, "ports", rows);
	safe_json_put(document, "changes", news);
	safe_json_write(document, JSON_INDENT(2), out);
}
