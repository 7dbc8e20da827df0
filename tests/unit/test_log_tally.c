/* SPDX-License-Identifier: BSD-2-Clause */
/* What lines come to, and the sentence that says it: all through lines, as a log has them. */
#include "fault.h"
#include "log_clock.h"
#include "log_line.h"
#include "log_tally.h"
#include "symptom.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_2026_11_30 1795996800

struct desk {
	struct log_reader *reader;
	struct log_tally *tally;
	struct log_clock clock;
	struct symptom_report report;
};

static int open_desk(void **state)
{
	struct fault why;
	struct desk *desk = calloc(1, sizeof(*desk));

	assert_non_null(desk);
	desk->reader = log_reader_new(&why);
	desk->tally = log_tally_new();
	assert_non_null(desk->reader);
	log_clock_init(&desk->clock, DAY_2026_11_30);
	*state = desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	symptom_report_clear(&desk->report);
	log_tally_free(desk->tally);
	log_reader_free(desk->reader);
	free(desk);
	return 0;
}

static void add(struct desk *desk, const char *text)
{
	struct log_line line;
	struct sighting sighting;

	assert_true(log_line_split(&line, span_of(text)));
	if (log_line_read(desk->reader, &line, &sighting))
		log_tally_add(desk->tally, &sighting, log_clock_read(&desk->clock, line.stamp));
}

static void fails(struct desk *desk, const char *time, unsigned server, unsigned port)
{
	char text[256];

	snprintf(text, sizeof(text),
		"Nov 28 %s relay postfix/smtp[1]: connect to mx%u.example.com[192.0.2.%u]:%u: "
		"Connection timed out",
		time, server, server, port);
	add(desk, text);
}

static void works(struct desk *desk, const char *time, unsigned server, unsigned port)
{
	char text[256];

	snprintf(text, sizeof(text),
		"Nov 28 %s relay postfix/smtp[1]: A1: to=<u@example.com>, "
		"relay=mx%u.example.com[192.0.2.%u]:%u, delay=1, delays=1/0/0/0, dsn=2.0.0, "
		"status=sent (250 Ok)",
		time, server, server, port);
	add(desk, text);
}

static const char *headline(struct desk *desk)
{
	log_tally_report(desk->tally, &desk->report);
	return desk->report.headline;
}

static void tally_tells_an_outage_of_a_port_and_who_is_well(void **state)
{
	works(*state, "10:00:00", 1, 25);
	for (unsigned i = 0; i < 6; i++) {
		fails(*state, "10:32:10", 1 + i, 25);
		works(*state, "10:33:00", 9, 587);
	}
	assert_string_equal(headline(*state),
		"since 10:32 every connection to port 25 times out, whatever the server; 587 is well");
}

static void tally_tells_when_an_outage_was_over(void **state)
{
	for (unsigned i = 0; i < 6; i++)
		fails(*state, "10:32:10", 1 + i, 25);
	works(*state, "11:05:00", 1, 25);
	assert_string_equal(headline(*state),
		"from 10:32 to 10:32 every connection to port 25 timed out, whatever the server; it "
		"has worked since then");
}

/* A server that restarts is no outage. */
static void tally_raises_no_alarm_over_a_few_failures(void **state)
{
	works(*state, "10:00:00", 1, 25);
	for (unsigned i = 0; i < 4; i++)
		fails(*state, "10:32:10", 1 + i, 25);
	assert_string_equal(headline(*state), "4 of 5 tries on port 25 failed");
}

static void tally_does_not_say_whatever_the_server_of_one(void **state)
{
	for (unsigned i = 0; i < 6; i++)
		fails(*state, "10:32:10", 1, 25);
	assert_non_null(strstr(headline(*state), "all to one server"));
}

static void tally_says_nothing_where_nothing_fails(void **state)
{
	works(*state, "10:00:00", 1, 25);
	add(*state,
		"Nov 28 10:00:00 relay postfix/smtp[1]: A1: to=<u@example.com>, "
		"relay=mx1.example.com[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=5.1.1, "
		"status=bounced (host mx1.example.com[192.0.2.1] said: 550 5.1.1 user unknown)");
	assert_string_equal(headline(*state), "");
	assert_int_equal(((struct desk *)*state)->report.unrelated, 1);
	assert_int_equal(symptom_report_exit_status(&((struct desk *)*state)->report), 0);
}

/* A connection that failed, and a message that waits for it. */
static void tally_counts_no_failure_twice(void **state)
{
	struct desk *desk = *state;

	works(desk, "10:00:00", 1, 25);
	fails(desk, "10:32:10", 1, 25);
	add(desk,
		"Nov 28 10:32:10 relay postfix/smtp[1]: A1: to=<u@example.com>, relay=none, "
		"delay=3, delays=0/0/3/0, dsn=4.4.1, status=deferred (connect to "
		"mx1.example.com[192.0.2.1]:25: Connection timed out)");
	log_tally_report(desk->tally, &desk->report);
	assert_int_equal(desk->report.symptom_count, 1);
	assert_int_equal(desk->report.symptoms[0].count, 1);
	assert_int_equal(desk->report.symptoms[0].answered, 1);
	assert_string_equal(desk->report.symptoms[0].status, "4.4.1");
}

static void tally_trusts_the_order_of_lines_where_the_clock_jumps(void **state)
{
	struct desk *desk = *state;

	for (unsigned i = 0; i < 6; i++)
		fails(desk, "10:32:10", 1 + i, 25);
	works(desk, "03:00:00", 1, 25);
	assert_null(strstr(headline(desk), "times out"));
	assert_int_equal(desk->report.strayed, 1);
}

static void tally_has_an_end(void **state)
{
	struct desk *desk = *state;
	char text[256];

	for (unsigned i = 0; i < LOG_TALLY_GROUPS + 100; i++) {
		snprintf(text, sizeof(text),
			"Nov 28 10:00:00 relay postfix/smtp[1]: connect to mx%u.example.com[192.0.2.1]"
			":25: Connection refused",
			i);
		add(desk, text);
	}
	log_tally_report(desk->tally, &desk->report);
	assert_int_equal(desk->report.symptom_count, LOG_TALLY_GROUPS);
	assert_int_equal(desk->report.beyond, 100);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tally_tells_an_outage_of_a_port_and_who_is_well),
		TEST(tally_tells_when_an_outage_was_over),
		TEST(tally_raises_no_alarm_over_a_few_failures),
		TEST(tally_does_not_say_whatever_the_server_of_one),
		TEST(tally_says_nothing_where_nothing_fails),
		TEST(tally_counts_no_failure_twice),
		TEST(tally_trusts_the_order_of_lines_where_the_clock_jumps),
		TEST(tally_has_an_end),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	return cmocka_run_group_tests_name("log_tally", tests, NULL, NULL);
}
