/* SPDX-License-Identifier: BSD-2-Clause */
#include "ending.h"
#include "transcript.h"
#include "unit.h"

#define SECOND ((int64_t)1000000000)
#define OPENED (100 * SECOND)
#define NOW    (200 * SECOND)

#define SMTP       .port = 25, .service = SESSION_SMTP, .opened_ns = OPENED
#define POP3       .port = 110, .service = SESSION_POP3, .opened_ns = OPENED
#define SUBMISSION .port = 587, .service = SESSION_SMTP, .opened_ns = OPENED
#define IMAPS      .port = 993, .service = SESSION_IMAP, .opened_ns = OPENED, .implicit_tls = true
#define HEARD      .bytes = {100, 100}
#define WELCOME    .speaks = PROTOCOL_SMTP, .greeting = GREETING_WELCOME, HEARD
#define HELLO      .hello_ns = OPENED, .tls.client_hello = true

static const struct {
	const char *name;
	enum ending ending;
	struct transcript transcript;
} cases[] = {
	{"handshake not seen", ENDING_UNKNOWN, {.port = 25, .service = SESSION_SMTP}},
	{"greeted", ENDING_SOUND, {SMTP, WELCOME}},
	{"never greeted", ENDING_SILENT, {SMTP}},
	{"client left after ten seconds", ENDING_SILENT, {SMTP, .left_ns = {OPENED + 10 * SECOND}}},
	{"client left after nine", ENDING_UNHEARD, {SMTP, .left_ns = {OPENED + 9 * SECOND}}},
	{"client left at once", ENDING_UNKNOWN, {SMTP, .left_ns = {OPENED + SECOND / 2}}},
	{"answers were not captured", ENDING_UNKNOWN, {SMTP, .unheard = true}},
	{"bytes without content", ENDING_UNKNOWN, {SMTP, HEARD}},
	{"server closed", ENDING_UNHEARD, {SMTP, .left_ns = {0, OPENED + SECOND}}},
	{"server reset", ENDING_CUT, {SMTP, .reset = true, .left_ns = {0, OPENED + SECOND}}},
	{"refusal", ENDING_REJECTED,
		{SMTP, HEARD, .speaks = PROTOCOL_SMTP, .greeting = GREETING_REFUSAL}},
	{"no greeting's code", ENDING_FOREIGN,
		{SMTP, HEARD, .speaks = PROTOCOL_SMTP, .greeting = GREETING_ODD}},
	{"half a greeting", ENDING_UNKNOWN, {SMTP, HEARD, .speaks = PROTOCOL_SMTP}},
	{"POP3 on 25", ENDING_FOREIGN, {SMTP, HEARD, .speaks = PROTOCOL_POP3}},
	{"HTTP on 110", ENDING_FOREIGN, {POP3, HEARD, .speaks = PROTOCOL_HTTP}},
	{"TLS on 587", ENDING_EARLY_TLS, {SUBMISSION, HEARD, .speaks = PROTOCOL_TLS}},
	{"keyword masked", ENDING_STRIPPED, {SMTP, WELCOME, .starttls_masked = true}},
	{"banner masked, no STARTTLS", ENDING_STRIPPED,
		{SMTP, WELCOME, .greeting_masked = true, .capabilities_told = true}},
	{"banner masked, STARTTLS there", ENDING_SOUND,
		{SMTP, WELCOME, .greeting_masked = true, .capabilities_told = true,
			.starttls_offered = true}},
	{"banner masked, nothing asked", ENDING_SOUND, {SMTP, WELCOME, .greeting_masked = true}},
	{"STARTTLS refused on 587", ENDING_NO_STARTTLS,
		{SUBMISSION, WELCOME, .starttls_refused = true}},
	{"STARTTLS refused on 25", ENDING_SOUND, {SMTP, WELCOME, .starttls_refused = true}},
	{"STARTTLS, then silence", ENDING_HELLO_SILENT,
		{SMTP, WELCOME, HELLO, .starttls_accepted = true}},
	{"STARTTLS, then reset", ENDING_HELLO_RESET,
		{SMTP, WELCOME, HELLO, .starttls_accepted = true, .reset = true}},
	{"STARTTLS, then TLS", ENDING_SOUND,
		{SMTP, WELCOME, HELLO, .starttls_accepted = true, .tls.complete = true}},
	{"plain IMAP on 993", ENDING_PLAIN, {IMAPS, HEARD, .speaks = PROTOCOL_IMAP}},
	{"SSH on 993", ENDING_FOREIGN_TLS, {IMAPS, HEARD, .speaks = PROTOCOL_SSH}},
	{"nobody spoke on 993", ENDING_UNKNOWN, {IMAPS}},
	{"ClientHello unanswered", ENDING_HELLO_SILENT, {IMAPS, HELLO}},
	{"ClientHello unanswered for 3 s", ENDING_UNHEARD,
		{IMAPS, HELLO, .left_ns = {OPENED + 3 * SECOND}}},
	{"ClientHello reset", ENDING_HELLO_RESET,
		{IMAPS, HELLO, .reset = true, .left_ns = {0, OPENED + SECOND}}},
	{"ClientHello answered, then reset", ENDING_UNKNOWN,
		{IMAPS, HELLO, HEARD, .answered_hello = true, .reset = true}},
	{"cannot agree", ENDING_TLS_ALERT,
		{IMAPS, HELLO, HEARD, .tls.alert = {true, SIDE_SERVER, 2, 40}}},
	{"untrusted", ENDING_UNTRUSTED,
		{IMAPS, HELLO, HEARD, .tls.alert = {true, SIDE_CLIENT, 2, 48}}},
	{"the server's alert is about the client's certificate", ENDING_TLS_ALERT,
		{IMAPS, HELLO, HEARD, .tls.alert = {true, SIDE_SERVER, 2, 42}}},
	{"sealed alert", ENDING_TLS_ALERT, {IMAPS, HELLO, HEARD, .tls.sealed_alert = true}},
};

static void ending_is_what_the_facts_allow(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum ending ending = ending_of(&cases[i].transcript, NOW);
		if (ending != cases[i].ending)
			fail_msg("%s: %d, not %d", cases[i].name, ending, cases[i].ending);
	}
}

static void ending_of_every_kind_has_an_example(void **state)
{
	(void)state;
	for (int ending = 0; ending < ENDING_HUNG_UP; ending++) {
		size_t i = 0;
		while (i < sizeof(cases) / sizeof(cases[0]) && (int)cases[i].ending != ending)
			i++;
		assert_true(i < sizeof(cases) / sizeof(cases[0]));
	}
}

static void ending_of_a_capture_that_stops_is_no_failure(void **state)
{
	const struct transcript mute = {SMTP}, hello = {IMAPS, HELLO};

	(void)state;
	assert_int_equal(ending_of(&mute, OPENED + SECOND / 2), ENDING_UNKNOWN);
	assert_int_equal(ending_of(&mute, OPENED + 9 * SECOND), ENDING_UNHEARD);
	assert_int_equal(ending_of(&hello, OPENED + SECOND / 2), ENDING_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ending_is_what_the_facts_allow),
		cmocka_unit_test(ending_of_every_kind_has_an_example),
		cmocka_unit_test(ending_of_a_capture_that_stops_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
