/* SPDX-License-Identifier: BSD-2-Clause */
/* One literal for each rule: what it takes, and what it must say. */
#include "figures.h"
#include "unit.h"
#include "verdict.h"

#include <errno.h>
#include <string.h>

static struct address address_of(const char *text)
{
	struct address address = {0};

	assert_true(address_parse(&address, text));
	return address;
}

static struct rate_estimate limited_by(enum rate_model model)
{
	struct rate_estimate rate = {.judged = true, .limited = .99, .best = model};

	rate.posterior[model] = .99;
	return rate;
}

static struct rate_estimate lost_by(enum rate_model model)
{
	struct rate_estimate rate = {.judged = true, .limited = .01};

	rate.posterior[model] = .98;
	return rate;
}

#define ANSWERING .counts = {.probes = 12, .syn_acks = 12}
#define SILENT    .counts = {.probes = 8, .unanswered = 8}
#define PARTLY    .counts = {.probes = 32, .syn_acks = 20, .unanswered = 12}

struct example {
	const char *rule;
	enum verdict_word word;
	enum verdict_by by;
	struct figures figures;
};

static const struct example examples[] = {
	{"no address to send from", VERDICT_UNREACHABLE, BY_LOCAL,
		{.local = {.route_error = EADDRNOTAVAIL}}},
	{"the kernel connects, no answer was captured", VERDICT_OPEN, BY_NOBODY,
		{SILENT, .local = {.connect_tried = true, .connect_left = true, .left = 8}}},
	{"a route of this machine's discards it", VERDICT_DROPPED, BY_LOCAL,
		{.local = {.route_error = EINVAL}}},
	{"a route of this machine's forbids it", VERDICT_UNREACHABLE, BY_LOCAL,
		{.local = {.route_error = EACCES}}},
	{"no such host on the link", VERDICT_DOWN, BY_UNKNOWN,
		{.local = {.neighbour_silent = true, .next_hop_is_host = true, .never_left = 9}}},
	{"the gateway is silent", VERDICT_INCONCLUSIVE, BY_LOCAL,
		{.local = {.neighbour_silent = true, .never_left = 9}}},
	{"the kernel refuses to send", VERDICT_DROPPED, BY_LOCAL,
		{.local = {.writes_refused = 2, .write_error = EPERM}}},
	{"the kernel cannot send", VERDICT_INCONCLUSIVE, BY_LOCAL,
		{.local = {.writes_refused = 2, .write_error = EINVAL}}},
	{"written but never seen leaving", VERDICT_DROPPED, BY_LOCAL, {.local = {.never_left = 2}}},
	{"the kernel sometimes refuses to send", VERDICT_LOSSY, BY_LOCAL,
		{ANSWERING, .local = {.writes_refused = 5, .write_error = EPERM, .left = 12}}},
	{"answers arrive but connect() never gets them", VERDICT_DROPPED, BY_LOCAL,
		{ANSWERING,
			.local = {.left = 12,
				.connect_tried = true,
				.connect_error = ETIMEDOUT,
				.connect_answered = true,
				.answers_ignored = 2}}},
	{"packets pass but connect() is denied", VERDICT_DROPPED, BY_LOCAL,
		{ANSWERING, .local = {.left = 12, .connect_tried = true, .connect_error = EPERM}}},
	{"SYN-ACK", VERDICT_OPEN, BY_NOBODY, {ANSWERING, .local = {.left = 12}}},
	{"RST", VERDICT_REFUSED, BY_UNKNOWN,
		{.counts = {.probes = 2, .resets = 2}, .refusal_rounds = 2, .local = {.left = 2}}},
	{"silence while controls answer", VERDICT_DROPPED, BY_UNKNOWN,
		{SILENT, .silence = {.misses = 4, .log_odds = 8.8, .certain = true}}},
	{"nothing answers though the path lives", VERDICT_DOWN, BY_UNKNOWN,
		{SILENT, .silence = {.uncovered = 8},
			.host = {.kinds_silent = 10,
				.rounds = 8,
				.span_s = 4.6,
				.path_answers = 4}}},
	{"nothing answers at all", VERDICT_INCONCLUSIVE, BY_UNKNOWN,
		{SILENT, .silence = {.uncovered = 8},
			.host = {.kinds_silent = 10, .rounds = 8, .span_s = 4.6}}},
	{"silence without a control", VERDICT_INCONCLUSIVE, BY_UNKNOWN,
		{SILENT, .silence = {.uncovered = 8}}},
	{"too few probes", VERDICT_INCONCLUSIVE, BY_UNKNOWN,
		{SILENT, .silence = {.misses = 2, .log_odds = 3}}},
	{"other hosts' probes may use up a limit", VERDICT_INCONCLUSIVE, BY_UNKNOWN,
		{PARTLY, .source = {.shared = .5, .starved = true}}},
	{"other hosts' probes may have used up a limit", VERDICT_INCONCLUSIVE, BY_UNKNOWN,
		{SILENT, .silence = {.misses = 4, .log_odds = 8.8, .certain = true},
			.source = {.shared = .5, .starved = true}}},
	{"nothing to go by", VERDICT_INCONCLUSIVE, BY_UNKNOWN, {.counts = {.probes = 1}}},
};
#define EXAMPLES (sizeof(examples) / sizeof(examples[0]))

static void verdict_follows_each_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		struct verdict verdict = verdict_of(&examples[i].figures);
		assert_string_equal(verdict.rule, examples[i].rule);
		assert_int_equal(verdict.word, examples[i].word);
		assert_int_equal(verdict.by, examples[i].by);
	}
}

static void verdict_is_throttled_with_the_kind_of_limit_as_finding(void **state)
{
	static const struct {
		enum rate_model model;
		enum finding_id finding;
	} cases[] = {
		{RATE_PORT_BUCKET, FINDING_PORT_LIMIT},
		{RATE_HOST_BUCKET, FINDING_HOST_LIMIT},
		{RATE_CONNECTIONS, FINDING_CONNECTION_LIMIT},
		{RATE_BAN, FINDING_BAN},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct figures figures = {PARTLY, .rate = limited_by(cases[i].model)};
		struct verdict verdict = verdict_of(&figures);
		assert_int_equal(verdict.word, VERDICT_THROTTLED);
		assert_true(verdict_has(&verdict, cases[i].finding));
	}
}

static void verdict_tells_a_limit_that_several_addresses_share(void **state)
{
	struct figures figures = {PARTLY, .rate = limited_by(RATE_PORT_BUCKET),
		.source = {.shared = .99, .addresses = 3}};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_THROTTLED);
	assert_true(verdict_has(&verdict, FINDING_SOURCE_LIMIT));
}

static void verdict_is_inconclusive_between_limit_and_loss(void **state)
{
	struct figures figures = {PARTLY, .rate = {.judged = true, .limited = .6}};

	(void)state;
	assert_string_equal(verdict_of(&figures).rule, "a limit or loss");
}

static void verdict_sees_no_limit_in_a_few_lost_probes(void **state)
{
	struct figures figures = {.counts = {.probes = 32, .syn_acks = 29, .unanswered = 3},
		.rate = limited_by(RATE_BAN)};

	(void)state;
	assert_int_equal(verdict_of(&figures).word, VERDICT_OPEN);
}

static void verdict_is_lossy_for_this_port_alone(void **state)
{
	struct figures figures = {
		ANSWERING, .rate = lost_by(RATE_PORT_LOSS), .loss = {.ratio = .3}};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_LOSSY);
	assert_true(verdict_has(&verdict, FINDING_PORT_LOSS));
}

static void verdict_is_lossy_for_the_whole_path(void **state)
{
	struct figures figures = {ANSWERING, .rate = lost_by(RATE_COMMON_LOSS),
		.loss = {.missing = 2,
			.control_missing = 9,
			.common_ratio = .12,
			.low = .07,
			.high = .2}};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_LOSSY);
	assert_true(verdict_has(&verdict, FINDING_PATH_LOSS));
}

static void verdict_is_open_despite_a_little_loss(void **state)
{
	struct figures figures = {ANSWERING, .rate = lost_by(RATE_COMMON_LOSS),
		.loss = {.missing = 1, .control_missing = 3, .common_ratio = .04}};

	(void)state;
	assert_int_equal(verdict_of(&figures).word, VERDICT_OPEN);
}

static void verdict_does_not_choose_between_accepting_and_refusing(void **state)
{
	struct figures figures = {.counts = {.probes = 20, .syn_acks = 10, .resets = 10},
		.rate = lost_by(RATE_COMMON_LOSS)};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_INCONCLUSIVE);
	assert_true(verdict_has(&verdict, FINDING_MIXED_ANSWERS));
}

static struct figures icmp_figures(uint8_t type, uint8_t code, double delay_ms)
{
	return (struct figures){
		.counts = {.probes = 2, .icmp_errors = 2},
		.refusal_rounds = 2,
		.local = {.left = 2},
		.icmp = {.present = true,
			.type = type,
			.code = code,
			.from = address_of("192.0.2.1"),
			.hops = 2,
			.delay_ms = delay_ms},
	};
}

static void verdict_places_the_sender_of_an_icmp_error(void **state)
{
	struct figures figures = icmp_figures(3, 13, 1);
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_UNREACHABLE);
	assert_int_equal(verdict.by, BY_PATH);
	assert_true(verdict.hop.known);
	assert_int_equal(verdict.hop.ttl, 2);
	assert_int_equal(verdict.hop.relation, PLACE_AT);
}

static void verdict_tells_the_destinations_own_icmp_error_from_the_paths(void **state)
{
	struct figures figures = icmp_figures(3, 3, 1);

	(void)state;
	figures.icmp.from_host = true;
	assert_int_equal(verdict_of(&figures).by, BY_DESTINATION);
}

static void verdict_tells_an_absent_host_from_a_filter_by_the_delay(void **state)
{
	struct figures filter = icmp_figures(3, 1, 2), absent = icmp_figures(3, 1, 3070);
	struct verdict filter_verdict = verdict_of(&filter), absent_verdict = verdict_of(&absent);

	(void)state;
	assert_false(verdict_has(&filter_verdict, FINDING_HOST_UNKNOWN));
	assert_true(verdict_has(&absent_verdict, FINDING_HOST_UNKNOWN));
}

static void verdict_names_a_routing_loop(void **state)
{
	struct figures figures = icmp_figures(11, 0, 30);
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_UNREACHABLE);
	assert_true(verdict_has(&verdict, FINDING_ROUTING_LOOP));
}

static void verdict_never_says_dropped_once_anything_answered(void **state)
{
	struct figures figures = {.counts = {.probes = 21, .syn_acks = 1, .unanswered = 20},
		.rate = {.judged = true, .limited = .1},
		.loss = {.missing = 20, .common_ratio = .6}};

	(void)state;
	assert_int_not_equal(verdict_of(&figures).word, VERDICT_DROPPED);
}

static void verdict_is_less_sure_when_the_capture_lost_packets(void **state)
{
	struct figures figures = {SILENT, .silence = {.log_odds = 8.8, .certain = true}};
	double before = verdict_of(&figures).confidence;

	(void)state;
	figures.capture_lost = .1;
	struct verdict verdict = verdict_of(&figures);
	assert_true(verdict.confidence < before);
	assert_true(verdict_has(&verdict, FINDING_CAPTURE_LOST));
}

/* 20 of 60 answers missing, as many as the capture lost. */
#define CAPTURE_TOOK_A_THIRD                                                                       \
	.counts = {.probes = 60, .syn_acks = 40, .unanswered = 20},                                \
	.loss = {.missing = 20, .common_ratio = .33, .low = .2, .high = .45}, .capture_lost = .4,  \
	.capture_explains = true

static void verdict_blames_nobody_for_what_the_capture_may_have_lost(void **state)
{
	struct figures figures = {CAPTURE_TOOK_A_THIRD};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_INCONCLUSIVE);
	assert_true(verdict_has(&verdict, FINDING_CAPTURE_LOST));
}

static void verdict_is_open_where_the_kernel_connected_whatever_the_capture_lost(void **state)
{
	struct figures figures = {CAPTURE_TOOK_A_THIRD, .local = {.connect_tried = true}};

	(void)state;
	assert_int_equal(verdict_of(&figures).word, VERDICT_OPEN);
}

static void verdict_blames_no_egress_filter_when_the_capture_lost_packets(void **state)
{
	struct figures figures = {.local = {.never_left = 5}, .capture_lost = .1};

	(void)state;
	assert_int_equal(verdict_of(&figures).word, VERDICT_INCONCLUSIVE);
}

static void verdict_says_so_where_the_answers_were_not_captured(void **state)
{
	struct figures figures = {.counts = {.probes = 2}, .unheard = 2};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_INCONCLUSIVE);
	assert_true(verdict_has(&verdict, FINDING_ONE_WAY));
}

static void verdict_blames_no_egress_filter_where_answers_came(void **state)
{
	struct figures figures = {.local = {.never_left = 5}, .anomalies = 1};

	(void)state;
	assert_int_equal(verdict_of(&figures).word, VERDICT_INCONCLUSIVE);
}

static void verdict_blames_nothing_here_for_a_connect_that_left(void **state)
{
	struct figures figures = {ANSWERING,
		.local = {.left = 13,
			.connect_tried = true,
			.connect_error = EACCES,
			.connect_left = true}};

	(void)state;
	assert_int_equal(verdict_of(&figures).word, VERDICT_OPEN);
}

static void verdict_blames_no_filter_when_the_interface_goes_away(void **state)
{
	struct figures figures = {
		ANSWERING, .local = {.left = 12, .writes_refused = 9, .write_error = ENETDOWN}};

	(void)state;
	assert_int_equal(verdict_of(&figures).word, VERDICT_OPEN);
}

static void verdict_blames_no_path_for_a_port_that_is_not_offered(void **state)
{
	struct figures figures = {
		.counts = {.probes = 8, .icmp_errors = 8},
		.refusal_rounds = 4,
		.icmp = {.present = true,
			.type = 3,
			.code = 13,
			.hops = 3,
			.from = address_of("203.0.113.1")},
	};

	(void)state;
	struct verdict verdict = verdict_of(&figures);

	assert_int_equal(verdict.word, VERDICT_UNREACHABLE);
	assert_int_equal(verdict.by, BY_PATH);
	assert_false(verdict_has(&verdict, FINDING_NOT_OFFERED));
	figures.not_offered = true;
	verdict = verdict_of(&figures);
	assert_int_equal(verdict.word, VERDICT_UNREACHABLE);
	assert_int_equal(verdict.by, BY_UNKNOWN);
	assert_true(verdict_has(&verdict, FINDING_NOT_OFFERED));
}

static void verdict_still_blames_this_machine_for_a_port_that_is_not_offered(void **state)
{
	const struct figures figures = {
		.local = {.writes_refused = 2, .write_error = EPERM}, .not_offered = true};

	(void)state;
	assert_int_equal(verdict_of(&figures).by, BY_LOCAL);
}

static void verdict_words_survive_print_and_parse(void **state)
{
	(void)state;
	for (int word = 0; word < VERDICT_WORDS; word++) {
		enum verdict_word back;
		assert_true(verdict_word_parse(&back, verdict_word_name((enum verdict_word)word)));
		assert_int_equal(back, word);
	}
}

static void verdict_names_every_finding_once(void **state)
{
	(void)state;
	for (int id = 0; id < FINDING_IDS; id++) {
		assert_non_null(finding_id_name((enum finding_id)id));
		for (int other = 0; other < id; other++)
			assert_string_not_equal(finding_id_name((enum finding_id)id),
				finding_id_name((enum finding_id)other));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_follows_each_rule),
		cmocka_unit_test(verdict_is_throttled_with_the_kind_of_limit_as_finding),
		cmocka_unit_test(verdict_tells_a_limit_that_several_addresses_share),
		cmocka_unit_test(verdict_is_inconclusive_between_limit_and_loss),
		cmocka_unit_test(verdict_sees_no_limit_in_a_few_lost_probes),
		cmocka_unit_test(verdict_is_lossy_for_this_port_alone),
		cmocka_unit_test(verdict_is_lossy_for_the_whole_path),
		cmocka_unit_test(verdict_is_open_despite_a_little_loss),
		cmocka_unit_test(verdict_does_not_choose_between_accepting_and_refusing),
		cmocka_unit_test(verdict_places_the_sender_of_an_icmp_error),
		cmocka_unit_test(verdict_tells_the_destinations_own_icmp_error_from_the_paths),
		cmocka_unit_test(verdict_tells_an_absent_host_from_a_filter_by_the_delay),
		cmocka_unit_test(verdict_names_a_routing_loop),
		cmocka_unit_test(verdict_never_says_dropped_once_anything_answered),
		cmocka_unit_test(verdict_is_less_sure_when_the_capture_lost_packets),
		cmocka_unit_test(verdict_blames_nobody_for_what_the_capture_may_have_lost),
		cmocka_unit_test(
			verdict_is_open_where_the_kernel_connected_whatever_the_capture_lost),
		cmocka_unit_test(verdict_blames_no_egress_filter_when_the_capture_lost_packets),
		cmocka_unit_test(verdict_says_so_where_the_answers_were_not_captured),
		cmocka_unit_test(verdict_blames_no_egress_filter_where_answers_came),
		cmocka_unit_test(verdict_blames_nothing_here_for_a_connect_that_left),
		cmocka_unit_test(verdict_blames_no_filter_when_the_interface_goes_away),
		cmocka_unit_test(verdict_blames_no_path_for_a_port_that_is_not_offered),
		cmocka_unit_test(verdict_still_blames_this_machine_for_a_port_that_is_not_offered),
		cmocka_unit_test(verdict_words_survive_print_and_parse),
		cmocka_unit_test(verdict_names_every_finding_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
