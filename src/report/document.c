/* SPDX-License-Identifier: BSD-2-Clause */
#include "document.h"

#include "evidence.h"
#include "fault.h"
#include "finding_text.h"
#include "frame.h"
#include "hop_line.h"
#include "icmp_name.h"
#include "report.h"
#include "rule_wording.h"
#include "safe_json.h"
#include "session_json.h"

#include <errno.h>
#include <string.h>

static json_t *vantage_object(const struct report *report)
{
	const struct vantage *vantage = &report->vantage;

	if (!report->live)
		return json_null();
	json_t *object = json_object();
	json_t *addresses = json_array();

	for (size_t i = 0; i < vantage->address_count; i++)
		safe_json_append(addresses, safe_json_address(&vantage->addresses[i]));
	safe_json_put(object, "name", safe_json(vantage->name));
	safe_json_put(object, "interface", safe_json(vantage->interface));
	safe_json_put(object, "addresses", addresses);
	safe_json_put(object, "gateway", safe_json_address(&vantage->gateway));
	return object;
}

static json_t *skipped_object(const struct evidence *evidence)
{
	json_t *object = json_object();

	for (int i = 0; i < FRAME_OUTCOMES; i++) {
		if (i == FRAME_DECODED)
			continue;
		safe_json_put(object, frame_outcome_name((enum frame_outcome)i),
			json_integer((json_int_t)evidence->skipped[i]));
	}
	safe_json_put(object, "sessions", json_integer((json_int_t)evidence->evicted));
	safe_json_put(object, "early_probes", json_integer((json_int_t)evidence->given_up));
	safe_json_put(object, "hosts", json_integer((json_int_t)evidence->hosts_forgotten));
	safe_json_put(object, "beyond_bounds", json_integer((json_int_t)evidence->overflow));
	return object;
}

static json_t *capture_object(const struct report *report)
{
	const struct evidence *evidence = report->evidence;

	if (report->live || evidence == NULL)
		return json_null();
	json_t *object = json_object();
	json_t *files = json_array();

	for (size_t i = 0; i < report->file_count; i++)
		safe_json_append(files, safe_json(report->files[i]));
	safe_json_put(object, "files", files);
	safe_json_put(object, "packets", json_integer((json_int_t)evidence->packets));
	safe_json_put(object, "first", safe_json_time(evidence->first_ns));
	safe_json_put(object, "last", safe_json_time(evidence->last_ns));
	safe_json_put(object, "skipped", skipped_object(evidence));
	return object;
}

static json_t *hop_object(const struct place *hop)
{
	if (!hop->known)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "ttl", json_integer(hop->ttl));
	safe_json_put(object, "address", safe_json_address(&hop->address));
	safe_json_put(object, "relation", safe_json(place_relation_name(hop->relation)));
	return object;
}

static json_t *round_trips_object(const struct round_trips *trips)
{
	if (trips->samples == 0)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "min", safe_json_number(trips->min_ms));
	safe_json_put(object, "median", safe_json_number(trips->median_ms));
	safe_json_put(object, "max", safe_json_number(trips->max_ms));
	return object;
}

static json_t *connect_object(const struct figures *figures)
{
	const struct counts *counts = &figures->counts;
	json_t *object = json_object();

	safe_json_put(object, "probes", json_integer(counts->probes));
	safe_json_put(object, "syn_acks", json_integer(counts->syn_acks));
	safe_json_put(object, "resets", json_integer(counts->resets));
	safe_json_put(object, "icmp_errors", json_integer(counts->icmp_errors));
	safe_json_put(object, "unanswered", json_integer(counts->unanswered));
	safe_json_put(object, "rtt_ms", round_trips_object(&figures->round_trips));
	return object;
}

static json_t *icmp_object(const struct icmp_seen *icmp)
{
	if (!icmp->present)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "type", json_integer(icmp->type));
	safe_json_put(object, "code", json_integer(icmp->code));
	safe_json_put(
		object, "name", safe_json(icmp_name(icmp->from.family, icmp->type, icmp->code)));
	safe_json_put(object, "from", safe_json_address(&icmp->from));
	return object;
}

static json_t *rate_or_null(double rate_per_s)
{
	return rate_per_s > 0 ? safe_json_number(rate_per_s) : json_null();
}

static const char *excess_word(enum sample_outcome excess)
{
	if (excess == SAMPLE_RESET)
		return "reset";
	return excess == SAMPLE_ICMP ? "icmp" : "none";
}

/* How fast mail flows where its data is held back, which is no matter of connections. */
static json_t *data_limit_object(const struct result *result)
{
	const struct delivery_signs *limit = &result->figures.transfer.limit;

	if (!result_limits_data(result))
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "bits_per_s", safe_json_number(delivery_bits_per_s(limit)));
	safe_json_put(
		object, "kind", safe_json(limit->limit == LIMIT_POLICED ? "policed" : "shaped"));
	return object;
}

static json_t *throttle_object(const struct result *result)
{
	const struct rate_estimate *rate = &result->figures.rate;

	if (result->verdict.word != VERDICT_THROTTLED || result_limits_data(result))
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "rate_per_s", rate_or_null(rate->rate_per_s));
	safe_json_put(object, "rate_low_per_s", rate_or_null(rate->rate_low_per_s));
	safe_json_put(object, "rate_high_per_s", rate_or_null(rate->rate_high_per_s));
	safe_json_put(object, "burst", json_integer(rate->burst));
	safe_json_put(object, "answer", safe_json(excess_word(rate->excess)));
	safe_json_put(object, "scope", safe_json(rate->best == RATE_HOST_BUCKET ? "host" : "port"));
	unsigned addresses = result->figures.source.addresses;

	safe_json_put(object, "addresses", addresses > 0 ? json_integer(addresses) : json_null());
	return object;
}

static json_t *loss_object(const struct loss_figures *loss)
{
	if (loss->sent == 0)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "ratio", safe_json_number(loss->ratio));
	safe_json_put(object, "control_ratio",
		loss->control_sent == 0 ? json_null() : safe_json_number(loss->control_ratio));
	return object;
}

static json_t *packets_array(const struct figures *figures)
{
	json_t *array = json_array();

	for (size_t i = 0; i < sizeof(figures->proof) / sizeof(figures->proof[0]); i++) {
		if (figures->proof[i] == 0)
			break;
		safe_json_append(array, json_integer((json_int_t)figures->proof[i]));
	}
	return array;
}

static json_t *findings_array(const struct result *result)
{
	json_t *array = json_array();

	for (size_t i = 0; i < result->verdict.finding_count; i++) {
		char text[FINDING_TEXT];
		json_t *object = json_object();
		enum finding_id id = result->verdict.findings[i];
		safe_json_put(object, "id", safe_json(finding_id_name(id)));
		safe_json_put(object, "text", safe_json(finding_text(id, result, text)));
		safe_json_put(object, "packets", packets_array(&result->figures));
		safe_json_append(array, object);
	}
	return array;
}

static json_t *advice_array(const struct report *report, const struct result *result)
{
	struct advice advice[ADVICE_MAX];
	size_t count = report_advice(report, result, NULL, advice);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();
		safe_json_put(object, "who", safe_json(advice_who_name(advice[i].who)));
		safe_json_put(object, "action", safe_json(advice[i].action));
		safe_json_put(object, "command", safe_json(advice[i].command));
		safe_json_append(array, object);
	}
	return array;
}

static void put_verdict(json_t *object, const struct report *report, const struct result *result)
{
	const struct verdict *verdict = &result->verdict;
	char summary[SUMMARY_TEXT];

	safe_json_put(object, "verdict", safe_json(verdict_word_name(verdict->word)));
	safe_json_put(object, "phase", safe_json(verdict_phase_name(verdict->phase)));
	safe_json_put(object, "by", safe_json(verdict_by_name(verdict->by)));
	safe_json_put(object, "confidence", safe_json_number(verdict->confidence));
	safe_json_put(object, "hop", hop_object(&verdict->hop));
	safe_json_put(object, "summary", safe_json(report_summary(report, result, summary)));
}

json_t *document_result(const struct report *report, const struct result *result)
{
	json_t *object = json_object();

	safe_json_put(object, "host", safe_json(result->host));
	safe_json_put(object, "address", safe_json_address(&result->address));
	safe_json_put(object, "port", json_integer(result->port));
	safe_json_put(object, "service", safe_json(result->service));
	put_verdict(object, report, result);
	safe_json_put(object, "connect", connect_object(&result->figures));
	safe_json_put(object, "icmp", icmp_object(&result->figures.icmp));
	safe_json_put(object, "local_rule", rule_json(result->figures.local.rule));
	safe_json_put(object, "throttle", throttle_object(result));
	safe_json_put(object, "data_limit", data_limit_object(result));
	safe_json_put(object, "loss", loss_object(&result->figures.loss));
	safe_json_put(object, "path", hop_line_path_json(report, result));
	safe_json_put(object, "control_path", hop_line_control_json(report, result));
	safe_json_put(object, "session", session_json(&result->figures.session));
	safe_json_put(object, "findings", findings_array(result));
	safe_json_put(object, "advice", advice_array(report, result));
	return object;
}

static json_t *totals_object(const struct report *report)
{
	unsigned counts[VERDICT_WORDS] = {0};
	json_t *object = json_object();

	for (size_t i = 0; i < report->result_count; i++)
		counts[report->results[i].verdict.word]++;
	for (int word = 0; word < VERDICT_WORDS; word++) {
		if (counts[word] > 0)
			safe_json_put(object, verdict_word_name((enum verdict_word)word),
				json_integer(counts[word]));
	}
	return object;
}

static json_t *provider_object(const struct report *report)
{
	const struct provider *provider = &report->provider;

	if (report->provider_match == PROVIDER_UNMATCHED)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "key", safe_json(provider->key));
	safe_json_put(object, "name", safe_json(provider->name));
	safe_json_put(object, "kind", safe_json(provider_kind_name(provider->kind)));
	safe_json_put(object, "known_by", safe_json(provider_match_name(report->provider_match)));
	safe_json_put(object, "source", safe_json(provider->source));
	safe_json_put(object, "source_date", safe_json(provider->source_date));
	safe_json_put(object, "confidence", safe_json(provider->confidence));
	return object;
}

/* What stands before the results, in the order of the contract. */
static json_t *head_object(const struct report *report)
{
	json_t *head = json_object();

	safe_json_put(head, "schema", safe_json("mailsonde/1"));
	safe_json_put(head, "version", safe_json(report_version()));
	safe_json_put(head, "command", safe_json(report->command));
	safe_json_put(head, "run", safe_json(report->run));
	safe_json_put(head, "started", safe_json_time(report->started_ns));
	safe_json_put(head, "finished", safe_json_time(report->finished_ns));
	safe_json_put(head, "vantage", vantage_object(report));
	safe_json_put(head, "capture", capture_object(report));
	safe_json_put(head, "provider", provider_object(report));
	return head;
}

/* Results are many on a large capture: each is made, written and released before the next. */
int document_print(const struct report *report, FILE *out, struct fault *why)
{
	struct json_stream stream = {.out = out};

	safe_json_begin(&stream, head_object(report), "results");
	for (size_t i = 0; i < report->result_count; i++)
		safe_json_item(&stream, document_result(report, &report->results[i]));
	safe_json_end(&stream, "totals", totals_object(report));
	if (stream.failed || fflush(out) != 0)
		return fault_set(
			why, FAULT_IO, "cannot write the JSON report: %s", strerror(errno));
	return 0;
}
