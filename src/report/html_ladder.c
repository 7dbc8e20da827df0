/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_ladder.h"

#include "html_text.h"
#include "ledger.h"
#include "report.h"
#include "ticket.h"
#include "ticket_packet.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define RUNGS     12
#define WIDTH     360
#define HERE      72 /* where the lanes are */
#define MIDDLE    200
#define THERE     322
#define TOP       40
#define LANE_NAME 17 /* letters that fit between two others */
#define RUNG      30 /* from one to the next */

struct ladder {
	FILE *out;
	const struct ticket *ticket;
	int64_t first_ns;
	int y;
	double unit_ns; /* of the times shown */
	const char *unit;
	bool nearer; /* what answers is a device on the way, in the server's name */
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

static void draw_label(
	const struct ladder *ladder, int x, const char *anchor, const char *kind, const char *text)
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

static void draw_out(const struct ladder *ladder, enum ticket_fate fate)
{
	bool short_way = (fate == TICKET_FATE_ICMP && ladder->middle) || ladder->nearer;
	int to = short_way ? MIDDLE : THERE;

	if (fate == TICKET_FATE_SILENCE) {
		draw_arrow(ladder, HERE, MIDDLE, "acc");
		draw_cross(ladder, MIDDLE + 10);
		draw_label(ladder, MIDDLE + 24, "start", "x", "no answer");
	} else {
		draw_arrow(ladder, HERE, to, "acc");
	}
	draw_label(ladder, HERE + 8, "start", "s", "SYN");
}

static void draw_in(const struct ladder *ladder, const struct ledger_entry *entry)
{
	bool icmp = entry->kind == LEDGER_ICMP;
	bool good = entry->kind == LEDGER_SYN_ACK;
	int from = (icmp && ladder->middle) || ladder->nearer ? MIDDLE : THERE;
	const char *name = icmp ? "ICMP error" : good ? "SYN-ACK: accepted" : "RST: refused";

	draw_arrow(ladder, from, HERE, icmp ? "warn" : good ? "ok" : "bad");
	draw_label(ladder, from - 8, "end", icmp ? "w" : good ? "k" : "x", name);
}

static void draw_entry(struct ladder *ladder, const struct ledger_entry *entry)
{
	char number[32];
	char what[TICKET_PACKET];

	snprintf(number, sizeof(number), "%.*f %s", ladder->unit_ns < 1e9 ? 1 : 3,
		(double)(entry->time_ns - ladder->first_ns) / ladder->unit_ns, ladder->unit);
	fputs("<g><title>", ladder->out);
	ticket_packet(ladder->ticket, entry, what);
	html_format(ladder->out, "packet %" PRIu64 ": %s", entry->number, what);
	fputs("</title>", ladder->out);
	fprintf(ladder->out, "<text class=\"s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
		HERE - 10, ladder->y + 4, number);
	if (entry->kind == LEDGER_SYN)
		draw_out(ladder, ticket_fate(ladder->ticket, entry));
	else
		draw_in(ladder, entry);
	fputs("</g>\n", ladder->out);
	ladder->y += RUNG;
}

/* ---- all of them ---- */

/* Attempts and what answered them; how a connection went on is the session's tale, and how far
 * packets come is that of the way. */
static const struct ledger_entry *next_rung(
	const struct ticket *ticket, const struct ledger_entry *entry)
{
	const struct result *about = ticket->about;

	while ((entry = ledger_next(ticket->ledger, entry, &about->address, about->port)) != NULL) {
		bool answers = entry->role.kind == ROLE_ANSWER;
		if (ticket_of_sweep(ticket, entry))
			continue;
		if (entry->kind == LEDGER_SYN || entry->kind == LEDGER_SYN_ACK ||
			entry->kind == LEDGER_ICMP || (entry->kind == LEDGER_RESET && answers))
			return entry;
	}
	return NULL;
}

static const struct ledger_entry *sender_between(const struct ticket *ticket)
{
	const struct ledger_entry *entry = NULL;

	while ((entry = next_rung(ticket, entry)) != NULL) {
		if (entry->kind == LEDGER_ICMP &&
			!address_equal(&entry->from, &ticket->about->address))
			return entry;
	}
	return NULL;
}

static size_t count_rungs(struct ladder *ladder)
{
	const struct ledger_entry *entry = NULL;
	size_t count = 0;
	int64_t last_ns = 0;

	while ((entry = next_rung(ladder->ticket, entry)) != NULL) {
		if (count == 0)
			ladder->first_ns = entry->time_ns;
		if (count < RUNGS)
			last_ns = entry->time_ns;
		count++;
	}
	bool long_one = last_ns - ladder->first_ns >= INT64_C(1000000000);

	ladder->unit_ns = long_one ? 1e9 : 1e6;
	ladder->unit = long_one ? "s" : "ms";
	return count;
}

static bool answered_nearer(const struct verdict *verdict)
{
	return verdict->by == BY_PATH && verdict->phase == PHASE_CONNECT &&
		(verdict->word == VERDICT_REFUSED || verdict->word == VERDICT_INTERCEPTED);
}

/* What the lane in the middle is called; "" where there is none. */
static void name_middle(const struct ladder *ladder, char out[static ADDRESS_TEXT])
{
	const struct ledger_entry *between = sender_between(ladder->ticket);
	const struct place *hop = &ladder->ticket->about->verdict.hop;
	struct address address = between != NULL ? between->from : hop->address;

	out[0] = '\0';
	if (!ladder->middle && !ladder->nearer)
		return;
	address_print(&address, out);
	if (address.family == ADDRESS_NONE || strlen(out) > LANE_NAME)
		snprintf(out, ADDRESS_TEXT, "on the way");
}

static void draw_lanes(const struct ladder *ladder, int bottom)
{
	char middle[ADDRESS_TEXT];

	name_middle(ladder, middle);
	draw_lane(ladder, HERE, bottom, "this computer");
	if (middle[0] != '\0')
		draw_lane(ladder, MIDDLE, bottom, middle);
	draw_lane(ladder, THERE, bottom, "the server");
}

static void draw_all(struct ladder *ladder, size_t count)
{
	const struct ledger_entry *entry = NULL;
	int bottom = TOP + (int)count * RUNG;

	fprintf(ladder->out, "<svg class=\"fig\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
		WIDTH, bottom + 4);
	html_format(ladder->out, "The first %zu attempts and answers of port %u in order of time",
		count, ladder->ticket->about->port);
	fputs("\">\n", ladder->out);
	draw_lanes(ladder, bottom);
	for (size_t i = 0; i < count; i++) {
		entry = next_rung(ladder->ticket, entry);
		draw_entry(ladder, entry);
	}
	fputs("</svg>\n", ladder->out);
}

void html_ladder(const struct ticket *ticket, FILE *out)
{
	struct ladder ladder = {.out = out, .ticket = ticket, .y = TOP};
	size_t all = count_rungs(&ladder);
	size_t count = all < RUNGS ? all : RUNGS;

	if (count == 0)
		return;
	ladder.middle = sender_between(ticket) != NULL;
	ladder.nearer = answered_nearer(&ticket->about->verdict);
	fprintf(out, "<div><h2>Packets, port %u</h2>\n<div class=\"card\">\n", ticket->about->port);
	draw_all(&ladder, count);
	if (all > count)
		fprintf(out, "<p class=\"mut\">The first %zu of %zu attempts and answers.</p>\n",
			count, all);
	fputs("</div></div>\n", out);
}
