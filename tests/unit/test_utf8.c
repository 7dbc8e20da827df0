/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"
#include "utf8.h"

#include <string.h>

static size_t length_of(const char *text)
{
	return utf8_length((const uint8_t *)text, strlen(text));
}

static void utf8_length_is_that_of_the_first_character(void **state)
{
	(void)state;
	assert_int_equal(length_of("ab"), 1);
	assert_int_equal(length_of("\u00e9b"), 2);
	assert_int_equal(length_of("\u20acb"), 3);
	assert_int_equal(length_of("\U0001f4e7b"), 4);
}

static void utf8_length_is_none_where_rfc_3629_has_none(void **state)
{
	static const char *const bad[] = {
		"", "\x80",         /* a continuation alone */
		"\xc0\xaf",         /* "/" in two bytes */
		"\xe0\x80\xaf",     /* and in three */
		"\xf0\x80\x80\xaf", /* and in four */
		"\xed\xa0\x80",     /* a surrogate */
		"\xf4\x90\x80\x80", /* beyond U+10FFFF */
		"\xe2\x82",         /* cut off */
		"\xe2\x28\xa1",     /* no continuation */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(length_of(bad[i]), 0);
}

static void utf8_length_never_looks_beyond_what_is_left(void **state)
{
	(void)state;
	assert_int_equal(utf8_length((const uint8_t *)"\u20ac", 2), 0);
}

static void utf8_point_is_the_character_s_number(void **state)
{
	(void)state;
	assert_int_equal(utf8_point((const uint8_t *)"a", 1), 'a');
	assert_int_equal(utf8_point((const uint8_t *)"\u20ac", 3), 0x20ac);
	assert_int_equal(utf8_point((const uint8_t *)"\U0001f4e7", 4), 0x1f4e7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_length_is_that_of_the_first_character),
		cmocka_unit_test(utf8_length_is_none_where_rfc_3629_has_none),
		cmocka_unit_test(utf8_length_never_looks_beyond_what_is_left),
		cmocka_unit_test(utf8_point_is_the_character_s_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
