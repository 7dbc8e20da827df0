/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_ladder.h"

#include "html_text.h"
#include "ledger.h"
#include "report.h"
#include "sentence.h"
#include "ticket.h"
#include "ticket_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define RUNGS  12
#define WIDTH  420
#define HERE   84 /* where the lanes are */
#define MIDDLE 230
#define THERE  376
#define TOP    40
#define RUNG   30 /* from one to the next */

struct ladder {
	FILE *out;
	const struct ticket *ticket;
	int64_t first_ns;
	int y;
	bool middle; /* a device in between has a lane, since it answered */
};

static void draw_lane(const struct ladder *ladder, int x, int bottom, const char *name)
{
	fprintf(ladder->out,
		"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"var(--line)\" "
		"stroke-width=\"2\"/><text x=\"%d\" y=\"18\" text-anchor=\"middle\">",
		x, TOP - 12, x, bottom, x);
	html_text(ladder->out, name);
	fputs("</text>\n", ladder->out);
}

static void draw_label(const struct ladder *ladder, int x, const char *anchor, const char *kind,
	const char *text)
{
	fprintf(ladder->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" class=\"%s\">", x,
		ladder->y - 5, anchor, kind);
	html_text(ladder->out, text);
	fputs("</text>", ladder->out);
}

static void draw_arrow(const struct ladder *ladder, int from, int to, const char *color)
{
	int tip = from < to ? -7 : 7;

	fprintf(ladder->out,
		"<path d=\"M%d %dL%d %dm%d -4l%d 4l%d 4\" stroke=\"var(--%s)\" stroke-width=\"2\" "
		"fill=\"none\"/>",
		from, ladder->y, to, ladder->y + 4, tip, -tip, tip, color);
}

static void draw_cross(const struct ladder *ladder, int x)
{
	fprintf(ladder->out,
		"<path d=\"M%d %dl10 10m0 -10l-10 10\" stroke=\"var(--bad)\" stroke-width=\"3\" "
		"fill=\"none\"/>",
		x - 5, ladder->y - 2);
}

/* ---- one packet ---- */

static void draw_out(const struct ladder *ladder, const struct ledger_entry *entry, bool answered)
{
	const char *name = entry->kind == LEDGER_SYN ? "SYN"
		: entry->kind == LEDGER_RESET        ? "RST (we close)"
						     : "data or ACK";

	if (!answered) {
		draw_arrow(ladder, HERE, MIDDLE, "acc");
		draw_cross(ladder, MIDDLE + 10);
		draw_label(ladder, MIDDLE + 24, "start", "x", "no answer");
	} else {
		draw_arrow(ladder, HERE, THERE, "acc");
	}
	draw_label(ladder, HERE + 8, "start", "s", name);
}

static void draw_in(const struct ladder *ladder, const struct ledger_entry *entry)
{
	bool icmp = entry->kind == LEDGER_ICMP;
	bool good = entry->kind == LEDGER_SYN_ACK || entry->kind == LEDGER_SEGMENT;
	int from = icmp && ladder->middle ? MIDDLE : THERE;
	const char *name = icmp ? "ICMP error"
		: entry->kind == LEDGER_SYN_ACK ? "SYN-ACK: accepted"
		: entry->kind == LEDGER_RESET   ? "RST: refused"
						: "data or ACK";

	draw_arrow(ladder, from, HERE, icmp ? "warn" : good ? "ok" : "bad");
	draw_label(ladder, from - 8, "end", icmp ? "w" : good ? "k" : "x", name);
}

static void draw_entry(struct ladder *ladder, const struct ledger_entry *entry)
{
	char number[SENTENCE_NUMBER + 4];
	char what[TICKET_PACKET];
	bool incoming = address_equal(&entry->from, &ladder->ticket->about->address) ||
		entry->kind == LEDGER_ICMP;

	snprintf(number, sizeof(number), "%.3f s", (double)(entry->time_ns - ladder->first_ns) / 1e9);
	fputs("<g><title>", ladder->out);
	ticket_packet(ladder->ticket, entry, what);
	html_format(ladder->out, "packet %" PRIu64 ": %s", entry->number, what);
	fputs("</title>", ladder->out);
	fprintf(ladder->out, "<text class=\"s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", HERE - 10,
		ladder->y + 4, number);
	if (incoming)
		draw_in(ladder, entry);
	else
		draw_out(ladder, entry, strstr(what, "no answer") == NULL);
	fputs("</g>\n", ladder->out);
	ladder->y += RUNG;
}

/* ---- all of them ---- */

static const struct ledger_entry *sender_between(const struct ticket *ticket)
{
	const struct result *about = ticket->about;
	const struct ledger_entry *entry = NULL;

	while ((entry = ledger_next(ticket->ledger, entry, &about->address, about->port)) != NULL) {
		if (entry->kind == LEDGER_ICMP && !address_equal(&entry->from, &about->address))
			return entry;
	}
	return NULL;
}

static size_t count_rungs(const struct ticket *ticket, size_t *all)
{
	const struct ledger_entry *entry = NULL;

	*all = 0;
	while ((entry = ledger_next(ticket->ledger, entry, &ticket->about->address,
			ticket->about->port)) != NULL)
		(*all)++;
	return *all < RUNGS ? *all : RUNGS;
}

static void draw_lanes(const struct ladder *ladder, int bottom)
{
	const struct ledger_entry *between = sender_between(ladder->ticket);
	char address[ADDRESS_TEXT];

	draw_lane(ladder, HERE, bottom, "this computer");
	if (between != NULL)
		draw_lane(ladder, MIDDLE, bottom, address_print(&between->from, address));
	draw_lane(ladder, THERE, bottom, "the server");
}

void html_ladder(const struct ticket *ticket, FILE *out)
{
	struct ladder ladder = {.out = out, .ticket = ticket, .y = TOP};
	const struct result *about = ticket->about;
	const struct ledger_entry *entry = NULL;
	size_t all = 0, count = count_rungs(ticket, &all);
	int bottom = TOP + (int)count * RUNG;

	if (count == 0)
		return;
	ladder.middle = sender_between(ticket) != NULL;
	fprintf(out, "<div><h2>Packets, port %u</h2>\n<div class=\"card\">\n", about->port);
	fprintf(out, "<svg class=\"fig\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH,
		bottom + 4);
	html_format(out, "The first %zu packets to and from port %u in order of time", count,
		about->port);
	fputs("\">\n", out);
	draw_lanes(&ladder, bottom);
	while (count-- > 0) {
		entry = ledger_next(ticket->ledger, entry, &about->address, about->port);
		if (ladder.first_ns == 0)
			ladder.first_ns = entry->time_ns;
		draw_entry(&ladder, entry);
	}
	fputs("</svg>\n", out);
	if (all > RUNGS)
		fprintf(out, "<p class=\"mut\">The first %d of %zu packets.</p>\n", RUNGS, all);
	fputs("</div></div>\n", out);
}
