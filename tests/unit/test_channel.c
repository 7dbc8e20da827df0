/* SPDX-License-Identifier: BSD-2-Clause */
#include "chance.h"
#include "channel.h"
#include "unit.h"

#include <math.h>

#define DRAWS     200000
#define NS_PER_MS ((int64_t)1000000)

/* Returns the share lost; *runs is the number of periods of loss. */
static double lost_share(struct channel channel, int64_t gap_ns, unsigned *runs)
{
	struct chance chance = chance_seeded(3);
	unsigned lost = 0;
	bool before = false;

	*runs = 0;
	for (int64_t i = 1; i <= DRAWS; i++) {
		bool loses = channel_loses(&channel, &chance, i * gap_ns);

		lost += loses;
		*runs += loses && !before;
		before = loses;
	}
	return (double)lost / DRAWS;
}

static void channel_loses_its_ratio_when_losses_are_independent(void **state)
{
	unsigned runs;

	(void)state;
	assert_true(fabs(lost_share(channel_of(0.1, 0), NS_PER_MS, &runs) - 0.1) < 0.005);
}

static void channel_loses_its_ratio_when_losses_come_in_bursts(void **state)
{
	unsigned runs;
	double share = lost_share(channel_of(0.1, 0.05), 5 * NS_PER_MS, &runs);
	double mean_s = share * DRAWS / runs * 0.005;

	(void)state;
	assert_true(fabs(share - 0.1) < 0.01);
	assert_true(fabs(mean_s - 0.05) < 0.005);
}

static void channel_loses_nothing_when_its_ratio_is_zero(void **state)
{
	unsigned runs;

	(void)state;
	assert_true(lost_share(channel_of(0, 0.05), NS_PER_MS, &runs) == 0);
}

static void channel_loses_all_when_its_ratio_is_one(void **state)
{
	unsigned runs;

	(void)state;
	assert_true(lost_share(channel_of(1, 0.05), NS_PER_MS, &runs) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(channel_loses_its_ratio_when_losses_are_independent),
		cmocka_unit_test(channel_loses_its_ratio_when_losses_come_in_bursts),
		cmocka_unit_test(channel_loses_nothing_when_its_ratio_is_zero),
		cmocka_unit_test(channel_loses_all_when_its_ratio_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
