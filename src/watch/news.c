/* SPDX-License-Identifier: BSD-2-Clause */
#include "news.h"

#include "escape.h"
#include "fault.h"
#include "safe_json.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S_PER_DAY 86400
#define NS_PER_S  INT64_C(1000000000)

static long long days_left(const struct observation *look)
{
	int64_t left_s = look->certificate_end_s - look->time_ns / NS_PER_S;

	return (long long)(left_s / S_PER_DAY) - (left_s % S_PER_DAY < 0);
}

/* The words for one kind, after the port and before the facts. */

static void tell_first(FILE *out, const struct change *change)
{
	fprintf(out, "is %s", verdict_word_name(change->after.word));
}

static void tell_verdict(FILE *out, const struct change *change)
{
	fprintf(out, "changed %s -> %s",
		change->before.unsteady ? "unsteady" : verdict_word_name(change->before.word),
		verdict_word_name(change->after.word));
}

static void tell_unsteady(FILE *out, const struct change *change)
{
	fprintf(out, "is unsteady, now %s", verdict_word_name(change->after.word));
}

static void tell_steady(FILE *out, const struct change *change)
{
	fprintf(out, "is steady again, %s", verdict_word_name(change->after.word));
}

static void tell_certificate(FILE *out, const struct change *change)
{
	char date[TIMESTAMP_TEXT];

	fprintf(out, "certificate expires in %lld days, on %s", days_left(&change->after),
		timestamp_date(change->after.certificate_end_s, date));
}

static void tell_renewed(FILE *out, const struct change *change)
{
	char date[TIMESTAMP_TEXT];

	fprintf(out, "certificate renewed, to %s",
		timestamp_date(change->after.certificate_end_s, date));
}

static void tell_path(FILE *out, const struct change *change)
{
	fprintf(out, "has a new path: %s (was: %s)", change->after.path, change->before.path);
}

static void tell_limit(FILE *out, const struct change *change)
{
	fprintf(out, "limit changed %.3g/s -> %.3g/s", change->before.limit_per_s,
		change->after.limit_per_s);
}

static void (*const tell[CHANGE_KINDS])(FILE *out, const struct change *change) = {
	[CHANGE_FIRST] = tell_first,
	[CHANGE_VERDICT] = tell_verdict,
	[CHANGE_UNSTEADY] = tell_unsteady,
	[CHANGE_STEADY] = tell_steady,
	[CHANGE_CERTIFICATE] = tell_certificate,
	[CHANGE_RENEWED] = tell_renewed,
	[CHANGE_PATH] = tell_path,
	[CHANGE_LIMIT] = tell_limit,
};

static void write_text(char out[static NEWS_TEXT], const struct change *change,
	const struct record *record, const struct record_run *run)
{
	char line[NEWS_TEXT / 2];
	char address[ADDRESS_TEXT];
	const char *by = verdict_by_name(change->after.by);
	const char *host = record->host;
	FILE *file = fmemopen(line, sizeof(line), "w");

	if (file == NULL)
		fault_out_of_memory();
	address_print(&record->address, address);
	if (host[0] == '\0')
		host = address;
	fprintf(file, strchr(host, ':') == NULL ? "%s:%u " : "[%s]:%u ", host, record->port);
	tell[change->kind](file, change);
	if (by != NULL)
		fprintf(file, " by=%s", by);
	if (record->hop >= 0 && by != NULL)
		fprintf(file, " hop=%d", record->hop);
	fprintf(file, " ip=%s run=%s", address, run->id);
	fclose(file);
	line[sizeof(line) - 1] = '\0';
	escape_text(out, NEWS_TEXT, line, false);
}

static json_t *json_of(
	const struct change *change, const struct record *record, const struct record_run *run)
{
	const struct observation *after = &change->after;
	const struct standing *before = &change->before;
	json_t *object = json_object();

	safe_json_put(object, "schema", safe_json("mailsonde.change/1"));
	safe_json_put(object, "run", safe_json(run->id));
	safe_json_put(object, "time", safe_json_time(after->time_ns));
	safe_json_put(object, "vantage", safe_json(run->vantage));
	safe_json_put(object, "kind", safe_json(change_kind_name(change->kind)));
	safe_json_put(object, "host", safe_json(record->host));
	safe_json_put(object, "address", safe_json_address(&record->address));
	safe_json_put(object, "port", json_integer(record->port));
	safe_json_put(object, "service", safe_json(record->service));
	safe_json_put(object, "before",
		safe_json(before->known ? verdict_word_name(before->word) : NULL));
	safe_json_put(object, "verdict", safe_json(verdict_word_name(after->word)));
	safe_json_put(object, "phase", safe_json(verdict_phase_name(after->phase)));
	safe_json_put(object, "by", safe_json(verdict_by_name(after->by)));
	safe_json_put(
		object, "hop_ttl", record->hop >= 0 ? json_integer(record->hop) : json_null());
	safe_json_put(object, "certificate_not_after",
		safe_json_time(after->certificate_end_s * NS_PER_S));
	safe_json_put(object, "path_before", safe_json(before->path));
	safe_json_put(object, "path", safe_json(after->path));
	safe_json_put(object, "limit_before_per_s",
		before->limit_per_s > 0 ? safe_json_number(before->limit_per_s) : json_null());
	safe_json_put(object, "limit_per_s",
		after->limit_per_s > 0 ? safe_json_number(after->limit_per_s) : json_null());
	safe_json_put(object, "summary", safe_json(record->summary));
	return object;
}

/* Whether somebody should worry, as against be told that all is well. */
static bool is_trouble(const struct change *change)
{
	switch (change->kind) {
	case CHANGE_FIRST:
	case CHANGE_VERDICT:
	case CHANGE_STEADY:
		return change->after.word != VERDICT_OPEN;
	case CHANGE_UNSTEADY:
	case CHANGE_CERTIFICATE:
		return true;
	case CHANGE_RENEWED:
	case CHANGE_PATH:
	case CHANGE_LIMIT:
		break;
	}
	return false;
}

void news_init(struct news *news, const struct change *change, const struct record *record,
	const struct record_run *run)
{
	json_t *object = json_of(change, record, run);

	*news = (struct news){.trouble = is_trouble(change)};
	write_text(news->text, change, record, run);
	news->json = json_dumps(object, JSON_COMPACT);
	if (news->json == NULL)
		fault_out_of_memory();
	json_decref(object);
}

void news_clear(struct news *news)
{
	free(news->json);
	news->json = NULL;
}

char *news_document(const struct news *news, size_t count)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		fault_out_of_memory();
	fputs("{\"schema\":\"mailsonde.changes/1\",\"changes\":[", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ",", news[i].json);
	fputs("]}\n", out);
	if (fclose(out) != 0)
		fault_out_of_memory();
	return text;
}
