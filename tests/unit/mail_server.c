/* SPDX-License-Identifier: BSD-2-Clause */
#include "mail_server.h"

#include "authority.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROUNDS_MOST 100000
#define LINE        512
#define ROOM        1048576

struct mail_server {
	struct server_wish wish;
	SSL_CTX *context;
	SSL *tls; /* NULL: in the clear */
	bool greeted, asked_again;
	char line[LINE];
	size_t line_length;
	char heard[LINE];
	uint8_t output[ROOM];
	size_t output_length;
};

/* TLS. */

static SSL_CTX *context_for(const struct server_wish *wish)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	assert_non_null(context);
	SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(context, wish->version_most);
	assert_int_equal(SSL_CTX_set_cipher_list(context,
				 wish->ciphers == NULL ? "ALL:@SECLEVEL=0" : wish->ciphers),
		1);
	SSL_CTX_set_options(context, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
	if (wish->leaf != NULL) {
		assert_int_equal(SSL_CTX_use_certificate(context, wish->leaf), 1);
		assert_int_equal(SSL_CTX_use_PrivateKey(context, authority_key()), 1);
	}
	for (int i = 0; wish->others != NULL && i < sk_X509_num(wish->others); i++)
		SSL_CTX_add1_chain_cert(context, sk_X509_value(wish->others, i));
	if (wish->wants_certificate)
		SSL_CTX_set_verify(
			context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return context;
}

static void begin_tls(struct mail_server *server)
{
	server->tls = SSL_new(server->context);
	SSL_set_bio(server->tls, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	BIO_set_mem_eof_return(SSL_get_rbio(server->tls), -1);
	SSL_set_accept_state(server->tls);
}

static void collect(struct mail_server *server)
{
	int length = 0;

	do {
		server->output_length += (size_t)length;
		length = BIO_read(SSL_get_wbio(server->tls), server->output + server->output_length,
			(int)(ROOM - server->output_length));
	} while (length > 0);
}

/* What it says. */

static void say(struct mail_server *server, const char *text)
{
	size_t length = strlen(text);

	if (length == 0)
		return;
	if (server->tls != NULL) {
		SSL_write(server->tls, text, (int)length);
		collect(server);
		return;
	}
	assert_true(server->output_length + length <= ROOM);
	memcpy(server->output + server->output_length, text, length);
	server->output_length += length;
}

static void greet(struct mail_server *server)
{
	static const char *const greetings[] = {
		[SESSION_SMTP] = "220 mx.test ESMTP\r\n",
		[SESSION_IMAP] = "* OK ready\r\n",
		[SESSION_POP3] = "+OK ready\r\n",
	};

	server->greeted = true;
	say(server,
		server->wish.greeting != NULL ? server->wish.greeting
					      : greetings[server->wish.service]);
}

static void answer_hello(struct mail_server *server)
{
	bool offers = server->tls == NULL && !server->wish.without_offer;

	if (server->wish.renegotiates && server->tls != NULL && !server->asked_again) {
		server->asked_again = true;
		SSL_renegotiate(server->tls);
		SSL_do_handshake(server->tls);
		collect(server);
	}
	switch (server->wish.service) {
	case SESSION_SMTP:
		say(server,
			offers ? "250-mx.test\r\n250-STARTTLS\r\n250 SIZE\r\n"
			       : "250-mx.test\r\n250 SIZE\r\n");
		break;
	case SESSION_IMAP:
		say(server,
			offers ? "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n"
				: server->tls != NULL ? "* CAPABILITY IMAP4rev1\r\nb1 OK\r\n"
						      : "* CAPABILITY IMAP4rev1\r\na1 OK\r\n");
		break;
	case SESSION_POP3:
		say(server, offers ? "+OK\r\nTOP\r\nSTLS\r\n.\r\n" : "+OK\r\nTOP\r\n.\r\n");
		break;
	}
}

static void answer_starttls(struct mail_server *server)
{
	static const char *const yes[] = {"220 go ahead\r\n", "a2 OK go ahead\r\n", "+OK go\r\n"};
	static const char *const no[] = {"502 what?\r\n", "a2 BAD what?\r\n", "-ERR what?\r\n"};

	if (server->wish.without_starttls) {
		say(server, no[server->wish.service]);
		return;
	}
	say(server, yes[server->wish.service]);
	if (server->wish.after_starttls != NULL)
		say(server, server->wish.after_starttls);
	begin_tls(server);
}

static void answer(struct mail_server *server)
{
	static const char *const bye[] = {"221 bye\r\n", "* BYE\r\nc1 OK\r\n", "+OK bye\r\n"};
	const char *line = server->line;
	size_t heard = strlen(server->heard);

	snprintf(server->heard + heard, LINE - heard, "%s;", line);
	if (strstr(line, "STARTTLS") != NULL || strstr(line, "STLS") != NULL)
		answer_starttls(server);
	else if (strstr(line, "QUIT") != NULL || strstr(line, "LOGOUT") != NULL)
		say(server, bye[server->wish.service]);
	else
		answer_hello(server);
}

static void hear(struct mail_server *server, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		assert_true(server->line_length < LINE);
		if (bytes[i] != '\n') {
			server->line[server->line_length++] = bytes[i];
			continue;
		}
		assert_true(server->line_length > 0);
		server->line[server->line_length - 1] = '\0'; /* CR */
		server->line_length = 0;
		answer(server);
	}
}

static void take(struct mail_server *server, const uint8_t *bytes, size_t length)
{
	char text[LINE];
	int said;

	if (server->tls == NULL) {
		if (server->greeted) /* what comes earlier is a ClientHello, and no line */
			hear(server, (const char *)bytes, length);
		return;
	}
	BIO_write(SSL_get_rbio(server->tls), bytes, (int)length);
	while ((said = SSL_read(server->tls, text, sizeof(text))) > 0)
		hear(server, text, (size_t)said);
	if (!server->greeted && SSL_is_init_finished(server->tls))
		greet(server);
	collect(server);
}

struct mail_server *mail_server_new(const struct server_wish *wish)
{
	struct mail_server *server = calloc(1, sizeof(*server));

	assert_non_null(server);
	server->wish = *wish;
	server->context = context_for(wish);
	if (wish->implicit_tls)
		begin_tls(server);
	return server;
}

void mail_server_free(struct mail_server *server)
{
	SSL_free(server->tls);
	SSL_CTX_free(server->context);
	free(server);
}

const char *mail_server_heard(const struct mail_server *server)
{
	return server->heard;
}

/* The wire. */

static bool carry_up(struct mail_wire *wire, struct session *session, struct mail_server *server)
{
	const uint8_t *bytes;
	size_t length = session_output(session, &bytes);

	if (length == 0)
		return false;
	uint8_t *copy = malloc(length);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	session_sent(session, length, wire->now_ns);
	take(server, copy, length);
	free(copy);
	return true;
}

static bool carry_down(struct mail_wire *wire, struct session *session, struct mail_server *server)
{
	size_t length = server->output_length;

	if (wire->piece > 0 && wire->piece < length)
		length = wire->piece;
	if (wire->cut_after > 0 && length >= wire->cut_after)
		length = wire->cut_after;
	if (length == 0)
		return false;
	uint8_t *copy = malloc(length); /* exact, for AddressSanitizer */

	assert_non_null(copy);
	memcpy(copy, server->output, length);
	server->output_length -= length;
	memmove(server->output, server->output + length, server->output_length);
	session_take(session, copy, length, wire->now_ns);
	free(copy);
	if (wire->cut_after > 0) {
		wire->cut_after -= length;
		if (wire->cut_after == 0)
			session_closed(session, wire->cut, wire->now_ns);
	}
	return true;
}

/* Nothing is on its way: time passes until somebody does something. */
static void wait_on(struct mail_wire *wire, struct session *session, struct mail_server *server,
	int64_t greeting_ns)
{
	int64_t wake_ns = session_wake_ns(session);

	if (!server->greeted && server->tls == NULL && greeting_ns < wake_ns) {
		wire->now_ns = greeting_ns;
		greet(server);
		return;
	}
	assert_true(wake_ns < INT64_MAX);
	if (wake_ns > wire->now_ns)
		wire->now_ns = wake_ns;
	session_tick(session, wire->now_ns);
}

void mail_wire_carry(struct mail_wire *wire, struct session *session, struct mail_server *server)
{
	int64_t greeting_ns = wire->now_ns + server->wish.greeting_delay_ns;

	for (int round = 0; !session_done(session); round++) {
		assert_true(round < ROUNDS_MOST);
		wire->now_ns += 1000;
		bool moved = carry_up(wire, session, server);

		moved = (!session_done(session) && carry_down(wire, session, server)) || moved;
		if (!moved && !session_done(session))
			wait_on(wire, session, server, greeting_ns);
	}
	carry_up(wire, session, server);
}
