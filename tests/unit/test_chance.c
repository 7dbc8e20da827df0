/* SPDX-License-Identifier: BSD-2-Clause */
#include "chance.h"
#include "unit.h"

#include <math.h>

#define DRAWS 200000

static void chance_repeats_itself_when_the_seed_is_the_same(void **state)
{
	struct chance one = chance_seeded(7), other = chance_seeded(7);

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		assert_true(chance_u64(&one) == chance_u64(&other));
}

static void chance_differs_when_the_seed_does(void **state)
{
	struct chance one = chance_seeded(7), other = chance_seeded(8);

	(void)state;
	assert_true(chance_u64(&one) != chance_u64(&other));
}

static void chance_keeps_the_mean_of_what_it_draws(void **state)
{
	struct chance chance = chance_seeded(1);
	double units = 0, exponentials = 0;

	(void)state;
	for (unsigned i = 0; i < DRAWS; i++) {
		units += chance_unit(&chance);
		exponentials += chance_exponential(&chance, 3);
	}
	assert_true(fabs(units / DRAWS - 0.5) < 0.01);
	assert_true(fabs(exponentials / DRAWS - 3) < 0.05);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chance_repeats_itself_when_the_seed_is_the_same),
		cmocka_unit_test(chance_differs_when_the_seed_does),
		cmocka_unit_test(chance_keeps_the_mean_of_what_it_draws),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
