/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "jsonl.h"
#include "record.h"
#include "report.h"
#include "specimen.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The lines that a run of every word prints. */
static char *lines_of_every_word(struct report *report)
{
	struct fault why;
	char *text = NULL;
	size_t length = 0;
	const uint64_t random[] = {1, 2};

	specimen_fill(report);
	run_id_make(report->run, report->started_ns, random);
	FILE *out = open_memstream(&text, &length);

	assert_int_equal(jsonl_print(report, out, &why), 0);
	fclose(out);
	return text;
}

static void record_has_what_the_line_says(void **state)
{
	struct report report;
	struct record record;
	struct record_run run = {.started_ns = 0};
	struct fault why;
	char *text = lines_of_every_word(&report);
	char *rest = text;

	(void)state;
	for (size_t i = 0; i < report.result_count; i++) {
		const struct result *result = &report.results[i];
		const char *line = strsep(&rest, "\n");
		assert_int_equal(record_parse(&record, &run, line, strlen(line), &why), 0);
		assert_string_equal(record.host, result->host);
		assert_true(address_equal(&record.address, &result->address));
		assert_int_equal(record.port, result->port);
		assert_int_equal(record.look.word, result->verdict.word);
		assert_int_equal(record.look.by, result->verdict.by);
		assert_int_equal(record.look.phase, result->verdict.phase);
		assert_int_equal(record.probes, result->figures.counts.probes);
	}
	assert_string_equal(run.id, report.run);
	assert_int_equal(run.finished_ns / 1000, report.finished_ns / 1000);
	free(text);
	report_clear(&report);
}

static void record_refuses_what_is_no_result(void **state)
{
	static const char *const lines[] = {"", "{}", "[]", "null", "\"x\"", "{\"schema\":1}",
		"{\"schema\":\"mailsonde.result/1\"}", "{\"schema\":\"mailsonde.result/2\"}",
		"\xff\xfe", "{\"schema\":\"mailsonde.result/1\",\"port\":99999}"};
	struct record record;
	struct record_run run = {.started_ns = 0};
	struct fault why;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(record_parse(&record, &run, lines[i], strlen(lines[i]), &why), -1);
}

/* Every beginning, and every byte another: read or refused, and within its bounds. */
static void record_survives_every_damage(void **state)
{
	struct report report;
	struct record record;
	struct record_run run = {.started_ns = 0};
	struct fault why;
	char *text = lines_of_every_word(&report);
	size_t length = strcspn(text, "\n");

	(void)state;
	for (size_t cut = 0; cut < length; cut++) {
		char *part = malloc(cut + 1);
		memcpy(part, text, cut);
		assert_int_equal(record_parse(&record, &run, part, cut, &why), -1);
		free(part);
	}
	for (size_t at = 0; at < length; at++) {
		char kept = text[at];
		text[at] = (char)(kept ^ 0x15);
		(void)record_parse(&record, &run, text, length, &why);
		text[at] = kept;
	}
	free(text);
	report_clear(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_has_what_the_line_says),
		cmocka_unit_test(record_refuses_what_is_no_result),
		cmocka_unit_test(record_survives_every_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
