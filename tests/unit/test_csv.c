/* SPDX-License-Identifier: BSD-2-Clause */
#include "csv.h"
#include "unit.h"

#include <string.h>

static bool reads(struct csv_record *record, const char *line)
{
	return csv_read(record, line, strlen(line));
}

static void csv_splits_at_commas_outside_quotes(void **state)
{
	struct csv_record record;

	(void)state;
	assert_true(reads(&record, "a,\"b, \"\"c\"\"\",,d"));
	assert_int_equal(record.count, 4);
	assert_string_equal(record.fields[0], "a");
	assert_string_equal(record.fields[1], "b, \"c\"");
	assert_string_equal(record.fields[2], "");
	assert_string_equal(record.fields[3], "d");
}

static void csv_rejects_what_is_no_record(void **state)
{
	static const char *const lines[] = {
		"a,\"b", "a,b\"c", "a,\"b\"c", "a,\"b\"\"", ",,,,,,,,,,,,,,,,", /* 17 fields */};
	struct csv_record record;
	char longest[CSV_RECORD + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(reads(&record, lines[i]));
	memset(longest, 'a', CSV_RECORD);
	longest[CSV_RECORD] = '\0';
	assert_false(reads(&record, longest));
	assert_false(csv_read(&record, "a\0b", 3));
}

static void csv_reads_back_what_it_writes(void **state)
{
	static const char *const fields[] = {"plain", "with, comma", "with \"quotes\"", ""};
	struct csv_record record;
	char line[CSV_RECORD];

	(void)state;
	assert_true(csv_write(line, fields, 4));
	assert_true(reads(&record, line));
	assert_int_equal(record.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(record.fields[i], fields[i]);
}

static void csv_writes_one_line_and_no_more_than_fits(void **state)
{
	char longest[CSV_RECORD + 1];
	const char *const breaking[] = {"a\nb\x1b"};
	const char *const too_long[] = {longest};
	char line[CSV_RECORD];

	(void)state;
	assert_true(csv_write(line, breaking, 1));
	assert_string_equal(line, "a b ");
	memset(longest, '"', CSV_RECORD);
	longest[CSV_RECORD] = '\0';
	assert_false(csv_write(line, too_long, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_splits_at_commas_outside_quotes),
		cmocka_unit_test(csv_rejects_what_is_no_record),
		cmocka_unit_test(csv_reads_back_what_it_writes),
		cmocka_unit_test(csv_writes_one_line_and_no_more_than_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
