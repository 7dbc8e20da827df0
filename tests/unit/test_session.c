/* SPDX-License-Identifier: BSD-2-Clause */
#include "authority.h"
#include "fault.h"
#include "insight.h"
#include "mail_server.h"
#include "resolve.h"
#include "session.h"
#include "trust.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define S_NS ((int64_t)1000000000)

static X509 *root, *leaf;
static struct trust *trust;
static struct session *session;
static const struct insight *insight;
static const struct transcript *transcript;
static struct mail_wire wire;
static char heard[512];

static X509 *issue(const char *names, X509 *issuer)
{
	const struct certificate_wish wish = {
		.subject = "mx.test", .names = names, .issuer = issuer};

	return authority_issue(&wish);
}

static int set_up(void **state)
{
	const struct certificate_wish wish = {.subject = "Root", .authority = true};
	char path[AUTHORITY_PATH];
	struct fault why;

	(void)state;
	root = authority_issue(&wish);
	leaf = issue("DNS:mx.test", root);
	authority_write(root, path);
	trust = trust_open(path, &why);
	unlink(path);
	return trust == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	trust_close(trust);
	X509_free(leaf);
	X509_free(root);
	authority_forget();
	return 0;
}

static int forget_session(void **state)
{
	(void)state;
	session_free(session);
	session = NULL;
	return 0;
}

static struct session_options options_for(uint16_t port)
{
	struct session_options options;

	assert_true(session_defaults(&options, port));
	options.trust = trust;
	options.server_name = "mx.test";
	options.verify_name = "mx.test";
	options.client_name = "me.test";
	return options;
}

static void begin(const struct session_options *options)
{
	session_free(session);
	session = session_new(options, NOON_NS);
	insight = session_insight(session);
	transcript = session_transcript(session);
}

/* One whole session; the wire is as the test has set it. */
static void converse(const struct session_options *options, const struct server_wish *asked)
{
	struct server_wish wish = *asked;

	wish.service = options->service;
	if (wish.leaf == NULL)
		wish.leaf = leaf;
	struct mail_server *server = mail_server_new(&wish);

	wire.now_ns = NOON_NS;
	begin(options);
	mail_wire_carry(&wire, session, server);
	snprintf(heard, sizeof(heard), "%s", mail_server_heard(server));
	mail_server_free(server);
	wire = (struct mail_wire){0};
}

static void converse_on(uint16_t port, const struct server_wish *wish)
{
	const struct session_options options = options_for(port);

	converse(&options, wish);
}

static const struct {
	uint16_t port;
	const char *heard;
} talks[] = {
	{25, "EHLO me.test;STARTTLS;EHLO me.test;QUIT;"},
	{587, "EHLO me.test;STARTTLS;EHLO me.test;QUIT;"},
	{465, "EHLO me.test;QUIT;"},
	{143, "a1 CAPABILITY;a2 STARTTLS;b1 CAPABILITY;c1 LOGOUT;"},
	{993, "b1 CAPABILITY;c1 LOGOUT;"},
	{110, "CAPA;STLS;CAPA;QUIT;"},
	{995, "CAPA;QUIT;"},
};
#define TALKS (sizeof(talks) / sizeof(talks[0]))

static void assert_sound(uint16_t port)
{
	assert_int_equal(insight->end, SESSION_END_COMPLETE);
	assert_int_equal(insight->stage, STAGE_OVER);
	assert_true(insight->tls_complete);
	assert_true(insight->sealed_capabilities_told);
	assert_string_equal(verify_word_name(insight->verification.word), "ok");
	assert_true(transcript->tls.complete);
	assert_int_equal(transcript->tls.version, insight->tls_version);
	assert_int_equal(transcript->tls.cipher, insight->tls_cipher);
	assert_int_not_equal(transcript->tls.group, 0);
	assert_string_equal(transcript->tls.server_name, "mx.test");
	assert_null(insight_tls_report(insight, transcript));
	assert_string_equal(insight->tls_error, "");
	if (port != 465 && port != 993 && port != 995)
		assert_int_equal(transcript->greeting, GREETING_WELCOME);
	else
		assert_int_equal(insight->sealed_greeting, GREETING_WELCOME);
}

static void session_holds_the_whole_conversation(void **state)
{
	(void)state;
	for (size_t i = 0; i < TALKS; i++) {
		struct session_options options = options_for(talks[i].port);
		const struct server_wish wish = {.implicit_tls = options.implicit_tls};

		converse(&options, &wish);
		assert_sound(talks[i].port);
		assert_string_equal(heard, talks[i].heard);
	}
}

static void session_takes_it_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < TALKS; i++) {
		struct session_options options = options_for(talks[i].port);
		const struct server_wish wish = {.implicit_tls = options.implicit_tls};

		wire.piece = 1;
		converse(&options, &wish);
		assert_sound(talks[i].port);
		assert_string_equal(heard, talks[i].heard);
	}
}

static void session_names_every_version(void **state)
{
	static const int versions[] = {
		TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct server_wish wish = {.version_most = versions[i]};

		converse_on(25, &wish);
		assert_sound(25);
		assert_int_equal(insight->tls_version, versions[i]);
		assert_int_equal(transcript->tls.certificate.present, versions[i] < TLS1_3_VERSION);
	}
}

/* To TLS 1.2 whoever watches sees the same certificate as we. */
static void session_shows_the_certificate_to_both(void **state)
{
	const struct server_wish wish = {.version_most = TLS1_2_VERSION};

	(void)state;
	converse_on(587, &wish);
	assert_memory_equal(
		&transcript->tls.certificate, &insight->certificate, sizeof(struct certificate));
	assert_string_equal(insight->certificate.subject, "CN=mx.test");
	assert_string_equal(insight->certificate.issuer, "CN=Root");
	assert_int_equal(certificate_days_left(&insight->certificate, NOON_NS), 61);
}

struct judgement {
	const char *verify;
	unsigned problems; /* words besides */
	const char *report;
	const char *subject, *names;
	int64_t from_d, until_d;
	bool stranger, alone;
	const char *verify_name;
};

#define WORD(word) (1U << VERIFY_##word)

static const struct judgement judgements[] = {
	{"ok", 0, NULL, "mx.test", "DNS:mx.test", 0, 0, false, false, "mx.test"},
	{"ok", 0, NULL, "mx.test", "DNS:*.mx.test", 0, 0, false, false, "a.mx.test"},
	{"ok", 0, NULL, "mx.test", NULL, 0, 0, false, false, "mx.test"},
	{"ok", 0, NULL, "mx.test", "DNS:other.test", 0, 0, false, false, NULL},
	{"ok", 0, NULL, "mx", "IP:192.0.2.1", 0, 0, false, false, "192.0.2.1"},
	{"name-mismatch", 0, "certificate-host-mismatch", "mx", "IP:192.0.2.1", 0, 0, false, false,
		"192.0.2.2"},
	{"name-mismatch", 0, "certificate-host-mismatch", "mx.test", "DNS:other.test", 0, 0, false,
		false, "mx.test"},
	{"name-mismatch", 0, "certificate-host-mismatch", "mx.test", "DNS:*.mx.test", 0, 0, false,
		false, "b.a.mx.test"},
	{"expired", 0, "certificate-expired", "mx.test", "DNS:mx.test", -90, -1, false, false,
		"mx.test"},
	{"not-yet-valid", 0, "certificate-not-trusted", "mx.test", "DNS:mx.test", 1, 90, false,
		false, "mx.test"},
	{"untrusted", 0, "certificate-not-trusted", "mx.test", "DNS:mx.test", 0, 0, true, false,
		"mx.test"},
	{"self-signed", 0, "certificate-not-trusted", "mx.test", "DNS:mx.test", 0, 0, false, true,
		"mx.test"},
	{"expired", WORD(SELF_SIGNED) | WORD(NAME_MISMATCH), "certificate-expired", "snakeoil",
		NULL, -90, -1, false, true, "mx.test"},
};

static void judge(const struct judgement *test, X509 *stranger)
{
	const struct certificate_wish wish = {.subject = test->subject,
		.names = test->names,
		.issuer = test->stranger ? stranger
			: test->alone    ? NULL
					 : root,
		.from_d = test->from_d,
		.until_d = test->until_d};
	const struct server_wish server = {.leaf = authority_issue(&wish)};
	struct session_options options = options_for(25);

	options.verify_name = test->verify_name;
	converse(&options, &server);
	X509_free(server.leaf);
	assert_true(insight->tls_complete);
	assert_string_equal(verify_word_name(insight->verification.word), test->verify);
	enum verify_word word = insight->verification.word;

	assert_int_equal(insight->verification.problems,
		(word == VERIFY_OK ? 0 : 1U << word) | test->problems);
	assert_int_equal(insight->verification.reason[0] == '\0', word == VERIFY_OK);
	assert_int_equal(insight->verification.name_checked, test->verify_name != NULL);
	const char *report = insight_tls_report(insight, transcript);

	if (test->report == NULL)
		assert_null(report);
	else
		assert_string_equal(report, test->report);
}

static void session_judges_certificates(void **state)
{
	const struct certificate_wish wish = {.subject = "Stranger", .authority = true};
	X509 *stranger = authority_issue(&wish);

	(void)state;
	for (size_t i = 0; i < sizeof(judgements) / sizeof(judgements[0]); i++)
		judge(&judgements[i], stranger);
	X509_free(stranger);
}

static void session_tells_a_missing_intermediate_from_a_stranger(void **state)
{
	const struct certificate_wish middle_wish = {
		.subject = "Middle", .issuer = root, .authority = true, .tells_issuer = true};
	X509 *middle = authority_issue(&middle_wish);
	const struct certificate_wish wish = {.subject = "mx.test",
		.names = "DNS:mx.test",
		.issuer = middle,
		.tells_issuer = true};
	struct server_wish server = {.leaf = authority_issue(&wish)};

	(void)state;
	converse_on(25, &server);
	assert_string_equal(verify_word_name(insight->verification.word), "untrusted");
	assert_true(insight->verification.intermediate_missing);
	assert_int_equal(insight->chain_length, 1);

	server.others = sk_X509_new_null();
	sk_X509_push(server.others, middle);
	converse_on(25, &server);
	assert_string_equal(verify_word_name(insight->verification.word), "ok");
	assert_false(insight->verification.intermediate_missing);
	assert_int_equal(insight->chain_length, 2);
	sk_X509_free(server.others);
	X509_free(server.leaf);
	X509_free(middle);
}

static void session_survives_a_chain_of_a_hundred(void **state)
{
	struct server_wish server = {.others = sk_X509_new_null()};
	X509 *issuer = root;
	char name[32];

	(void)state;
	for (int i = 0; i < 99; i++) {
		snprintf(name, sizeof(name), "Middle %d", i);
		const struct certificate_wish wish = {
			.subject = name, .issuer = issuer, .authority = true};
		issuer = authority_issue(&wish);
		sk_X509_unshift(server.others, issuer);
	}
	server.leaf = issue("DNS:mx.test", issuer);
	converse_on(25, &server);
	assert_int_equal(insight->end, SESSION_END_COMPLETE);
	assert_int_equal(insight->chain_length, 100);
	assert_string_equal(insight->certificate.issuer, "CN=Middle 98");
	sk_X509_pop_free(server.others, X509_free);
	X509_free(server.leaf);
}

static size_t digest_of(X509 *certificate, uint8_t out[static 32])
{
	unsigned length = 0;

	assert_int_equal(X509_digest(certificate, EVP_sha256(), out, &length), 1);
	return length;
}

static const struct {
	enum tlsa_state state;
	uint8_t usage, selector, matching;
	bool of_root, broken;
	enum dane_state dane;
	const char *report;
} records[] = {
	{TLSA_VALIDATED, 3, 0, 1, false, false, DANE_MATCH, NULL},
	{TLSA_VALIDATED, 3, 0, 1, false, true, DANE_MISMATCH, "tlsa-invalid"},
	{TLSA_VALIDATED, 3, 0, 1, true, false, DANE_MISMATCH, "tlsa-invalid"},
	{TLSA_VALIDATED, 2, 0, 1, true, false, DANE_MATCH, NULL},
	{TLSA_VALIDATED, 1, 0, 1, false, false, DANE_UNUSABLE, NULL},
	{TLSA_VALIDATED, 3, 0, 77, false, false, DANE_UNUSABLE, NULL},
	{TLSA_NOT_VALIDATED, 3, 0, 1, false, true, DANE_NOT_VALIDATED, NULL},
	{TLSA_NONE, 3, 0, 1, false, true, DANE_NONE, NULL},
};

static void session_matches_tlsa_records(void **state)
{
	struct session_options options = options_for(25);
	struct server_wish wish = {.others = sk_X509_new_null()};
	static struct tlsa_list list;

	(void)state;
	sk_X509_push(wish.others, root);
	options.tlsa = &list;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		list = (struct tlsa_list){.state = records[i].state, .count = 1};
		list.items[0].usage = records[i].usage;
		list.items[0].selector = records[i].selector;
		list.items[0].matching = records[i].matching;
		list.items[0].length =
			(uint16_t)digest_of(records[i].of_root ? root : leaf, list.items[0].data);
		list.items[0].data[0] ^= records[i].broken;
		converse(&options, &wish);
		assert_int_equal(insight->dane, records[i].dane);
		assert_string_equal(verify_word_name(insight->verification.word), "ok");
		const char *report = insight_tls_report(insight, transcript);
		assert_string_equal(report == NULL ? "" : report,
			records[i].report == NULL ? "" : records[i].report);
	}
	sk_X509_free(wish.others);
}

static void session_accuses_nobody_without_anchors(void **state)
{
	struct session_options options = options_for(25);
	const struct server_wish wish = {0};
	struct fault why;

	(void)state;
	setenv("SSL_CERT_FILE", "/nonexistent", 1);
	struct trust *nobody = trust_open(NULL, &why);

	unsetenv("SSL_CERT_FILE");
	assert_non_null(nobody);
	assert_int_equal(trust_anchors(nobody), 0);
	options.trust = nobody;
	converse(&options, &wish);
	assert_int_equal(insight->verification.word, VERIFY_UNKNOWN);
	assert_int_equal(insight->verification.problems, 0);
	session_free(session);
	session = NULL;
	trust_close(nobody);
}

static void session_waits_for_a_late_greeting(void **state)
{
	const struct server_wish wish = {.greeting_delay_ns = 6 * S_NS};

	(void)state;
	converse_on(25, &wish);
	assert_sound(25);
	assert_true(transcript->greeted_ns - transcript->opened_ns >= 6 * S_NS);
}

static void session_gives_up_a_silent_server(void **state)
{
	const struct server_wish wish = {.greeting_delay_ns = 600 * S_NS};

	(void)state;
	converse_on(25, &wish);
	assert_int_equal(insight->end, SESSION_END_SILENT);
	assert_int_equal(insight->stage, STAGE_GREETING);
	assert_int_equal(transcript->bytes[SIDE_CLIENT], 0);
	assert_true(transcript->left_ns[SIDE_CLIENT] - transcript->opened_ns >= 10 * S_NS);
	assert_true(transcript->left_ns[SIDE_CLIENT] - transcript->opened_ns < 11 * S_NS);
}

static void session_says_goodbye_to_a_refusal(void **state)
{
	const struct server_wish wish = {.greeting = "554-mx.test\r\n554 5.7.1 not you\r\n"};
	const struct server_wish sealed = {.implicit_tls = true, .greeting = "421 4.3.2 full\r\n"};

	(void)state;
	converse_on(25, &wish);
	assert_int_equal(insight->end, SESSION_END_COMPLETE);
	assert_int_equal(transcript->greeting, GREETING_REFUSAL);
	assert_int_equal(transcript->greeting_code, 554);
	assert_string_equal(heard, "QUIT;");
	converse_on(465, &sealed);
	assert_int_equal(insight->sealed_greeting, GREETING_REFUSAL);
	assert_int_equal(insight->sealed_greeting_code, 421);
	assert_string_equal(insight->sealed_greeting_text, "421 4.3.2 full");
	assert_string_equal(heard, "QUIT;");
}

static void session_tries_starttls_unoffered(void **state)
{
	static const uint16_t ports[] = {25, 143, 110};
	const struct server_wish edited = {.without_offer = true};
	const struct server_wish without = {.without_offer = true, .without_starttls = true};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		converse_on(ports[i], &without);
		assert_int_equal(insight->end, SESSION_END_COMPLETE);
		assert_true(transcript->starttls_refused);
		assert_false(transcript_stripped(transcript));
		assert_true(strstr(insight->refusal, "what?") != NULL);
		assert_string_equal(
			insight_tls_report(insight, transcript), "starttls-not-supported");
	}
	converse_on(25, &edited);
	assert_true(insight->tls_complete);
	assert_true(transcript_stripped(transcript));
}

static void session_throws_away_what_follows_starttls(void **state)
{
	const struct server_wish wish = {.after_starttls = "250 more\r\n"};

	(void)state;
	converse_on(25, &wish);
	assert_sound(25);
	assert_true(insight->injected);
	wire.piece = 1; /* then it cannot be told from a broken handshake */
	converse_on(25, &wish);
	assert_int_equal(insight->end, SESSION_END_TLS);
	assert_false(insight->injected);
}

static void session_hears_plain_text_where_tls_comes_first(void **state)
{
	static const struct {
		uint16_t port;
		const char *greeting;
		enum session_protocol speaks;
	} tests[] = {
		{465, "220 mx.test ESMTP\r\n", PROTOCOL_SMTP},
		{993, "* OK ready\r\n", PROTOCOL_IMAP},
		{995, "+OK ready\r\n", PROTOCOL_POP3},
		{993, "HTTP/1.1 400 Bad Request\r\n", PROTOCOL_HTTP},
		{465, "220 without an end", PROTOCOL_SMTP},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(tests) / sizeof(tests[0]); i++) {
		const struct server_wish wish = {.greeting = tests[i / 2].greeting};

		wire.piece = i % 2;
		converse_on(tests[i / 2].port, &wish);
		assert_int_equal(insight->end, SESSION_END_FOREIGN);
		assert_int_equal(insight->stage, STAGE_HANDSHAKE);
		assert_int_equal(transcript->speaks, tests[i / 2].speaks);
	}
}

static void session_knows_a_stranger_by_its_greeting(void **state)
{
	const struct server_wish http = {.greeting = "HTTP/1.1 400 Bad Request\r\n"};
	const struct server_wish tls = {.greeting = "\x15\x03\x01\x7f\x02"};

	(void)state;
	converse_on(25, &http);
	assert_int_equal(insight->end, SESSION_END_FOREIGN);
	assert_int_equal(transcript->speaks, PROTOCOL_HTTP);
	converse_on(587, &tls);
	assert_int_equal(insight->end, SESSION_END_FOREIGN);
	assert_int_equal(transcript->speaks, PROTOCOL_TLS);
}

static void session_keeps_the_alert(void **state)
{
	struct server_wish wish = {.ciphers = "PSK@SECLEVEL=0", .version_most = TLS1_2_VERSION};

	(void)state;
	converse_on(25, &wish);
	assert_int_equal(insight->end, SESSION_END_TLS);
	assert_int_equal(insight->stage, STAGE_HANDSHAKE);
	assert_true(insight->alert.seen);
	assert_int_equal(insight->alert.from, SIDE_SERVER);
	assert_int_equal(insight->alert.description, SSL_AD_HANDSHAKE_FAILURE);
	assert_true(transcript->tls.alert.seen);
	assert_string_equal(insight_tls_report(insight, transcript), "validation-failure");

	/* In TLS 1.3 this one comes sealed, and after the handshake. */
	wish = (struct server_wish){.wants_certificate = true};
	converse_on(25, &wish);
	assert_int_equal(insight->end, SESSION_END_TLS);
	assert_int_equal(insight->alert.description, SSL_AD_CERTIFICATE_REQUIRED);
	assert_string_equal(verify_word_name(insight->verification.word), "ok");
}

static void session_refuses_to_negotiate_again(void **state)
{
	const struct server_wish wish = {.version_most = TLS1_2_VERSION, .renegotiates = true};

	(void)state;
	converse_on(25, &wish);
	assert_true(session_done(session));
	assert_true(insight->renegotiation_asked);
	assert_true(insight->tls_complete);
}

/* 10 MB of it, in the clear and under TLS. */
static void session_bounds_a_flood(void **state)
{
	static const uint16_t ports[] = {25, 143, 110};
	static uint8_t flood[65536];

	(void)state;
	memset(flood, 'x', sizeof(flood));
	for (size_t i = 0; i < 3; i++) {
		const struct session_options options = options_for(ports[i]);

		begin(&options);
		session_take(session, (const uint8_t *)"220 ", 4, NOON_NS);
		for (int j = 0; j < 160 && !session_done(session); j++)
			session_take(session, flood, sizeof(flood), NOON_NS);
		assert_true(session_done(session));
		assert_true(transcript->bytes[SIDE_SERVER] <= 2 * sizeof(flood));
	}
	static char line[200000];

	memset(line, '2', sizeof(line) - 1);
	line[3] = ' ';
	const struct server_wish wish = {.implicit_tls = true, .greeting = line};

	converse_on(465, &wish);
	assert_int_equal(insight->end, SESSION_END_FLOOD);
	assert_int_equal(insight->stage, STAGE_SEALED_GREETING);
}

static void hear(const char *text)
{
	const uint8_t *bytes;

	session_sent(session, session_output(session, &bytes), NOON_NS);
	session_take(session, (const uint8_t *)text, strlen(text), NOON_NS);
}

static void assert_waits(enum session_stage stage, enum session_end end)
{
	int64_t wake_ns = session_wake_ns(session);

	session_tick(session, wake_ns - 1);
	assert_false(session_done(session));
	session_tick(session, wake_ns);
	assert_int_equal(insight->end, end);
	assert_int_equal(insight->stage, stage);
	assert_true(wake_ns - NOON_NS >= 10 * S_NS && wake_ns - NOON_NS < 11 * S_NS);
	assert_int_equal(session_wake_ns(session), INT64_MAX);
}

static void session_tells_silence_from_half_an_answer(void **state)
{
	const struct session_options options = options_for(25);

	(void)state;
	begin(&options);
	hear("220 mx\r\n");
	assert_waits(STAGE_CAPABILITIES, SESSION_END_SILENT);
	begin(&options);
	hear("220 mx\r\n");
	hear("250-mx\r\n250-STARTTLS\r\n");
	assert_waits(STAGE_CAPABILITIES, SESSION_END_STALLED);
	begin(&options);
	hear("220 mx\r\n");
	hear("250-mx\r\n250 STARTTLS\r\n");
	hear("220 go\r\n");
	assert_waits(STAGE_HANDSHAKE, SESSION_END_SILENT);
	assert_int_equal(transcript->hello_ns, NOON_NS);
	assert_false(transcript->answered_hello);
	assert_string_equal(insight_tls_report(insight, transcript), "validation-failure");
}

static void session_does_not_insist_where_ehlo_is_refused(void **state)
{
	const struct session_options options = options_for(587);
	const uint8_t *bytes;

	(void)state;
	begin(&options);
	hear("220 mx\r\n");
	hear("550 5.7.1 not you\r\n");
	assert_int_equal(session_output(session, &bytes), 6);
	assert_memory_equal(bytes, "QUIT\r\n", 6);
	hear("221 bye\r\n");
	assert_int_equal(insight->end, SESSION_END_COMPLETE);
	assert_string_equal(insight->refusal, "550 5.7.1 not you");
	assert_false(transcript->starttls_asked);
}

static void session_notes_replies_to_nothing(void **state)
{
	const struct session_options options = options_for(25);

	(void)state;
	begin(&options);
	hear("220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n");
	assert_true(insight->unasked);
	assert_int_equal(insight->stage, STAGE_CAPABILITIES);
}

/* A byte now and then keeps hope alive, but not for ever. */
static void session_ends_with_its_total_patience(void **state)
{
	const struct session_options options = options_for(25);
	int64_t now_ns = NOON_NS;

	(void)state;
	begin(&options);
	session_take(session, (const uint8_t *)"220 ", 4, now_ns);
	while (!session_done(session)) {
		now_ns += 5 * S_NS;
		session_take(session, (const uint8_t *)"x", 1, now_ns);
		session_tick(session, now_ns);
	}
	assert_int_equal(insight->end, SESSION_END_STALLED);
	assert_true(now_ns - NOON_NS <= SESSION_TOTAL_NS + 5 * S_NS);
}

/* The server closes after each step-th byte. */
static void cut_everywhere(uint16_t port, size_t step, enum session_closing cut)
{
	struct session_options options = options_for(port);
	const struct server_wish wish = {.implicit_tls = options.implicit_tls};

	converse(&options, &wish);
	size_t all = transcript->bytes[SIDE_SERVER];

	for (size_t at = 1; at < all; at += step) {
		wire.cut_after = at;
		wire.cut = cut;
		converse(&options, &wish);
		assert_int_equal(insight->end == SESSION_END_RESET,
			transcript->reset && insight->end != SESSION_END_COMPLETE);
		assert_true(insight->end == SESSION_END_COMPLETE ||
			insight->end ==
				(cut == CLOSING_RESET ? SESSION_END_RESET : SESSION_END_CLOSED));
		assert_int_equal(transcript->reset,
			cut == CLOSING_RESET && transcript->left_ns[SIDE_SERVER] != 0 &&
				transcript->reset);
	}
}

static void session_survives_a_close_at_every_byte(void **state)
{
	(void)state;
	cut_everywhere(25, 1, CLOSING_END);
	cut_everywhere(143, 31, CLOSING_RESET);
	cut_everywhere(995, 31, CLOSING_END);
}

static void session_splits_the_client_hello(void **state)
{
	struct session_options options = options_for(465);
	const struct server_wish wish = {.implicit_tls = true};
	const uint8_t *bytes;

	(void)state;
	options.split_hello = true;
	begin(&options);
	assert_int_equal(session_output(session, &bytes), 3);
	session_sent(session, 3, NOON_NS);
	assert_int_equal(session_output(session, &bytes), 0);
	assert_int_equal(session_wake_ns(session), NOON_NS + SESSION_SPLIT_NS);
	session_tick(session, NOON_NS + SESSION_SPLIT_NS);
	assert_true(session_output(session, &bytes) > 100);
	converse(&options, &wish);
	assert_sound(465);
	options.port = 587;
	options.implicit_tls = false;
	converse(&options, &(struct server_wish){0});
	assert_sound(587);
}

static void session_sends_no_name_where_none_is_given(void **state)
{
	struct session_options options = options_for(25);
	const struct server_wish wish = {0};

	(void)state;
	options.server_name = NULL;
	converse(&options, &wish);
	assert_string_equal(transcript->tls.server_name, "");
	options.server_name = "192.0.2.1"; /* RFC 6066 section 3 */
	converse(&options, &wish);
	assert_string_equal(transcript->tls.server_name, "");
}

static void session_lets_no_command_out_of_a_name(void **state)
{
	struct session_options options = options_for(25);
	const struct server_wish wish = {0};

	(void)state;
	options.client_name = "me\r\nMAIL FROM:<>";
	converse(&options, &wish);
	assert_string_equal(heard, "EHLO me??MAIL?FROM:<>;STARTTLS;EHLO me??MAIL?FROM:<>;QUIT;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(session_holds_the_whole_conversation, forget_session),
		cmocka_unit_test_teardown(session_takes_it_byte_by_byte, forget_session),
		cmocka_unit_test_teardown(session_names_every_version, forget_session),
		cmocka_unit_test_teardown(session_shows_the_certificate_to_both, forget_session),
		cmocka_unit_test_teardown(session_judges_certificates, forget_session),
		cmocka_unit_test_teardown(
			session_tells_a_missing_intermediate_from_a_stranger, forget_session),
		cmocka_unit_test_teardown(session_survives_a_chain_of_a_hundred, forget_session),
		cmocka_unit_test_teardown(session_matches_tlsa_records, forget_session),
		cmocka_unit_test_teardown(session_accuses_nobody_without_anchors, forget_session),
		cmocka_unit_test_teardown(session_waits_for_a_late_greeting, forget_session),
		cmocka_unit_test_teardown(session_gives_up_a_silent_server, forget_session),
		cmocka_unit_test_teardown(session_says_goodbye_to_a_refusal, forget_session),
		cmocka_unit_test_teardown(session_tries_starttls_unoffered, forget_session),
		cmocka_unit_test_teardown(
			session_throws_away_what_follows_starttls, forget_session),
		cmocka_unit_test_teardown(
			session_hears_plain_text_where_tls_comes_first, forget_session),
		cmocka_unit_test_teardown(session_knows_a_stranger_by_its_greeting, forget_session),
		cmocka_unit_test_teardown(session_keeps_the_alert, forget_session),
		cmocka_unit_test_teardown(session_refuses_to_negotiate_again, forget_session),
		cmocka_unit_test_teardown(session_bounds_a_flood, forget_session),
		cmocka_unit_test_teardown(
			session_tells_silence_from_half_an_answer, forget_session),
		cmocka_unit_test_teardown(
			session_does_not_insist_where_ehlo_is_refused, forget_session),
		cmocka_unit_test_teardown(session_notes_replies_to_nothing, forget_session),
		cmocka_unit_test_teardown(session_ends_with_its_total_patience, forget_session),
		cmocka_unit_test_teardown(session_survives_a_close_at_every_byte, forget_session),
		cmocka_unit_test_teardown(session_splits_the_client_hello, forget_session),
		cmocka_unit_test_teardown(
			session_sends_no_name_where_none_is_given, forget_session),
		cmocka_unit_test_teardown(session_lets_no_command_out_of_a_name, forget_session),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
