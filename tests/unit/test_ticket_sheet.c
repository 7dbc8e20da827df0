/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket_sheet.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *out;
static size_t size;

static FILE *begin(void)
{
	return open_memstream(&out, &size);
}

static void assert_sheet(FILE *file, const char *expected)
{
	fclose(file);
	assert_string_equal(out, expected);
	free(out);
}

static void sheet_breaks_at_blanks_before_its_edge(void **state)
{
	FILE *file = begin();

	(void)state;
	sheet_label(file, "Result", "0123456789 0123456789 0123456789 0123456789 0123456789 012 x");
	assert_sheet(file,
		"Result        0123456789 0123456789 0123456789 0123456789 0123456789 012\n"
		"              x\n");
}

static void sheet_lets_a_long_word_stand_alone(void **state)
{
	FILE *file = begin();
	char word[100];

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	sheet_wrap(file, 0, 2, word);
	fclose(file);
	assert_int_equal(strlen(out), 100);
	free(out);
}

static void sheet_keeps_a_hop_with_its_address(void **state)
{
	FILE *file = begin();

	(void)state;
	sheet_list(file, "Path",
		"port 443:  1 192.0.2.1  2 198.51.100.2  3 198.51.100.18  4 203.0.113.25");
	assert_sheet(file,
		"Path          port 443:  1 192.0.2.1  2 198.51.100.2  3 198.51.100.18\n"
		"              4 203.0.113.25\n");
}

static void sheet_is_ascii(void **state)
{
	FILE *file = begin();

	(void)state;
	sheet_paragraph(file, "b\u00fccher\x1b");
	assert_sheet(file, "b\\xc3\\xbccher\\x1b\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sheet_breaks_at_blanks_before_its_edge),
		cmocka_unit_test(sheet_lets_a_long_word_stand_alone),
		cmocka_unit_test(sheet_keeps_a_hop_with_its_address),
		cmocka_unit_test(sheet_is_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
