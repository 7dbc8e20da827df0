/* SPDX-License-Identifier: BSD-2-Clause */
#include "html.h"

#include "html_engineer.h"
#include "html_ladder.h"
#include "html_rate.h"
#include "html_session.h"
#include "html_style.h"
#include "html_text.h"
#include "html_way.h"
#include "mailport.h"
#include "place_wording.h"
#include "port_row.h"
#include "report.h"
#include "sentence.h"
#include "summary.h"
#include "ticket.h"
#include "ticket_comparison.h"
#include "to_do.h"
#include "wording.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define TEXT 1024

/* The classes of html_style for good, bad and unsure. */
static const char *class_of(enum verdict_word word)
{
	static const char *const classes[] = {
		[PAPER_GOOD] = "ok",
		[PAPER_BAD] = "bad",
		[PAPER_UNSURE] = "warn",
	};

	return word == VERDICT_THROTTLED || word == VERDICT_LOSSY ? "warn"
								  : classes[port_row_ink(word)];
}

/* ---- the sentence ---- */

static bool stays_upper(const char *word, size_t length)
{
	static const char *const names[] = {"STARTTLS", "TLS", "DNS", "TCP", "ICMP", "SMTP", "RST"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
			return true;
	}
	return false;
}

/* The text face says it in capitals; here its size is enough. */
static void calm(char *text)
{
	for (char *word = text; *word != '\0';) {
		size_t length = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		for (size_t i = word == text; i < length && !stays_upper(word, length); i++)
			word[i] = (char)tolower((unsigned char)word[i]);
		word += length > 0 ? length : 1;
	}
}

static void headline(const struct ticket *ticket, char *out, size_t size)
{
	const struct summary_row *row = summary_row_of(ticket->about);
	char ports[320];
	const struct blank blanks[] = {
		{"PORTS", ports},
		{"IS", ticket->ports.count == 1 ? "IS" : "ARE"},
		{NULL, NULL},
	};

	ticket_fill(ticket, "@ports", ports, sizeof(ports));
	ports[0] = 'P';
	if (row->headline[0] == '\0') {
		snprintf(out, size, "%s %s.", ports, ticket->ports.count == 1 ? "works" : "work");
		return;
	}
	sentence_fill(out, size, row->headline, blanks);
	calm(out);
}

static void print_banner(const struct ticket *ticket, FILE *out)
{
	const struct result *about = ticket->about;
	const char *by = verdict_by_name(about->verdict.by);
	char text[TEXT], summary[SUMMARY_TEXT], place[PLACE_WORDS];

	fprintf(out, "<div class=\"banner %s\">\n", class_of(about->verdict.word));
	headline(ticket, text, sizeof(text));
	html_element(out, "h1", NULL, text);
	html_element(out, "p", NULL, report_summary(ticket->report, about, summary));
	if (summary_row_of(about)->relief[0] != '\0')
		html_element(out, "p", NULL, summary_row_of(about)->relief);
	fputs("<p class=\"m\">", out);
	place_words(about, place);
	html_format(out, "%s \302\267 phase %s%s%s%s%s", verdict_word_name(about->verdict.word),
		verdict_phase_name(about->verdict.phase), by == NULL ? "" : " \302\267 by ",
		by == NULL ? "" : by, place[0] == '\0' ? "" : ", ", place);
	fputs("</p>\n</div>\n", out);
}

/* ---- what to do ---- */

static const char *whose(enum advice_who who)
{
	static const char *const words[] = {
		[ADVICE_YOU] = "You",
		[ADVICE_ISP] = "Your provider",
		[ADVICE_HOST_PROVIDER] = "Your hosting provider",
		[ADVICE_SERVER_OPERATOR] = "The server's operator",
		[ADVICE_MAIL_PROVIDER] = "Your mail provider",
	};

	return words[who];
}

static void print_advice(const struct advice *advice, FILE *out)
{
	html_text(out, advice->action);
	if (advice->command[0] != '\0')
		html_element(out, "code", NULL, advice->command);
}

/* With what there is to choose from; returns how many lines that were. */
static size_t print_item(const struct advice *advice, size_t count, FILE *out)
{
	size_t lines = 1;

	fputs("<li><span class=\"who\">", out);
	html_text(out, whose(advice[0].who));
	fputs(":</span> ", out);
	print_advice(&advice[0], out);
	for (; lines < count && advice[lines].choice; lines++) {
		fputs("<p>", out);
		print_advice(&advice[lines], out);
		fputs("</p>", out);
	}
	fputs("</li>\n", out);
	return lines;
}

static void print_to_do(const struct ticket *ticket, FILE *out)
{
	struct advice advice[TO_DO_LINES];
	size_t count = to_do_of(ticket->report, advice);

	fputs("<h2>What to do now</h2>\n", out);
	if (count == 0) {
		fputs("<p>Nothing: all that was asked about works.</p>\n", out);
		return;
	}
	fputs("<ol class=\"do\">\n", out);
	for (size_t i = 0; i < count;)
		i += print_item(&advice[i], count - i, out);
	fputs("</ol>\n", out);
}

/* ---- ports ---- */

static void print_port(const struct result *result, FILE *out)
{
	const struct mailport *row = mailport_find(result->port);
	const struct counts *counts = &result->figures.counts;
	char text[TEXT];

	fprintf(out, "<tr><td><b>%u</b>", result->port);
	if (row != NULL)
		html_element(out, "small", NULL, row->purpose);
	fprintf(out, "</td><td><span class=\"tag %s\">%s</span></td><td>",
		class_of(result->verdict.word), verdict_word_name(result->verdict.word));
	html_text(out, wording_fill(text, sizeof(text), summary_row_of(result)->saw, result));
	fprintf(out, "</td><td class=\"num wide\">%u of %u</td><td class=\"num wide\">",
		counts->syn_acks, counts->probes);
	if (result->figures.round_trips.samples > 0) {
		char number[SENTENCE_NUMBER];
		fprintf(out, "%s ms",
			sentence_number(number, result->figures.round_trips.median_ms));
	} else {
		fputs("\342\200\223", out);
	}
	fputs("</td></tr>\n", out);
}

static void print_table(const struct report *report, size_t first, size_t *next, FILE *out)
{
	const struct result *results = report->results;
	char text[TEXT];

	html_element(out, "h3", NULL, wording_fill(text, sizeof(text), "{host}", &results[first]));
	fputs("<table><thead><tr><th scope=\"col\">Port</th><th scope=\"col\">Result</th><th "
	      "scope=\"col\">In plain words</th><th scope=\"col\" class=\"wide\">Accepted</th><th "
	      "scope=\"col\" class=\"wide\">Answers in</th></tr></thead><tbody>\n",
		out);
	for (*next = first; *next < report->result_count &&
		address_equal(&results[*next].address, &results[first].address);
		(*next)++)
		print_port(&results[*next], out);
	fputs("</tbody></table>\n", out);
}

static void print_ports(const struct ticket *ticket, FILE *out)
{
	fputs("<h2>Ports</h2>\n", out);
	for (size_t i = 0; i < ticket->report->result_count;)
		print_table(ticket->report, i, &i, out);
}

/* ---- sessions ---- */

static bool is_shown(const struct ticket *ticket, const struct result *result)
{
	return result == ticket->about || result == ticket->comparison;
}

/* Those that the report is about, or the rest of them; returns how many. */
static size_t print_some(const struct ticket *ticket, bool shown, const char *before, FILE *out)
{
	const struct report *report = ticket->report;
	size_t count = 0;

	for (size_t i = 0; i < report->result_count; i++) {
		const struct result *result = &report->results[i];
		if (result->figures.session.transcript == NULL || is_shown(ticket, result) != shown)
			continue;
		if (count++ == 0)
			fputs(before, out);
		html_session(result, out);
	}
	return count;
}

static void print_sessions(const struct ticket *ticket, FILE *out)
{
	if (print_some(ticket, true, "<h2>What the server said</h2>\n<div class=\"card\">\n",
		    out) == 0)
		return;
	fputs("</div>\n", out);
	if (print_some(ticket, false, "<details><summary>Sessions with the other ports</summary>\n",
		    out) > 0)
		fputs("</details>\n", out);
}

/* ---- the page ---- */

static void print_head(const struct ticket *ticket, FILE *out)
{
	char name[TEXT] = "no result", time[TICKET_TIME];

	if (ticket->about != NULL)
		wording_fill(name, sizeof(name), "{host}", ticket->about);
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	      "'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
		out);
	html_format(out, "mailsonde report: %s", name);
	fputs("</title>\n<style>\n", out);
	for (size_t i = 0; html_style[i] != NULL; i++)
		fputs(html_style[i], out);
	fputs("</style>\n</head>\n<body>\n<header><p>", out);
	html_format(out, "mailsonde report \302\267 %s \302\267 %.16s UTC", name,
		ticket_time(ticket_began(ticket), time));
	fputs("</p></header>\n<main>\n", out);
}

static void print_foot(const struct ticket *ticket, FILE *out)
{
	fputs("</main>\n<footer><p>", out);
	html_format(out,
		"Made by mailsonde %s. No data left this computer. Print this page to get a PDF; what "
		"is folded open is printed.%s",
		report_version(),
		ticket->redacted ? " Addresses, names and texts that could tell who made it are "
				   "replaced by others."
				 : "");
	fputs("</p></footer>\n</body>\n</html>\n", out);
}

void html_print(const struct ticket *ticket, FILE *out)
{
	print_head(ticket, out);
	if (ticket->about == NULL) {
		fputs("<h1>Nothing was found that a report could be about.</h1>\n", out);
	} else {
		print_banner(ticket, out);
		print_to_do(ticket, out);
		print_ports(ticket, out);
		if (ticket->compared != NULL)
			ticket_comparison_html(ticket->compared, out);
		html_way(ticket, out);
		fputs("<div class=\"two\">\n", out);
		html_ladder(ticket, out);
		html_rate(ticket, out);
		fputs("</div>\n", out);
		print_sessions(ticket, out);
		html_engineer(ticket, out);
	}
	print_foot(ticket, out);
}
