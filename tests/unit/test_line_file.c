/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "line_file.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/line_file.XXXXXX";

static void write_file(const char *bytes, size_t length, size_t times)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	for (size_t i = 0; i < times; i++)
		assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static struct line_file *opened(void)
{
	struct fault why;
	struct line_file *file = line_file_open(path, &why);

	assert_non_null(file);
	return file;
}

static void line_file_gives_lines_whatever_ends_them(void **state)
{
	static const char text[] = "one\ntwo\r\n\n\0four\nlast";
	struct line_file *file;
	struct span line;

	(void)state;
	write_file(text, sizeof(text) - 1, 1);
	file = opened();
	assert_true(line_file_next(file, &line) && span_is(line, "one"));
	assert_true(line_file_next(file, &line) && span_is(line, "two"));
	assert_true(line_file_next(file, &line) && line.length == 0);
	assert_true(line_file_next(file, &line) && line.length == 5);
	assert_true(line_file_next(file, &line) && span_is(line, "last"));
	assert_false(line_file_next(file, &line));
	line_file_close(file);
}

static void line_file_cuts_a_line_of_a_megabyte_and_goes_on(void **state)
{
	struct line_file *file;
	struct span line;
	FILE *end;

	(void)state;
	write_file("abcdefghijklmnop", 16, 65536);
	end = fopen(path, "ab");
	assert_non_null(end);
	fputs("\nnext\n", end);
	fclose(end);
	file = opened();
	assert_true(line_file_next(file, &line));
	assert_int_equal(line.length, LINE_MOST);
	assert_true(line_file_next(file, &line) && span_is(line, "next"));
	assert_false(line_file_next(file, &line));
	assert_int_equal(line_file_cut(file), 1);
	line_file_close(file);
}

/* Over the border of what is read at once. */
static void line_file_loses_no_line_of_many(void **state)
{
	static const char text[] = "Nov 28 01:25:31 client postfix/smtp[226]: a line\n";
	struct line_file *file;
	struct span line;
	size_t count = 0;

	(void)state;
	write_file(text, sizeof(text) - 1, 20000);
	file = opened();
	for (; line_file_next(file, &line); count++)
		assert_int_equal(line.length, sizeof(text) - 2);
	assert_int_equal(count, 20000);
	line_file_close(file);
}

static void line_file_tells_what_it_cannot_open(void **state)
{
	struct fault why;

	(void)state;
	assert_null(line_file_open("/nonexistent", &why));
	assert_int_equal(why.kind, FAULT_NO_INPUT);
	assert_null(line_file_open("/", &why));
	assert_int_equal(why.kind, FAULT_NO_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_file_gives_lines_whatever_ends_them),
		cmocka_unit_test(line_file_cuts_a_line_of_a_megabyte_and_goes_on),
		cmocka_unit_test(line_file_loses_no_line_of_many),
		cmocka_unit_test(line_file_tells_what_it_cannot_open),
	};
	int descriptor = mkstemp(path);

	assert_true(descriptor >= 0);
	close(descriptor);
	int failed = cmocka_run_group_tests_name("line_file", tests, NULL, NULL);

	unlink(path);
	return failed;
}
