/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions of our own, told as facts, weighed as one. */
#include "account.h"
#include "figures.h"
#include "story.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>

static const uint16_t asked[] = {25, 587, 0};
static struct story story;

static int begin(void **state)
{
	(void)state;
	story_begin(&story, asked, NULL);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	story_end(&story);
	return 0;
}

static struct fact session_fact(uint16_t port, enum session_stage stage, enum session_end end)
{
	struct fact fact = {.kind = FACT_SESSION,
		.time_ns = story.now_ns,
		.flow = {.destination = story_address(STORY_HOST), .destination_port = port}};
	struct transcript *t = &fact.session.transcript;

	assert_true(transcript_begin(t, port));
	fact.session.ended_ns = story.now_ns;
	t->opened_ns = story.now_ns - 11 * (int64_t)1000000000;
	fact.session.insight.stage = stage;
	fact.session.insight.end = end;
	if (stage == STAGE_GREETING)
		return fact;
	t->speaks = PROTOCOL_SMTP;
	t->greeting = GREETING_WELCOME;
	t->bytes[SIDE_SERVER] = 1;
	(void)snprintf(t->greeting_text, sizeof(t->greeting_text), "220 mx");
	t->capabilities_told = true;
	return fact;
}

static void tell(const struct fact *fact)
{
	evidence_add_fact(story.evidence, fact);
}

static struct session_signs signs_of(uint16_t port)
{
	return figures_quick(
		story.evidence, story_host(&story), story_endpoint(&story, port), story.now_ns)
		.session;
}

static void accounts_of_one_failure_and_one_success_are_sound(void **state)
{
	struct fact bad = session_fact(25, STAGE_GREETING, SESSION_END_RESET);
	struct fact good = session_fact(25, STAGE_OVER, SESSION_END_COMPLETE);

	(void)state;
	tell(&bad);
	assert_int_equal(signs_of(25).ending, ENDING_CUT);
	tell(&good);
	assert_int_equal(signs_of(25).ending, ENDING_SOUND);
	assert_int_equal(signs_of(25).reached, REACHED_STARTTLS);
}

static void accounts_count_what_happens_again(void **state)
{
	struct fact fact = session_fact(25, STAGE_GREETING, SESSION_END_RESET);

	(void)state;
	tell(&fact);
	tell(&fact);
	assert_int_equal(signs_of(25).count, 2);
	assert_non_null(signs_of(25).account);
}

static void accounts_of_another_form_decide_nothing_by_themselves(void **state)
{
	struct fact usual = session_fact(25, STAGE_HANDSHAKE, SESSION_END_SILENT);
	struct fact small = session_fact(25, STAGE_OVER, SESSION_END_COMPLETE);
	struct fact split = usual;

	(void)state;
	small.session.variant = VARIANT_SMALL;
	small.session.insight.tls_complete = true;
	split.session.variant = VARIANT_SPLIT;
	tell(&usual);
	tell(&small);
	tell(&split);
	assert_int_equal(signs_of(25).ending, ENDING_HELLO_SILENT);
	assert_int_equal(signs_of(25).retries[VARIANT_SMALL], RETRY_WORKED);
	assert_int_equal(signs_of(25).retries[VARIANT_SPLIT], RETRY_FAILED);
	assert_int_equal(signs_of(25).retries[VARIANT_NAMELESS], RETRY_NONE);
}

static void accounts_find_tls_behind_silence(void **state)
{
	struct fact silent = session_fact(587, STAGE_GREETING, SESSION_END_SILENT);
	struct fact spoken_to = session_fact(587, STAGE_HANDSHAKE, SESSION_END_TLS);

	(void)state;
	spoken_to.session.variant = VARIANT_TLS_FIRST;
	spoken_to.session.transcript.speaks = PROTOCOL_UNDECIDED;
	tell(&silent);
	tell(&spoken_to);
	assert_int_equal(signs_of(587).ending, ENDING_SILENT);
	spoken_to.session.transcript.speaks = PROTOCOL_HTTP;
	tell(&spoken_to);
	assert_int_equal(signs_of(587).ending, ENDING_FOREIGN);
	spoken_to.session.transcript.tls.server_hello = true;
	spoken_to.session.transcript.speaks = PROTOCOL_UNDECIDED;
	tell(&spoken_to);
	assert_int_equal(signs_of(587).ending, ENDING_EARLY_TLS);
}

static void accounts_compare_starttls_between_ports_of_one_greeting(void **state)
{
	struct fact without = session_fact(25, STAGE_OVER, SESSION_END_COMPLETE);
	struct fact with = session_fact(587, STAGE_OVER, SESSION_END_COMPLETE);

	(void)state;
	tell(&without);
	assert_false(signs_of(25).offered_elsewhere);
	with.session.transcript.starttls_offered = true;
	tell(&with);
	assert_true(signs_of(25).offered_elsewhere);
	assert_false(signs_of(587).offered_elsewhere);
}

static void accounts_of_no_connection_tell_nothing(void **state)
{
	struct fact fact = session_fact(25, STAGE_GREETING, SESSION_END_NONE);

	(void)state;
	fact.session.error = ETIMEDOUT;
	tell(&fact);
	assert_int_equal(signs_of(25).ending, ENDING_UNKNOWN);
	assert_int_equal(signs_of(25).account->error, ETIMEDOUT);
}

static void accounts_beyond_their_room_are_counted(void **state)
{
	struct fact fact = session_fact(25, STAGE_GREETING, SESSION_END_RESET);

	(void)state;
	for (int i = 0; i < EVIDENCE_ACCOUNTS + 3; i++)
		tell(&fact);
	assert_int_equal(signs_of(25).count, EVIDENCE_ACCOUNTS);
	assert_int_equal(story.evidence->overflow, 3);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(accounts_of_one_failure_and_one_success_are_sound),
		STORY(accounts_count_what_happens_again),
		STORY(accounts_of_another_form_decide_nothing_by_themselves),
		STORY(accounts_find_tls_behind_silence),
		STORY(accounts_compare_starttls_between_ports_of_one_greeting),
		STORY(accounts_of_no_connection_tell_nothing),
		STORY(accounts_beyond_their_room_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
