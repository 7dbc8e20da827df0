/* SPDX-License-Identifier: BSD-2-Clause */
#include "port_row.h"

#include "finding_text.h"
#include "place_wording.h"
#include "report.h"
#include "wording.h"

#include <stdio.h>
#include <string.h>

#define LINE_TEXT   640
#define TABLE_WIDTH 24 /* mark, port and word before the detail */

enum paper_ink port_row_ink(enum verdict_word word)
{
	if (word == VERDICT_OPEN)
		return PAPER_GOOD;
	return word == VERDICT_INCONCLUSIVE ? PAPER_UNSURE : PAPER_BAD;
}

/* What stands beside the word where it is not the opening that failed, and the same
 * for a narrow column. */
static const struct {
	const char *pattern, *brief;
} session_words[FINDING_IDS] = {
	[FINDING_MIDWAY] = {"began before the capture", "began before"},
	[FINDING_UNHEARD] = {"opens, and the client left early", "opened, left early"},
	[FINDING_SILENT_SERVER] = {"opens, then silence", "opened, then silent"},
	[FINDING_CUT] = {"opens, then RST", "opened, then RST"},
	[FINDING_GREETING_REFUSAL] = {"{greeting}", "greeting says no"},
	[FINDING_WRONG_PROTOCOL] = {"speaks {protocol}", "another protocol"},
	[FINDING_PLAIN_TEXT] = {"speaks {protocol}", "plain text, not TLS"},
	[FINDING_STARTTLS_STRIPPED] = {"STARTTLS written over", "STARTTLS taken out"},
	[FINDING_STARTTLS_REFUSED] = {"STARTTLS refused", "STARTTLS refused"},
	[FINDING_HELLO_UNANSWERED] = {"TLS gets no answer", "TLS not answered"},
	[FINDING_HELLO_RESET] = {"TLS is reset", "TLS reset"},
	[FINDING_TLS_ALERT] = {"{alert}", "TLS alert"},
	[FINDING_CERTIFICATE_REFUSED] = {"{alert}", "certificate refused"},
	[FINDING_STARTTLS_RESET] = {"STARTTLS is reset", "STARTTLS reset"},
	[FINDING_POLICED] = {"mail is limited to about {limit}", "mail is held back"},
	[FINDING_SHAPED] = {"mail is limited to about {limit}", "mail is held back"},
	[FINDING_LARGE_UNTAKEN] = {"full-sized packets vanish", "large packets vanish"},
	[FINDING_FOREIGN_RESET] = {"connections are cut off", "cut off midway"},
	[FINDING_HUNG_UP] = {"closes before a greeting", "closed, no greeting"},
	[FINDING_FLOOD] = {"sends bytes without end", "endless line"},
	[FINDING_TALK_SILENT] = {"greets, then silence", "greeted, then silent"},
	[FINDING_TALK_CLOSED] = {"greets, then closes", "greeted, then closed"},
	[FINDING_TALK_RESET] = {"greets, then RST", "greeted, then RST"},
	[FINDING_STARTTLS_ABSENT] = {"no STARTTLS", "no STARTTLS"},
	[FINDING_TLS_STALLED] = {"TLS never comes to an end", "TLS unfinished"},
	[FINDING_TLS_CLOSED] = {"closes in the TLS handshake", "TLS closed"},
	[FINDING_TLS_FAILED] = {"{tls_error}", "no TLS"},
	[FINDING_EXPIRED] = {"certificate expired {not_after}", "certificate expired"},
	[FINDING_NOT_YET_VALID] = {"certificate valid from {not_before}", "certificate too new"},
	[FINDING_SELF_SIGNED] = {"certificate signed by itself", "self-signed"},
	[FINDING_NOT_TRUSTED] = {"certificate not trusted", "not trusted"},
	[FINDING_OTHER_NAME] = {"certificate for {names}", "certificate's name"},
	[FINDING_DANE_MISMATCH] = {"certificate is not that of DNS", "not DNS's certificate"},
	[FINDING_OLD_TLS] = {"answers{took}, with {tls} at best", "old TLS"},
	[FINDING_NO_SESSION] = {"answers{took}, but no session could be held", "no session"},
	[FINDING_NEARER_ANSWER] = {"answered before the server", "answered on the way"},
	[FINDING_SYN_PROXY] = {"answered by a SYN proxy", "a SYN proxy"},
	[FINDING_OTHER_PARTY] = {"another party's service", "another party's"},
	[FINDING_STARTTLS_REPLACED] = {"STARTTLS written over", "STARTTLS taken out"},
	[FINDING_STARTTLS_GARBLED] = {"STARTTLS changed on the way", "STARTTLS taken out"},
};

/* The finding that tells it; FINDING_IDS where there is none. */
static unsigned session_finding(const struct result *result)
{
	for (size_t i = 0; i < result->verdict.finding_count; i++) {
		if (session_words[result->verdict.findings[i]].pattern != NULL)
			return result->verdict.findings[i];
	}
	return FINDING_IDS;
}

const char *port_row_session(const struct result *result)
{
	unsigned id = session_finding(result);

	return id == FINDING_IDS ? NULL : session_words[id].brief;
}

static const char *detail_pattern(const struct result *result)
{
	static const char *const patterns[VERDICT_WORDS] = {
		[VERDICT_OPEN] = "answers{took}",
		[VERDICT_THROTTLED] = "about {rate} new connections a second, {burst} at once",
		[VERDICT_LOSSY] = "{loss} of tries lost",
		[VERDICT_UNREACHABLE] = "{icmp}",
		[VERDICT_INCONCLUSIVE] = "{missing} of {tries} tries without an answer",
	};
	const char *pattern = patterns[result->verdict.word];
	unsigned session = session_finding(result);

	if (session != FINDING_IDS)
		return session_words[session].pattern;
	if (result->verdict.word == VERDICT_UNREACHABLE && !result->figures.icmp.present)
		return "";
	if (result->verdict.word == VERDICT_THROTTLED && result->figures.rate.rate_per_s <= 0)
		return "{burst} connections";
	if (verdict_has(&result->verdict, FINDING_SHALLOW) && result->verdict.word != VERDICT_OPEN)
		return "did not open: {error}";
	return pattern == NULL ? "" : pattern;
}

/* Who is the cause, for the table; nothing is wrong with BY_NOBODY. */
static const char *const causes[] = {
	[BY_NOBODY] = NULL,
	[BY_LOCAL] = "by this computer",
	[BY_PATH] = "by a device on the way",
	[BY_DESTINATION] = "by the server",
	[BY_UNKNOWN] = "not known by whom",
};

static void detail_of(const struct result *result, char *out, size_t size)
{
	const char *by = causes[result->verdict.by];
	char place[PLACE_WORDS];
	char detail[LINE_TEXT / 2];

	wording_fill(detail, sizeof(detail), detail_pattern(result), result);
	place_words(result, place);
	if (by == NULL || result->verdict.word == VERDICT_INCONCLUSIVE)
		snprintf(out, size, "%s", detail);
	else
		snprintf(out, size, "%s%s%s%s%s", by, place[0] == '\0' ? "" : ", ", place,
			detail[0] == '\0' ? "" : ": ", detail);
}

void port_row_facts(const struct paper *paper, const struct result *result)
{
	const struct counts *counts = &result->figures.counts;
	char text[FINDING_TEXT];

	paper_format(paper, "%*s%u tries: %u SYN-ACK, %u RST, %u ICMP, %u unanswered; rule \"%s\"",
		TABLE_WIDTH, "", counts->probes, counts->syn_acks, counts->resets,
		counts->icmp_errors, counts->unanswered,
		result->verdict.rule == NULL ? "-" : result->verdict.rule);
	paper_end_line(paper);
	if (result->figures.round_trips.samples > 0) {
		paper_format(paper, "%*sround trip %.2f to %.2f ms, median %.2f ms", TABLE_WIDTH,
			"", result->figures.round_trips.min_ms, result->figures.round_trips.max_ms,
			result->figures.round_trips.median_ms);
		paper_end_line(paper);
	}
	for (size_t i = 0; i < result->verdict.finding_count; i++) {
		paper_format(paper, "%*s", TABLE_WIDTH, "");
		paper_wrap(paper, PAPER_PLAIN, TABLE_WIDTH,
			finding_text(result->verdict.findings[i], result, text));
	}
}

void port_row_print(const struct paper *paper, const struct result *result)
{
	enum paper_ink ink = port_row_ink(result->verdict.word);
	char text[LINE_TEXT];

	paper_format(paper, "  ");
	paper_mark(paper, ink);
	paper_format(paper, " %5u  ", result->port);
	snprintf(text, sizeof(text), "%-12s ", verdict_word_name(result->verdict.word));
	paper_put(paper, ink, text);
	detail_of(result, text, sizeof(text));
	paper_wrap(paper, PAPER_PLAIN, TABLE_WIDTH, text);
	if (paper->verbose)
		port_row_facts(paper, result);
}
