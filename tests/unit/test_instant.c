/* SPDX-License-Identifier: BSD-2-Clause */
#include "instant.h"
#include "unit.h"

#include <stdbool.h>

static void instant_takes_every_form(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-03-01T12:34:56Z", 1772368496000000000},
		{"2026-03-01T12:34:56", 1772368496000000000},
		{"2026-03-01t12:34:56z", 1772368496000000000},
		{"2026-03-01 12:34:56.5", 1772368496500000000},
		{"2026-03-01T12:34:56.0000000019Z", 1772368496000000001},
		{"2026-03-01T14:04:56+01:30", 1772368496000000000},
		{"2026-03-01T04:34:56-08:00", 1772368496000000000},
		{"2024-02-29T00:00:00Z", 1709164800000000000},
		{"2016-12-31T23:59:60Z", 1483228800000000000},
		{"@0", 0},
		{"@1772368496", 1772368496000000000},
		{"@1772368496.25", 1772368496250000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = -1;

		if (!instant_parse(&ns, cases[i].text) || ns != cases[i].ns)
			fail_msg("%s: %lld", cases[i].text, (long long)ns);
	}
}

static void instant_refuses_what_is_no_time(void **state)
{
	static const char *const cases[] = {"", "@", "@-1", "@1x", "@1.", "@4102444801",
		"@99999999999999999999999", "yesterday", "2026-03-01", "2026-3-01T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
		"2026-02-00T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T00:60:00Z",
		"2026-03-01T00:00:61Z", "2026-03-01T00:00Z", "2026-03-01T00:00:00.Z",
		"2026-03-01T00:00:00+1", "2026-03-01T00:00:00+01:60", "2026-03-01T00:00:00Zz",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00+01:00", "2101-01-01T00:00:00Z",
		"9999-12-31T00:00:00Z", " 2026-03-01T00:00:00Z"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = -1;

		if (instant_parse(&ns, cases[i]))
			fail_msg("'%s' is taken for %lld", cases[i], (long long)ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instant_takes_every_form),
		cmocka_unit_test(instant_refuses_what_is_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
