/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_engineer.h"

#include "finding_text.h"
#include "html_text.h"
#include "ledger.h"
#include "report.h"
#include "ticket.h"
#include "ticket_check.h"
#include "ticket_packet.h"

#include <inttypes.h>

#define PACKETS_SHOWN 400

static void begin(FILE *out, const char *title)
{
	fputs("<details>", out);
	html_element(out, "summary", NULL, title);
}

static void print_result(const struct result *result, FILE *out)
{
	const struct counts *counts = &result->figures.counts;
	const struct round_trips *trips = &result->figures.round_trips;
	const char *by = verdict_by_name(result->verdict.by);
	char address[ADDRESS_TEXT], text[FINDING_TEXT];

	fputs("<h3>", out);
	html_format(out, "%s port %u", address_print(&result->address, address), result->port);
	fputs("</h3>\n<p class=\"m\">", out);
	html_format(out, "%s, phase %s, by %s, confidence %.3f; rule \"%s\"",
		verdict_word_name(result->verdict.word), verdict_phase_name(result->verdict.phase),
		by == NULL ? "nobody" : by, result->verdict.confidence,
		result->verdict.rule == NULL ? "-" : result->verdict.rule);
	fputs("<br>", out);
	html_format(out, "%u tries: %u SYN-ACK, %u RST, %u ICMP, %u unanswered", counts->probes,
		counts->syn_acks, counts->resets, counts->icmp_errors, counts->unanswered);
	if (trips->samples > 0)
		html_format(out, "; round trip %.2f to %.2f ms, median %.2f ms", trips->min_ms,
			trips->max_ms, trips->median_ms);
	fputs("</p>\n", out);
	for (size_t i = 0; i < result->verdict.finding_count; i++)
		html_element(
			out, "p", NULL, finding_text(result->verdict.findings[i], result, text));
}

static void print_results(const struct ticket *ticket, FILE *out)
{
	begin(out, "Counts and findings of every port");
	for (size_t i = 0; i < ticket->report->result_count; i++)
		print_result(&ticket->report->results[i], out);
	fputs("</details>\n", out);
}

static void print_packets(const struct ticket *ticket, FILE *out)
{
	const struct ledger *ledger = ticket->ledger;
	size_t count = ledger->count < PACKETS_SHOWN ? ledger->count : PACKETS_SHOWN;
	char time[TICKET_TIME], what[TICKET_PACKET];

	begin(out, "Packets one by one");
	fputs("<table class=\"small\"><thead><tr><th scope=\"col\">Number</th><th "
	      "scope=\"col\">UTC</th><th scope=\"col\">What</th></tr></thead><tbody>\n",
		out);
	for (size_t i = 0; i < count; i++) {
		const struct ledger_entry *entry = &ledger->entries[i];
		ticket_packet(ticket, entry, what);
		if (what[0] == '\0')
			continue;
		ticket_time(entry->time_ns, time);
		fprintf(out,
			"<tr><td class=\"num\">%" PRIu64 "</td><td class=\"num\">%.15s</td><td>",
			entry->number, time + 11);
		html_text(out, what);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
	if (count < ledger->count)
		fprintf(out, "<p>The other %zu are in evidence.pcapng.</p>\n",
			ledger->count - count);
	fputs("</details>\n", out);
}

static void print_checks(const struct ticket *ticket, FILE *out)
{
	struct ticket_check checks[TICKET_CHECKS];
	size_t count = ticket_checks(ticket, checks);

	begin(out, "How to check it with other programs");
	fputs("<pre class=\"m\">sha256sum -c SHA256SUMS\nmailsonde replay evidence.pcapng</pre>\n",
		out);
	for (size_t i = 0; i < count; i++) {
		fputs("<p>", out);
		html_format(out, "Prints %zu line%s: %s.", checks[i].lines,
			checks[i].lines == 1 ? "" : "s", checks[i].claim);
		fputs("</p><pre class=\"m\">", out);
		html_format(out, "tshark -r evidence.pcapng -Y '%s'", checks[i].filter);
		fputs("</pre>\n", out);
	}
	fputs("</details>\n", out);
}

static void print_run(const struct ticket *ticket, FILE *out)
{
	const struct report *report = ticket->report;
	const struct vantage *vantage = &report->vantage;
	char started[TICKET_TIME], finished[TICKET_TIME], address[ADDRESS_TEXT];

	begin(out, "The run itself");
	fputs("<p class=\"m\">", out);
	html_format(out, "%s to %s", ticket_time(ticket_began(ticket), started),
		ticket_time(ticket_ended(ticket), finished));
	for (size_t i = 0; i < vantage->address_count; i++)
		html_format(out, "; from %s", address_print(&vantage->addresses[i], address));
	if (vantage->gateway.family != ADDRESS_NONE)
		html_format(out, "; gateway %s", address_print(&vantage->gateway, address));
	fputs("<br>", out);
	html_format(out, "evidence.pcapng: %zu packets, sha256 %s", ticket->ledger->count,
		ticket->evidence_digest);
	fputs("</p></details>\n", out);
}

void html_engineer(const struct ticket *ticket, FILE *out)
{
	fputs("<h2>For the network engineer</h2>\n", out);
	print_results(ticket, out);
	print_packets(ticket, out);
	print_checks(ticket, out);
	print_run(ticket, out);
}
