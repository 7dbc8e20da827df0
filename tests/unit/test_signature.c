/* SPDX-License-Identifier: BSD-2-Clause */
#include "port_list.h"
#include "signature.h"
#include "unit.h"

#include <string.h>

static void signature_patterns_are_told_apart(void **state)
{
	static const struct {
		struct port_list shut, open;
		bool own_router, other_family_open;
		const char *says; /* NULL: no hint */
	} cases[] = {
		{{{25}, 1}, {{465, 587}, 2}, false, false, "usual policy"},
		{{{25, 465}, 2}, {{587}, 1}, false, false, "Hetzner"},
		{{{25, 465, 587}, 3}, {{2525}, 1}, false, false, "DigitalOcean"},
		{{{25, 587}, 2}, {{465}, 1}, true, false, "Speedport"},
		{{{25, 587}, 2}, {{465}, 1}, false, false, NULL},
		{{{25}, 1}, {{0}, 0}, false, true, "IPv6"},
		{{{25}, 1}, {{587}, 1}, false, false, NULL},
		{{{25, 465, 587}, 3}, {{0}, 0}, false, false, NULL},
		{{{993}, 1}, {{465, 587}, 2}, false, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct signature_case about = {
			.open = &cases[i].open,
			.shut = &cases[i].shut,
			.own_router = cases[i].own_router,
			.other_family_open = cases[i].other_family_open,
		};
		const char *hint = signature_hint(&about);
		if (cases[i].says == NULL) {
			assert_null(hint);
		} else {
			assert_non_null(hint);
			assert_non_null(strstr(hint, cases[i].says));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signature_patterns_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
