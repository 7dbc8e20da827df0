/* SPDX-License-Identifier: BSD-2-Clause */
#include "change.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define NS_PER_S  INT64_C(1000000000)
#define S_PER_DAY INT64_C(86400)
#define NOW_S     INT64_C(1795500000)

static const struct change_rules rules = {.confirm = 2, .certificate_days = 14};

/* A port whose looks come one after another. */
struct port {
	struct observation looks[32];
	size_t count;
	struct standing standing;
	struct change_outcome last;
};

static struct port port_new(void)
{
	return (struct port){.standing = standing_unknown()};
}

static struct observation look_of(enum verdict_word word)
{
	return (struct observation){.time_ns = NOW_S * NS_PER_S,
		.word = word,
		.by = word == VERDICT_OPEN ? BY_NOBODY : BY_UNKNOWN,
		.limit_per_s = -1};
}

/* Looks once more; returns how many changes that told. */
static size_t look(struct port *port, struct observation seen)
{
	size_t first = 0;

	port->looks[port->count++] = seen;
	if (port->count > CHANGE_RECENT)
		first = port->count - CHANGE_RECENT;
	change_judge(
		&port->last, port->looks + first, port->count - first, &rules, &port->standing);
	return port->last.count;
}

/* A look for each letter: o open, d dropped, r refused, ? inconclusive. Returns the kinds told. */
static const char *looks(struct port *port, const char *letters, char out[static 64])
{
	static const struct {
		char letter;
		enum verdict_word word;
	} words[] = {{'o', VERDICT_OPEN}, {'d', VERDICT_DROPPED}, {'r', VERDICT_REFUSED},
		{'?', VERDICT_INCONCLUSIVE}};
	size_t used = 0;

	for (; *letters != '\0'; letters++) {
		size_t w = 0;
		while (words[w].letter != *letters)
			w++;
		size_t told = look(port, look_of(words[w].word));
		for (size_t i = 0; i < told; i++)
			used += (size_t)snprintf(out + used, 64 - used, "%s ",
				change_kind_name(port->last.changes[i].kind));
	}
	out[used > 0 ? used - 1 : 0] = '\0';
	return out;
}

static void change_is_told_once_it_is_confirmed(void **state)
{
	static const struct {
		const char *looks, *told;
	} cases[] = {
		{"o", "first"},
		{"d", ""},
		{"dd", "first"},
		{"?", ""},
		{"ooooo", "first"},
		{"ood", "first"},
		{"oodo", "first"},
		{"oodd", "first verdict"},
		{"ooddoo", "first verdict verdict"},
		{"od?d", "first verdict"},
		{"o????", "first"},
		{"od??", "first"},
		{"odr", "first"},
		{"odrr", "first verdict"},
		{"oddddd", "first verdict"},
		{"oododod", "first unsteady"},
		{"oododododod", "first unsteady"},
		{"oododod"
		 "dddd",
			"first unsteady verdict"},
		{"oododod"
		 "oooo",
			"first unsteady steady"},
	};
	char told[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct port port = port_new();
		if (strcmp(looks(&port, cases[i].looks, told), cases[i].told) != 0)
			fail_msg("%s told '%s' and not '%s'", cases[i].looks, told, cases[i].told);
	}
}

static void change_asks_for_another_look_while_it_is_unconfirmed(void **state)
{
	struct port port = port_new();
	char told[64];

	(void)state;
	looks(&port, "oo", told);
	assert_false(port.last.doubtful);
	looks(&port, "d", told);
	assert_true(port.last.doubtful);
	looks(&port, "d", told);
	assert_false(port.last.doubtful);
}

static void change_of_the_culprit_is_one_unless_he_was_not_known(void **state)
{
	struct port port = port_new();
	struct observation seen = look_of(VERDICT_DROPPED);
	char told[64];

	(void)state;
	looks(&port, "dd", told);
	seen.by = BY_PATH;
	assert_int_equal(look(&port, seen) + look(&port, seen), 0);
	seen.by = BY_LOCAL;
	assert_int_equal(look(&port, seen) + look(&port, seen), 1);
	assert_int_equal(port.last.changes[0].before.by, BY_PATH);
}

static void certificate_is_told_once_below_its_days_and_again_when_renewed(void **state)
{
	struct port port = port_new();
	struct observation seen = look_of(VERDICT_OPEN);

	(void)state;
	look(&port, seen);
	seen.certificate_end_s = NOW_S + 15 * S_PER_DAY;
	assert_int_equal(look(&port, seen) + look(&port, seen), 0);
	seen.time_ns += 2 * S_PER_DAY * NS_PER_S;
	assert_int_equal(look(&port, seen), 1);
	assert_int_equal(port.last.changes[0].kind, CHANGE_CERTIFICATE);
	assert_int_equal(look(&port, seen), 0);
	seen.certificate_end_s += 90 * S_PER_DAY;
	assert_int_equal(look(&port, seen), 0);
	assert_int_equal(look(&port, seen), 1);
	assert_int_equal(port.last.changes[0].kind, CHANGE_RENEWED);
}

static void clock_that_was_set_tells_nothing_of_certificates(void **state)
{
	struct port port = port_new();
	struct observation seen = look_of(VERDICT_OPEN);

	(void)state;
	seen.certificate_end_s = NOW_S + 60 * S_PER_DAY;
	look(&port, seen);
	look(&port, seen);
	seen.time_ns += 90 * S_PER_DAY * NS_PER_S;
	seen.word = VERDICT_MISCONFIGURED;
	seen.phase = PHASE_CERTIFICATE;
	seen.by = BY_DESTINATION;
	seen.clock_set = true;
	assert_int_equal(look(&port, seen) + look(&port, seen) + look(&port, seen), 0);
	seen.word = VERDICT_DROPPED;
	seen.phase = PHASE_CONNECT;
	assert_int_equal(look(&port, seen) + look(&port, seen), 1);
}

static size_t look_at_path(struct port *port, const char *path)
{
	struct observation seen = look_of(VERDICT_OPEN);

	snprintf(seen.path, sizeof(seen.path), "%s", path);
	look(port, seen);
	size_t told = 0;

	for (size_t i = 0; i < port->last.count; i++)
		told += port->last.changes[i].kind == CHANGE_PATH;
	return told;
}

static void path_is_new_once_it_has_been_the_same_three_times(void **state)
{
	struct port port = port_new();

	(void)state;
	assert_int_equal(look_at_path(&port, "192.0.2.1 192.0.2.2"), 0);
	assert_int_equal(look_at_path(&port, "192.0.2.1 *"), 0);
	assert_int_equal(look_at_path(&port, "192.0.2.1 192.0.2.22"), 0);
	assert_int_equal(look_at_path(&port, "192.0.2.1 192.0.2.2"), 0);
	assert_int_equal(look_at_path(&port, "192.0.2.1 192.0.2.22"), 0);
	assert_int_equal(look_at_path(&port, "192.0.2.1 192.0.2.22"), 0);
	assert_int_equal(look_at_path(&port, ""), 0);
	assert_int_equal(look_at_path(&port, "192.0.2.1 192.0.2.22"), 0);
	assert_int_equal(look_at_path(&port, "* 192.0.2.22"), 0);
	assert_int_equal(look_at_path(&port, "192.0.2.1 192.0.2.22"), 1);
}

static void limit_is_new_where_it_differs_by_more_than_its_estimate_does(void **state)
{
	struct port port = port_new();
	struct observation seen = look_of(VERDICT_THROTTLED);

	(void)state;
	seen.limit_per_s = 5;
	look(&port, seen);
	look(&port, seen);
	seen.limit_per_s = 6;
	assert_int_equal(look(&port, seen) + look(&port, seen), 0);
	seen.limit_per_s = 2;
	assert_int_equal(look(&port, seen), 0);
	assert_int_equal(look(&port, seen), 1);
	assert_int_equal(port.last.changes[0].kind, CHANGE_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(change_is_told_once_it_is_confirmed),
		cmocka_unit_test(change_asks_for_another_look_while_it_is_unconfirmed),
		cmocka_unit_test(change_of_the_culprit_is_one_unless_he_was_not_known),
		cmocka_unit_test(certificate_is_told_once_below_its_days_and_again_when_renewed),
		cmocka_unit_test(clock_that_was_set_tells_nothing_of_certificates),
		cmocka_unit_test(path_is_new_once_it_has_been_the_same_three_times),
		cmocka_unit_test(limit_is_new_where_it_differs_by_more_than_its_estimate_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
