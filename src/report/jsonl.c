/* SPDX-License-Identifier: BSD-2-Clause */
#include "jsonl.h"

#include "fault.h"
#include "hop_line.h"
#include "report.h"
#include "safe_json.h"
#include "session_json.h"

#include <errno.h>
#include <string.h>

static json_t *number_if(bool known, double number)
{
	return known ? safe_json_number(number) : json_null();
}

static json_t *integer_if(bool known, json_int_t number)
{
	return known ? json_integer(number) : json_null();
}

static void put_verdict(json_t *line, const struct report *report, const struct result *result)
{
	const struct verdict *verdict = &result->verdict;
	const struct place *hop = &verdict->hop;
	char summary[SUMMARY_TEXT];

	safe_json_put(line, "verdict", safe_json(verdict_word_name(verdict->word)));
	safe_json_put(line, "phase", safe_json(verdict_phase_name(verdict->phase)));
	safe_json_put(line, "by", safe_json(verdict_by_name(verdict->by)));
	safe_json_put(line, "confidence", safe_json_number(verdict->confidence));
	safe_json_put(line, "hop_ttl", integer_if(hop->known, hop->ttl));
	safe_json_put(
		line, "hop_address", hop->known ? safe_json_address(&hop->address) : json_null());
	safe_json_put(line, "hop_relation",
		hop->known ? safe_json(place_relation_name(hop->relation)) : json_null());
	safe_json_put(line, "summary", safe_json(report_summary(report, result, summary)));
}

static void put_connect(json_t *line, const struct figures *figures)
{
	const struct counts *counts = &figures->counts;
	const struct round_trips *trips = &figures->round_trips;

	safe_json_put(line, "probes", json_integer(counts->probes));
	safe_json_put(line, "syn_acks", json_integer(counts->syn_acks));
	safe_json_put(line, "resets", json_integer(counts->resets));
	safe_json_put(line, "icmp_errors", json_integer(counts->icmp_errors));
	safe_json_put(line, "unanswered", json_integer(counts->unanswered));
	safe_json_put(line, "rtt_min_ms", number_if(trips->samples > 0, trips->min_ms));
	safe_json_put(line, "rtt_median_ms", number_if(trips->samples > 0, trips->median_ms));
	safe_json_put(line, "rtt_max_ms", number_if(trips->samples > 0, trips->max_ms));
}

static void put_icmp(json_t *line, const struct icmp_seen *icmp)
{
	safe_json_put(line, "icmp_type", integer_if(icmp->present, icmp->type));
	safe_json_put(line, "icmp_code", integer_if(icmp->present, icmp->code));
	safe_json_put(
		line, "icmp_from", icmp->present ? safe_json_address(&icmp->from) : json_null());
}

static void put_rate_and_loss(json_t *line, const struct result *result)
{
	const struct rate_estimate *rate = &result->figures.rate;
	const struct loss_figures *loss = &result->figures.loss;
	bool data = result_limits_data(result);
	bool throttled = result->verdict.word == VERDICT_THROTTLED && !data;

	safe_json_put(line, "throttle_rate_per_s",
		number_if(throttled && rate->rate_per_s > 0, rate->rate_per_s));
	safe_json_put(line, "throttle_burst", integer_if(throttled, rate->burst));
	safe_json_put(line, "throttle_bits_per_s",
		number_if(data, delivery_bits_per_s(&result->figures.transfer.limit)));
	safe_json_put(line, "loss_ratio", number_if(loss->sent > 0, loss->ratio));
	safe_json_put(
		line, "loss_control_ratio", number_if(loss->control_sent > 0, loss->control_ratio));
}

/* Ids are words without blanks, so one text holds them all. */
static json_t *finding_words(const struct verdict *verdict)
{
	char words[VERDICT_FINDINGS * 32] = "";
	size_t used = 0;

	for (size_t i = 0; i < verdict->finding_count; i++) {
		int length = snprintf(words + used, sizeof(words) - used, "%s%s", i == 0 ? "" : " ",
			finding_id_name(verdict->findings[i]));
		if (length < 0 || (size_t)length >= sizeof(words) - used)
			break;
		used += (size_t)length;
	}
	return safe_json(words);
}

static json_t *text_at(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_string(value) ? json_incref(value) : json_null();
}

/* The parts of the document's session that are worth a column. */
static void put_session(json_t *line, const struct session_signs *signs)
{
	json_t *session = session_json(signs);
	json_t *tls = json_object_get(session, "tls");
	json_t *certificate = json_object_get(session, "certificate");

	safe_json_put(line, "greeting", text_at(session, "greeting"));
	safe_json_put(line, "starttls", text_at(session, "starttls"));
	safe_json_put(line, "tls_version", text_at(tls, "version"));
	safe_json_put(line, "certificate_not_after", text_at(certificate, "not_after"));
	safe_json_put(line, "certificate_verify", text_at(certificate, "verify"));
	safe_json_put(line, "certificate_sha256", text_at(certificate, "sha256"));
	json_decref(session);
}

/* The routers of the way in one text, "192.0.2.1 * 198.51.100.9", as far as they told of
 * themselves. Where several share a hop, which one tells is chance. */
static json_t *way(const struct report *report, const struct result *result)
{
	char text[PATH_HOPS * (ADDRESS_TEXT + 1) + 1] = "";
	char address[ADDRESS_TEXT];
	struct path own;
	struct path control;
	size_t used = 0;

	if (!hop_line_paths(report, result, &own, &control))
		return json_null();
	for (uint8_t ttl = 1; ttl <= own.told; ttl++) {
		const struct path_hop *hop = &own.hops[ttl];
		bool named = hop->from.family != ADDRESS_NONE && !hop->several;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
			ttl == 1 ? "" : " ", named ? address_print(&hop->from, address) : "*");
	}
	return safe_json(text);
}

static void put_run(json_t *line, const struct report *report)
{
	const struct vantage *vantage = &report->vantage;
	bool placed = report->live && vantage->address_count > 0;

	safe_json_put(line, "run", safe_json(report->run));
	safe_json_put(line, "started", safe_json_time(report->started_ns));
	safe_json_put(line, "time", safe_json_time(report->finished_ns));
	safe_json_put(line, "vantage", safe_json(vantage->name));
	safe_json_put(line, "vantage_address",
		placed ? safe_json_address(&vantage->addresses[0]) : json_null());
}

static json_t *line_of(const struct report *report, const struct result *result)
{
	json_t *line = json_object();

	safe_json_put(line, "schema", safe_json("mailsonde.result/1"));
	safe_json_put(line, "command", safe_json(report->command));
	put_run(line, report);
	safe_json_put(line, "host", safe_json(result->host));
	safe_json_put(line, "address", safe_json_address(&result->address));
	safe_json_put(line, "port", json_integer(result->port));
	safe_json_put(line, "service", safe_json(result->service));
	put_verdict(line, report, result);
	put_connect(line, &result->figures);
	put_icmp(line, &result->figures.icmp);
	put_rate_and_loss(line, result);
	safe_json_put(line, "path", way(report, result));
	put_session(line, &result->figures.session);
	safe_json_put(line, "findings", finding_words(&result->verdict));
	return line;
}

int jsonl_print(const struct report *report, FILE *out, struct fault *why)
{
	bool works = true;

	for (size_t i = 0; i < report->result_count && works; i++)
		works = safe_json_write(line_of(report, &report->results[i]), JSON_COMPACT, out);
	if (!works || fflush(out) != 0)
		return fault_set(why, FAULT_IO, "cannot write the results: %s", strerror(errno));
	return 0;
}
