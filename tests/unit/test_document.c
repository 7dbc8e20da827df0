/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs from the project's root, where the schema is. */
#include "document.h"
#include "fault.h"
#include "jsonl.h"
#include "specimen.h"
#include "unit.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "src/report/mailsonde-1.schema.json"

static char *printed;

static json_t *print_and_parse(const struct report *report)
{
	struct fault why;
	size_t length;
	json_error_t error;
	FILE *out = open_memstream(&printed, &length);

	assert_int_equal(document_print(report, out, &why), 0);
	fclose(out);
	json_t *document = json_loads(printed, JSON_REJECT_DUPLICATES, &error);

	assert_non_null(document);
	return document;
}

static void drop(json_t *document)
{
	json_decref(document);
	free(printed);
}

static json_t *result_at(const json_t *document, size_t index)
{
	return json_array_get(json_object_get(document, "results"), index);
}

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void document_is_valid_by_its_schema(void **state)
{
	static const char check[] = "/usr/bin/python3 -c 'import json, sys, jsonschema\n"
				    "schema = json.load(open(\"" SCHEMA "\"))\n"
				    "jsonschema.Draft202012Validator.check_schema(schema)\n"
				    "jsonschema.validate(json.load(sys.stdin), schema)'";
	struct report report;
	struct fault why;

	(void)state;
	if (system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
		skip();
	specimen_fill(&report);
	FILE *validator = popen(check, "w");

	assert_non_null(validator);
	assert_int_equal(document_print(&report, validator, &why), 0);
	assert_int_equal(pclose(validator), 0);
	report_clear(&report);
}

static void document_has_null_where_a_fact_is_absent(void **state)
{
	static const char *const absent[] = {"hop", "icmp", "throttle", "loss", "session", "by"};
	struct report report;

	(void)state;
	specimen_fill(&report);
	json_t *document = print_and_parse(&report);

	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		assert_true(json_is_null(json_object_get(result_at(document, 0), absent[i])));
	assert_true(json_is_null(json_object_get(document, "capture")));
	drop(document);
	report_clear(&report);
}

static void document_counts_totals_by_word(void **state)
{
	struct report report;

	(void)state;
	specimen_fill(&report);
	specimen_add(&report, 465, VERDICT_OPEN);
	json_t *document = print_and_parse(&report);
	json_t *totals = json_object_get(document, "totals");

	assert_int_equal(json_integer_value(json_object_get(totals, "open")), 2);
	assert_int_equal(json_integer_value(json_object_get(totals, "dropped")), 1);
	drop(document);
	report_clear(&report);
}

static void document_names_icmp_in_full(void **state)
{
	struct report report;

	(void)state;
	specimen_fill(&report);
	json_t *document = print_and_parse(&report);
	json_t *icmp = json_object_get(result_at(document, 1), "icmp");

	assert_string_equal(text_at(icmp, "name"), "communication administratively prohibited");
	assert_string_equal(text_at(icmp, "from"), "192.0.2.9");
	drop(document);
	report_clear(&report);
}

static void document_tells_limits_of_data_in_bits(void **state)
{
	struct report report = {.command = "replay"};
	struct result *result = specimen_add(&report, 25, VERDICT_THROTTLED);

	(void)state;
	result->figures.transfer.limit =
		(struct delivery_signs){.limit = LIMIT_POLICED, .bytes_per_s = 72400};
	result->figures.rate.rate_per_s = 5;
	json_t *document = print_and_parse(&report);

	assert_true(json_is_null(json_object_get(result_at(document, 0), "data_limit")));
	drop(document);
	result->verdict.findings[result->verdict.finding_count++] = FINDING_POLICED;
	document = print_and_parse(&report);
	json_t *limit = json_object_get(result_at(document, 0), "data_limit");

	assert_string_equal(text_at(limit, "kind"), "policed");
	assert_int_equal(json_number_value(json_object_get(limit, "bits_per_s")), 605600);
	assert_true(json_is_null(json_object_get(result_at(document, 0), "throttle")));
	assert_non_null(strstr(printed, "606 kbit/s"));
	drop(document);
	report_clear(&report);
}

static void document_survives_hostile_names(void **state)
{
	struct report report = {.command = "replay"};
	struct result *result = specimen_add(&report, 25, VERDICT_DROPPED);

	(void)state;
	memcpy(result->host, "\x1b[2Jm\xe4il\n\"", sizeof("\x1b[2Jm\xe4il\n\""));
	memcpy(result->service, "\xff\xfe", sizeof("\xff\xfe"));
	json_t *document = print_and_parse(&report);

	assert_string_equal(text_at(result_at(document, 0), "host"), "\\x1b[2Jm\\xe4il\\x0a\"");
	assert_string_equal(text_at(result_at(document, 0), "service"), "\\xff\\xfe");
	assert_null(strchr(printed, '\x1b'));
	drop(document);
	report_clear(&report);
}

static void document_survives_figures_that_are_no_numbers(void **state)
{
	struct report report = {.command = "probe"};
	struct result *result = specimen_add(&report, 25, VERDICT_OPEN);

	(void)state;
	result->figures.round_trips.max_ms = (double)INFINITY;
	result->figures.round_trips.median_ms = (double)NAN;
	json_t *document = print_and_parse(&report);
	json_t *rtt = json_object_get(json_object_get(result_at(document, 0), "connect"), "rtt_ms");

	assert_true(json_is_null(json_object_get(rtt, "max")));
	assert_true(json_is_null(json_object_get(rtt, "median")));
	drop(document);
	report_clear(&report);
}

static void document_is_a_fault_when_it_cannot_be_written(void **state)
{
	struct report report;
	struct fault why;
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	specimen_fill(&report);
	assert_non_null(full);
	assert_int_equal(document_print(&report, full, &why), -1);
	assert_int_equal(why.kind, FAULT_IO);
	fclose(full);
	report_clear(&report);
}

static void jsonl_has_the_same_keys_in_every_line(void **state)
{
	struct report report;
	struct fault why;
	char *text = NULL;
	size_t length;
	size_t keys = 0;

	(void)state;
	specimen_fill(&report);
	FILE *out = open_memstream(&text, &length);

	assert_int_equal(jsonl_print(&report, out, &why), 0);
	fclose(out);
	size_t lines = 0;

	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
		json_t *object = json_loads(line, 0, NULL);
		assert_non_null(object);
		assert_true(keys == 0 || keys == json_object_size(object));
		keys = json_object_size(object);
		json_decref(object);
		lines++;
	}
	assert_int_equal(lines, report.result_count);
	free(text);
	report_clear(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(document_is_valid_by_its_schema),
		cmocka_unit_test(document_has_null_where_a_fact_is_absent),
		cmocka_unit_test(document_counts_totals_by_word),
		cmocka_unit_test(document_names_icmp_in_full),
		cmocka_unit_test(document_tells_limits_of_data_in_bits),
		cmocka_unit_test(document_survives_hostile_names),
		cmocka_unit_test(document_survives_figures_that_are_no_numbers),
		cmocka_unit_test(document_is_a_fault_when_it_cannot_be_written),
		cmocka_unit_test(jsonl_has_the_same_keys_in_every_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
