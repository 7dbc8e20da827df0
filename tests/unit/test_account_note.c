/* SPDX-License-Identifier: BSD-2-Clause */
#include "account.h"
#include "account_note.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* Reads the lines back; false at the first that is not taken. */
static bool take_all(struct session_account *out, char *lines)
{
	char *rest = lines;
	char *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		char *equals = strchr(line, '=');
		if (equals == NULL)
			continue;
		*equals = '\0';
		if (account_note_take(out, line, equals + 1) != ACCOUNT_NOTE_TAKEN)
			return false;
	}
	return true;
}

static void fill_text(char *text, size_t room, unsigned char byte)
{
	memset(text, byte, room - 1);
	text[room - 1] = '\0';
}

/* Every text as long as can be, every byte one that has to be escaped. */
static void fill_texts(struct session_account *account)
{
	struct insight *insight = &account->insight;

	fill_text(account->transcript.greeting_text, GREETING_TEXT, 0xff);
	fill_text(account->transcript.tls.server_name, TLS_NAME_TEXT, '\n');
	fill_text(insight->tls_error, INSIGHT_TEXT, 0x01);
	fill_text(insight->sealed_greeting_text, GREETING_TEXT, '\\');
	fill_text(insight->refusal, INSIGHT_TEXT, 0x1b);
	fill_text(insight->verification.reason, INSIGHT_TEXT, 0x7f);
	fill_text(insight->certificate.subject, CERTIFICATE_NAME_TEXT, 0x80);
	fill_text(insight->certificate.issuer, CERTIFICATE_NAME_TEXT, '\r');
	memset(insight->certificate.names, 0, CERTIFICATE_NAMES_TEXT);
	memset(insight->certificate.names, 0xc3, CERTIFICATE_NAMES_TEXT - 1);
	insight->certificate.names_length = CERTIFICATE_NAMES_TEXT;
	memset(insight->certificate.sha256, 0xee, CERTIFICATE_SHA256);
}

static void fill_insight(struct insight *insight)
{
	*insight = (struct insight){.stage = STAGE_OVER,
		.end = SESSION_END_TLS,
		.tls_complete = true,
		.tls_version = 0xffff,
		.tls_cipher = 0xffff,
		.alert = {true, SIDE_SERVER, 255, 255},
		.renegotiation_asked = true,
		.chain_length = 0xffff,
		.dane = DANE_MISMATCH,
		.sealed_speaks = PROTOCOL_OTHER,
		.sealed_greeting = GREETING_ODD,
		.sealed_greeting_code = 999,
		.sealed_capabilities_told = true,
		.injected = true,
		.unasked = true,
		.verification = {.word = VERIFY_NAME_MISMATCH,
			.problems = 255,
			.depth = 255,
			.name_checked = true,
			.intermediate_missing = true},
		.certificate = {.present = true,
			.dated = true,
			.self_issued = true,
			.issuer_told = true,
			.not_before_s = -62167219200,
			.not_after_s = 253402300799,
			.names_left_out = 0xffff}};
}

static void fill_numbers(struct session_account *account)
{
	struct transcript *t = &account->transcript;

	account->variant = VARIANT_TLS_FIRST;
	account->ended_ns = INT64_MAX;
	*t = (struct transcript){.port = 65535,
		.service = SESSION_POP3,
		.implicit_tls = true,
		.now_ns = INT64_MAX,
		.opened_ns = INT64_MAX,
		.hello_ns = INT64_MAX,
		.speaks = PROTOCOL_OTHER,
		.greeting = GREETING_ODD,
		.greeting_code = 999,
		.greeting_ns = INT64_MAX,
		.greeted_ns = INT64_MAX,
		.greeting_masked = true,
		.capabilities_told = true,
		.starttls_offered = true,
		.starttls_asked = true,
		.starttls_accepted = true,
		.starttls_refused = true,
		.starttls_masked = true,
		.starttls_replaced = true,
		.starttls_unknown = true,
		.bytes = {UINT32_MAX, UINT32_MAX},
		.answered_hello = true,
		.unheard = true,
		.left_ns = {INT64_MAX, INT64_MAX},
		.reset = true};
	t->tls = (struct tls_facts){.client_hello = true,
		.server_hello = true,
		.complete = true,
		.sealed_alert = true,
		.version = 0xffff,
		.cipher = 0xffff,
		.group = 0xffff,
		.alert = {true, SIDE_SERVER, 255, 255}};
}

static void account_note_brings_back_the_longest_account(void **state)
{
	static struct session_account account, back;
	char text[ACCOUNT_NOTE_TEXT];

	(void)state;
	memset(&account, 0, sizeof(account));
	memset(&back, 0, sizeof(back));
	fill_numbers(&account);
	fill_insight(&account.insight);
	fill_texts(&account);
	size_t length = account_note_print(&account, text);

	assert_true(length < ACCOUNT_NOTE_TEXT - 1);
	assert_int_equal(length, strlen(text));
	for (size_t i = 0; i < length; i++)
		assert_true(text[i] == '\n' || (text[i] >= 0x20 && text[i] < 0x7f));
	assert_true(take_all(&back, text));
	assert_memory_equal(
		&back.transcript.greeting_text, account.transcript.greeting_text, GREETING_TEXT);
	assert_string_equal(back.transcript.tls.server_name, account.transcript.tls.server_name);
	assert_string_equal(back.insight.refusal, account.insight.refusal);
	assert_memory_equal(back.insight.certificate.names, account.insight.certificate.names,
		CERTIFICATE_NAMES_TEXT);
	assert_int_equal(back.insight.certificate.not_before_s, -62167219200);
	assert_int_equal(back.insight.verification.word, VERIFY_NAME_MISMATCH);
	assert_int_equal(back.transcript.bytes[SIDE_SERVER], UINT32_MAX);

	char again[ACCOUNT_NOTE_TEXT];
	(void)account_note_print(&account, text);
	(void)account_note_print(&back, again);
	assert_string_equal(again, text);
}

static void account_note_leaves_out_what_is_zero(void **state)
{
	const struct session_account account = {.variant = VARIANT_USUAL};
	char text[ACCOUNT_NOTE_TEXT];

	(void)state;
	assert_int_equal(account_note_print(&account, text), 0);
}

static void account_note_refuses_what_is_out_of_bounds(void **state)
{
	static const char *const bad[][2] = {
		{"VARIANT", "5"},
		{"VARIANT", "-1"},
		{"VARIANT", ""},
		{"VARIANT", "1 "},
		{"END", "9"},
		{"VERIFY", "7"},
		{"ENDED_NS", "-1"},
		{"ENDED_NS", "9223372036854775808"},
		{"TLS_VERSION", "65536"},
		{"IMPLICIT_TLS", "2"},
		{"CERTIFICATE_NOT_AFTER", "253402300800"},
		{"CERTIFICATE_NOT_BEFORE", "-62167219201"},
		{"CERTIFICATE_SHA256", "abc"},
		{"CERTIFICATE_NAMES", "not ended"},
		{"GREETING_TEXT", "\\x0"},
		{"GREETING_TEXT", "\\xzz"},
		{"GREETING_TEXT", "a\\x00b"},
		{"GREETING_TEXT", "\\"},
	};
	static struct session_account account;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char name[64];
		snprintf(name, sizeof(name), "MAILSONDE_SESSION_%s", bad[i][0]);
		assert_int_equal(account_note_take(&account, name, bad[i][1]), ACCOUNT_NOTE_WRONG);
	}
	assert_int_equal(
		account_note_take(&account, "MAILSONDE_SESSION_LATER", "1"), ACCOUNT_NOTE_UNKNOWN);
}

static void account_note_refuses_a_text_that_is_too_long(void **state)
{
	static struct session_account account;
	char text[INSIGHT_TEXT + 1];

	(void)state;
	fill_text(text, sizeof(text), 'x');
	assert_int_equal(
		account_note_take(&account, "MAILSONDE_SESSION_REFUSAL", text), ACCOUNT_NOTE_WRONG);
	text[INSIGHT_TEXT - 1] = '\0';
	assert_int_equal(
		account_note_take(&account, "MAILSONDE_SESSION_REFUSAL", text), ACCOUNT_NOTE_TAKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(account_note_brings_back_the_longest_account),
		cmocka_unit_test(account_note_leaves_out_what_is_zero),
		cmocka_unit_test(account_note_refuses_what_is_out_of_bounds),
		cmocka_unit_test(account_note_refuses_a_text_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
