/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"
#include "timestamp.h"
#include "verdict.h"
#include "view.h"

#include <string.h>

#define STRIP_UNITS 1000 /* the width of a strip in its own coordinates */
#define HTML_TEXT   2048

static const char head[] =
	"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	"<title>mailsonde: history</title>\n<style>\n"
	":root{--fg:#1c2430;--mut:#5b6675;--bg:#fff;--card:#f5f7fa;--line:#d5dbe3;--bad:#b3261e;"
	"--ok:#1b7f4b;--warn:#9a6300}\n"
	"@media(prefers-color-scheme:dark){:root{--fg:#e7ebf0;--mut:#9aa6b5;--bg:#12161c;"
	"--card:#1b212a;--line:#333d4a;--bad:#ff8a80;--ok:#6fd39b;--warn:#ffc766}}\n"
	"@media print{:root{--bg:#fff;--fg:#000}section{break-inside:avoid}}\n"
	"body{margin:0 auto;max-width:1000px;padding:28px;font:16px/1.5 system-ui,\"DejaVu "
	"Sans\",sans-serif;color:var(--fg);background:var(--bg)}\n"
	"h1{font-size:22px;margin:0}h2{font-size:18px;margin:30px 0 8px}p{color:var(--mut)}\n"
	"table{border-collapse:collapse;width:100%;font-size:15px}"
	"td,th{text-align:left;padding:5px 10px;border-bottom:1px solid var(--line)}"
	"td.s{width:70%}th{color:var(--mut)}\n"
	"svg{display:block;width:100%;height:24px;background:var(--card);border-radius:4px}"
	".o{fill:var(--ok)}.b{fill:var(--bad)}.w{fill:var(--warn)}\n"
	"</style></head><body>\n";

/* The colour alone says nothing to some: good is low, doubtful half as high, bad is full. */
static const struct shape {
	const char *class;
	int height; /* of 24 */
} shapes[VERDICT_WORDS] = {
	[VERDICT_OPEN] = {"o", 8},
	[VERDICT_DROPPED] = {"b", 24},
	[VERDICT_REFUSED] = {"b", 24},
	[VERDICT_UNREACHABLE] = {"b", 24},
	[VERDICT_THROTTLED] = {"w", 16},
	[VERDICT_LOSSY] = {"w", 16},
	[VERDICT_INTERCEPTED] = {"b", 24},
	[VERDICT_MISCONFIGURED] = {"b", 24},
	[VERDICT_REJECTED] = {"b", 24},
	[VERDICT_DOWN] = {"b", 24},
	[VERDICT_INCONCLUSIVE] = {"w", 12},
};

static void put(FILE *out, const char *text)
{
	char safe[ESCAPE_ROOM(HTML_TEXT)];

	escape_text(safe, sizeof(safe), text, false);
	for (const char *c = safe; *c != '\0'; c++) {
		switch (*c) {
		case '<':
			fputs("&lt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*c, out);
		}
	}
}

static void put_time(FILE *out, int64_t time_ns)
{
	char text[TIMESTAMP_TEXT];

	timestamp_print(time_ns, text);
	fprintf(out, "%.10s %.5s", text, text + 11);
}

/* Runs on end with one word are one rectangle, which says from when to when. */
static void put_stretch(
	FILE *out, const struct view *view, const struct view_row *row, size_t from, size_t to)
{
	enum verdict_word word = (enum verdict_word)row->words[from];
	const struct shape *shape = &shapes[word];
	double width = (double)STRIP_UNITS / (double)view->runs;

	fprintf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\"><title>",
		shape->class, (double)from * width, 24 - shape->height, (double)(to - from) * width,
		shape->height);
	put_time(out, view->times_ns[from]);
	fputs(" to ", out);
	put_time(out, view->times_ns[to - 1]);
	fprintf(out, ": %s</title></rect>", verdict_word_name(word));
}

static void put_strip(FILE *out, const struct view *view, const struct view_row *row)
{
	fprintf(out,
		"<svg viewBox=\"0 0 %d 24\" preserveAspectRatio=\"none\" role=\"img\" "
		"aria-label=\"port %u over time\">",
		STRIP_UNITS, row->port);
	for (size_t from = 0; from < view->runs;) {
		size_t to = from + 1;
		while (to < view->runs && row->words[to] == row->words[from])
			to++;
		if (row->words[from] != VIEW_NOT_ASKED)
			put_stretch(out, view, row, from, to);
		from = to;
	}
	fputs("</svg>", out);
}

static void put_row(FILE *out, const struct view *view, const struct view_row *row)
{
	int last = view_last(view, row);
	size_t open;
	size_t asked;

	view_share(view, row, &open, &asked);
	fprintf(out, "<tr><td>%u</td><td class=\"s\">", row->port);
	put_strip(out, view, row);
	fprintf(out, "</td><td>%s</td><td>%zu of %zu</td></tr>\n",
		last == VIEW_NOT_ASKED ? "" : verdict_word_name((enum verdict_word)last), open,
		asked);
}

static void put_hosts(FILE *out, const struct view *view)
{
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *row = &view->rows[i];
		const struct view_row *before = i == 0 ? NULL : &view->rows[i - 1];
		if (before == NULL || strcmp(before->host, row->host) != 0 ||
			strcmp(before->address, row->address) != 0) {
			fputs(before == NULL ? "<section><h2>" : "</table></section><section><h2>",
				out);
			put(out, row->host);
			fputs(row->host[0] == '\0' ? "" : ", ", out);
			put(out, row->address);
			fputs("</h2><table><tr><th>Port</th><th>Over time</th><th>Now</th>"
			      "<th>Open</th></tr>\n",
				out);
		}
		put_row(out, view, row);
	}
	fputs(view->row_count == 0 ? "" : "</table></section>\n", out);
}

static void put_news(FILE *out, const struct view *view)
{
	if (view->news_count == 0)
		return;
	fputs("<section><h2>What changed</h2><table>\n", out);
	for (size_t i = 0; i < view->news_count; i++) {
		fputs("<tr><td>", out);
		put_time(out, view->news[i].time_ns);
		fputs("</td><td>", out);
		put(out, view->news[i].text);
		fputs("</td></tr>\n", out);
	}
	fputs("</table></section>\n", out);
}

void view_print_html(const struct view *view, FILE *out)
{
	fputs(head, out);
	fputs("<h1>Mail ports over time</h1>\n<p>", out);
	if (view->runs > 0) {
		fprintf(out, "%zu runs from ", view->runs);
		put_time(out, view->times_ns[0]);
		fputs(" to ", out);
		put_time(out, view->times_ns[view->runs - 1]);
		fputs(" UTC. Low and green: open; high and red: a problem; between: throttled, "
		      "lossy or not known.",
			out);
	} else {
		fputs("Nothing has been seen yet.", out);
	}
	fputs("</p>\n", out);
	put_hosts(out, view);
	put_news(out, view);
	fputs("</body></html>\n", out);
}
