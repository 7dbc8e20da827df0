/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines as nftables 1.0.6 wrote them on Linux 6.18, and what nobody should write. */
#include "trace_text.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_line(struct trace_line *out, const char *line)
{
	size_t length = strlen(line);
	char *exact = malloc(length == 0 ? 1 : length); /* so that a byte too far is noticed */
	bool is_trace;

	assert_non_null(exact);
	for (size_t i = 0; i < length; i++)
		exact[i] = line[i];
	is_trace = trace_line_read(out, exact, length);
	free(exact);
	return is_trace;
}

static void trace_line_read_tells_the_ports_of_a_packet(void **state)
{
	struct trace_line line;

	(void)state;
	assert_true(read_line(&line,
		"trace id c83e61c0 inet t o packet: oif \"v0\" ip saddr 192.0.2.1 ip daddr "
		"192.0.2.9 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 51 ip protocol tcp ip "
		"length 60 tcp sport 54162 tcp dport 25 tcp flags == syn tcp window 64240 "));
	assert_int_equal(line.id, 0xc83e61c0);
	assert_int_equal(line.step, TRACE_PACKET);
	assert_int_equal(line.source_port, 54162);
	assert_int_equal(line.destination_port, 25);
}

static void trace_line_read_tells_the_ports_of_a_raw_header(void **state)
{
	struct trace_line line;

	(void)state;
	assert_true(read_line(&line,
		"trace id 1bed9493 netdev eg e packet: oif \"v0\" @nh,0,160 "
		"0x4500003c634b400040065366c0000201c0000209 @th,0,160 "
		"0x109203e3a43b9fa900000000a002faf084390000 "));
	assert_int_equal(line.source_port, 0x1092);
	assert_int_equal(line.destination_port, 0x03e3);
}

static void trace_line_read_tells_the_rule_that_drops(void **state)
{
	struct trace_line line;

	(void)state;
	assert_true(read_line(&line,
		"trace id a5998207 inet filter deep rule ip daddr 192.0.2.0/24 counter drop "
		"comment \"No \\ mail $(x)\" (verdict drop)"));
	assert_int_equal(line.step, TRACE_DROPS);
	assert_int_equal(line.rule.kind, LOCAL_RULE_FILTER);
	assert_string_equal(line.rule.family, "inet");
	assert_string_equal(line.rule.table, "filter");
	assert_string_equal(line.rule.chain, "deep");
	assert_string_equal(
		line.rule.text, "ip daddr 192.0.2.0/24 counter drop comment \"No \\ mail $(x)\"");
	assert_string_equal(line.rule.comment, "No \\ mail $(x)");
}

static void trace_line_read_tells_what_lets_a_packet_pass(void **state)
{
	static const char *const passing[] = {
		"trace id a5998207 inet filter out rule counter jump mail (verdict jump mail)",
		"trace id a5998207 inet mailsonde_1 out unknown rule handle 2 (verdict continue)",
		"trace id a5998207 inet mailsonde_1 out policy accept ",
		"trace id a5998207 inet mailsonde_1 out verdict continue ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		struct trace_line line;
		assert_true(read_line(&line, passing[i]));
		assert_int_equal(line.step, TRACE_PASSES);
	}
}

static void trace_line_read_tells_a_policy_and_a_rule_known_by_its_handle(void **state)
{
	struct trace_line line;

	(void)state;
	assert_true(read_line(&line, "trace id 1 ip pol o policy drop "));
	assert_int_equal(line.step, TRACE_DROPS);
	assert_int_equal(line.rule.kind, LOCAL_RULE_POLICY);
	assert_true(read_line(&line, "trace id 1 ip pol o unknown rule handle 7 (verdict drop)"));
	assert_int_equal(line.step, TRACE_DROPS);
	assert_int_equal(line.rule.handle, 7);
	assert_string_equal(line.rule.text, "");
}

/* The verdict is what nft writes last, whatever a comment says. */
static void trace_line_read_believes_no_comment(void **state)
{
	struct trace_line line;

	(void)state;
	assert_true(read_line(&line,
		"trace id 1 inet t o rule accept comment \"(verdict drop) # handle 9\" (verdict "
		"accept)"));
	assert_int_equal(line.step, TRACE_PASSES);
	assert_true(read_line(
		&line, "trace id 1 inet t o rule drop comment \"\x1b[31mred\a\" (verdict drop)"));
	assert_string_equal(line.rule.comment, "?[31mred?");
}

static void trace_line_read_refuses_what_is_none(void **state)
{
	static const char *const others[] = {
		"",
		"trace",
		"trace id ",
		"trace id xyz inet t o policy drop",
		"trace id 123456789 inet t o policy drop",
		"trace id 1 inet t",
		"trace id 1  t o x",
		"trace id 1 inet t o rule drop",
		"trace id 1 inet t o unknown rule handle x (verdict ",
		"add table inet t",
		"trace id -1 inet t o policy drop",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct trace_line line;
		if (read_line(&line, others[i]))
			fail_msg("'%s' was taken", others[i]);
	}
}

static void trace_line_read_stays_inside_every_beginning_of_a_line(void **state)
{
	static const char whole[] =
		"trace id a5998207 netdev e o packet: @th,0,160 0x109203e3 tcp sport 25 tcp dport 1";
	struct trace_line line;
	char part[sizeof(whole)];

	(void)state;
	for (size_t length = 0; length < sizeof(whole); length++) {
		memcpy(part, whole, length);
		part[length] = '\0';
		(void)read_line(&line, part);
	}
}

static void trace_line_read_cuts_names_that_are_too_long(void **state)
{
	struct trace_line line;
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text), "trace id 1 inet %0500d %0500d rule %0900d (verdict drop)", 1,
		1, 1);
	assert_true(read_line(&line, text));
	assert_int_equal(strlen(line.rule.table), sizeof(line.rule.table) - 1);
	assert_int_equal(strlen(line.rule.chain), sizeof(line.rule.chain) - 1);
	assert_int_equal(strlen(line.rule.text), sizeof(line.rule.text) - 1);
}

static const char listing[] = "table inet filter {\n"
			      "\tchain out { # handle 3\n"
			      "\t\ttype filter hook output priority 0; policy accept;\n"
			      "\t\ttcp dport 25 counter jump mail comment \"to mail\" # handle 6\n"
			      "\t\ttcp dport 993 reject with tcp reset # handle 9\n"
			      "\t}\n"
			      "}\n";

static void trace_rule_complete_finds_the_handle_by_the_text(void **state)
{
	struct local_rule rule = {
		.kind = LOCAL_RULE_FILTER, .text = "tcp dport 993 reject with tcp reset"};

	(void)state;
	trace_rule_complete(&rule, listing, strlen(listing));
	assert_int_equal(rule.handle, 9);
}

static void trace_rule_complete_finds_text_and_comment_by_the_handle(void **state)
{
	struct local_rule rule = {.kind = LOCAL_RULE_FILTER, .handle = 6};

	(void)state;
	trace_rule_complete(&rule, listing, strlen(listing));
	assert_string_equal(rule.text, "tcp dport 25 counter jump mail comment \"to mail\"");
	assert_string_equal(rule.comment, "to mail");
}

static void trace_rule_complete_leaves_what_it_does_not_find(void **state)
{
	struct local_rule rule = {.kind = LOCAL_RULE_FILTER, .text = "tcp dport 99 drop"};

	(void)state;
	trace_rule_complete(&rule, listing, strlen(listing));
	assert_int_equal(rule.handle, 0);
	trace_rule_complete(&rule, listing, 0);
	assert_string_equal(rule.text, "tcp dport 99 drop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trace_line_read_tells_the_ports_of_a_packet),
		cmocka_unit_test(trace_line_read_tells_the_ports_of_a_raw_header),
		cmocka_unit_test(trace_line_read_tells_the_rule_that_drops),
		cmocka_unit_test(trace_line_read_tells_what_lets_a_packet_pass),
		cmocka_unit_test(trace_line_read_tells_a_policy_and_a_rule_known_by_its_handle),
		cmocka_unit_test(trace_line_read_believes_no_comment),
		cmocka_unit_test(trace_line_read_refuses_what_is_none),
		cmocka_unit_test(trace_line_read_stays_inside_every_beginning_of_a_line),
		cmocka_unit_test(trace_line_read_cuts_names_that_are_too_long),
		cmocka_unit_test(trace_rule_complete_finds_the_handle_by_the_text),
		cmocka_unit_test(trace_rule_complete_finds_text_and_comment_by_the_handle),
		cmocka_unit_test(trace_rule_complete_leaves_what_it_does_not_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
