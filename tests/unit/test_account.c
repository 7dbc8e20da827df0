/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "unit.h"

#define SECOND_NS 1000000000

/* A session on a port that was greeted, as far as to stage and ended so. */
static struct session_account account_of(
	uint16_t port, enum session_stage stage, enum session_end end)
{
	struct session_account account = {.ended_ns = 20 * (int64_t)SECOND_NS};
	struct transcript *t = &account.transcript;

	assert_true(transcript_begin(t, port));
	t->opened_ns = SECOND_NS;
	t->bytes[SIDE_CLIENT] = 1;
	account.insight.stage = stage;
	account.insight.end = end;
	if (t->implicit_tls || stage == STAGE_GREETING)
		return account;
	t->speaks = port == 143 ? PROTOCOL_IMAP : port == 110 ? PROTOCOL_POP3 : PROTOCOL_SMTP;
	t->greeting = GREETING_WELCOME;
	t->bytes[SIDE_SERVER] = 1;
	return account;
}

static const struct {
	uint16_t port;
	enum session_stage stage;
	enum session_end end;
	enum ending ending;
} broken[] = {
	{25, STAGE_GREETING, SESSION_END_SILENT, ENDING_SILENT},
	{25, STAGE_GREETING, SESSION_END_STALLED, ENDING_SILENT},
	{25, STAGE_GREETING, SESSION_END_CLOSED, ENDING_HUNG_UP},
	{25, STAGE_GREETING, SESSION_END_RESET, ENDING_CUT},
	{25, STAGE_GREETING, SESSION_END_FLOOD, ENDING_FLOOD},
	{25, STAGE_GREETING, SESSION_END_NONE, ENDING_UNKNOWN},
	{143, STAGE_CAPABILITIES, SESSION_END_SILENT, ENDING_TALK_SILENT},
	{143, STAGE_CAPABILITIES, SESSION_END_CLOSED, ENDING_TALK_CLOSED},
	{110, STAGE_STARTTLS, SESSION_END_RESET, ENDING_TALK_RESET},
	{587, STAGE_SEALED_CAPABILITIES, SESSION_END_CLOSED, ENDING_TALK_CLOSED},
	{993, STAGE_SEALED_GREETING, SESSION_END_SILENT, ENDING_SILENT},
	{465, STAGE_HANDSHAKE, SESSION_END_SILENT, ENDING_HELLO_SILENT},
	{587, STAGE_HANDSHAKE, SESSION_END_STALLED, ENDING_HELLO_SILENT},
	{465, STAGE_HANDSHAKE, SESSION_END_CLOSED, ENDING_TLS_CLOSED},
	{465, STAGE_HANDSHAKE, SESSION_END_RESET, ENDING_HELLO_RESET},
	{465, STAGE_HANDSHAKE, SESSION_END_TLS, ENDING_TLS_FAILED},
	{25, STAGE_QUIT, SESSION_END_CLOSED, ENDING_SOUND},
	{25, STAGE_QUIT, SESSION_END_SILENT, ENDING_SOUND},
};

static void account_ending_tells_where_a_session_broke(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct session_account account =
			account_of(broken[i].port, broken[i].stage, broken[i].end);
		assert_int_equal(account_ending(&account), broken[i].ending);
	}
}

static void account_ending_of_an_answered_hello_is_no_silence(void **state)
{
	struct session_account account = account_of(465, STAGE_HANDSHAKE, SESSION_END_STALLED);

	(void)state;
	account.transcript.answered_hello = true;
	assert_int_equal(account_ending(&account), ENDING_TLS_STALLED);
}

static void account_ending_of_no_connection_is_unknown(void **state)
{
	struct session_account account = account_of(25, STAGE_GREETING, SESSION_END_SILENT);

	(void)state;
	account.error = 110;
	assert_int_equal(account_ending(&account), ENDING_UNKNOWN);
}

static void account_ending_of_a_failed_handshake_is_its_alert(void **state)
{
	struct session_account account = account_of(465, STAGE_HANDSHAKE, SESSION_END_TLS);

	(void)state;
	account.insight.alert = (struct tls_alert){.seen = true, .description = 40};
	assert_int_equal(account_ending(&account), ENDING_TLS_ALERT);
}

static struct session_account sealed_session(void)
{
	struct session_account account = account_of(465, STAGE_OVER, SESSION_END_COMPLETE);

	account.transcript.tls.client_hello = true;
	account.transcript.tls.server_hello = true;
	account.transcript.tls.complete = true;
	account.insight.tls_complete = true;
	account.insight.sealed_greeting = GREETING_WELCOME;
	account.insight.certificate.present = true;
	return account;
}

static void account_ending_looks_at_the_certificate_last(void **state)
{
	static const enum ending endings[VERIFY_WORDS] = {ENDING_SOUND, ENDING_SOUND,
		ENDING_EXPIRED, ENDING_NOT_YET_VALID, ENDING_SELF_SIGNED, ENDING_NOT_TRUSTED,
		ENDING_OTHER_NAME};
	struct session_account account = sealed_session();

	(void)state;
	for (int word = 0; word < VERIFY_WORDS; word++) {
		account.insight.verification.word = (enum verify_word)word;
		assert_int_equal(account_ending(&account), endings[word]);
	}
	assert_int_equal(account_reached(&account), REACHED_CERTIFICATE);
	account.insight.sealed_greeting = GREETING_REFUSAL;
	assert_int_equal(account_ending(&account), ENDING_REJECTED);
}

static void account_ending_believes_dane_alone_where_it_can(void **state)
{
	struct session_account account = sealed_session();

	(void)state;
	account.insight.verification.word = VERIFY_SELF_SIGNED;
	account.insight.dane = DANE_MATCH;
	assert_int_equal(account_ending(&account), ENDING_SOUND);
	account.insight.verification.word = VERIFY_OK;
	account.insight.dane = DANE_MISMATCH;
	assert_int_equal(account_ending(&account), ENDING_NOT_THAT_OF_DNS);
	account.insight.dane = DANE_NOT_VALIDATED;
	assert_int_equal(account_ending(&account), ENDING_SOUND);
}

/* Asked for all the same, and refused. */
static void account_ending_asks_for_starttls_only_where_it_is_needed(void **state)
{
	static const struct {
		uint16_t port;
		enum ending ending;
	} ports[] = {{25, ENDING_SOUND}, {2525, ENDING_SOUND}, {587, ENDING_NOT_OFFERED},
		{143, ENDING_NOT_OFFERED}, {110, ENDING_NOT_OFFERED}};

	(void)state;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		struct session_account account =
			account_of(ports[i].port, STAGE_OVER, SESSION_END_COMPLETE);
		account.transcript.capabilities_told = true;
		account.transcript.starttls_asked = true;
		account.transcript.starttls_refused = true;
		assert_int_equal(account_ending(&account), ports[i].ending);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(account_ending_tells_where_a_session_broke),
		cmocka_unit_test(account_ending_of_an_answered_hello_is_no_silence),
		cmocka_unit_test(account_ending_of_no_connection_is_unknown),
		cmocka_unit_test(account_ending_of_a_failed_handshake_is_its_alert),
		cmocka_unit_test(account_ending_looks_at_the_certificate_last),
		cmocka_unit_test(account_ending_believes_dane_alone_where_it_can),
		cmocka_unit_test(account_ending_asks_for_starttls_only_where_it_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
