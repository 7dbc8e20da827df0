/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "campaign.h"
#include "story.h"
#include "talks.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>

static const uint16_t asked[] = {465, 443, 0};
static struct story story;
static struct campaign campaign;

static int begin(void **state)
{
	(void)state;
	story_begin(&story, asked, NULL);
	campaign = (struct campaign){.options = {.sessions = true}};
	return 0;
}

static int finish(void **state)
{
	(void)state;
	story_end(&story);
	return 0;
}

static bool next(struct plan_step *step)
{
	return talks_next(&campaign, story_host(&story), step);
}

static bool again(struct plan_step *step)
{
	return talks_again(&campaign, story_host(&story), step);
}

static void accept_on(uint16_t port)
{
	story_syn_ack(&story, story_syn(&story, port));
}

/* The first session on 465 has ended so in the handshake, after asking for a name or none. */
static void end_session(enum session_end end, const char *server_name)
{
	struct fact fact = {.kind = FACT_SESSION,
		.time_ns = story.now_ns,
		.flow = {.destination = story_address(STORY_HOST), .destination_port = 465}};
	struct tls_facts *tls = &fact.session.transcript.tls;

	fact.session.transcript.implicit_tls = true;
	fact.session.insight.stage = STAGE_HANDSHAKE;
	fact.session.insight.end = end;
	(void)snprintf(tls->server_name, sizeof(tls->server_name), "%s", server_name);
	evidence_add_fact(story.evidence, &fact);
}

static void talks_begin_once_a_port_accepts(void **state)
{
	struct plan_step step;

	(void)state;
	assert_false(next(&step));
	accept_on(465);
	assert_true(next(&step));
	assert_int_equal(step.action, PLAN_CONVERSE);
	assert_int_equal(step.variant, VARIANT_USUAL);
	assert_true(step.reply_ns > 10000 * NS_PER_MS);
	assert_false(next(&step));
	assert_true(talks_under_way(&campaign, story_host(&story)));
}

/* As its end is told. */
static void connect_on(uint16_t port, int error)
{
	struct fact fact = {.kind = FACT_CONNECT,
		.time_ns = story.now_ns,
		.error = error,
		.flow = {.destination = story_address(STORY_HOST), .destination_port = port}};

	evidence_add_fact(story.evidence, &fact);
}

static void talks_let_the_kernel_try_a_silent_host_once(void **state)
{
	struct plan_step step;

	(void)state;
	(void)story_syn(&story, 465);
	(void)story_syn(&story, 443);
	campaign.round = 1;
	assert_false(next(&step));
	campaign.round = 2;
	assert_true(next(&step));
	assert_int_equal(step.port, 465);
	assert_false(next(&step));
	connect_on(465, ETIMEDOUT);
	assert_false(next(&step));
}

static void talks_go_on_where_the_kernel_alone_hears_answers(void **state)
{
	struct plan_step step;

	(void)state;
	(void)story_syn(&story, 465);
	(void)story_syn(&story, 443);
	campaign.round = 2;
	assert_true(next(&step));
	connect_on(465, 0);
	assert_true(next(&step));
	assert_int_equal(step.port, 443);
	assert_true(talks_under_way(&campaign, story_host(&story)));
}

static void talks_only_connect_where_no_mail_is_spoken_or_wanted(void **state)
{
	struct plan_step step;

	(void)state;
	accept_on(443);
	assert_true(next(&step));
	assert_int_equal(step.action, PLAN_CONNECT);
	campaign.options.sessions = false;
	accept_on(465);
	assert_true(next(&step));
	assert_int_equal(step.action, PLAN_CONNECT);
}

static void talks_try_every_form_of_an_unanswered_hello(void **state)
{
	static const enum session_variant forms[] = {
		VARIANT_USUAL, VARIANT_SPLIT, VARIANT_SMALL, VARIANT_NAMELESS};
	struct plan_step step;

	(void)state;
	accept_on(465);
	assert_true(next(&step));
	assert_false(again(&step));
	end_session(SESSION_END_SILENT, "mx.example.net");
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_true(again(&step));
		assert_int_equal(step.variant, forms[i]);
		assert_int_equal(step.port, 465);
	}
	assert_false(again(&step));
}

static void talks_leave_out_no_name_that_was_not_sent(void **state)
{
	struct plan_step step;
	unsigned count = 0;

	(void)state;
	accept_on(465);
	assert_true(next(&step));
	end_session(SESSION_END_SILENT, "");
	while (again(&step)) {
		assert_int_not_equal(step.variant, VARIANT_NAMELESS);
		count++;
	}
	assert_int_equal(count, 3);
}

static void talks_are_not_held_again_after_a_clear_answer(void **state)
{
	struct plan_step step;

	(void)state;
	accept_on(465);
	assert_true(next(&step));
	end_session(SESSION_END_TLS, "mx.example.net");
	assert_false(again(&step));
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(talks_begin_once_a_port_accepts),
		STORY(talks_let_the_kernel_try_a_silent_host_once),
		STORY(talks_go_on_where_the_kernel_alone_hears_answers),
		STORY(talks_only_connect_where_no_mail_is_spoken_or_wanted),
		STORY(talks_try_every_form_of_an_unanswered_hello),
		STORY(talks_leave_out_no_name_that_was_not_sent),
		STORY(talks_are_not_held_again_after_a_clear_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
