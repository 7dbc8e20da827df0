/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of stops from above to below, as on the map of a tram, since that fits a telephone as well
 * as a page: one track for each port. Rows are HTML and give way to long names; the piece of track
 * beside each grows with its row.
 */
#include "html_way.h"

#include "html_text.h"
#include "report.h"
#include "ticket.h"
#include "wording.h"

#include <stdio.h>

#define STOPS 34 /* 30 hops, this computer, the server, and the gap between */

enum track {
	TRACK_NONE,
	TRACK_FROM, /* begins here */
	TRACK_THROUGH,
	TRACK_CUT, /* ends between this stop and the next */
	TRACK_CUT_HERE,
	TRACK_TO, /* arrives here */
};

struct stop {
	char name[ADDRESS_TEXT + 32];
	char note[160];
	bool bad; /* the note tells of the trouble */
	enum track tracks[2]; /* the port that fails, and the one that works */
};

struct way {
	struct stop stops[STOPS];
	size_t count;
};

static struct stop *add(struct way *way)
{
	struct stop *stop = &way->stops[way->count < STOPS ? way->count++ : STOPS - 1];

	*stop = (struct stop){.bad = false};
	return stop;
}

/* ---- what is known ---- */

static bool fails(const struct ticket *ticket)
{
	return ticket->about->verdict.word != VERDICT_OPEN;
}

/* It gets through, and what is wrong is behind the opening. */
static bool arrives(const struct ticket *ticket)
{
	const struct verdict *verdict = &ticket->about->verdict;

	return !fails(ticket) || verdict->phase != PHASE_CONNECT ||
		verdict->word == VERDICT_THROTTLED || verdict->word == VERDICT_LOSSY ||
		verdict->by == BY_DESTINATION;
}

static void add_here(struct way *way, const struct ticket *ticket)
{
	const struct vantage *vantage = &ticket->report->vantage;
	struct stop *stop = add(way);
	bool local = ticket->about->verdict.by == BY_LOCAL;

	snprintf(stop->name, sizeof(stop->name), "This computer");
	if (local) {
		snprintf(stop->note, sizeof(stop->note),
			"Port %u ends here: this computer stops it itself", ticket->about->port);
		stop->bad = true;
	} else if (vantage->address_count > 0) {
		address_print(&vantage->addresses[0], stop->note);
	}
	stop->tracks[0] = local ? TRACK_CUT_HERE : TRACK_FROM;
	stop->tracks[1] = ticket->comparison != NULL ? TRACK_FROM : TRACK_NONE;
}

static void add_hop(struct way *way, const struct ticket *ticket)
{
	const struct place *hop = &ticket->about->verdict.hop;
	struct stop *stop = add(way);
	char address[ADDRESS_TEXT] = "no address known";

	if (hop->address.family != ADDRESS_NONE)
		address_print(&hop->address, address);
	snprintf(stop->name, sizeof(stop->name), "Hop %u", hop->ttl);
	snprintf(stop->note, sizeof(stop->note), "%s: %s", address,
		hop->relation == PLACE_AT ? "this device answers in the server's place"
					  : "the last sign of life");
	stop->bad = true;
	stop->tracks[0] = hop->relation == PLACE_AT ? TRACK_CUT_HERE : TRACK_CUT;
	stop->tracks[1] = ticket->comparison != NULL ? TRACK_THROUGH : TRACK_NONE;
}

static void add_unknown(struct way *way, const struct ticket *ticket)
{
	struct stop *stop = add(way);
	bool cut = !arrives(ticket) && ticket->about->verdict.by != BY_LOCAL;

	snprintf(stop->name, sizeof(stop->name), "The network in between");
	if (cut) {
		snprintf(stop->note, sizeof(stop->note),
			"Port %u ends somewhere here or at the server", ticket->about->port);
		stop->bad = true;
	} else {
		snprintf(stop->note, sizeof(stop->note), "its hops were not looked at");
	}
	stop->tracks[0] = cut ? TRACK_CUT_HERE
		: ticket->about->verdict.by == BY_LOCAL ? TRACK_NONE
							: TRACK_THROUGH;
	stop->tracks[1] = ticket->comparison != NULL ? TRACK_THROUGH : TRACK_NONE;
}

static void add_server(struct way *way, const struct ticket *ticket)
{
	struct stop *stop = add(way);
	const struct result *about = ticket->about;

	snprintf(stop->name, sizeof(stop->name), "The mail server");
	address_print(&about->address, stop->note);
	stop->tracks[0] = arrives(ticket) ? TRACK_TO : TRACK_NONE;
	stop->tracks[1] = ticket->comparison != NULL ? TRACK_TO : TRACK_NONE;
}

static void find_way(struct way *way, const struct ticket *ticket)
{
	const struct verdict *verdict = &ticket->about->verdict;

	add_here(way, ticket);
	if (verdict->hop.known && verdict->hop.ttl > 0 && !arrives(ticket))
		add_hop(way, ticket);
	else
		add_unknown(way, ticket);
	add_server(way, ticket);
}

/* ---- drawing ---- */

/* Above the stop, below it, or both; in percent, so that it grows with its row. */
static void draw_track(FILE *out, enum track track, int x, const char *color)
{
	static const char line[] =
		"<line x1=\"%d\" y1=\"%d%%\" x2=\"%d\" y2=\"%d%%\" stroke=\"var(--%s)\"/>";

	if (track != TRACK_NONE && track != TRACK_FROM)
		fprintf(out, line, x, 0, x, 50, color);
	if (track == TRACK_THROUGH || track == TRACK_FROM || track == TRACK_CUT)
		fprintf(out, line, x, 50, x, track == TRACK_CUT ? 88 : 100, color);
}

static void draw_mark(FILE *out, enum track track, int x, const char *color)
{
	if (track != TRACK_NONE && track != TRACK_CUT_HERE)
		fprintf(out,
			"<circle cx=\"%d\" cy=\"50%%\" r=\"7\" fill=\"var(--card)\" "
			"stroke=\"var(--%s)\"/>",
			x, color);
	if (track == TRACK_CUT || track == TRACK_CUT_HERE)
		fprintf(out,
			"<svg x=\"%d\" y=\"%d%%\"><path d=\"M-8 -8l16 16m0 -16l-16 16\" "
			"stroke=\"var(--bad)\" fill=\"none\"/></svg>",
			x, track == TRACK_CUT ? 92 : 50);
}

static const char *color_of(const struct ticket *ticket)
{
	return fails(ticket) ? "bad" : "ok";
}

static void draw_stop(const struct ticket *ticket, const struct stop *stop, FILE *out)
{
	static const int places[2] = {22, 58};

	fputs("<li><svg aria-hidden=\"true\" stroke-width=\"4\">", out);
	for (int i = 0; i < 2; i++)
		draw_track(out, stop->tracks[i], places[i], i == 0 ? color_of(ticket) : "ok");
	for (int i = 0; i < 2; i++)
		draw_mark(out, stop->tracks[i], places[i], i == 0 ? color_of(ticket) : "ok");
	fputs("</svg><div class=\"where\">", out);
	html_element(out, "b", NULL, stop->name);
	if (stop->note[0] != '\0')
		html_element(out, "small", stop->bad ? "class=\"stop\"" : NULL, stop->note);
	fputs("</div></li>\n", out);
}

static void draw_key(const struct ticket *ticket, FILE *out)
{
	fputs("<p class=\"key\">", out);
	fprintf(out, "<span><i class=\"%s\"></i>left: port %u</span>", fails(ticket) ? "r" : "g",
		ticket->about->port);
	if (ticket->comparison != NULL)
		fprintf(out, "<span><i class=\"g\"></i>right: port %u, which works</span>",
			ticket->comparison->port);
	fputs("</p>\n", out);
}

void html_way(const struct ticket *ticket, FILE *out)
{
	struct way way = {.count = 0};

	find_way(&way, ticket);
	fputs(fails(ticket) ? "<h2>Where it stops</h2>\n<div class=\"card\">\n"
			    : "<h2>The way</h2>\n<div class=\"card\">\n",
		out);
	draw_key(ticket, out);
	fputs("<ol class=\"way\">\n", out);
	for (size_t i = 0; i < way.count; i++)
		draw_stop(ticket, &way.stops[i], out);
	fputs("</ol></div>\n", out);
}
