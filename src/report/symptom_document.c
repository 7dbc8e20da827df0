/* SPDX-License-Identifier: BSD-2-Clause */
#include "symptom_document.h"

#include "fault.h"
#include "question.h"
#include "report.h"
#include "safe_json.h"
#include "symptom.h"
#include "verdict.h"

#include <errno.h>
#include <string.h>

static json_t *port_json(uint16_t port)
{
	return port == 0 ? json_null() : json_integer(port);
}

static json_t *phase_json(int phase)
{
	return phase == CAUSE_NO_PHASE ? json_null()
				       : safe_json(verdict_phase_name((enum verdict_phase)phase));
}

static json_t *could_be_json(unsigned could_be)
{
	json_t *array = json_array();

	for (int word = 0; word < VERDICT_WORDS; word++) {
		if (could_be & CAUSE_BIT(word))
			safe_json_append(
				array, safe_json(verdict_word_name((enum verdict_word)word)));
	}
	return array;
}

static json_t *share_json(const struct symptom *symptom)
{
	if (!symptom->shared)
		return json_null();
	return safe_json_number(
		(double)symptom->count / (double)(symptom->count + symptom->answered));
}

static json_t *counts_json(const struct symptom_report *report, const struct symptom *symptom)
{
	json_t *array = json_array();
	size_t used = TIMELINE_SLOTS;

	if (report->timeline.width_s == 0)
		used = 0;
	while (used > 0 && symptom->counts[used - 1] == 0)
		used--;
	for (size_t i = 0; i < used; i++)
		safe_json_append(array, json_integer(symptom->counts[i]));
	return array;
}

static json_t *symptom_object(const struct symptom_report *report, const struct symptom *symptom)
{
	const struct cause *cause = symptom->cause;
	json_t *object = json_object();

	safe_json_put(object, "source", safe_json(symptom->source));
	safe_json_put(object, "server", safe_json(symptom->server));
	safe_json_put(object, "address", safe_json_address(&symptom->address));
	safe_json_put(object, "port", port_json(symptom->port));
	safe_json_put(object, "claims", safe_json(verdict_word_name(cause->claims)));
	safe_json_put(object, "phase", phase_json(cause->phase));
	safe_json_put(object, "could_be", could_be_json(cause->could_be));
	safe_json_put(object, "status", safe_json(symptom->status));
	safe_json_put(object, "reply", safe_json(symptom->reply));
	safe_json_put(object, "words", safe_json(symptom->words));
	safe_json_put(object, "count", json_integer((json_int_t)symptom->count));
	safe_json_put(object, "first", safe_json_time(symptom->first_ns));
	safe_json_put(object, "last", safe_json_time(symptom->last_ns));
	safe_json_put(object, "cause", safe_json(cause->name));
	safe_json_put(object, "domain", safe_json(symptom->domain));
	safe_json_put(object, "share", share_json(symptom));
	safe_json_put(object, "counts", counts_json(report, symptom));
	return object;
}

static json_t *files_json(const struct symptom_report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->file_count; i++)
		safe_json_append(array, safe_json(report->files[i]));
	return array;
}

static json_t *probe_json(const struct symptom_report *report)
{
	struct question question = question_of(report);
	char command[QUESTION_COMMAND];

	if (question.target_count == 0)
		return json_null();
	return safe_json(question_command(&question, command));
}

static json_t *read_json(const struct symptom_report *report)
{
	json_t *object = json_object();

	safe_json_put(object, "files", files_json(report));
	safe_json_put(object, "read", json_integer((json_int_t)report->read));
	safe_json_put(object, "understood", json_integer((json_int_t)report->understood));
	safe_json_put(object, "answered", json_integer((json_int_t)report->answered));
	safe_json_put(object, "cut", json_integer((json_int_t)report->cut));
	safe_json_put(object, "clock_jumps", json_integer((json_int_t)report->strayed));
	safe_json_put(object, "beyond_room", json_integer((json_int_t)report->beyond));
	safe_json_put(object, "first", safe_json_time(report->first_ns));
	safe_json_put(object, "last", safe_json_time(report->last_ns));
	safe_json_put(object, "counts_start",
		safe_json_time(report->timeline.start_s * (int64_t)1000000000));
	safe_json_put(object, "counts_width_s", json_integer(report->timeline.width_s));
	return object;
}

static json_t *head_object(const struct symptom_report *report)
{
	json_t *head = json_object();

	safe_json_put(head, "schema", safe_json("mailsonde/1"));
	safe_json_put(head, "version", safe_json(report_version()));
	safe_json_put(head, "command", safe_json(report->command));
	safe_json_put(head, "started", safe_json_time(report->started_ns));
	safe_json_put(head, "finished", safe_json_time(report->finished_ns));
	safe_json_put(head, "vantage", json_null());
	safe_json_put(head, "capture", json_null());
	safe_json_put(head, "headline", safe_json(report->headline));
	safe_json_put(head, "read", read_json(report));
	safe_json_put(head, "probe", probe_json(report));
	safe_json_put(head, "unrelated", json_integer((json_int_t)report->unrelated));
	return head;
}

/* How many symptoms claim each word. */
static json_t *totals_object(const struct symptom_report *report)
{
	unsigned counts[VERDICT_WORDS] = {0};
	json_t *object = json_object();

	for (size_t i = 0; i < report->symptom_count; i++)
		counts[report->symptoms[i].cause->claims]++;
	for (int word = 0; word < VERDICT_WORDS; word++) {
		if (counts[word] > 0)
			safe_json_put(object, verdict_word_name((enum verdict_word)word),
				json_integer(counts[word]));
	}
	return object;
}

static int written(bool well, FILE *out, struct fault *why)
{
	if (!well || fflush(out) != 0)
		return fault_set(
			why, FAULT_IO, "cannot write the JSON report: %s", strerror(errno));
	return 0;
}

int symptom_document_print(const struct symptom_report *report, FILE *out, struct fault *why)
{
	struct json_stream stream = {.out = out};

	safe_json_begin(&stream, head_object(report), "symptoms");
	for (size_t i = 0; i < report->symptom_count; i++)
		safe_json_item(&stream, symptom_object(report, &report->symptoms[i]));
	safe_json_end(&stream, "totals", totals_object(report));
	return written(!stream.failed, out, why);
}

int symptom_lines_print(const struct symptom_report *report, FILE *out, struct fault *why)
{
	bool well = true;

	for (size_t i = 0; i < report->symptom_count && well; i++) {
		json_t *line = json_object();
		safe_json_put(line, "schema", safe_json("mailsonde/1"));
		safe_json_put(line, "command", safe_json(report->command));
		safe_json_put(line, "started", safe_json_time(report->started_ns));
		json_t *symptom = symptom_object(report, &report->symptoms[i]);
		json_object_update(line, symptom);
		json_decref(symptom);
		well = safe_json_write(line, JSON_COMPACT, out);
	}
	return written(well, out, why);
}
