/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include "fault.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_US INT64_C(1000)
#define MS_PER_S  1e3

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text == NULL ? "" : text;
}

static double number_of(const json_t *line, const char *key)
{
	const json_t *value = json_object_get(line, key);

	return json_is_number(value) ? json_number_value(value) : -1;
}

static int whole_of(const json_t *line, const char *key)
{
	double number = number_of(line, key);

	return number >= 0 && number <= 1e9 ? (int)number : -1;
}

static void copy(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
}

/* Our own form of RFC 3339; 0 for anything else. */
static int64_t time_of(const json_t *line, const char *key)
{
	struct tm parts = {.tm_isdst = 0};
	const char *text = text_of(line, key);
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	int64_t microseconds = 0;
	int digits = 0;

	if (rest == NULL)
		return 0;
	if (*rest == '.') {
		for (rest++; *rest >= '0' && *rest <= '9' && digits < 6; rest++, digits++)
			microseconds = microseconds * 10 + (*rest - '0');
	}
	for (; digits < 6; digits++)
		microseconds *= 10;
	return strcmp(rest, "Z") == 0
		? (int64_t)timegm(&parts) * NS_PER_S + microseconds * NS_PER_US
		: 0;
}

static bool take_words(struct observation *look, const json_t *line)
{
	const char *phase = text_of(line, "phase");
	const char *by = text_of(line, "by");
	bool phased = false;

	look->by = BY_NOBODY;
	for (int i = PHASE_CONNECT; i <= PHASE_CERTIFICATE; i++) {
		if (strcmp(phase, verdict_phase_name((enum verdict_phase)i)) != 0)
			continue;
		look->phase = (enum verdict_phase)i;
		phased = true;
	}
	for (int i = BY_LOCAL; i <= BY_UNKNOWN; i++) {
		if (strcmp(by, verdict_by_name((enum verdict_by)i)) == 0)
			look->by = (enum verdict_by)i;
	}
	return phased && verdict_word_parse(&look->word, text_of(line, "verdict"));
}

static void take_figures(struct record *record, const json_t *line)
{
	struct observation *look = &record->look;
	int probes = whole_of(line, "probes");

	record->confidence = number_of(line, "confidence");
	record->rtt_ms = number_of(line, "rtt_median_ms");
	record->loss_ratio = number_of(line, "loss_ratio");
	record->burst = whole_of(line, "throttle_burst");
	record->hop = whole_of(line, "hop_ttl");
	record->probes = probes < 0 ? 0 : (unsigned)probes;
	look->limit_per_s = number_of(line, "throttle_rate_per_s");
	look->certificate_end_s = time_of(line, "certificate_not_after") / NS_PER_S;
	copy(look->path, sizeof(look->path), text_of(line, "path"));
	copy(record->service, sizeof(record->service), text_of(line, "service"));
	copy(record->summary, sizeof(record->summary), text_of(line, "summary"));
}

static bool take(struct record *record, struct record_run *run, const json_t *line)
{
	int port = whole_of(line, "port");
	const char *host = text_of(line, "host");
	const char *id = text_of(line, "run");

	if (strcmp(text_of(line, "schema"), "mailsonde.result/1") != 0 || !run_id_valid(id) ||
		port < 1 || port > UINT16_MAX || strlen(host) >= sizeof(record->host) ||
		!address_parse(&record->address, text_of(line, "address")) ||
		!take_words(&record->look, line))
		return false;
	copy(record->host, sizeof(record->host), host);
	record->port = (uint16_t)port;
	take_figures(record, line);
	copy(run->id, sizeof(run->id), id);
	copy(run->vantage, sizeof(run->vantage), text_of(line, "vantage"));
	run->started_ns = time_of(line, "started");
	run->finished_ns = time_of(line, "time");
	record->look.time_ns = run->finished_ns;
	return run->finished_ns != 0;
}

int record_parse(struct record *out, struct record_run *run, const char *line, size_t length,
	struct fault *why)
{
	json_t *object = json_loadb(line, length, 0, NULL);
	bool whole;

	*out = (struct record){.port = 0};
	whole = json_is_object(object) && take(out, run, object);
	json_decref(object);
	return whole ? 0
		     : fault_set(why, FAULT_DATA,
			       "the diagnosis wrote a line that is no result of its kind");
}

struct metrics_row record_metrics(const struct record *record)
{
	return (struct metrics_row){
		.host = "",
		.address = record->address,
		.port = record->port,
		.word = record->look.word,
		.by = record->look.by,
		.rtt_s = record->rtt_ms < 0 ? record->rtt_ms : record->rtt_ms / MS_PER_S,
		.loss_ratio = record->loss_ratio,
		.limit_rate_per_s = record->look.limit_per_s,
		.limit_burst = record->burst,
		.last_hop = record->hop,
		.certificate_end_s = record->look.certificate_end_s,
	};
}
