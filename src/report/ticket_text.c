/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket_text.h"

#include "account.h"
#include "finding_text.h"
#include "hop_line.h"
#include "ledger.h"
#include "place_wording.h"
#include "report.h"
#include "rule_wording.h"
#include "sentence.h"
#include "session_wording.h"
#include "summary.h"
#include "ticket.h"
#include "ticket_check.h"
#include "ticket_comparison.h"
#include "ticket_packet.h"
#include "ticket_sheet.h"
#include "wording.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define TEXT          1024
#define PACKETS_SHOWN 24

/* ---- the head ---- */

static void print_head(const struct ticket *ticket, FILE *out)
{
	const struct ticket_row *row = ticket->row;
	const char *pattern = row->subject;
	char text[TEXT], to[TEXT], saw[TEXT];

	ticket_fill(ticket, pattern, text, sizeof(text));
	sheet_format(out, "Subject:", "%s", text);
	sheet_format(out, "To:", "%s", ticket_fill(ticket, row->to, to, sizeof(to)));
	fputc('\n', out);
	ticket_fill(ticket, row->complaint, text, sizeof(text));
	wording_fill(saw, sizeof(saw), summary_row_of(ticket->about)->saw, ticket->about);
	size_t used = strlen(text);

	if (ticket->about->verdict.word != VERDICT_OPEN)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %s", saw);
	if (ticket->comparison != NULL && used < sizeof(text))
		snprintf(text + used, sizeof(text) - used,
			" Port %u of the same address works from the same machine at the same "
			"time.",
			ticket->comparison->port);
	sheet_paragraph(out, text);
}

/* ---- the facts ---- */

/* As its packets say, else as the run was told; the two differ where nothing was sent. */
static struct address source_of(const struct ticket *ticket)
{
	const struct vantage *vantage = &ticket->report->vantage;
	const struct ledger *ledger = ticket->ledger;

	for (size_t i = 0; i < ledger->count; i++) {
		if (ledger->entries[i].kind == LEDGER_SYN &&
			address_equal(&ledger->entries[i].to, &ticket->about->address))
			return ledger->entries[i].from;
	}
	return vantage->address_count > 0 ? vantage->addresses[0]
					  : (struct address){.family = ADDRESS_NONE};
}

static void print_source(const struct ticket *ticket, FILE *out)
{
	struct address source = source_of(ticket);
	char address[ADDRESS_TEXT];

	address_print(&source, address);
	sheet_format(out, "Source", "%s (public: [please fill in]), customer no. [....]",
		source.family == ADDRESS_NONE ? "[your address]" : address);
}

static void print_destination(const struct ticket *ticket, FILE *out)
{
	char text[TEXT];

	sheet_label(
		out, "Destination", ticket_fill(ticket, "{host}, TCP @ports", text, sizeof(text)));
}

static void print_times(const struct ticket *ticket, FILE *out)
{
	struct ticket_span span = ticket_span_of(ticket, ticket->about);
	char first[TICKET_TIME], last[TICKET_TIME];

	sheet_format(out, "First seen", "%s", ticket_time(span.first_ns, first));
	sheet_format(out, "Last seen", "%s", ticket_time(span.last_ns, last));
	if (ticket->about->verdict.word != VERDICT_OPEN)
		sheet_label(out, "Since",
			"at least the first time above; before that: [please fill in, if known]");
}

/* "7 SYN sent, 0 SYN-ACK, 0 RST, 0 ICMP errors": of probes that can travel all the way. */
static void print_counts(const struct result *result, const char *label, FILE *out)
{
	const struct counts *counts = &result->figures.counts;
	char median[SENTENCE_NUMBER + 24] = "";
	char number[SENTENCE_NUMBER];

	if (result->figures.round_trips.samples > 0)
		snprintf(median, sizeof(median), "; median answer %s ms",
			sentence_number(number, result->figures.round_trips.median_ms));
	sheet_format(out, label, "port %u: %u SYN sent, %u SYN-ACK, %u RST, %u ICMP errors%s",
		result->port, counts->probes, counts->syn_acks, counts->resets, counts->icmp_errors,
		median);
}

static void print_results(const struct ticket *ticket, FILE *out)
{
	const struct report *report = ticket->report;

	for (size_t i = 0; i < report->result_count; i++) {
		const struct result *result = &report->results[i];
		if (port_list_has(&ticket->ports, result->port) &&
			address_equal(&result->address, &ticket->about->address))
			print_counts(result, "Result", out);
	}
	if (ticket->comparison != NULL)
		print_counts(ticket->comparison, "Comparison", out);
	else if (ticket->about->verdict.word != VERDICT_OPEN)
		sheet_label(out, "Comparison", "no other port of this address worked in this run");
}

static void print_verdict(const struct ticket *ticket, FILE *out)
{
	const struct verdict *verdict = &ticket->about->verdict;
	const char *by = verdict_by_name(verdict->by);
	char place[PLACE_WORDS];

	sheet_format(out, "Verdict", "%s, phase %s%s%s, confidence %.1f %%",
		verdict_word_name(verdict->word), verdict_phase_name(verdict->phase),
		by == NULL ? "" : ", by ", by == NULL ? "" : by,
		(verdict->confidence < 0.999 ? verdict->confidence : 0.999) * 100);
	if (place_words(ticket->about, place)[0] != '\0')
		sheet_label(out, "Where", place);
	else if (verdict->by == BY_LOCAL)
		sheet_label(out, "Where", "on this computer");
	else if (verdict->word != VERDICT_OPEN)
		sheet_label(out, "Where", "not known from here");
}

static void print_paths(const struct ticket *ticket, FILE *out)
{
	struct path own, control;
	char line[HOP_LINE_TEXT];

	if (!hop_line_paths(ticket->report, ticket->about, &own, &control))
		return;
	sheet_list(out, "Path", hop_line_text(&own, line));
	if (control.flows > 0)
		sheet_list(out, "", hop_line_text(&control, line));
}

static void print_own_side(const struct ticket *ticket, FILE *out)
{
	const struct result *about = ticket->about;
	size_t left = ledger_count(ticket->ledger, CLAIM_SYN, &about->address, about->port);

	if (about->verdict.by == BY_LOCAL) {
		char rule[RULE_TEXT];
		rule_sentence(about->figures.local.rule, rule);
		sheet_label(out, "Our side", "this computer is the cause");
		if (rule[0] != '\0')
			sheet_label(out, "Stopped by", rule);
		return;
	}
	if (left > 0)
		sheet_label(out, "Our side",
			"the packets to this port were seen leaving this computer: its own "
			"firewall lets them out. Our router: checked [yes/no]");
	sheet_label(
		out, "Elsewhere", "the same from another network (mobile phone): works [yes/no]");
}

static void print_session(const struct ticket *ticket, FILE *out)
{
	const struct session_signs *signs = &ticket->about->figures.session;
	struct session_words words;

	if (signs->transcript == NULL || ticket->about->verdict.phase == PHASE_CONNECT)
		return;
	session_words(&words, signs);
	if (session_greeting(signs)[0] != '\0')
		sheet_format(out, "Greeting", "%s", words.greeting);
	if (signs->account == NULL || !signs->account->insight.certificate.present)
		return;
	sheet_format(out, "Certificate", "for %s, issued by %s, valid from %s to %s; %s",
		words.names, words.issuer, words.not_before, words.not_after, words.reason);
}

/* Data, of others: what it says is shown with where it is from. */
static void print_provider(const struct ticket *ticket, FILE *out)
{
	const struct report *report = ticket->report;
	const struct provider *provider = &report->provider;

	if (report->provider_match == PROVIDER_UNMATCHED ||
		ticket->about->verdict.word == VERDICT_OPEN)
		return;
	sheet_format(out, "Provider", "%s; port %u: %s, as said by %s (%s)", provider->name,
		ticket->about->port,
		port_policy_name(provider_policy(provider, ticket->about->port)), provider->source,
		provider->source_date);
	if (ticket->kind == TICKET_UNBLOCK && provider->how[0] != '\0')
		sheet_label(out, "How to ask", provider->how);
}

/* Other verdicts of the run: what else fails, and what does not. */
static void print_others(const struct ticket *ticket, FILE *out)
{
	const struct report *report = ticket->report;
	char text[TEXT] = "";
	char address[ADDRESS_TEXT];
	size_t used = 0;

	for (size_t i = 0; i < report->result_count && used + 96 < sizeof(text); i++) {
		const struct result *result = &report->results[i];
		bool same = address_equal(&result->address, &ticket->about->address);
		if (same && port_list_has(&ticket->ports, result->port))
			continue;
		address_print(&result->address, address);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s%u %s",
			used == 0 ? "" : ", ", same ? "" : address, same ? "" : " port ",
			result->port, verdict_word_name(result->verdict.word));
	}
	if (used > 0)
		sheet_label(out, "Other ports", text);
}

static void print_findings(const struct ticket *ticket, FILE *out)
{
	const struct verdict *verdict = &ticket->about->verdict;
	char text[FINDING_TEXT];

	for (size_t i = 0; i < verdict->finding_count; i++)
		sheet_label(out, i == 0 ? "Noticed" : "",
			finding_text(verdict->findings[i], ticket->about, text));
}

static void print_facts(const struct ticket *ticket, FILE *out)
{
	print_source(ticket, out);
	print_destination(ticket, out);
	print_times(ticket, out);
	print_results(ticket, out);
	print_verdict(ticket, out);
	print_paths(ticket, out);
	print_session(ticket, out);
	print_own_side(ticket, out);
	print_provider(ticket, out);
	print_others(ticket, out);
	print_findings(ticket, out);
}

/* ---- what providers ask for before they open a port ---- */

static void print_blanks(FILE *out)
{
	static const char *const blanks[][2] = {
		{"Use", "[what mail is sent, and to whom]"},
		{"Why not 587", "[why a relay with log-in on port 587 or 465 is not enough]"},
		{"Server", "[name or number of the server or line in your system]"},
		{"Reverse DNS", "[its name; the same as in HELO: yes/no]"},
		{"Sender DNS", "SPF [yes/no], DKIM [yes/no], DMARC [yes/no]"},
		{"Software", "[mail server and version]; open relay: no [tested on]"},
		{"Volume", "[mails a day]; lists and newsletters: [yes/no]"},
		{"Promise", "no unsolicited mail is sent; complaints reach [address]"},
	};

	sheet_heading(out, "What you may want to know");
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		sheet_label(out, blanks[i][0], blanks[i][1]);
}

/* ---- packets ---- */

static void print_packets(const struct ticket *ticket, FILE *out)
{
	const struct result *about = ticket->about;
	const struct ledger_entry *entry = NULL;
	char time[TICKET_TIME], what[TICKET_PACKET];
	size_t shown = 0, left = 0;

	sheet_heading(out, "Packets of this port (UTC; number in evidence.pcapng)");
	while ((entry = ledger_next(ticket->ledger, entry, &about->address, about->port)) != NULL) {
		if (shown == PACKETS_SHOWN) {
			left++;
			continue;
		}
		ticket_time(entry->time_ns, time);
		fprintf(out, "%6" PRIu64 "  %.26s  ", entry->number, time);
		sheet_wrap(out, 36, 36, ticket_packet(ticket, entry, what));
		shown++;
	}
	if (shown == 0)
		fputs("None was seen leaving or arriving.\n", out);
	if (left > 0)
		fprintf(out, "%zu more are in evidence.pcapng.\n", left);
}

/* ---- checking ---- */

/* Breaks between terms: white space is of no meaning there. */
static void print_filter(FILE *out, const char *filter)
{
	static const char joint[] = " && ";
	size_t column = 35; /* of the command before it */
	const char *next = NULL;
	bool first = true;

	for (; *filter != '\0'; filter = next) {
		const char *end = strstr(filter, joint);
		size_t length = end == NULL ? strlen(filter) : (size_t)(end - filter) + 3;
		next = filter + length + (end != NULL);
		bool fits = column + length + 1 <= SHEET_WIDTH;
		fprintf(out, "%s%.*s", first ? "" : fits ? " " : "\n      ", (int)length, filter);
		column = (fits ? column + 1 : 6) + length;
		first = false;
	}
}

static void print_checks(const struct ticket *ticket, FILE *out)
{
	struct ticket_check checks[TICKET_CHECKS];
	size_t count = ticket_checks(ticket, checks);

	sheet_heading(out, "How to check it");
	fputs("    sha256sum -c SHA256SUMS\n    mailsonde replay evidence.pcapng\n", out);
	if (ticket->about->address.family == ADDRESS_IPV4) {
		char address[ADDRESS_TEXT];
		fprintf(out, "    tcpdump -nr evidence.pcapng host %s and tcp port %u\n",
			address_print(&ticket->about->address, address), ticket->about->port);
	}
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "\n");
		char claim[TEXT];
		snprintf(claim, sizeof(claim), "Prints %zu line%s: %s.", checks[i].lines,
			checks[i].lines == 1 ? "" : "s", checks[i].claim);
		sheet_wrap(out, 0, 0, claim);
		fputs("    tshark -r evidence.pcapng -Y '", out);
		print_filter(out, checks[i].filter);
		fputs("'\n", out);
	}
}

static void print_attached(const struct ticket *ticket, FILE *out)
{
	sheet_heading(out, "Attached");
	sheet_format(out, "evidence",
		"evidence.pcapng, %zu packets: our probes and their answers only, each commented; sha256",
		ticket->ledger->count);
	fprintf(out, "%*s%.64s\n", SHEET_WIDTH - 64, "", ticket->evidence_digest);
	sheet_label(out, "report", "report.html (to read), report.json (for programs)");
	if (ticket->compared != NULL)
		sheet_label(out, "second", "compared.json, the report of the other run");
	if (ticket->redacted)
		sheet_label(out, "redacted",
			"private and own addresses, host names and what servers say are replaced "
			"by the same other ones throughout");
}

void ticket_text_print(const struct ticket *ticket, FILE *out)
{
	char text[TEXT];

	if (ticket->about == NULL) {
		sheet_paragraph(
			out, "Nothing was found in the evidence that a ticket could be about.");
		return;
	}
	print_head(ticket, out);
	print_facts(ticket, out);
	fputc('\n', out);
	sheet_paragraph(out, ticket_fill(ticket, ticket->row->request, text, sizeof(text)));
	if (ticket->kind == TICKET_UNBLOCK)
		print_blanks(out);
	if (ticket->compared != NULL)
		ticket_comparison_text(ticket->compared, out);
	print_packets(ticket, out);
	print_checks(ticket, out);
	print_attached(ticket, out);
	fprintf(out, "\nMade by mailsonde %s.\n", report_version());
}
