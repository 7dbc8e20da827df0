/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "unit.h"

#include <string.h>

static void fault_set_returns_minus_one_and_tells(void **state)
{
	struct fault why;

	(void)state;
	assert_int_equal(fault_set(&why, FAULT_IO, "cannot write to %s", "disk"), -1);
	assert_int_equal(why.kind, FAULT_IO);
	assert_string_equal(why.text, "cannot write to disk");
}

static void fault_set_defuses_control_characters(void **state)
{
	struct fault why;

	(void)state;
	(void)fault_set(&why, FAULT_DATA, "%s", "a\x1b[31m\nb\x7f");
	assert_string_equal(why.text, "a?[31m?b?");
}

static void fault_set_clips_when_too_long(void **state)
{
	struct fault why;
	char endless[2000];

	(void)state;
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	(void)fault_set(&why, FAULT_DATA, "%s", endless);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
}

static void fault_exit_status_follows_the_contract(void **state)
{
	static const struct {
		enum fault_kind kind;
		int status;
	} cases[] = {
		{FAULT_NONE, 0},
		{FAULT_USAGE, 64},
		{FAULT_DATA, 65},
		{FAULT_NO_INPUT, 66},
		{FAULT_NO_HOST, 68},
		{FAULT_NO_ROUTE, 69},
		{FAULT_SYSTEM, 71},
		{FAULT_CANNOT_CREATE, 73},
		{FAULT_IO, 74},
		{FAULT_NO_PRIVILEGE, 77},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(fault_exit_status(cases[i].kind), cases[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fault_set_returns_minus_one_and_tells),
		cmocka_unit_test(fault_set_defuses_control_characters),
		cmocka_unit_test(fault_set_clips_when_too_long),
		cmocka_unit_test(fault_exit_status_follows_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
