/* SPDX-License-Identifier: BSD-2-Clause */
#include "agenda.h"
#include "unit.h"

static void agenda_takes_by_time_when_entered_in_any_order(void **state)
{
	static struct agenda agenda;
	int64_t last = 0;

	(void)state;
	agenda_init(&agenda);
	for (int64_t i = 0; i < 1000; i++)
		agenda_add(&agenda, i * 377 % 1000, 0, 0);
	for (unsigned i = 0; i < 1000; i++) {
		struct agenda_entry entry = agenda_take(&agenda);

		assert_true(entry.time_ns >= last);
		last = entry.time_ns;
	}
	assert_null(agenda_first(&agenda));
}

static void agenda_keeps_the_order_of_entry_when_the_moment_is_the_same(void **state)
{
	static struct agenda agenda;

	(void)state;
	agenda_init(&agenda);
	for (uint32_t i = 0; i < 100; i++)
		agenda_add(&agenda, 5, 0, i);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(agenda_take(&agenda).item, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agenda_takes_by_time_when_entered_in_any_order),
		cmocka_unit_test(agenda_keeps_the_order_of_entry_when_the_moment_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
