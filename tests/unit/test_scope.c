/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "mailport.h"
#include "scope.h"
#include "unit.h"

static struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(&address, text));
	return address;
}

static struct scope scope_of(const char *host)
{
	return (struct scope){.hosts = {address_of(host)}, .host_count = 1};
}

static bool has_tcp(const char *from, const char *to, uint8_t flags)
{
	struct scope scope = scope_of("192.0.2.25");
	struct frame frame = {.kind = FRAME_TCP,
		.source = address_of(from),
		.destination = address_of(to),
		.tcp.flags = flags};

	return scope_has_frame(&scope, &frame);
}

static void scope_takes_both_directions_of_a_server(void **state)
{
	(void)state;
	assert_true(has_tcp("192.0.2.1", "192.0.2.25", TCP_SYN));
	assert_true(has_tcp("192.0.2.25", "192.0.2.1", TCP_SYN | TCP_ACK));
	assert_true(has_tcp("192.0.2.25", "192.0.2.1", TCP_RST));
	assert_true(has_tcp("192.0.2.1", "192.0.2.25", TCP_ACK));
}

static void scope_leaves_out_what_the_server_opens_itself(void **state)
{
	(void)state;
	assert_false(has_tcp("192.0.2.25", "192.0.2.1", TCP_SYN));
	assert_false(has_tcp("192.0.2.1", "192.0.2.25", TCP_SYN | TCP_ACK));
	assert_false(has_tcp("192.0.2.1", "192.0.2.2", TCP_ACK));
}

static void scope_takes_errors_about_its_server(void **state)
{
	struct scope scope = scope_of("192.0.2.25");
	struct frame frame = {.kind = FRAME_ICMP_ERROR, .source = address_of("192.0.2.254")};

	(void)state;
	frame.icmp.quote.destination = address_of("192.0.2.25");
	assert_true(scope_has_frame(&scope, &frame));
	frame.icmp.quote.destination = address_of("192.0.2.26");
	assert_false(scope_has_frame(&scope, &frame));
}

static void scope_has_everything_when_nothing_narrows_it(void **state)
{
	struct scope scope = {.host_count = 0};
	struct frame frame = {.kind = FRAME_TCP};

	(void)state;
	assert_true(scope_has_frame(&scope, &frame));
	assert_true(scope_has_time(&scope, 0));
	assert_true(scope_has_time(&scope, INT64_MAX));
}

static void scope_begins_with_its_first_moment_and_ends_before_its_last(void **state)
{
	struct scope scope = {.after_ns = 10, .before_ns = 20};

	(void)state;
	assert_false(scope_has_time(&scope, 9));
	assert_true(scope_has_time(&scope, 10));
	assert_true(scope_has_time(&scope, 19));
	assert_false(scope_has_time(&scope, 20));
}

static void scope_keeps_the_targets_of_a_run_that_began_before(void **state)
{
	struct scope scope = {.after_ns = 10};
	struct fact target = {.kind = FACT_TARGET, .time_ns = 1};
	struct fact end = {.kind = FACT_CONNECT, .time_ns = 1};

	(void)state;
	assert_true(scope_has_fact(&scope, &target));
	assert_false(scope_has_fact(&scope, &end));
}

static void scope_tells_evidence_which_services_ports_offer(void **state)
{
	struct scope scope = {
		.ports = {{8025, mailport_find(25)}, {25, mailport_find(143)}}, .port_count = 2};
	struct evidence *evidence = evidence_new();

	(void)state;
	scope_name_services(&scope, evidence);
	assert_ptr_equal(evidence_mailport(evidence, 8025), mailport_find(25));
	assert_ptr_equal(evidence_mailport(evidence, 25), mailport_find(143));
	assert_ptr_equal(evidence_mailport(evidence, 993), mailport_find(993));
	assert_null(evidence_mailport(evidence, 80));
	evidence_free(evidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scope_takes_both_directions_of_a_server),
		cmocka_unit_test(scope_leaves_out_what_the_server_opens_itself),
		cmocka_unit_test(scope_takes_errors_about_its_server),
		cmocka_unit_test(scope_has_everything_when_nothing_narrows_it),
		cmocka_unit_test(scope_begins_with_its_first_moment_and_ends_before_its_last),
		cmocka_unit_test(scope_keeps_the_targets_of_a_run_that_began_before),
		cmocka_unit_test(scope_tells_evidence_which_services_ports_offer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
