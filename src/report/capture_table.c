/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture_table.h"

#include "evidence.h"
#include "frame.h"
#include "hop_line.h"
#include "paper.h"
#include "port_row.h"
#include "report.h"
#include "sentence.h"
#include "summary.h"
#include "timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *endpoint_text(const struct result *result, char out[static ADDRESS_TEXT + 10])
{
	char address[ADDRESS_TEXT];
	bool ipv6 = result->address.family == ADDRESS_IPV6;

	snprintf(out, ADDRESS_TEXT + 10, ipv6 ? "[%s]:%u" : "%s:%u",
		address_print(&result->address, address), result->port);
	return out;
}

static void came_back(const struct result *result, char *out, size_t size)
{
	const struct figures *figures = &result->figures;
	const struct counts *counts = &figures->counts;
	const char *session = port_row_session(result);
	char took[SENTENCE_NUMBER];

	if (session != NULL)
		snprintf(out, size, "%s", session);
	else if (counts->syn_acks > 0 && counts->unanswered > 0)
		snprintf(out, size, "%u answers", counts->syn_acks);
	else if (counts->syn_acks > 0 && figures->round_trips.samples > 0)
		snprintf(out, size, "accepted, %s ms",
			sentence_number(took, figures->round_trips.median_ms));
	else if (counts->syn_acks > 0)
		snprintf(out, size, "accepted");
	else if (figures->icmp.present)
		snprintf(out, size, "turned away, ICMP %u/%u", figures->icmp.type,
			figures->icmp.code);
	else if (counts->resets > 0)
		snprintf(out, size, "reset");
	else if (counts->probes == 0)
		snprintf(out, size, "nothing was sent");
	else
		snprintf(out, size, "nothing in %s s",
			sentence_number(took, figures->silence.span_s));
}

static void print_capture_row(const struct paper *paper, const struct result *result, int width)
{
	char to[ADDRESS_TEXT + 10];
	char back[64];
	char verdict[64];
	bool known = result->verdict.by != BY_UNKNOWN;
	const char *by = known ? verdict_by_name(result->verdict.by) : NULL;

	came_back(result, back, sizeof(back));
	paper_format(paper, "  %-*s %6u  %-22s ", width, endpoint_text(result, to),
		result->figures.counts.probes, back);
	snprintf(verdict, sizeof(verdict), "%s%s%s", verdict_word_name(result->verdict.word),
		by == NULL ? "" : " by ", by == NULL ? "" : by);
	paper_put(paper, port_row_ink(result->verdict.word), verdict);
	paper_end_line(paper);
	if (paper->verbose)
		port_row_facts(paper, result);
}

static int widest(const struct report *report)
{
	char to[ADDRESS_TEXT + 10];
	size_t width = strlen("to");

	for (size_t i = 0; i < report->result_count; i++) {
		size_t length = strlen(endpoint_text(&report->results[i], to));
		width = length > width ? length : width;
	}
	return (int)width;
}

/* What may have been mail, and could not be read. */
static void print_unread(const struct evidence *evidence, const struct paper *paper)
{
	static const struct {
		enum frame_outcome outcome;
		const char *what;
	} kinds[] = {
		{FRAME_UNKNOWN_LINK, "of a link layer that is not known"},
		{FRAME_TRUNCATED, "cut too short"},
		{FRAME_MALFORMED, "malformed"},
		{FRAME_FRAGMENT, "in fragments without the rest"},
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint64_t count = evidence->skipped[kinds[i].outcome];
		if (count == 0)
			continue;
		paper_format(
			paper, "%s%" PRIu64 " %s", any ? ", " : "not read: ", count, kinds[i].what);
		any = true;
	}
	if (any)
		paper_end_line(paper);
}

/* What the bounds of memory cost. Sessions alone cost no verdict: others of the port were heard. */
static void print_set_aside(const struct evidence *evidence, const struct paper *paper)
{
	char text[SUMMARY_TEXT];

	if (evidence->overflow + evidence->given_up + evidence->hosts_forgotten == 0)
		return;
	snprintf(text, sizeof(text),
		"More went on at a time than is kept: %" PRIu64 " packets to further ports were "
		"left out, %" PRIu64 " tries were set aside before an answer was due, and %" PRIu64
		" servers without mail ports were forgotten. Name servers by --host, or a time "
		"by --after and --before, to see all of it.",
		evidence->overflow, evidence->given_up, evidence->hosts_forgotten);
	paper_wrap(paper, PAPER_UNSURE, 0, text);
	paper_end_line(paper);
}

static void print_capture_head(const struct report *report, const struct paper *paper)
{
	char first[TIMESTAMP_TEXT];
	char last[TIMESTAMP_TEXT];

	for (size_t i = 0; i < report->file_count; i++)
		paper_format(paper, "%s%s", i == 0 ? "" : ", ", report->files[i]);
	if (report->evidence == NULL || report->evidence->packets == 0)
		paper_format(paper, ": no packets");
	else
		paper_format(paper, ": %" PRIu64 " packets", report->evidence->packets);
	if (report->evidence != NULL && report->evidence->last_ns > 0)
		paper_format(paper, ", %s-%s UTC",
			timestamp_clock(report->evidence->first_ns, first),
			timestamp_clock(report->evidence->last_ns, last));
	paper_end_line(paper);
	if (report->evidence != NULL)
		print_unread(report->evidence, paper);
	paper_end_line(paper);
	if (report->evidence != NULL)
		print_set_aside(report->evidence, paper);
}

/* The other ports that share a result's fate, as one more sentence; "" where there are none. */
static void name_others(const struct report *report, size_t first, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = first + 1; i < report->result_count; i++) {
		const struct result *one = &report->results[first];
		if (!address_equal(&report->results[i].address, &one->address))
			break;
		if (!summary_same(one, &report->results[i]))
			continue;
		int length = snprintf(out + used, size - used, "%s%u",
			used == 0 ? " The same holds for port " : ", ", report->results[i].port);
		if (length < 0 || (size_t)length + 1 >= size - used)
			return;
		used += (size_t)length;
	}
	if (used > 0)
		snprintf(out + used, size - used, ".");
}

static void print_sentences(const struct report *report, const struct paper *paper)
{
	char text[SUMMARY_TEXT + 512];

	for (size_t i = 0; i < report->result_count; i++) {
		if (report->results[i].verdict.word == VERDICT_OPEN ||
			summary_told_before(report->results, i))
			continue;
		paper_format(paper, "  ");
		report_summary(report, &report->results[i], text);
		size_t used = strlen(text);
		name_others(report, i, text + used, sizeof(text) - used);
		paper_wrap(paper, PAPER_PLAIN, 2, text);
		hop_line_print(paper, report, &report->results[i]);
		paper_end_line(paper);
	}
}

void capture_table_print(const struct report *report, const struct paper *paper)
{
	int width = widest(report);

	print_capture_head(report, paper);
	if (report->result_count == 0) {
		paper_format(
			paper, "No connection attempt was found in it, so nothing can be said.");
		paper_end_line(paper);
		return;
	}
	paper_format(paper, "  %-*s  tries  %-22s verdict", width, "to", "what came back");
	paper_end_line(paper);
	for (size_t i = 0; i < report->result_count; i++)
		print_capture_row(paper, &report->results[i], width);
	paper_end_line(paper);
	print_sentences(report, paper);
}
