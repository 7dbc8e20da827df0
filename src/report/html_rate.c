/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_rate.h"

#include "evidence.h"
#include "html_text.h"
#include "report.h"
#include "sentence.h"
#include "ticket.h"
#include "timeline.h"

#include <stdbool.h>
#include <stdlib.h>

#define WIDTH  360
#define HEIGHT 270
#define LEFT   34
#define RIGHT  346
#define TOP    18
#define BOTTOM 224

#define LEAST 8 /* attempts, for a picture */

struct plot {
	FILE *out;
	const struct sample *samples;
	size_t count; /* of samples, others' ports among them */
	size_t tried, answered;
	double seconds; /* of the last attempt */
};

static bool is_limited(const struct result *result)
{
	return (result->verdict.word == VERDICT_THROTTLED && !result_limits_data(result)) ||
		result->verdict.word == VERDICT_LOSSY;
}

/* The one with a limit, else the one that is compared with, to show what none looks like. */
static const struct result *subject(const struct ticket *ticket)
{
	const struct report *report = ticket->report;

	for (size_t i = 0; i < report->result_count; i++) {
		if (is_limited(&report->results[i]))
			return &report->results[i];
	}
	if (ticket->comparison != NULL)
		return ticket->comparison;
	return ticket->about->verdict.word == VERDICT_OPEN ? ticket->about : NULL;
}

static void count_all(struct plot *plot)
{
	for (size_t i = 0; i < plot->count; i++) {
		const struct sample *sample = &plot->samples[i];
		if (sample->role != SAMPLE_TARGET)
			continue;
		plot->tried++;
		plot->answered += sample->outcome == SAMPLE_ANSWERED;
		plot->seconds = sample->time_s;
	}
}

static double x_of(const struct plot *plot, double time_s)
{
	double span = plot->seconds > 0 ? plot->seconds : 1;

	return LEFT + (RIGHT - LEFT) * time_s / span;
}

static double y_of(const struct plot *plot, size_t count)
{
	return BOTTOM - (BOTTOM - TOP) * (double)count / (double)plot->tried;
}

static void draw_axes(const struct plot *plot)
{
	char seconds[SENTENCE_NUMBER];

	fprintf(plot->out,
		"<path d=\"M%d %dV%dH%d\" stroke=\"var(--mut)\" fill=\"none\"/>\n"
		"<text class=\"s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%zu</text>"
		"<text class=\"s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>"
		"<text class=\"s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s s</text>"
		"<text class=\"s\" x=\"%d\" y=\"%d\">attempts and answers, added up over time</text>\n",
		LEFT, TOP, BOTTOM, RIGHT, LEFT - 6, TOP + 4, plot->tried, LEFT - 6, BOTTOM + 4,
		RIGHT, BOTTOM + 17, sentence_number(seconds, plot->seconds), LEFT, BOTTOM + 34);
}

/* A staircase of attempts, or of the answered ones among them. */
static void draw_steps(const struct plot *plot, bool answered, const char *look)
{
	size_t count = 0;

	fprintf(plot->out, "<path d=\"M%d %d", LEFT, BOTTOM);
	for (size_t i = 0; i < plot->count; i++) {
		const struct sample *sample = &plot->samples[i];
		if (sample->role != SAMPLE_TARGET ||
			(answered && sample->outcome != SAMPLE_ANSWERED))
			continue;
		count++;
		fprintf(plot->out, "H%.1fV%.1f", x_of(plot, sample->time_s), y_of(plot, count));
	}
	fprintf(plot->out, "H%d\" %s fill=\"none\"/>\n", RIGHT, look);
}

static void draw_caption(const struct plot *plot, const struct result *result)
{
	const struct rate_estimate *rate = &result->figures.rate;
	char number[SENTENCE_NUMBER];

	fputs("<p class=\"mut\">", plot->out);
	if (result->verdict.word == VERDICT_THROTTLED && rate->rate_per_s > 0)
		html_format(plot->out,
			"%zu of %zu answered. The limit: about %s a second, %u at once.",
			plot->answered, plot->tried, sentence_number(number, rate->rate_per_s),
			rate->burst);
	else
		html_format(plot->out, "%zu of %zu answered.", plot->answered, plot->tried);
	fputs("</p>\n", plot->out);
}

static void draw(struct plot *plot, const struct result *result)
{
	fprintf(plot->out,
		"<div><h2>Speed test, port %u</h2>\n<div class=\"card\">\n<p class=\"key\"><span><i "
		"class=\"d\"></i>tried</span><span><i class=\"a\"></i>answered</span></p>\n"
		"<svg class=\"fig\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
		result->port, WIDTH, HEIGHT);
	html_format(plot->out, "Of %zu attempts on port %u, %zu were answered", plot->tried,
		result->port, plot->answered);
	fputs("\">\n", plot->out);
	draw_axes(plot);
	draw_steps(
		plot, false, "stroke=\"var(--mut)\" stroke-width=\"2\" stroke-dasharray=\"5 4\"");
	draw_steps(plot, true, "stroke=\"var(--acc)\" stroke-width=\"3\"");
	fputs("</svg>\n", plot->out);
	draw_caption(plot, result);
	fputs("</div></div>\n", plot->out);
}

void html_rate(const struct ticket *ticket, FILE *out)
{
	const struct evidence *evidence = ticket->report->evidence;
	const struct result *result = subject(ticket);
	const struct host *host = result == NULL ? NULL : evidence_host(evidence, &result->address);
	const struct endpoint *endpoint = host == NULL ? NULL : host_endpoint(host, result->port);

	if (endpoint == NULL)
		return;
	struct sample *samples = calloc(RATE_SAMPLES, sizeof(*samples));

	if (samples == NULL)
		return;
	struct plot plot = {.out = out, .samples = samples};

	plot.count = timeline_of(host, endpoint, evidence->last_ns, samples);
	count_all(&plot);
	if (plot.tried >= LEAST && plot.seconds > 0)
		draw(&plot, result);
	free(samples);
}
