/* SPDX-License-Identifier: BSD-2-Clause */
#include "metrics.h"

#include "certificate.h"
#include "escape.h"
#include "fault.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NS_PER_S   1e9
#define MS_PER_S   1e3
#define UNKNOWN    (-1.0)
#define LABEL_TEXT (2 * ESCAPE_ROOM(255) + 1)

struct metrics_row metrics_row_of(const struct result *result)
{
	const struct figures *figures = &result->figures;
	const struct certificate *certificate = result_certificate(result);
	bool limited = result->verdict.word == VERDICT_THROTTLED && !result_limits_data(result);
	bool dated = certificate != NULL && certificate->dated;

	return (struct metrics_row){
		.host = result->host,
		.address = result->address,
		.port = result->port,
		.word = result->verdict.word,
		.by = result->verdict.by,
		.rtt_s = figures->round_trips.samples > 0
			? figures->round_trips.median_ms / MS_PER_S
			: UNKNOWN,
		.loss_ratio = figures->loss.sent > 0 ? figures->loss.ratio : UNKNOWN,
		.limit_rate_per_s = limited && figures->rate.rate_per_s > 0
			? figures->rate.rate_per_s
			: UNKNOWN,
		.limit_burst = limited ? figures->rate.burst : UNKNOWN,
		.last_hop = result->verdict.hop.known ? result->verdict.hop.ttl : -1,
		.certificate_end_s = dated ? certificate->not_after_s : 0,
		.probes = figures->counts.probes,
	};
}

/* Values of a family: false where a row has none. */

static bool is_open(const struct metrics_row *row, double *value)
{
	*value = row->word == VERDICT_OPEN;
	return true;
}

static bool rtt(const struct metrics_row *row, double *value)
{
	*value = row->rtt_s;
	return row->rtt_s >= 0;
}

static bool loss(const struct metrics_row *row, double *value)
{
	*value = row->loss_ratio;
	return row->loss_ratio >= 0;
}

static bool limit_rate(const struct metrics_row *row, double *value)
{
	*value = row->limit_rate_per_s;
	return row->limit_rate_per_s >= 0;
}

static bool limit_burst(const struct metrics_row *row, double *value)
{
	*value = row->limit_burst;
	return row->limit_burst >= 0;
}

static bool last_hop(const struct metrics_row *row, double *value)
{
	*value = row->last_hop;
	return row->last_hop >= 0;
}

static bool certificate_end(const struct metrics_row *row, double *value)
{
	*value = (double)row->certificate_end_s;
	return row->certificate_end_s > 0;
}

static bool probes(const struct metrics_row *row, double *value)
{
	*value = (double)row->probes;
	return true;
}

static const struct family {
	const char *name, *type, *help;
	bool (*value)(const struct metrics_row *row, double *value);
} families[] = {
	{"mailsonde_probe_success", "gauge", "1 if the port is open, with all that was asked for",
		is_open},
	{"mailsonde_rtt_seconds", "gauge", "Median time to the answer of a SYN", rtt},
	{"mailsonde_loss_ratio", "gauge", "Share of probes without an answer", loss},
	{"mailsonde_limit_connections_per_second", "gauge",
		"New connections a second that a throttled port takes", limit_rate},
	{"mailsonde_limit_burst_connections", "gauge",
		"New connections at once that a throttled port takes", limit_burst},
	{"mailsonde_last_hop_seen", "gauge",
		"Hop limit of the last device known to see the packets", last_hop},
	{"mailsonde_ssl_earliest_cert_expiry", "gauge",
		"When the certificate expires, in seconds since 1970", certificate_end},
	{"mailsonde_probes_sent_total", "counter", "SYN probes sent", probes},
};

static void put_head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s.\n# TYPE %s %s\n", name, help, name, type);
}

/* Backslash and quote are escaped in a label's value, and no line break is left by escape_text().
 */
static void put_label_text(FILE *out, const char *text)
{
	char safe[ESCAPE_ROOM(255)];

	escape_text(safe, sizeof(safe), text, false);
	for (const char *c = safe; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			fputc('\\', out);
		fputc(*c, out);
	}
}

static void put_labels(FILE *out, const struct metrics_row *row)
{
	char address[ADDRESS_TEXT];

	address_print(&row->address, address);
	fputs("{target=\"", out);
	put_label_text(out, row->host[0] == '\0' ? address : row->host);
	fprintf(out, "\",ip=\"%s\",port=\"%u\"", address, row->port);
}

static void put_family(FILE *out, const struct metrics_run *run, const struct family *family)
{
	bool headed = false;

	for (size_t i = 0; i < run->count; i++) {
		double value;
		if (!family->value(&run->rows[i], &value))
			continue;
		if (!headed)
			put_head(out, family->name, family->type, family->help);
		headed = true;
		fputs(family->name, out);
		put_labels(out, &run->rows[i]);
		fprintf(out, "} %.15g\n", value);
	}
}

/* One of all words is 1, so that a change leaves no series behind that still says the old one. */
static void put_verdict(FILE *out, const struct metrics_row *row)
{
	for (int word = 0; word < VERDICT_WORDS; word++) {
		bool holds = (int)row->word == word;
		const char *by = holds ? verdict_by_name(row->by) : NULL;
		fputs("mailsonde_verdict", out);
		put_labels(out, row);
		fprintf(out, ",verdict=\"%s\",by=\"%s\"} %d\n",
			verdict_word_name((enum verdict_word)word), by == NULL ? "" : by, holds);
	}
}

static void put_run(FILE *out, const struct metrics_run *run)
{
	put_head(out, "mailsonde_probe_duration_seconds", "gauge", "How long the last run took");
	fprintf(out, "mailsonde_probe_duration_seconds %.6f\n",
		(double)(run->finished_ns - run->started_ns) / NS_PER_S);
	put_head(out, "mailsonde_last_run_timestamp_seconds", "gauge", "When the last run ended");
	fprintf(out, "mailsonde_last_run_timestamp_seconds %.3f\n",
		(double)run->finished_ns / NS_PER_S);
	put_head(out, "mailsonde_build_info", "gauge", "The program's version");
	fprintf(out, "mailsonde_build_info{version=\"%s\"} 1\n", report_version());
}

void metrics_print(const struct metrics_run *run, FILE *out)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		put_family(out, run, &families[i]);
	if (run->count > 0)
		put_head(out, "mailsonde_verdict", "gauge",
			"1 for the verdict that holds, with by whom; 0 for all others");
	for (size_t i = 0; i < run->count; i++)
		put_verdict(out, &run->rows[i]);
	put_run(out, run);
}

char *metrics_text(const struct report *report, size_t *length)
{
	struct metrics_row *rows = fault_allocate(report->result_count + 1, sizeof(*rows));
	struct metrics_run run = {.started_ns = report->started_ns,
		.finished_ns = report->finished_ns,
		.rows = rows,
		.count = report->result_count};
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	if (out == NULL)
		fault_out_of_memory();
	for (size_t i = 0; i < report->result_count; i++)
		rows[i] = metrics_row_of(&report->results[i]);
	metrics_print(&run, out);
	if (fclose(out) != 0)
		fault_out_of_memory();
	free(rows);
	return text;
}

static int write_all(int descriptor, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(descriptor, text, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return -1;
		text += written;
		length -= (size_t)written;
	}
	return fsync(descriptor);
}

int metrics_write(const char *path, const char *text, size_t length, struct fault *why)
{
	char beside[PATH_MAX];

	/* Not *.prom, which the collector would read half written. */
	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", path) >= (int)sizeof(beside))
		return fault_set(why, FAULT_CANNOT_CREATE, "the name of the textfile is too long");
	int descriptor = mkostemp(beside, O_CLOEXEC);

	if (descriptor < 0)
		return fault_set(why, FAULT_CANNOT_CREATE, "cannot create %.300s: %s", path,
			strerror(errno));
	bool whole = write_all(descriptor, text, length) == 0 &&
		fchmod(descriptor, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0;
	int error = errno;

	close(descriptor);
	if (whole && rename(beside, path) == 0)
		return 0;
	error = whole ? errno : error;
	unlink(beside);
	return fault_set(why, FAULT_IO, "cannot write %.300s: %s", path, strerror(error));
}
