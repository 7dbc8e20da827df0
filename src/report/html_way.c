/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of stops from above to below, as on the map of a tram, since that fits a telephone as well
 * as a page: one track for each port. Rows are HTML and give way to long names; the piece of track
 * beside each grows with its row.
 */
#include "html_way.h"

#include "exchange.h"
#include "hop_line.h"
#include "html_text.h"
#include "report.h"
#include "rule_wording.h"
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
	TRACK_CUT_FROM, /* begins here and comes no further */
	TRACK_TO,       /* arrives here */
};

struct stop {
	char name[ADDRESS_TEXT + 32];
	char note[RULE_TEXT + 80];
	bool bad;             /* the note tells of the trouble */
	enum track tracks[2]; /* the port that fails, and the one that works */
};

struct way {
	struct stop stops[STOPS];
	size_t count;
	struct path own, control; /* flows 0: not looked for */
	uint16_t other_port;      /* of the second track; 0: there is none */
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

static enum track beside(const struct way *way, enum track track)
{
	return way->other_port != 0 ? track : TRACK_NONE;
}

static void add_here(struct way *way, const struct ticket *ticket)
{
	const struct vantage *vantage = &ticket->report->vantage;
	struct stop *stop = add(way);
	bool local = ticket->about->verdict.by == BY_LOCAL;

	snprintf(stop->name, sizeof(stop->name), "This computer");
	if (local) {
		char rule[RULE_TEXT];
		rule_sentence(ticket->about->figures.local.rule, rule);
		snprintf(stop->note, sizeof(stop->note),
			"Port %u ends here: this computer stops it itself%s%s", ticket->about->port,
			rule[0] == '\0' ? "" : ", by ", rule);
		stop->bad = true;
	} else if (vantage->address_count > 0) {
		address_print(&vantage->addresses[0], stop->note);
	}
	stop->tracks[0] = local ? TRACK_CUT_FROM : TRACK_FROM;
	stop->tracks[1] = beside(way, TRACK_FROM);
}

/* ---- hops that a sweep has found ---- */

static bool is_server(const struct path *path, uint8_t ttl, const struct ticket *ticket)
{
	int kind = hop_line_answer(path, ttl);

	return kind >= 0 && kind != ANSWER_ICMP &&
		address_equal(hop_line_speaker(path, ttl), &ticket->about->address);
}

/* The first hop limit that reaches the server, by either path; 0: none does. */
static uint8_t server_at(const struct way *way, const struct ticket *ticket)
{
	const struct path *path = way->control.flows > 0 ? &way->control : &way->own;

	for (uint8_t ttl = 1; ttl <= hop_line_end(path); ttl++) {
		if (is_server(path, ttl, ticket))
			return ttl;
	}
	return 0;
}

static const struct address *address_at(const struct way *way, uint8_t ttl)
{
	const struct address *own = hop_line_speaker(&way->own, ttl);

	if (way->own.hops[ttl].told > 0 || way->control.flows == 0)
		return own;
	return hop_line_speaker(&way->control, ttl);
}

static void note_hop(
	struct stop *stop, const struct way *way, const struct ticket *ticket, uint8_t ttl)
{
	const struct address *address = address_at(way, ttl);
	char text[ADDRESS_TEXT] = "no answer from here";

	if (address->family != ADDRESS_NONE)
		address_print(address, text);
	snprintf(stop->name, sizeof(stop->name), "Hop %u", ttl);
	if (stop->tracks[0] == TRACK_CUT)
		snprintf(stop->note, sizeof(stop->note), "%s: the last sign of life of port %u",
			text, ticket->about->port);
	else if (stop->tracks[0] == TRACK_CUT_HERE)
		snprintf(stop->note, sizeof(stop->note), "%s: port %u ends here", text,
			ticket->about->port);
	else if (way->own.hops[ttl].rtt_ms > 0 || way->control.hops[ttl].rtt_ms > 0)
		snprintf(stop->note, sizeof(stop->note), "%s, %.1f ms", text,
			way->own.hops[ttl].rtt_ms > 0 ? way->own.hops[ttl].rtt_ms
						      : way->control.hops[ttl].rtt_ms);
	else
		snprintf(stop->note, sizeof(stop->note), "%s", text);
	stop->bad = stop->tracks[0] == TRACK_CUT || stop->tracks[0] == TRACK_CUT_HERE;
}

static void add_swept(struct way *way, const struct ticket *ticket)
{
	const struct place *hop = &ticket->about->verdict.hop;
	uint8_t server = server_at(way, ticket);
	uint8_t own_end = hop->known ? hop->ttl : hop_line_end(&way->own);
	uint8_t other_end = hop_line_end(&way->control);
	uint8_t last = server > 0     ? (uint8_t)(server - 1)
		: own_end > other_end ? own_end
				      : other_end;
	bool through = arrives(ticket);

	for (uint8_t ttl = 1; ttl <= last && ttl <= PATH_HOPS; ttl++) {
		struct stop *stop = add(way);
		bool at = hop->known && hop->relation == PLACE_AT;
		stop->tracks[0] = through || ttl < own_end ? TRACK_THROUGH
			: ttl > own_end                    ? TRACK_NONE
			: at                               ? TRACK_CUT_HERE
							   : TRACK_CUT;
		stop->tracks[1] = beside(way, TRACK_THROUGH);
		note_hop(stop, way, ticket, ttl);
	}
}

/* ---- where there was none ---- */

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
	stop->tracks[1] = beside(way, TRACK_THROUGH);
}

static void add_unknown(struct way *way, const struct ticket *ticket)
{
	struct stop *stop = add(way);
	bool local = ticket->about->verdict.by == BY_LOCAL;
	bool cut = !arrives(ticket) && !local;

	snprintf(stop->name, sizeof(stop->name), "The network in between");
	if (cut)
		snprintf(stop->note, sizeof(stop->note),
			"Port %u ends somewhere here or at the server", ticket->about->port);
	else
		snprintf(stop->note, sizeof(stop->note), "its hops were not looked at");
	stop->bad = cut;
	stop->tracks[0] = cut ? TRACK_CUT_HERE : local ? TRACK_NONE : TRACK_THROUGH;
	stop->tracks[1] = beside(way, TRACK_THROUGH);
}

static void add_server(struct way *way, const struct ticket *ticket)
{
	struct stop *stop = add(way);

	snprintf(stop->name, sizeof(stop->name), "The mail server");
	address_print(&ticket->about->address, stop->note);
	stop->tracks[0] = arrives(ticket) ? TRACK_TO : TRACK_NONE;
	stop->tracks[1] = beside(way, TRACK_TO);
}

static void find_way(struct way *way, const struct ticket *ticket)
{
	const struct place *hop = &ticket->about->verdict.hop;
	bool swept = hop_line_paths(ticket->report, ticket->about, &way->own, &way->control);

	if (swept && way->control.flows > 0)
		way->other_port = way->control.port;
	else if (ticket->comparison != NULL)
		way->other_port = ticket->comparison->port;
	add_here(way, ticket);
	if (swept && hop_line_end(&way->own) > 0)
		add_swept(way, ticket);
	else if (hop->known && hop->ttl > 0 && !arrives(ticket))
		add_hop(way, ticket);
	else
		add_unknown(way, ticket);
	add_server(way, ticket);
}

/* ---- drawing ---- */

/* How far it runs above and below the stop, in percent, so that it grows with its row; where the
 * cross is, if any; and whether the stop itself is on it. */
static const struct shape {
	int from, to, cross;
	bool stop;
} shapes[] = {
	[TRACK_FROM] = {50, 100, 0, true},
	[TRACK_THROUGH] = {0, 100, 0, true},
	[TRACK_CUT] = {0, 88, 92, true},
	[TRACK_CUT_HERE] = {0, 50, 50, false},
	[TRACK_CUT_FROM] = {50, 88, 92, true},
	[TRACK_TO] = {0, 50, 0, true},
};

static void draw_track(FILE *out, enum track track, int x, const char *color)
{
	const struct shape *shape = &shapes[track];

	if (track != TRACK_NONE)
		fprintf(out,
			"<line x1=\"%d\" y1=\"%d%%\" x2=\"%d\" y2=\"%d%%\" "
			"stroke=\"var(--%s)\"/>",
			x, shape->from, x, shape->to, color);
}

static void draw_mark(FILE *out, enum track track, int x, const char *color)
{
	const struct shape *shape = &shapes[track];

	if (shape->stop)
		fprintf(out,
			"<circle cx=\"%d\" cy=\"50%%\" r=\"7\" fill=\"var(--card)\" "
			"stroke=\"var(--%s)\"/>",
			x, color);
	if (shape->cross > 0)
		fprintf(out,
			"<svg x=\"%d\" y=\"%d%%\"><path d=\"M-8 -8l16 16m0 -16l-16 16\" "
			"stroke=\"var(--bad)\" fill=\"none\"/></svg>",
			x, shape->cross);
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

static void draw_key(const struct way *way, const struct ticket *ticket, FILE *out)
{
	fputs("<p class=\"key\">", out);
	fprintf(out, "<span><i class=\"%s\"></i>left: port %u</span>", fails(ticket) ? "r" : "g",
		ticket->about->port);
	if (way->other_port != 0)
		fprintf(out, "<span><i class=\"g\"></i>right: port %u, which answers</span>",
			way->other_port);
	fputs("</p>\n", out);
}

void html_way(const struct ticket *ticket, FILE *out)
{
	struct way way = {.count = 0};

	find_way(&way, ticket);
	fputs(fails(ticket) ? "<h2>Where it stops</h2>\n<div class=\"card\">\n"
			    : "<h2>The way</h2>\n<div class=\"card\">\n",
		out);
	draw_key(&way, ticket, out);
	fputs("<ol class=\"way\">\n", out);
	for (size_t i = 0; i < way.count; i++)
		draw_stop(ticket, &way.stops[i], out);
	fputs("</ol></div>\n", out);
}
