/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_text.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static void assert_text(const char *text, const char *expected)
{
	char *out = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&out, &size);

	html_text(file, text);
	fclose(file);
	assert_string_equal(out, expected);
	free(out);
}

static void html_text_lets_plain_text_pass(void **state)
{
	(void)state;
	assert_text("220 mail.example b\u00fccher", "220 mail.example b\u00fccher");
}

static void html_text_leaves_no_markup(void **state)
{
	(void)state;
	assert_text(
		"<script>alert('1')</script>", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
	assert_text("\" onload=x &amp;", "&quot; onload=x &amp;amp;");
}

static void html_text_shows_what_turns_or_hides_text(void **state)
{
	static const char text[] = {'a', '\xe2', '\x80', '\xae', 'b', '\x1b', '[', '\xff', '\0'};

	(void)state;
	assert_text(text, "a\\xe2\\x80\\xaeb\\x1b[\\xff"); /* U+202E: from right to left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_text_lets_plain_text_pass),
		cmocka_unit_test(html_text_leaves_no_markup),
		cmocka_unit_test(html_text_shows_what_turns_or_hides_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
