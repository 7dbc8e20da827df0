/* SPDX-License-Identifier: BSD-2-Clause */
#include "plugin.h"

#include "certificate.h"
#include "escape.h"
#include "place_wording.h"
#include "report.h"
#include "wording.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_S  1e3
#define LINE_TEXT 1024

/* Half of a range: a number, or nothing where it may be open. */
static bool take_bound(const char *text, size_t length, double *out)
{
	char word[32];
	char *end = NULL;

	if (length == 0 || length >= sizeof(word))
		return false;
	memcpy(word, text, length);
	word[length] = '\0';
	*out = strtod(word, &end);
	return *end == '\0' && isfinite(*out);
}

static bool take_range(struct plugin_range *range, const char *text)
{
	const char *colon = strchr(text, ':');

	range->least = 0;
	range->most = INFINITY;
	if (colon == NULL)
		return take_bound(text, strlen(text), &range->most) && range->most >= 0;
	size_t length = (size_t)(colon - text);

	if (length == 1 && *text == '~')
		range->least = -INFINITY;
	else if (length > 0 && !take_bound(text, length, &range->least))
		return false;
	if (colon[1] != '\0' && !take_bound(colon + 1, strlen(colon + 1), &range->most))
		return false;
	return range->least <= range->most;
}

bool plugin_range_parse(struct plugin_range *out, const char *text)
{
	*out = (struct plugin_range){.given = true, .inside = text[0] == '@'};
	if (strlen(text) >= sizeof(out->text))
		return false;
	memcpy(out->text, text, strlen(text) + 1);
	return take_range(out, text + out->inside);
}

bool plugin_range_alerts(const struct plugin_range *range, double value)
{
	bool within = value >= range->least && value <= range->most;

	return range->given && within == range->inside;
}

const char *plugin_status_name(enum plugin_status status)
{
	static const char *const names[] = {
		[PLUGIN_OK] = "OK",
		[PLUGIN_WARNING] = "WARNING",
		[PLUGIN_CRITICAL] = "CRITICAL",
		[PLUGIN_UNKNOWN] = "UNKNOWN",
	};

	return names[status];
}

static const enum plugin_status status_of_word[VERDICT_WORDS] = {
	[VERDICT_OPEN] = PLUGIN_OK,
	[VERDICT_DROPPED] = PLUGIN_CRITICAL,
	[VERDICT_REFUSED] = PLUGIN_CRITICAL,
	[VERDICT_UNREACHABLE] = PLUGIN_CRITICAL,
	[VERDICT_THROTTLED] = PLUGIN_WARNING, /* mail goes through, slowly */
	[VERDICT_LOSSY] = PLUGIN_WARNING,
	[VERDICT_INTERCEPTED] = PLUGIN_CRITICAL,
	[VERDICT_MISCONFIGURED] = PLUGIN_CRITICAL,
	[VERDICT_REJECTED] = PLUGIN_CRITICAL,
	[VERDICT_DOWN] = PLUGIN_CRITICAL,
	[VERDICT_INCONCLUSIVE] = PLUGIN_UNKNOWN,
};

static bool timed(const struct result *result)
{
	return result->figures.round_trips.samples > 0;
}

static double rtt_s(const struct result *result)
{
	return result->figures.round_trips.median_ms / MS_PER_S;
}

/* Without packets a port that does not open has no better word than inconclusive; that it does not
 * open is known all the same, unless the attempt was broken off. */
static bool fails_to_open(const struct result *result)
{
	int error = result->figures.local.connect_error;

	return verdict_has(&result->verdict, FINDING_SHALLOW) && error != 0 && error != EINTR &&
		error != EMFILE && error != ENFILE;
}

static enum plugin_status worse(enum plugin_status a, enum plugin_status b)
{
	static const int rank[] = {
		[PLUGIN_OK] = 0, [PLUGIN_UNKNOWN] = 1, [PLUGIN_WARNING] = 2, [PLUGIN_CRITICAL] = 3};

	return rank[a] >= rank[b] ? a : b;
}

static enum plugin_status status_of(const struct result *result, const struct plugin_limits *limits)
{
	enum plugin_status status = status_of_word[result->verdict.word];

	if (fails_to_open(result))
		status = PLUGIN_CRITICAL;
	if (result->verdict.word == VERDICT_OPEN &&
		verdict_has(&result->verdict, FINDING_EXPIRES_SOON))
		status = PLUGIN_WARNING;
	if (timed(result) && plugin_range_alerts(&limits->warning, rtt_s(result)))
		status = worse(status, PLUGIN_WARNING);
	if (timed(result) && plugin_range_alerts(&limits->critical, rtt_s(result)))
		status = worse(status, PLUGIN_CRITICAL);
	return status;
}

static bool one_address(const struct report *report)
{
	for (size_t i = 1; i < report->result_count; i++) {
		if (!address_equal(&report->results[i].address, &report->results[0].address))
			return false;
	}
	return true;
}

/* A bar would end the text, and a line break the line. */
static void put_text(FILE *out, const char *text)
{
	char safe[ESCAPE_ROOM(LINE_TEXT)];

	escape_text(safe, sizeof(safe), text, false);
	for (const char *c = safe; *c != '\0'; c++)
		fputc(*c == '|' ? '/' : *c, out);
}

/* " in tls": a phase, where it says more than that the port does not open. */
static const char *phase_of(const struct result *result)
{
	bool told = result->verdict.word != VERDICT_OPEN && result->verdict.phase != PHASE_CONNECT;

	return told ? verdict_phase_name(result->verdict.phase) : NULL;
}

static const char *culprit_of(const struct result *result)
{
	return result->verdict.by == BY_UNKNOWN ? NULL : verdict_by_name(result->verdict.by);
}

static void describe(const struct result *result, FILE *out)
{
	char place[PLACE_WORDS];
	char address[ADDRESS_TEXT];
	const char *phase = phase_of(result);
	const char *by = culprit_of(result);

	fprintf(out, "port %u of %s %s", result->port, address_print(&result->address, address),
		fails_to_open(result) ? "does not open" : verdict_word_name(result->verdict.word));
	if (phase != NULL)
		fprintf(out, " in %s", phase);
	if (by != NULL)
		fprintf(out, " by %s", by);
	if (place_words(result, place)[0] != '\0')
		fprintf(out, " %s", place);
	if (timed(result) && result->verdict.word == VERDICT_OPEN)
		fprintf(out, " in %.3g s", rtt_s(result));
}

static void put_label(
	const struct report *report, const struct result *result, const char *what, FILE *out)
{
	char address[ADDRESS_TEXT];

	if (one_address(report))
		fprintf(out, " '%u_%s'=", result->port, what);
	else
		fprintf(out, " '%s_%u_%s'=", address_print(&result->address, address), result->port,
			what);
}

/* U says that a figure which is always told could not be had this time. */
static void put_figures(const struct report *report, const struct result *result,
	const struct plugin_limits *limits, FILE *out)
{
	const struct loss_figures *loss = &result->figures.loss;
	const struct certificate *certificate = result_certificate(result);

	put_label(report, result, "rtt", out);
	if (timed(result))
		fprintf(out, "%.6fs", rtt_s(result));
	else
		fputc('U', out);
	fprintf(out, ";%s;%s;0", limits->warning.text, limits->critical.text);
	if (!report->shallow) {
		put_label(report, result, "loss", out);
		if (loss->sent > 0)
			fprintf(out, "%.1f%%;;;0;100", loss->ratio * 100);
		else
			fputs("U;;;0;100", out);
	}
	if (certificate != NULL && certificate->dated) {
		put_label(report, result, "certificate_days", out);
		fprintf(out, "%lld",
			(long long)certificate_days_left(certificate, report->finished_ns));
	}
}

/* What is worst comes first, since some screens show no more. */
static void put_descriptions(
	const struct report *report, const struct plugin_limits *limits, FILE *out)
{
	static const enum plugin_status order[] = {
		PLUGIN_CRITICAL, PLUGIN_WARNING, PLUGIN_UNKNOWN, PLUGIN_OK};
	bool first = true;

	for (size_t o = 0; o < sizeof(order) / sizeof(order[0]); o++) {
		for (size_t i = 0; i < report->result_count; i++) {
			if (status_of(&report->results[i], limits) != order[o])
				continue;
			fputs(first ? " - " : ", ", out);
			describe(&report->results[i], out);
			first = false;
		}
	}
}

enum plugin_status plugin_status_of(const struct report *report, const struct plugin_limits *limits)
{
	enum plugin_status status = report->result_count > 0 ? PLUGIN_OK : PLUGIN_UNKNOWN;

	for (size_t i = 0; i < report->result_count; i++)
		status = worse(status, status_of(&report->results[i], limits));
	return status;
}

void plugin_print(
	const struct report *report, const struct plugin_limits *limits, bool verbose, FILE *out)
{
	char summary[SUMMARY_TEXT];

	fprintf(out, "MAILSONDE %s", plugin_status_name(plugin_status_of(report, limits)));
	put_descriptions(report, limits, out);
	fputs(" |", out);
	for (size_t i = 0; i < report->result_count; i++)
		put_figures(report, &report->results[i], limits, out);
	fputc('\n', out);
	for (size_t i = 0; verbose && i < report->result_count; i++) {
		put_text(out, report_summary(report, &report->results[i], summary));
		fputc('\n', out);
	}
}

void plugin_print_unknown(const char *why, FILE *out)
{
	fputs("MAILSONDE UNKNOWN - ", out);
	put_text(out, why);
	fputc('\n', out);
}
