/* SPDX-License-Identifier: BSD-2-Clause */
#include "symptom_text.h"

#include "paper.h"
#include "question.h"
#include "symptom.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S ((int64_t)1000000000)
#define SHOWN    20 /* groups; -v shows all */
#define INDENT   6
#define LINE     1024

static void print_headline(const struct symptom_report *report, const struct paper *paper)
{
	char line[sizeof(report->headline) + 8];
	enum paper_ink ink = report->symptom_count == 0 ? PAPER_GOOD : PAPER_BAD;

	if (report->headline[0] == '\0')
		return;
	snprintf(line, sizeof(line), "%s.", report->headline);
	if (line[0] >= 'a' && line[0] <= 'z')
		line[0] = (char)(line[0] - 'a' + 'A');
	paper_wrap(paper, ink, 0, line);
	paper_end_line(paper);
}

static void name_server(const struct symptom *symptom, char *out, size_t size)
{
	char address[ADDRESS_TEXT];
	const char *name = symptom->server[0] != '\0' ? symptom->server : symptom->domain;
	bool has_address = symptom->address.family != ADDRESS_NONE;

	address_print(&symptom->address, address);
	if (symptom->server[0] == '\0' && !has_address && name[0] != '\0')
		snprintf(out, size, "the mail server of %.200s", name);
	else if (name[0] == '\0' && !has_address)
		snprintf(out, size, "a server that is not named");
	else if (symptom->server[0] == '\0')
		snprintf(out, size, "%s", address);
	else if (has_address)
		snprintf(out, size, "%.200s (%s)", name, address);
	else
		snprintf(out, size, "%.200s", name);
}

/* Eight levels, the fullest for the most; ASCII where there is no more. */
static void draw_spark(const struct symptom_report *report, const struct symptom *symptom,
	const struct paper *paper, char *out)
{
	static const char *const blocks[] = {" ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585",
		"\u2586", "\u2587", "\u2588"};
	static const char *const ascii[] = {" ", ".", ".", ":", ":", "-", "=", "#", "#"};
	const char *const *levels = paper->utf8 ? blocks : ascii;
	int last = timeline_slot(&report->timeline, report->last_ns / NS_PER_S);
	uint32_t most = 1;

	out[0] = '\0';
	for (int i = 0; i <= last; i++)
		most = symptom->counts[i] > most ? symptom->counts[i] : most;
	for (int i = 0; i <= last; i++) {
		uint64_t level = ((uint64_t)symptom->counts[i] * 8 + most - 1) / most;
		strcat(out, levels[level]);
	}
}

static void tell_time(int64_t time_ns, char *out, size_t size)
{
	time_t time_s = (time_t)(time_ns / NS_PER_S);
	struct tm tm;

	out[0] = '\0';
	if (localtime_r(&time_s, &tm) != NULL)
		strftime(out, size, "%Y-%m-%d %H:%M", &tm);
}

static void print_when(const struct symptom_report *report, const struct symptom *symptom,
	const struct paper *paper)
{
	char first[32], last[32];
	char spark[TIMELINE_SLOTS * 4 + 1];

	if (symptom->first_ns == 0)
		return;
	tell_time(symptom->first_ns, first, sizeof(first));
	tell_time(symptom->last_ns, last, sizeof(last));
	if (strcmp(first, last) == 0)
		paper_format(paper, "%*s%s", INDENT, "", first);
	else
		paper_format(paper, "%*s%s to %s", INDENT, "", first,
			strncmp(first, last, 11) == 0 ? last + 11 : last);
	if (symptom->count > 1 && report->timeline.width_s > 0) {
		draw_spark(report, symptom, paper, spark);
		paper_format(paper, "  |%s|", spark);
	}
	paper_end_line(paper);
}

static void list_words(unsigned could_be, enum verdict_word but, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (int word = 0; word < VERDICT_WORDS; word++) {
		if (!(could_be & CAUSE_BIT(word)) || word == (int)but)
			continue;
		int length = snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ", ",
			verdict_word_name((enum verdict_word)word));
		used += length > 0 && (size_t)length < size - used ? (size_t)length : 0;
	}
}

static void print_claim(const struct symptom *symptom, const struct paper *paper)
{
	const struct cause *cause = symptom->cause;
	char could_be[256];
	char line[LINE];
	char phase[48] = "";

	list_words(cause->could_be, cause->claims, could_be, sizeof(could_be));
	if (cause->phase != CAUSE_NO_PHASE && cause->phase != (int)PHASE_CONNECT)
		snprintf(phase, sizeof(phase), " in the phase %s",
			verdict_phase_name((enum verdict_phase)cause->phase));
	snprintf(line, sizeof(line), "%s%s%s%s%s", verdict_word_name(cause->claims),
		cause->claims == VERDICT_INCONCLUSIVE ? "" : "?", phase,
		could_be[0] == '\0' ? "" : "; it could be ", could_be);
	paper_format(paper, "%*s", INDENT, "");
	paper_wrap(paper, cause->claims == VERDICT_INCONCLUSIVE ? PAPER_UNSURE : PAPER_BAD, INDENT,
		line);
	if (symptom->words[0] == '\0' && symptom->status[0] == '\0')
		return;
	snprintf(line, sizeof(line), "%s%s%s%s", symptom->status,
		symptom->status[0] == '\0' || symptom->words[0] == '\0' ? "" : "  ",
		symptom->words[0] == '\0' ? "" : "says: ", symptom->words);
	paper_format(paper, "%*s", INDENT, "");
	paper_wrap(paper, PAPER_PLAIN, INDENT, line);
}

static void print_symptom(const struct symptom_report *report, const struct symptom *symptom,
	const struct paper *paper)
{
	char server[LINE / 2];
	char port[24] = "";
	char line[LINE];
	unsigned long long count = symptom->count;
	unsigned long long all = symptom->count + symptom->answered;

	name_server(symptom, server, sizeof(server));
	if (symptom->port != 0)
		snprintf(port, sizeof(port), ", port %u", symptom->port);
	if (symptom->shared && symptom->answered > 0)
		snprintf(line, sizeof(line), "%s%s: %llu of %llu failed (%.0f %%)", server, port,
			count, all, 100.0 * (double)count / (double)all);
	else
		snprintf(line, sizeof(line), "%s%s: %llu failure%s%s", server, port, count,
			count == 1 ? "" : "s", symptom->shared ? ", no success" : "");
	paper_format(paper, "  ");
	paper_mark(
		paper, symptom->cause->claims == VERDICT_INCONCLUSIVE ? PAPER_UNSURE : PAPER_BAD);
	paper_format(paper, " ");
	paper_wrap(paper, PAPER_BOLD, INDENT, line);
	print_claim(symptom, paper);
	print_when(report, symptom, paper);
	paper_end_line(paper);
}

static void print_number(
	const struct paper *paper, uint64_t number, const char *one, const char *many)
{
	char line[LINE];

	if (number == 0)
		return;
	snprintf(line, sizeof(line), "%llu %s", (unsigned long long)number,
		number == 1 ? one : many);
	paper_wrap(paper, PAPER_PLAIN, 0, line);
}

static void print_rest(const struct symptom_report *report, const struct paper *paper)
{
	print_number(paper, report->unrelated,
		"failure has nothing to do with ports (recipient, mailbox, content, name).",
		"failures have nothing to do with ports (recipients, mailboxes, content, names).");
	print_number(paper, report->beyond,
		"failure is not shown: there were too many different servers.",
		"failures are not shown: there were too many different servers.");
	print_number(paper, report->strayed,
		"time the clock of the log went back by minutes; the order of its lines was trusted.",
		"times the clock of the log went back by minutes; the order of its lines was trusted.");
	print_number(paper, report->cut, "line was too long and was read in part.",
		"lines were too long and were read in part.");
	if (report->unrelated + report->beyond + report->strayed + report->cut > 0)
		paper_end_line(paper);
}

static void print_question(const struct symptom_report *report, const struct paper *paper)
{
	struct question question = question_of(report);
	char command[QUESTION_COMMAND];

	if (report->symptom_count == 0)
		return;
	paper_put(paper, PAPER_BOLD, "What to do now");
	paper_end_line(paper);
	if (question.target_count == 0) {
		paper_put(paper, PAPER_PLAIN,
			"  Find the name of the server, and: sudo mailsonde probe NAME");
		paper_end_line(paper);
		return;
	}
	paper_put(paper, PAPER_PLAIN,
		"  This is what others claim. To see for yourself (or --probe):");
	paper_end_line(paper);
	paper_format(paper, "  sudo %s", question_command(&question, command));
	paper_end_line(paper);
}

void symptom_text_print(const struct symptom_report *report, const struct paper *paper)
{
	size_t shown = report->symptom_count;

	if (shown > SHOWN && !paper->verbose)
		shown = SHOWN;
	print_headline(report, paper);
	for (size_t i = 0; i < shown; i++)
		print_symptom(report, &report->symptoms[i], paper);
	if (shown < report->symptom_count) {
		paper_format(paper, "and %zu more, with fewer failures each; -v shows all.",
			report->symptom_count - shown);
		paper_end_line(paper);
	}
	print_rest(report, paper);
	print_question(report, paper);
}
