/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *escaped(const char *text, bool ascii)
{
	static char out[256];

	escape_text(out, sizeof(out), text, ascii);
	return out;
}

static void escape_lets_plain_text_pass(void **state)
{
	(void)state;
	assert_string_equal(escaped("220 mail.example ESMTP \"x\" \\", false),
		"220 mail.example ESMTP \"x\" \\");
	assert_string_equal(
		escaped("b\u00fccher \u20ac \U0001f4e7", false), "b\u00fccher \u20ac \U0001f4e7");
}

static void escape_disarms_terminals(void **state)
{
	(void)state;
	assert_string_equal(escaped("\x1b[31mred\x07\r\n", false), "\\x1b[31mred\\x07\\x0d\\x0a");
	assert_string_equal(escaped("\x7f", false), "\\x7f");
	/* CSI as one C1 character, in UTF-8 and bare */
	assert_string_equal(escaped("\xc2\x9b"
				    "31m",
				    false),
		"\\xc2\\x9b31m");
	assert_string_equal(escaped("\x9b"
				    "31m",
				    false),
		"\\x9b31m");
}

static void escape_disarms_what_turns_or_hides_text(void **state)
{
	static const unsigned last_bytes[] = {0xae, 0xa6}; /* U+202E, U+2066: from right to left */
	static const char *const expected[] = {"a\\xe2\\x80\\xaeb", "a\\xe2\\x81\\xa6b"};
	char text[8];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "a%c%c%cb", 0xe2, (int)(0x80 + i), (int)last_bytes[i]);
		assert_string_equal(escaped(text, false), expected[i]);
	}
	assert_string_equal(escaped("a\u200bb", false), "a\\xe2\\x80\\x8bb");
	assert_string_equal(escaped("\ufeff", false), "\\xef\\xbb\\xbf");
}

static void escape_takes_shortest_forms_alone(void **state)
{
	static const char *const bad[] = {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
		"\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\x80",
		"\xe2\x82", "\xf0\x9f\x93"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *out = escaped(bad[i], false);
		assert_int_equal(strlen(out), 4 * strlen(bad[i]));
		assert_int_equal(strspn(out, "\\x0123456789abcdef"), strlen(out));
	}
}

static void escape_keeps_to_ascii_when_asked(void **state)
{
	(void)state;
	assert_string_equal(escaped("b\u00fccher", true), "b\\xc3\\xbccher");
}

static void escape_takes_nul_for_a_byte(void **state)
{
	char out[32];

	(void)state;
	assert_int_equal(escape_bytes(out, sizeof(out), "a\0b", 3, false), 6);
	assert_string_equal(out, "a\\x00b");
}

static void escape_never_cuts_inside_a_piece(void **state)
{
	const char *text = "a\u20ac\x01z";

	(void)state;
	for (size_t size = 1; size < 12; size++) {
		char *out = malloc(size); /* exact, so that a byte too far is seen */
		size_t length = escape_text(out, size, text, false);
		assert_true(length < size);
		assert_int_equal(strlen(out), length);
		assert_true(
			length == 0 || length == 1 || length == 4 || length == 8 || length == 9);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escape_lets_plain_text_pass),
		cmocka_unit_test(escape_disarms_terminals),
		cmocka_unit_test(escape_disarms_what_turns_or_hides_text),
		cmocka_unit_test(escape_takes_shortest_forms_alone),
		cmocka_unit_test(escape_keeps_to_ascii_when_asked),
		cmocka_unit_test(escape_takes_nul_for_a_byte),
		cmocka_unit_test(escape_never_cuts_inside_a_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
