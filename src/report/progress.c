/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"

#include "evidence.h"
#include "mailport.h"
#include "plan.h"
#include "sentence.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NS_PER_MS    1e6
#define NS_PER_S     1e9
#define BAR_WIDTH    24
#define USUAL_HEIGHT 24
#define ERASE_LINE   "\033[2K" /* ECMA-48 EL */

void progress_init(struct progress *progress, const struct paper *paper,
	const struct evidence *evidence, int64_t now_ns)
{
	struct winsize size = {.ws_row = 0};

	*progress = (struct progress){
		.paper = *paper,
		.evidence = evidence,
		.started_ns = now_ns,
		.height = USUAL_HEIGHT,
		.on = isatty(fileno(paper->file)) == 1,
	};
	if (progress->on && ioctl(fileno(paper->file), TIOCGWINSZ, &size) == 0 && size.ws_row > 4)
		progress->height = size.ws_row;
}

static void line_begin(struct progress *progress)
{
	fputs(ERASE_LINE, progress->paper.file);
}

static void line_end(struct progress *progress)
{
	fputc('\n', progress->paper.file);
	progress->drawn++;
}

static void rewind_lines(struct progress *progress)
{
	if (progress->drawn > 0)
		fprintf(progress->paper.file, "\033[%uA", progress->drawn); /* ECMA-48 CUU */
	progress->drawn = 0;
}

static bool has_room(const struct progress *progress)
{
	return progress->drawn + 2 < progress->height; /* the bar, and the cursor's line */
}

struct tally {
	unsigned probes, accepted, other;
	int64_t round_trip_ns; /* of the last that was accepted */
};

static struct tally tally_of(const struct endpoint *endpoint)
{
	struct tally tally = {.probes = 0};

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		bool accepted = exchange_answer(exchange, ANSWER_SYN_ACK) != NULL;
		tally.probes++;
		tally.accepted += accepted;
		tally.other += !accepted && exchange_answered(exchange);
		if (accepted)
			tally.round_trip_ns = exchange_round_trip_ns(exchange);
	}
	return tally;
}

/* The last probe may still be on its way, so one or two without an answer say nothing yet. */
static enum paper_ink ink_of(const struct tally *tally)
{
	bool refused = tally->other > 0;

	if (tally->probes == 0)
		return PAPER_PLAIN;
	if (tally->accepted == tally->probes)
		return PAPER_GOOD;
	return tally->accepted == 0 && (refused || tally->probes > 2) ? PAPER_BAD : PAPER_UNSURE;
}

static void draw_endpoint(struct progress *progress, const struct endpoint *endpoint)
{
	FILE *file = progress->paper.file;
	const struct mailport *row = mailport_find(endpoint->port);
	struct tally tally = tally_of(endpoint);
	char took[SENTENCE_NUMBER];

	line_begin(progress);
	fprintf(file, "  %5u  %-24s ", endpoint->port, row == NULL ? "" : row->purpose);
	paper_mark(&progress->paper, ink_of(&tally));
	if (tally.probes > 0 && tally.accepted == tally.probes && tally.round_trip_ns >= 0)
		fprintf(file, " %s ms",
			sentence_number(took, (double)tally.round_trip_ns / NS_PER_MS));
	else if (tally.probes > 0)
		fprintf(file, " %u of %u%s", tally.accepted, tally.probes,
			tally.other > 0 ? ", refused" : "");
	line_end(progress);
}

static void draw_host(struct progress *progress, const struct host *host)
{
	char address[ADDRESS_TEXT];

	if (!has_room(progress))
		return;
	line_begin(progress);
	if (host->name[0] != '\0') {
		paper_put(&progress->paper, PAPER_BOLD, host->name);
		fputs(" is ", progress->paper.file);
	}
	paper_put(&progress->paper, PAPER_PLAIN, address_print(&host->address, address));
	line_end(progress);
	for (size_t i = 0; i < host->endpoint_count && has_room(progress); i++) {
		if (host->endpoints[i].asked)
			draw_endpoint(progress, &host->endpoints[i]);
	}
}

static void draw_bar(struct progress *progress, const struct plan *plan, int64_t now_ns)
{
	double left_s = 0;
	double done = plan_progress(plan, progress->evidence, now_ns, &left_s);
	int full = done <= 0 ? 0 : done >= 1 ? BAR_WIDTH : (int)(done * BAR_WIDTH);
	char bar[BAR_WIDTH + 1];

	memset(bar, '-', BAR_WIDTH);
	memset(bar, '#', (size_t)full);
	bar[BAR_WIDTH] = '\0';
	line_begin(progress);
	fprintf(progress->paper.file,
		" [%s]  %.0f s gone, about %.0f s left   Ctrl-C keeps the results", bar,
		(double)(now_ns - progress->started_ns) / NS_PER_S, left_s);
	line_end(progress);
}

void progress_tick(void *context, const struct plan *plan, int64_t now_ns)
{
	struct progress *progress = context;

	if (!progress->on)
		return;
	rewind_lines(progress);
	for (size_t i = 0; i < progress->evidence->host_count; i++)
		draw_host(progress, &progress->evidence->hosts[i]);
	draw_bar(progress, plan, now_ns);
	fflush(progress->paper.file);
}

void progress_clear(struct progress *progress)
{
	if (!progress->on || progress->drawn == 0)
		return;
	rewind_lines(progress);
	fputs("\033[J", progress->paper.file); /* ECMA-48 ED: from here to the end */
	fflush(progress->paper.file);
}
