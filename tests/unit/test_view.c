/* SPDX-License-Identifier: BSD-2-Clause */
#include "paper.h"
#include "unit.h"
#include "verdict.h"
#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int words[] = {VERDICT_OPEN, VERDICT_OPEN, VERDICT_DROPPED, VIEW_NOT_ASKED};
static int64_t times[] = {INT64_C(1795500000000000000), INT64_C(1795500300000000000),
	INT64_C(1795500600000000000), INT64_C(1795500900000000000)};
static struct view_row row = {
	.host = "<b>&\"\x1b[31m", .address = "192.0.2.1", .port = 25, .words = words};
static struct view_news news = {
	.time_ns = INT64_C(1795500600000000000), .text = "<script>alert(1)</script>"};
static const struct view view = {
	.times_ns = times, .runs = 4, .rows = &row, .row_count = 1, .news = &news, .news_count = 1};

static char *text_of(void (*print)(const struct view *view, FILE *out))
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	print(&view, out);
	fclose(out);
	return text;
}

static void print_text(const struct view *shown, FILE *out)
{
	const struct paper paper = {.file = out};

	view_print_text(shown, &paper);
}

static void text_has_a_field_for_each_run(void **state)
{
	char *text = text_of(print_text);

	(void)state;
	assert_non_null(strstr(text, "     25  ..D   dropped, open 2 of 3\n"));
	assert_null(strchr(text, '\x1b'));
	free(text);
}

static void page_has_a_rectangle_for_each_stretch(void **state)
{
	char *text = text_of(view_print_html);

	(void)state;
	assert_non_null(strstr(text, "<rect class=\"o\" x=\"0.00\" y=\"16\" width=\"500.00\""));
	assert_non_null(strstr(text, "<rect class=\"b\" x=\"500.00\" y=\"0\" width=\"250.00\""));
	assert_null(strstr(strstr(text, "500.00\" y=\"0\"") + 1, "<rect"));
	free(text);
}

static void page_is_harmless_whatever_the_history_holds(void **state)
{
	char *text = text_of(view_print_html);

	(void)state;
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "<b>"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "&lt;b>&amp;&quot;\\x1b"));
	free(text);
}

static void page_of_an_empty_history_says_so(void **state)
{
	static const struct view nothing = {.runs = 0};
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	view_print_html(&nothing, out);
	fclose(out);
	assert_non_null(strstr(text, "Nothing has been seen yet."));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_has_a_field_for_each_run),
		cmocka_unit_test(page_has_a_rectangle_for_each_stretch),
		cmocka_unit_test(page_is_harmless_whatever_the_history_holds),
		cmocka_unit_test(page_of_an_empty_history_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
