/* SPDX-License-Identifier: BSD-2-Clause */
/* A real nft in a network of its own; what it traces is tested with whole runs, in the lab. */
#include "local_rule.h"
#include "netns.h"
#include "tracer.h"
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOKS   400 /* of 10 ms each: what takes longer hangs */
#define IS_OURS "nft list tables | grep -q mailsonde_"

static bool possible;

static int enter(void **state)
{
	(void)state;
	possible = netns_enter() && netns_run("nft add table inet guard");
	return 0;
}

static void sleep_10ms(void)
{
	struct timespec pause = {.tv_nsec = 10000000};

	(void)nanosleep(&pause, NULL);
}

static bool comes_true(bool wanted)
{
	for (int look = 0; look < LOOKS; look++) {
		if (netns_run(IS_OURS) == wanted)
			return true;
		sleep_10ms();
	}
	return false;
}

static struct tracer_flow some_flow(void)
{
	struct tracer_flow flow = {.source_port = 40000, .destination_port = 25};

	address_parse(&flow.source, "192.0.2.1");
	address_parse(&flow.destination, "192.0.2.25");
	return flow;
}

/* As many as there may be, so that the script is at its longest. */
static bool trace_all(struct tracer *tracer)
{
	struct tracer_flow flows[TRACER_FLOWS];

	for (size_t i = 0; i < TRACER_FLOWS; i++) {
		flows[i] = some_flow();
		flows[i].source_port = (uint16_t)(40000 + i);
	}
	return tracer_trace(tracer, flows, TRACER_FLOWS);
}

static void tracer_takes_its_table_away_when_it_stops(void **state)
{
	struct tracer *tracer;

	(void)state;
	if (!possible)
		skip();
	tracer = tracer_start();
	assert_non_null(tracer);
	assert_false(netns_run(IS_OURS));
	assert_true(trace_all(tracer));
	assert_true(comes_true(true));
	tracer_stop(tracer);
	assert_true(comes_true(false));
}

/* Nobody is left who could clean up but the kernel. */
static void tracer_table_vanishes_with_a_process_that_is_killed(void **state)
{
	int status = 0;

	(void)state;
	if (!possible)
		skip();
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct tracer *tracer = tracer_start();
		if (tracer == NULL || !trace_all(tracer))
			_exit(1);
		for (;;)
			(void)pause();
	}
	assert_true(comes_true(true));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(comes_true(false));
}

static void tracer_lists_a_chain(void **state)
{
	struct local_rule rule = {.family = "inet", .table = "guard", .chain = "leaving"};
	struct tracer *tracer;
	char text[4096];
	size_t length;

	(void)state;
	if (!possible)
		skip();
	assert_true(netns_run("nft add chain inet guard leaving"));
	assert_true(netns_run("nft add rule inet guard leaving tcp dport 25 counter drop"));
	tracer = tracer_start();
	assert_non_null(tracer);
	length = tracer_list(tracer, &rule, text, sizeof(text) - 1);
	text[length] = '\0';
	assert_non_null(strstr(text, "tcp dport 25 counter drop # handle"));
	tracer_stop(tracer);
}

/* Whoever took the program over would ask for more than a listing. */
static void tracer_hands_no_foreign_words_to_nft(void **state)
{
	static const char *const words[] = {
		"guard; flush ruleset", "-f", "", "a b", "x{y", "$(reboot)", "../x", "\n"};
	struct tracer *tracer;
	char text[4096];

	(void)state;
	if (!possible)
		skip();
	tracer = tracer_start();
	assert_non_null(tracer);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct local_rule rule = {.family = "inet", .chain = "leaving"};
		snprintf(rule.table, sizeof(rule.table), "%s", words[i]);
		assert_int_equal(tracer_list(tracer, &rule, text, sizeof(text)), 1);
		assert_int_equal(text[0], '\n');
	}
	assert_true(netns_run("nft list table inet guard"));
	tracer_stop(tracer);
}

static int may_not_start(void)
{
	return setgid(65534) != 0 || setuid(65534) != 0 || tracer_start() != NULL;
}

static void tracer_does_not_start_without_rights(void **state)
{
	int status = 0;

	(void)state;
	if (!possible)
		skip();
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(may_not_start());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracer_takes_its_table_away_when_it_stops),
		cmocka_unit_test(tracer_table_vanishes_with_a_process_that_is_killed),
		cmocka_unit_test(tracer_lists_a_chain),
		cmocka_unit_test(tracer_hands_no_foreign_words_to_nft),
		cmocka_unit_test(tracer_does_not_start_without_rights),
	};
	int failed = cmocka_run_group_tests(tests, enter, NULL);

	return failed == 0 && !possible ? 77 : failed;
}
