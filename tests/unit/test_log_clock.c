/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_clock.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS     ((int64_t)1000000000)
#define NOV_28 1795824000 /* 2026-11-28T00:00:00Z */
#define DAY_S  86400

static int64_t read_at(const char *text, int64_t reference_s)
{
	struct log_clock clock;
	struct span stamp = span_of(text);

	log_clock_init(&clock, reference_s);
	assert_int_equal(log_clock_length(stamp), stamp.length);
	return log_clock_read(&clock, stamp);
}

static void log_clock_knows_the_forms(void **state)
{
	(void)state;
	assert_int_equal(read_at("Nov 28 01:02:03", NOV_28), (NOV_28 + 3723) * NS);
	assert_int_equal(read_at("2026-11-28T01:02:03Z", 0), (NOV_28 + 3723) * NS);
	assert_int_equal(
		read_at("2026-11-28T02:02:03.500+01:00", 0), (NOV_28 + 3723) * NS + NS / 2);
	assert_int_equal(read_at("2026-11-27T20:02:03-0500", 0), (NOV_28 + 3723) * NS);
	assert_int_equal(read_at("2026-11-28 01:02:03", 0), (NOV_28 + 3723) * NS);
	assert_int_equal(read_at("@400000006b0a281500000001", 0), (NOV_28 + 3723) * NS + 1);
}

static void log_clock_takes_the_latest_year_that_is_not_to_come(void **state)
{
	(void)state;
	/* Read on 2 January, December is last year's. */
	int64_t january = NOV_28 + 35 * (int64_t)DAY_S;

	assert_int_equal(read_at("Dec 31 00:00:00", january), (NOV_28 + 33 * (int64_t)DAY_S) * NS);
	assert_int_equal(read_at("Jan  1 00:00:00", january), (NOV_28 + 34 * (int64_t)DAY_S) * NS);
	/* The only 29 February of the last years was in 2024. */
	assert_int_equal(read_at("Feb 29 00:00:00", NOV_28), 1709164800 * NS);
}

static void log_clock_refuses_what_is_no_time(void **state)
{
	struct log_clock clock;

	(void)state;
	log_clock_init(&clock, NOV_28);
	assert_int_equal(log_clock_length(span_of("Nov 28 01:02")), 0);
	assert_int_equal(log_clock_length(span_of("this is no log at all")), 0);
	assert_int_equal(log_clock_length(span_of("")), 0);
	assert_int_equal(log_clock_read(&clock, span_of("Nov 31 01:02:03")), 0);
	assert_int_equal(log_clock_read(&clock, span_of("Xyz 28 01:02:03")), 0);
	assert_int_equal(log_clock_read(&clock, span_of("Nov 28 25:02:03")), 0);
	assert_int_equal(log_clock_read(&clock, span_of("2026-13-28T01:02:03Z")), 0);
	assert_int_equal(log_clock_read(&clock, span_of("2826-11-28T01:02:03Z")), 0);
	assert_int_equal(log_clock_read(&clock, span_of("2826-11-28 01:02:03")), 0);
	assert_int_equal(log_clock_read(&clock, span_of("@400000000000000000000000")), 0);
}

static void log_clock_is_not_misled_by_the_hour_before(void **state)
{
	struct log_clock clock;

	(void)state;
	log_clock_init(&clock, NOV_28 + DAY_S);
	assert_int_equal(log_clock_read(&clock, span_of("Nov 28 01:00:00")), (NOV_28 + 3600) * NS);
	assert_int_equal(log_clock_read(&clock, span_of("Nov 28 02:00:00")), (NOV_28 + 7200) * NS);
	assert_int_equal(log_clock_read(&clock, span_of("Nov 28 01:00:01")), (NOV_28 + 3601) * NS);
	assert_int_equal(
		log_clock_read(&clock, span_of("2026-11-28 01:00:01")), (NOV_28 + 3601) * NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_clock_knows_the_forms),
		cmocka_unit_test(log_clock_takes_the_latest_year_that_is_not_to_come),
		cmocka_unit_test(log_clock_refuses_what_is_no_time),
		cmocka_unit_test(log_clock_is_not_misled_by_the_hour_before),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	return cmocka_run_group_tests_name("log_clock", tests, NULL, NULL);
}
