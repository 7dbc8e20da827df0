/* SPDX-License-Identifier: BSD-2-Clause */
#include "timestamp.h"
#include "unit.h"

static void timestamp_prints_microseconds_in_utc(void **state)
{
	char out[TIMESTAMP_TEXT];

	(void)state;
	assert_string_equal(
		timestamp_print(1795500000123456789, out), "2026-11-24T06:00:00.123456Z");
	assert_string_equal(timestamp_print(0, out), "1970-01-01T00:00:00.000000Z");
	assert_string_equal(timestamp_clock(1795500000123456789, out), "06:00:00");
}

static void timestamp_survives_the_ends_of_its_range(void **state)
{
	char out[TIMESTAMP_TEXT];

	(void)state;
	assert_string_equal(timestamp_print(-1, out), "1969-12-31T23:59:59.999999Z");
	assert_string_equal(timestamp_print(INT64_MIN, out), "1677-09-21T00:12:43.145224Z");
	assert_string_equal(timestamp_print(INT64_MAX, out), "2262-04-11T23:47:16.854775Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timestamp_prints_microseconds_in_utc),
		cmocka_unit_test(timestamp_survives_the_ends_of_its_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
