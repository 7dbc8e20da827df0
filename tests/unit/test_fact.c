/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact.h"
#include "packet.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct fact sample_fact(enum fact_kind kind)
{
	struct fact fact = {
		.kind = kind,
		.asked = true,
		.elsewhere = true,
		.error = EPERM,
		.sequence = 4000000000U,
		.time_ns = 1700000000123456789,
		.duration_ns = 5000000,
		.count = 17,
		.flow = {.source_port = 40000, .destination_port = 25},
		.host = "mail.example.com",
		.service = "smtp",
		.text = "complete",
		.rule = {LOCAL_RULE_FILTER, "inet", "filter", "out", 7,
			"tcp dport 25 drop comment \"why\"", "why"},
	};

	address_parse(&fact.flow.source, "2001:db8::1");
	address_parse(&fact.flow.destination, "2001:db8::25");
	address_parse(&fact.gateway, "fe80::1");
	return fact;
}

static bool parse_text(struct fact *out, const char *text)
{
	struct note note = {.text = text, .length = strlen(text)};

	return fact_parse(out, &note);
}

static void fact_survives_print_and_parse_of_every_kind(void **state)
{
	(void)state;
	for (int kind = 0; kind < FACT_KINDS; kind++) {
		struct fact fact = sample_fact((enum fact_kind)kind), back;
		char text[FACT_TEXT];
		size_t length = fact_print(&fact, text);
		struct note note = {.text = text, .length = length};

		memset(&back, 0, sizeof(back));
		assert_true(fact_parse(&back, &note));
		assert_int_equal(back.kind, fact.kind);
		assert_int_equal(back.error, fact.error);
		assert_int_equal(back.sequence, fact.sequence);
		assert_int_equal(back.time_ns, fact.time_ns);
		assert_int_equal(back.duration_ns, fact.duration_ns);
		assert_int_equal(back.count, fact.count);
		assert_true(address_equal(&back.flow.source, &fact.flow.source));
		assert_true(address_equal(&back.flow.destination, &fact.flow.destination));
		assert_true(address_equal(&back.gateway, &fact.gateway));
		assert_int_equal(back.flow.source_port, fact.flow.source_port);
		assert_int_equal(back.flow.destination_port, fact.flow.destination_port);
		assert_string_equal(back.host, fact.host);
		assert_string_equal(back.service, fact.service);
		assert_string_equal(back.text, fact.text);
		assert_true(back.asked);
		assert_true(back.elsewhere);
	}
}

static void fact_carries_a_local_rule_to_the_letter(void **state)
{
	struct fact fact = sample_fact(FACT_LOCAL_RULE), back;
	char text[FACT_TEXT];
	struct note note = {.text = text};

	(void)state;
	note.length = fact_print(&fact, text);
	assert_true(fact_parse(&back, &note));
	assert_int_equal(back.rule.kind, fact.rule.kind);
	assert_int_equal(back.rule.handle, fact.rule.handle);
	assert_string_equal(back.rule.family, fact.rule.family);
	assert_string_equal(back.rule.table, fact.rule.table);
	assert_string_equal(back.rule.chain, fact.rule.chain);
	assert_string_equal(back.rule.text, fact.rule.text);
	assert_string_equal(back.rule.comment, fact.rule.comment);
}

static void fact_print_keeps_a_hostile_name_on_its_line(void **state)
{
	struct fact fact = sample_fact(FACT_TARGET), back;
	char text[FACT_TEXT];

	(void)state;
	strcpy(fact.host, "evil\nMAILSONDE_FACT=end\x1b[2J");
	struct note note = {.length = fact_print(&fact, text), .text = text};
	assert_true(fact_parse(&back, &note));
	assert_int_equal(back.kind, FACT_TARGET);
	assert_null(strchr(back.host, '\x1b'));
}

static void fact_parse_refuses_what_is_out_of_bounds(void **state)
{
	static const char *const bad[] = {
		"",
		"MESSAGE=hello\n",
		"MAILSONDE_FACT=unheard-of\n",
		"MAILSONDE_FACT=connect\n",
		"MAILSONDE_FACT=connect\nMAILSONDE_TO=nonsense\n",
		"MAILSONDE_FACT=connect\nMAILSONDE_TO=192.0.2.1\nMAILSONDE_TO_PORT=65536\n",
		"MAILSONDE_FACT=connect\nMAILSONDE_TO=192.0.2.1\nMAILSONDE_TO_PORT=-1\n",
		"MAILSONDE_FACT=connect\nMAILSONDE_TO=192.0.2.1\nMAILSONDE_SEQUENCE=4294967296\n",
		"MAILSONDE_FACT=connect\nMAILSONDE_TO=192.0.2.1\nMAILSONDE_ERROR=EWHATEVER\n",
		"MAILSONDE_FACT=end\nMAILSONDE_TIME_NS=99999999999999999999\n",
		"MAILSONDE_FACT=offer\nMAILSONDE_TO=192.0.2.1\nMAILSONDE_PORTS=25,65536\n",
		("MAILSONDE_FACT=offer\nMAILSONDE_TO=192.0.2.1\nMAILSONDE_PORTS="
		 "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
		 "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n"),
		("MAILSONDE_FACT=end\nMAILSONDE_TEXT="
		 "0123456789012345678901234567890123456789012345678901234567890123\n"),
	};
	struct fact fact;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(parse_text(&fact, bad[i]));
}

static void fact_parse_refuses_an_endless_note(void **state)
{
	static char text[FACT_TEXT + 100];
	struct fact fact;

	(void)state;
	snprintf(text, sizeof(text), "MAILSONDE_FACT=end\n%0*d\n", FACT_TEXT, 0);
	assert_false(parse_text(&fact, text));
}

static void fact_of_an_offer_keeps_its_ports_and_record(void **state)
{
	struct fact fact = {.kind = FACT_OFFER,
		.flow = {.destination = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}}},
		.record = "a,\"A, B\",25",
		.ports = {25, 587, 65535},
		.port_count = 3};
	struct fact back;
	char text[FACT_TEXT];
	struct note note = {.length = fact_print(&fact, text), .text = text};

	(void)state;
	assert_true(fact_parse(&back, &note));
	assert_string_equal(back.record, fact.record);
	assert_int_equal(back.port_count, 3);
	assert_memory_equal(back.ports, fact.ports, 3 * sizeof(fact.ports[0]));
}

static void fact_parse_skips_fields_it_does_not_know(void **state)
{
	struct fact fact;

	(void)state;
	assert_true(parse_text(
		&fact, "_PID=1\nno equals sign\nMAILSONDE_FACT=end\nMAILSONDE_LATER=1\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fact_survives_print_and_parse_of_every_kind),
		cmocka_unit_test(fact_carries_a_local_rule_to_the_letter),
		cmocka_unit_test(fact_print_keeps_a_hostile_name_on_its_line),
		cmocka_unit_test(fact_parse_refuses_what_is_out_of_bounds),
		cmocka_unit_test(fact_parse_refuses_an_endless_note),
		cmocka_unit_test(fact_of_an_offer_keeps_its_ports_and_record),
		cmocka_unit_test(fact_parse_skips_fields_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
