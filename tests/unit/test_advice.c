/* SPDX-License-Identifier: BSD-2-Clause */
#include "advice.h"
#include "figures.h"
#include "sending_service.h"
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

/* All that can be advised, whatever the port, the word and the cause: a port that was not open in
 * the same run is named only as the one in question. */
static void advice_offers_no_port_that_was_not_open(void **state)
{
	static const uint16_t ports[] = {25, 465, 587, 2525, 2465, 2587, 143, 993, 110, 995, 4190};
	static const char *const offers[] = {"use port", "through its port", ", port"};

	(void)state;
	for (size_t p = 0; p < sizeof(ports) / sizeof(ports[0]); p++) {
		for (int word = 0; word < VERDICT_WORDS * 5; word++) {
			struct verdict verdict = {.word = (enum verdict_word)(word / 5),
				.by = (enum verdict_by)(word % 5)};
			size_t count = ask(verdict, ports[p], NULL);
			for (size_t i = 0; i < count * 3; i++)
				assert_null(strstr(advice[i / 3].action, offers[i % 3]));
		}
	}
}

static void advice_names_an_alternative_only_when_it_was_open(void **state)
{
	const struct port_list open = {.ports = {993, 587, 465}, .count = 3};
	const struct verdict verdict = {.word = VERDICT_DROPPED, .by = BY_PATH};

	(void)state;
	assert_true(ask(verdict, 2525, NULL) > 0);
	assert_null(strstr(advice[0].action, "nstead"));
	assert_true(ask(verdict, 2525, &open) > 0);
	assert_non_null(strstr(advice[0].action, "use port 465"));
	assert_non_null(strstr(advice[0].action, "RFC 8314"));
	assert_int_equal(advice[0].who, ADVICE_YOU);
}

static void advice_gives_a_mail_server_no_submission_port_instead_of_25(void **state)
{
	const struct port_list open = {.ports = {587}, .count = 1};
	const struct verdict verdict = {.word = VERDICT_DROPPED, .by = BY_PATH};

	(void)state;
	assert_true(ask(verdict, 25, &open) > 0);
	assert_null(strstr(advice[0].action, "nstead of port 25"));
	assert_non_null(strstr(advice[0].action, "with an account"));
	assert_non_null(strstr(advice[0].action, "from server to server cannot"));
}

static bool any_is(size_t count, enum advice_who who)
{
	for (size_t i = 0; i < count; i++) {
		if (advice[i].who == who)
			return true;
	}
	return false;
}

static bool any_says(size_t count, const char *words)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(advice[i].action, words) != NULL ||
			strstr(advice[i].command, words) != NULL)
			return true;
	}
	return false;
}

static void advice_sends_port_25_to_the_provider(void **state)
{
	(void)state;
	assert_true(any_is(ask((struct verdict){.word = VERDICT_DROPPED, .by = BY_PATH}, 25, NULL),
		ADVICE_ISP));
}

/* One result with all that can be known beside it. */
static struct verdict verdict_known;
static const struct figures figures_known = {.finished = true};
static const struct port_list none_open = {.count = 0};

static struct advice_case known(enum verdict_word word, enum verdict_by by, uint16_t port)
{
	verdict_known = (struct verdict){.word = word, .by = by};
	return (struct advice_case){
		.verdict = &verdict_known,
		.figures = &figures_known,
		.host = "mail.example.com",
		.address = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
		.port = port,
		.open = &none_open,
	};
}

static void advice_quotes_the_provider_with_source_and_date(void **state)
{
	struct provider provider;
	struct advice_case about = known(VERDICT_DROPPED, BY_UNKNOWN, 25);

	(void)state;
	assert_true(provider_parse(&provider,
		"a,Example Cloud,cloud,64500,,blocked,open,open,request,write to us,"
		"docs.example.com,2026-05,official"));
	about.provider = &provider;
	about.provider_match = PROVIDER_HARDWARE;
	size_t count = advice_for(&about, advice);

	assert_true(any_is(count, ADVICE_HOST_PROVIDER));
	assert_true(any_says(count, "By its hardware this computer is at Example Cloud"));
	assert_true(any_says(count, "write to us (source: docs.example.com, 2026-05)"));
}

static void advice_blames_no_provider_where_the_server_or_this_machine_is_the_cause(void **state)
{
	static const enum verdict_by others[] = {BY_LOCAL, BY_DESTINATION};
	struct provider provider;

	(void)state;
	assert_true(provider_parse(&provider,
		"a,Example Cloud,cloud,64500,,blocked,open,open,request,ask,x,2026,official"));
	for (size_t i = 0; i < 2; i++) {
		struct advice_case about = known(VERDICT_DROPPED, others[i], 25);
		about.provider = &provider;
		about.provider_match = PROVIDER_NAMED;
		assert_false(any_says(advice_for(&about, advice), "Example Cloud"));
	}
}

static void advice_calls_it_a_fault_where_the_provider_says_open(void **state)
{
	struct provider provider;
	struct advice_case about = known(VERDICT_DROPPED, BY_PATH, 587);

	(void)state;
	assert_true(provider_parse(&provider,
		"a,Example Cloud,cloud,64500,,blocked,open,open,request,ask,x,2026,official"));
	about.provider = &provider;
	about.provider_match = PROVIDER_NAMED;
	assert_true(any_says(advice_for(&about, advice), "as a fault"));
}

static void advice_never_blames_a_network_for_a_port_that_is_not_offered(void **state)
{
	static const enum verdict_word words[] = {
		VERDICT_DROPPED, VERDICT_REFUSED, VERDICT_UNREACHABLE};
	const struct port_list open = {.ports = {587}, .count = 1};
	struct sending_service service;

	(void)state;
	assert_true(sending_service_parse(
		&service, "p,Postmark,smtp.example.com,25|587,,docs,2026,official"));
	for (size_t i = 0; i < 6; i++) {
		struct advice_case about = known(words[i / 2], BY_UNKNOWN, 465);
		verdict_known.findings[0] = FINDING_NOT_OFFERED;
		verdict_known.finding_count = 1;
		about.service = &service;
		about.open = i % 2 == 0 ? &open : &none_open;
		size_t count = advice_for(&about, advice);
		assert_int_equal(count, 1);
		assert_int_equal(advice[0].who, ADVICE_YOU);
		assert_true(any_says(count, "Postmark offers no port 465"));
	}
}

static void advice_tells_which_port_of_a_service_to_configure(void **state)
{
	const struct port_list open = {.ports = {25, 587, 465}, .count = 3};
	struct sending_service service;
	struct advice_case about = known(VERDICT_OPEN, BY_NOBODY, 465);

	(void)state;
	assert_true(sending_service_parse(
		&service, "s,Example Mail,smtp.example.com,25|587,465,docs,2026,official"));
	about.service = &service;
	about.open = &open;
	assert_true(any_says(advice_for(&about, advice), "port 465 (sending mail, TLS)"));
	about = known(VERDICT_OPEN, BY_NOBODY, 587);
	about.service = &service;
	about.open = &open;
	assert_int_equal(advice_for(&about, advice), 0);
}

static void advice_names_a_relay_that_works_for_a_mail_server(void **state)
{
	struct advice_case about = known(VERDICT_DROPPED, BY_PATH, 25);

	(void)state;
	about.relay = "relay.example.net";
	about.relay_port = 465;
	assert_true(any_says(advice_for(&about, advice),
		"'relayhost = [relay.example.net]:465' smtp_tls_security_level=encrypt "
		"smtp_tls_wrappermode=yes"));
	about.relay = "x]'; rm -rf ~ #";
	assert_false(any_says(advice_for(&about, advice), "relayhost"));
}

static void advice_calls_a_pattern_a_hint(void **state)
{
	const struct port_list open = {.ports = {465, 587}, .count = 2};
	const struct port_list shut = {.ports = {25}, .count = 1};
	struct advice_case about = known(VERDICT_DROPPED, BY_UNKNOWN, 25);

	(void)state;
	about.open = &open;
	about.shut = &shut;
	assert_true(any_says(advice_for(&about, advice), "A hint, not a proof: "));
	about.verdict = &verdict_known;
	verdict_known.by = BY_DESTINATION;
	assert_false(any_says(advice_for(&about, advice), "hint"));
}

static void advice_lists_every_firewall_and_the_one_in_use_first(void **state)
{
	struct advice_case about = known(VERDICT_DROPPED, BY_LOCAL, 25);
	size_t choices = 0;

	(void)state;
	verdict_known.findings[0] = FINDING_LOCAL_OUTPUT;
	verdict_known.finding_count = 1;
	about.firewall = FIREWALL_UFW;
	size_t count = advice_for(&about, advice);

	assert_false(advice[0].choice);
	assert_true(advice[1].choice);
	assert_non_null(strstr(advice[1].command, "ufw"));
	for (size_t i = 0; i < count; i++)
		choices += advice[i].choice;
	assert_int_equal(choices, FIREWALLS - 1);
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
	size_t count = ask(verdict, 25, NULL);

	assert_false(any_is(count, ADVICE_ISP));
	assert_true(any_says(count, "192.168.2.1"));
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
	assert_true(ask(verdict, 25, NULL) > 0);
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
		assert_true(advice_for(&about, advice) > 0);
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
		cmocka_unit_test(advice_offers_no_port_that_was_not_open),
		cmocka_unit_test(advice_names_an_alternative_only_when_it_was_open),
		cmocka_unit_test(advice_gives_a_mail_server_no_submission_port_instead_of_25),
		cmocka_unit_test(advice_sends_port_25_to_the_provider),
		cmocka_unit_test(advice_quotes_the_provider_with_source_and_date),
		cmocka_unit_test(
			advice_blames_no_provider_where_the_server_or_this_machine_is_the_cause),
		cmocka_unit_test(advice_calls_it_a_fault_where_the_provider_says_open),
		cmocka_unit_test(advice_never_blames_a_network_for_a_port_that_is_not_offered),
		cmocka_unit_test(advice_tells_which_port_of_a_service_to_configure),
		cmocka_unit_test(advice_names_a_relay_that_works_for_a_mail_server),
		cmocka_unit_test(advice_calls_a_pattern_a_hint),
		cmocka_unit_test(advice_lists_every_firewall_and_the_one_in_use_first),
		cmocka_unit_test(advice_stays_at_home_when_the_own_router_blocks),
		cmocka_unit_test(advice_gives_the_command_that_shows_the_rule),
		cmocka_unit_test(advice_puts_no_hostile_name_into_a_command),
		cmocka_unit_test(advice_names_all_ports_that_share_a_fate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
