/* SPDX-License-Identifier: BSD-2-Clause */
#include "tls_client.h"

#include "address.h"
#include "fault.h"
#include "trust.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

struct tls_client {
	enum tls_client_state state;
	SSL *connection; /* owns the two BIOs */
	BIO *from_server, *to_server;
	bool asked_again;
	struct tls_alert alert;
	char error[128];
};

static bool is_fatal(const SSL *connection, int level, int description)
{
	if (description == SSL_AD_CLOSE_NOTIFY || description == SSL_AD_USER_CANCELLED)
		return false;
	return level == SSL3_AL_FATAL || SSL_version(connection) == TLS1_3_VERSION;
}

static void note_alert(const SSL *connection, int where, int value)
{
	struct tls_client *client = SSL_get_app_data(connection);
	int level = value >> 8;
	int description = value & 0xff;

	if ((where & SSL_CB_ALERT) == 0)
		return;
	if ((where & SSL_CB_WRITE) != 0 && description == SSL_AD_NO_RENEGOTIATION)
		client->asked_again = true;
	if (client->alert.seen || !is_fatal(connection, level, description))
		return;
	client->alert = (struct tls_alert){.seen = true,
		.from = (where & SSL_CB_READ) != 0 ? SIDE_SERVER : SIDE_CLIENT,
		.level = (uint8_t)level,
		.description = (uint8_t)description};
}

static void give_up(struct tls_client *client)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	client->state = TLS_CLIENT_BROKEN;
	snprintf(client->error, sizeof(client->error), "%s", reason == NULL ? "" : reason);
	ERR_clear_error();
}

/* What a call that did not succeed means: more bytes are wanted, or it is the end. */
static void judge(struct tls_client *client, int outcome)
{
	switch (SSL_get_error(client->connection, outcome)) {
	case SSL_ERROR_NONE:
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		break;
	case SSL_ERROR_ZERO_RETURN:
		client->state = TLS_CLIENT_CLOSED;
		break;
	default:
		give_up(client);
	}
}

static void shake_hands(struct tls_client *client)
{
	ERR_clear_error();
	int outcome = SSL_do_handshake(client->connection);

	if (outcome == 1)
		client->state = TLS_CLIENT_OPEN;
	else
		judge(client, outcome);
}

/* Literal addresses are not allowed in SNI (RFC 6066 section 3). */
static void set_server_name(SSL *connection, const char *name)
{
	char copy[TLSEXT_MAXLEN_host_name + 1]; /* OpenSSL's macro drops const */
	struct address address;

	if (name[0] == '\0' || address_parse(&address, name))
		return;
	snprintf(copy, sizeof(copy), "%s", name);
	(void)SSL_set_tlsext_host_name(connection, copy);
}

struct tls_client *tls_client_new(const struct trust *trust, const char *server_name)
{
	struct tls_client *client = fault_allocate(1, sizeof(*client));

	client->connection = SSL_new(trust_tls(trust));
	client->from_server = BIO_new(BIO_s_mem());
	client->to_server = BIO_new(BIO_s_mem());
	if (client->connection == NULL || client->from_server == NULL || client->to_server == NULL)
		fault_out_of_memory();
	BIO_set_mem_eof_return(client->from_server, -1);
	SSL_set_bio(client->connection, client->from_server, client->to_server);
	SSL_set_connect_state(client->connection);
	SSL_set_app_data(client->connection, client);
	SSL_set_info_callback(client->connection, note_alert);
	set_server_name(client->connection, server_name);
	shake_hands(client);
	return client;
}

void tls_client_free(struct tls_client *client)
{
	if (client == NULL)
		return;
	SSL_free(client->connection);
	free(client);
}

enum tls_client_state tls_client_state(const struct tls_client *client)
{
	return client->state;
}

uint16_t tls_client_version(const struct tls_client *client)
{
	return (uint16_t)SSL_version(client->connection);
}

uint16_t tls_client_cipher(const struct tls_client *client)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(client->connection);

	return cipher == NULL ? 0 : SSL_CIPHER_get_protocol_id(cipher);
}

void tls_client_take(struct tls_client *client, const uint8_t *bytes, size_t length)
{
	while (length > 0) {
		int part = length > INT_MAX ? INT_MAX : (int)length;
		if (BIO_write(client->from_server, bytes, part) != part)
			fault_out_of_memory();
		bytes += part;
		length -= (size_t)part;
	}
	if (client->state == TLS_CLIENT_SHAKING)
		shake_hands(client);
}

size_t tls_client_read(struct tls_client *client, uint8_t *out, size_t room)
{
	size_t got = 0;

	if (client->state != TLS_CLIENT_OPEN)
		return 0;
	ERR_clear_error();
	int outcome = SSL_read_ex(client->connection, out, room, &got);

	if (outcome != 1)
		judge(client, outcome);
	return got;
}

void tls_client_write(struct tls_client *client, const char *text, size_t length)
{
	size_t written;

	if (client->state != TLS_CLIENT_OPEN)
		return;
	ERR_clear_error();
	int outcome = SSL_write_ex(client->connection, text, length, &written);

	if (outcome != 1)
		judge(client, outcome);
}

void tls_client_close(struct tls_client *client)
{
	if (client->state != TLS_CLIENT_OPEN && client->state != TLS_CLIENT_CLOSED)
		return;
	(void)SSL_shutdown(client->connection);
	ERR_clear_error();
}

size_t tls_client_output(struct tls_client *client, uint8_t *out, size_t room)
{
	size_t got = 0;

	return BIO_read_ex(client->to_server, out, room, &got) == 1 ? got : 0;
}

struct tls_alert tls_client_alert(const struct tls_client *client)
{
	return client->alert;
}

bool tls_client_asked_again(const struct tls_client *client)
{
	return client->asked_again;
}

const char *tls_client_error(const struct tls_client *client)
{
	return client->error;
}

struct ssl_st *tls_client_connection(const struct tls_client *client)
{
	return client->connection;
}
