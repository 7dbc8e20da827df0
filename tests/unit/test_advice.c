/* SPDX-License-Identifier: BSD-2-Clause */
#include "advice.h"
#include "figures.h"
#include "unit.h"
#include "verdict.h"

#include <string.h>

static struct advice advice[ADVICE_MAX];

static size_t ask(struct verdict verdict, uint16_t port, const struct port_list *open)
{
	const struct figures figures = {.rate = {.rate_per_s = 5, .burst = 5}};
	const struct port_list none = {.count = 0};
	const struct advice_case about = {
		.verdict = &verdict,
		.figures = &figures,
		.host = "mail.example.com",
		.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
		.port = port,
		.open = open == NULL ? &none : open,
	};

	return advice_for(&about, advice);
}

static void advice_is_silent_when_a_port_is_open(void **state)
{
	(void)state;
	assert_int_equal(ask((struct verdict){.word = VERDICT_OPEN}, 25, NULL), 0);
}

static void advice_has_something_for_every_other_word_and_cause(void **state)
{
	(void)state;
	for (int word = 0; word < VERDICT_WORDS; word++) {
		if (word == VERDICT_OPEN || word == VERDICT_INTERCEPTED)
			continue;
		struct verdict verdict = {.word = (enum verdict_word)word, .by = BY_UNKNOWN};
		assert_true(ask(verdict, 25, NULL) > 0);
	}
}

static void advice_names_an_alternative_only_when_it_was_open(void **state)
{
	const struct port_list open = {.ports = {993, 465}, .count = 2};
	const struct verdict verdict = {.word = VERDICT_DROPPED, .by = BY_PATH};

	(void)state;
	assert_true(ask(verdict, 25, NULL) > 0);
	assert_null(strstr(advice[0].action, "nstead"));
	assert_true(ask(verdict, 25, &open) > 0);
	assert_non_null(strstr(advice[0].action, "use port 465"));
	assert_int_equal(advice[0].who, ADVICE_YOU);
}

static void advice_sends_port_25_to_the_provider(void **state)
{
	(void)state;
	assert_int_equal(
		ask((struct verdict){.word = VERDICT_DROPPED, .by = BY_PATH}, 25, NULL), 1);
	assert_int_equal(advice[0].who, ADVICE_ISP);
}

static void advice_stays_at_home_when_the_own_router_blocks(void **state)
{
	const struct verdict verdict = {
		.word = VERDICT_DROPPED,
		.by = BY_PATH,
		.hop = {.known = true,
			.ttl = 1,
			.address = {.family = ADDRESS_IPV4, .bytes = {192, 168, 2, 1}}},
	};

	(void)state;
	assert_int_equal(ask(verdict, 25, NULL), 1);
	assert_int_equal(advice[0].who, ADVICE_YOU);
	assert_non_null(strstr(advice[0].action, "192.168.2.1"));
}

static void advice_gives_the_command_that_shows_the_rule(void **state)
{
	const struct verdict verdict = {
		.word = VERDICT_DROPPED,
		.by = BY_LOCAL,
		.findings = {FINDING_LOCAL_OUTPUT},
		.finding_count = 1,
	};

	(void)state;
	assert_int_equal(ask(verdict, 25, NULL), 1);
	assert_string_equal(advice[0].command, "sudo nft list ruleset");
}

static void advice_puts_no_hostile_name_into_a_command(void **state)
{
	static const char *const names[] = {
		"x; rm -rf ~", "$(id)", "-oProxy", "a\nb", "a b", "`id`"};
	const struct verdict verdict = {.word = VERDICT_DROPPED, .by = BY_UNKNOWN};
	const struct figures figures = {.finished = true};
	const struct port_list none = {.count = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct advice_case about = {
			.verdict = &verdict,
			.figures = &figures,
			.host = names[i],
			.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
			.port = 25,
			.open = &none,
		};
		assert_int_equal(advice_for(&about, advice), 1);
		assert_string_equal(advice[0].command, "sudo mailsonde probe --ports 25 192.0.2.1");
	}
}

static void advice_names_all_ports_that_share_a_fate(void **state)
{
	const struct verdict verdict = {.word = VERDICT_DROPPED, .by = BY_UNKNOWN};
	const struct figures figures = {.finished = true};
	const struct port_list none = {.count = 0};
	struct port_list named = {.count = PORT_LIST_MAX};

	(void)state;
	for (size_t i = 0; i < PORT_LIST_MAX; i++)
		named.ports[i] = (uint16_t)(65000 + i);
	const struct advice_case about = {.verdict = &verdict,
		.figures = &figures,
		.host = "",
		.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
		.port = 65000,
		.open = &none,
		.named = &named};

	assert_int_equal(advice_for(&about, advice), 1);
	assert_non_null(strstr(advice[0].command, "--ports 65000,65001,65002"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advice_is_silent_when_a_port_is_open),
		cmocka_unit_test(advice_has_something_for_every_other_word_and_cause),
		cmocka_unit_test(advice_names_an_alternative_only_when_it_was_open),
		cmocka_unit_test(advice_sends_port_25_to_the_provider),
		cmocka_unit_test(advice_stays_at_home_when_the_own_router_blocks),
		cmocka_unit_test(advice_gives_the_command_that_shows_the_rule),
		cmocka_unit_test(advice_puts_no_hostile_name_into_a_command),
		cmocka_unit_test(advice_names_all_ports_that_share_a_fate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
