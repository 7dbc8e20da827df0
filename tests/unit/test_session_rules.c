/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "ending.h"
#include "figures.h"
#include "unit.h"
#include "verdict.h"

static struct figures opened(enum ending ending)
{
	return (struct figures){.counts = {.probes = 1, .syn_acks = 1},
		.finished = true,
		.session = {.failed = ending_is_failure(ending), .ending = ending, .count = 1}};
}

static const struct {
	enum ending ending;
	enum verdict_word word;
	enum verdict_phase phase;
	enum verdict_by by;
} rows[] = {
	{ENDING_UNKNOWN, VERDICT_OPEN, PHASE_CONNECT, BY_NOBODY},
	{ENDING_SOUND, VERDICT_OPEN, PHASE_CONNECT, BY_NOBODY},
	{ENDING_UNHEARD, VERDICT_INCONCLUSIVE, PHASE_GREETING, BY_UNKNOWN},
	{ENDING_SILENT, VERDICT_DROPPED, PHASE_GREETING, BY_UNKNOWN},
	{ENDING_CUT, VERDICT_REFUSED, PHASE_GREETING, BY_UNKNOWN},
	{ENDING_REJECTED, VERDICT_REJECTED, PHASE_GREETING, BY_DESTINATION},
	{ENDING_FOREIGN, VERDICT_MISCONFIGURED, PHASE_GREETING, BY_DESTINATION},
	{ENDING_EARLY_TLS, VERDICT_MISCONFIGURED, PHASE_GREETING, BY_DESTINATION},
	{ENDING_PLAIN, VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION},
	{ENDING_FOREIGN_TLS, VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION},
	{ENDING_STRIPPED, VERDICT_INTERCEPTED, PHASE_STARTTLS, BY_PATH},
	{ENDING_NO_STARTTLS, VERDICT_MISCONFIGURED, PHASE_STARTTLS, BY_DESTINATION},
	{ENDING_HELLO_SILENT, VERDICT_DROPPED, PHASE_TLS, BY_UNKNOWN},
	{ENDING_HELLO_RESET, VERDICT_REFUSED, PHASE_TLS, BY_UNKNOWN},
	{ENDING_TLS_ALERT, VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION},
	{ENDING_UNTRUSTED, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION},
	{ENDING_HUNG_UP, VERDICT_MISCONFIGURED, PHASE_GREETING, BY_UNKNOWN},
	{ENDING_FLOOD, VERDICT_MISCONFIGURED, PHASE_GREETING, BY_DESTINATION},
	{ENDING_TALK_SILENT, VERDICT_DROPPED, PHASE_STARTTLS, BY_UNKNOWN},
	{ENDING_TALK_CLOSED, VERDICT_MISCONFIGURED, PHASE_STARTTLS, BY_UNKNOWN},
	{ENDING_TALK_RESET, VERDICT_REFUSED, PHASE_STARTTLS, BY_UNKNOWN},
	{ENDING_NOT_OFFERED, VERDICT_MISCONFIGURED, PHASE_STARTTLS, BY_UNKNOWN},
	{ENDING_TLS_STALLED, VERDICT_DROPPED, PHASE_TLS, BY_UNKNOWN},
	{ENDING_TLS_CLOSED, VERDICT_MISCONFIGURED, PHASE_TLS, BY_UNKNOWN},
	{ENDING_TLS_FAILED, VERDICT_MISCONFIGURED, PHASE_TLS, BY_DESTINATION},
	{ENDING_EXPIRED, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION},
	{ENDING_NOT_YET_VALID, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION},
	{ENDING_SELF_SIGNED, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION},
	{ENDING_NOT_TRUSTED, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION},
	{ENDING_OTHER_NAME, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_DESTINATION},
	{ENDING_NOT_THAT_OF_DNS, VERDICT_MISCONFIGURED, PHASE_CERTIFICATE, BY_UNKNOWN},
};

static void session_rules_have_a_word_for_every_ending(void **state)
{
	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), ENDINGS);
	for (size_t i = 0; i < ENDINGS; i++) {
		struct figures figures = opened(rows[i].ending);
		struct verdict verdict = verdict_of(&figures);
		assert_int_equal(verdict.word, rows[i].word);
		assert_int_equal(verdict.phase, rows[i].phase);
		assert_int_equal(verdict.by, rows[i].by);
		assert_true(verdict.confidence < 1);
		if (rows[i].word != VERDICT_OPEN)
			assert_int_equal(verdict.finding_count, 1);
	}
}

static void session_rules_are_surer_of_what_happens_again(void **state)
{
	struct figures figures = opened(ENDING_SILENT);
	double once = verdict_of(&figures).confidence;

	(void)state;
	figures.session.count = 4;
	assert_true(verdict_of(&figures).confidence > once);
}

static void session_rules_give_an_open_port_its_last_phase(void **state)
{
	static const enum verdict_phase phases[] = {
		PHASE_CONNECT, PHASE_GREETING, PHASE_STARTTLS, PHASE_TLS, PHASE_CERTIFICATE};

	(void)state;
	for (int reached = REACHED_CONNECTED; reached <= REACHED_CERTIFICATE; reached++) {
		struct figures figures = opened(ENDING_SOUND);
		figures.session.reached = (enum reached)reached;
		assert_int_equal(verdict_of(&figures).word, VERDICT_OPEN);
		assert_int_equal(verdict_of(&figures).phase, phases[reached]);
	}
}

/* What another form of the ClientHello came to, after the usual one was not answered. */
static const struct {
	enum retry split, small, nameless;
	enum finding_id finding;
	enum verdict_by by;
} retries[] = {
	{RETRY_WORKED, RETRY_FAILED, RETRY_FAILED, FINDING_HELLO_FILTER, BY_PATH},
	{RETRY_WORKED, RETRY_WORKED, RETRY_FAILED, FINDING_HELLO_FILTER, BY_PATH},
	{RETRY_FAILED, RETRY_FAILED, RETRY_WORKED, FINDING_NAME_FILTER, BY_PATH},
	{RETRY_FAILED, RETRY_WORKED, RETRY_FAILED, FINDING_MTU_BLACK_HOLE, BY_PATH},
	{RETRY_FAILED, RETRY_WORKED, RETRY_NONE, FINDING_MTU_BLACK_HOLE, BY_PATH},
	{RETRY_FAILED, RETRY_FAILED, RETRY_FAILED, FINDING_TLS_DEAD, BY_UNKNOWN},
	{RETRY_FAILED, RETRY_FAILED, RETRY_NONE, FINDING_TLS_DEAD, BY_UNKNOWN},
};

static void session_rules_tell_near_misses_of_tls_apart(void **state)
{
	static const enum ending endings[] = {
		ENDING_HELLO_SILENT, ENDING_HELLO_RESET, ENDING_TLS_STALLED};
	const struct session_account account = {.variant = VARIANT_USUAL};

	(void)state;
	for (size_t i = 0; i < 3 * sizeof(retries) / sizeof(retries[0]); i++) {
		struct figures figures = opened(endings[i % 3]);
		struct session_signs *session = &figures.session;
		session->account = &account;
		session->transcript = &account.transcript;
		session->retries[VARIANT_SPLIT] = retries[i / 3].split;
		session->retries[VARIANT_SMALL] = retries[i / 3].small;
		session->retries[VARIANT_NAMELESS] = retries[i / 3].nameless;
		struct verdict verdict = verdict_of(&figures);
		assert_int_equal(verdict.finding_count, 2);
		assert_int_equal(verdict.findings[1], retries[i / 3].finding);
		assert_int_equal(verdict.by, retries[i / 3].by);
	}
}

static bool notices(const struct session_account *account, enum finding_id id)
{
	struct figures figures = opened(ENDING_SOUND);
	bool found = false;

	figures.session.account = account;
	figures.session.transcript = &account->transcript;
	struct verdict verdict = verdict_of(&figures);

	assert_int_equal(verdict.word, VERDICT_OPEN);
	for (size_t i = 0; i < verdict.finding_count; i++)
		found = found || verdict.findings[i] == id;
	return found;
}

static void session_rules_notice_what_is_no_failure(void **state)
{
	const int64_t second_ns = 1000000000, day_s = 86400;
	struct session_account account = {.ended_ns = 1000 * day_s * second_ns};

	(void)state;
	account.insight.tls_complete = true;
	account.insight.tls_version = 0x0302;
	account.insight.certificate =
		(struct certificate){.present = true, .dated = true, .not_after_s = 1013 * day_s};
	account.transcript.opened_ns = second_ns;
	account.transcript.greeted_ns = 2 * second_ns;
	assert_true(notices(&account, FINDING_OLD_TLS));
	assert_true(notices(&account, FINDING_EXPIRES_SOON));
	assert_true(notices(&account, FINDING_NAME_UNCHECKED));
	assert_true(notices(&account, FINDING_GREETING_LATE));
	account.insight.tls_version = 0x0303;
	account.insight.certificate.not_after_s = 1014 * day_s;
	account.insight.verification.name_checked = true;
	account.transcript.greeted_ns -= 1;
	assert_false(notices(&account, FINDING_OLD_TLS));
	assert_false(notices(&account, FINDING_EXPIRES_SOON));
	assert_false(notices(&account, FINDING_NAME_UNCHECKED));
	assert_false(notices(&account, FINDING_GREETING_LATE));
}

static void session_rules_wait_until_the_port_opens(void **state)
{
	struct figures figures = opened(ENDING_REJECTED);

	(void)state;
	figures.counts = (struct counts){.probes = 1, .resets = 1};
	assert_int_equal(verdict_of(&figures).word, VERDICT_REFUSED);
	assert_int_equal(verdict_of(&figures).phase, PHASE_CONNECT);
}

static void session_rules_find_connections_from_before_the_capture(void **state)
{
	const struct figures figures = {.strays = 3};
	struct verdict verdict = verdict_of(&figures);

	(void)state;
	assert_int_equal(verdict.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(verdict.findings[0], FINDING_MIDWAY);
}

static const struct {
	enum ending ending;
	struct transcript transcript;
	bool offered_elsewhere, accepted_elsewhere;
	enum verdict_word word;
	unsigned finding;
} tamperings[] = {
	{ENDING_SOUND, {.capabilities_told = true, .starttls_replaced = true}, true, true,
		VERDICT_INTERCEPTED, FINDING_STARTTLS_REPLACED},
	{ENDING_NOT_OFFERED, {.capabilities_told = true, .starttls_replaced = true}, true, false,
		VERDICT_INTERCEPTED, FINDING_STARTTLS_REPLACED},
	{ENDING_SOUND, {.capabilities_told = true, .starttls_replaced = true}, false, false,
		VERDICT_OPEN, FINDING_IDS},
	{ENDING_SOUND, {.capabilities_told = true}, true, true, VERDICT_OPEN, FINDING_IDS},
	{ENDING_SOUND,
		{.capabilities_told = true, .starttls_replaced = true, .starttls_offered = true},
		false, true, VERDICT_OPEN, FINDING_IDS},
	{ENDING_NO_STARTTLS,
		{.starttls_offered = true, .starttls_refused = true, .starttls_unknown = true},
		false, true, VERDICT_INTERCEPTED, FINDING_STARTTLS_GARBLED},
	{ENDING_NO_STARTTLS,
		{.starttls_offered = true, .starttls_refused = true, .starttls_unknown = true},
		false, false, VERDICT_MISCONFIGURED, FINDING_STARTTLS_REFUSED},
	{ENDING_NO_STARTTLS, {.starttls_offered = true, .starttls_refused = true}, false, true,
		VERDICT_MISCONFIGURED, FINDING_STARTTLS_REFUSED},
	{ENDING_NOT_OFFERED,
		{.capabilities_told = true, .starttls_refused = true, .starttls_unknown = true},
		true, true, VERDICT_MISCONFIGURED, FINDING_STARTTLS_ABSENT},
};

static void session_rules_tell_tampering_from_a_servers_own_choice(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tamperings) / sizeof(tamperings[0]); i++) {
		struct figures figures = opened(tamperings[i].ending);
		figures.session.transcript = &tamperings[i].transcript;
		figures.session.offered_elsewhere = tamperings[i].offered_elsewhere;
		figures.session.accepted_elsewhere = tamperings[i].accepted_elsewhere;
		struct verdict verdict = verdict_of(&figures);
		assert_int_equal(verdict.word, tamperings[i].word);
		if (tamperings[i].finding != FINDING_IDS)
			assert_int_equal(verdict.findings[0], tamperings[i].finding);
		if (verdict.word == VERDICT_INTERCEPTED)
			assert_int_equal(verdict.phase, PHASE_STARTTLS);
	}
}

static void session_rules_blame_the_way_for_resets_from_nearer(void **state)
{
	struct figures figures = opened(ENDING_TALK_RESET);
	struct flow_changes *flows = &figures.answerer.flows;

	(void)state;
	flows->resets = flows->resets_nearer = 2;
	assert_int_equal(verdict_of(&figures).word, VERDICT_REFUSED);
	assert_int_equal(verdict_of(&figures).phase, PHASE_STARTTLS);
	assert_int_equal(verdict_of(&figures).by, BY_PATH);
	flows->resets = 3;
	assert_int_equal(verdict_of(&figures).by, BY_UNKNOWN);
	flows->contradicted = 2;
	assert_int_equal(verdict_of(&figures).by, BY_PATH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(session_rules_have_a_word_for_every_ending),
		cmocka_unit_test(session_rules_are_surer_of_what_happens_again),
		cmocka_unit_test(session_rules_give_an_open_port_its_last_phase),
		cmocka_unit_test(session_rules_find_connections_from_before_the_capture),
		cmocka_unit_test(session_rules_tell_near_misses_of_tls_apart),
		cmocka_unit_test(session_rules_notice_what_is_no_failure),
		cmocka_unit_test(session_rules_wait_until_the_port_opens),
		cmocka_unit_test(session_rules_tell_tampering_from_a_servers_own_choice),
		cmocka_unit_test(session_rules_blame_the_way_for_resets_from_nearer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
