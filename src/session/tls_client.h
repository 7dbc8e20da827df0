/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our end of one TLS connection, in memory: sealed bytes in, sealed bytes out. The certificate is
 * taken whatever it is worth; verification.h tells that.
 */
#ifndef SESSION_TLS_CLIENT_H
#define SESSION_TLS_CLIENT_H

#include "transcript.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssl_st;
struct tls_client;
struct trust;

enum tls_client_state {
	TLS_CLIENT_SHAKING, /* hands */
	TLS_CLIENT_OPEN,
	TLS_CLIENT_CLOSED, /* by the server, with an alert that says so */
	TLS_CLIENT_BROKEN,
};

/* Begins: its output is the ClientHello. server_name: for SNI; "": none is sent. trust is borrowed
 * until tls_client_free(). */
struct tls_client *tls_client_new(const struct trust *trust, const char *server_name);
void tls_client_free(struct tls_client *client); /* NULL is fine */

enum tls_client_state tls_client_state(const struct tls_client *client);

/* What was agreed, by IANA's numbers; 0: nothing yet. */
uint16_t tls_client_version(const struct tls_client *client);
uint16_t tls_client_cipher(const struct tls_client *client);

/* Takes what the server sent. */
void tls_client_take(struct tls_client *client, const uint8_t *bytes, size_t length);

/* What it says under TLS; 0: nothing more for now. */
size_t tls_client_read(struct tls_client *client, uint8_t *out, size_t room);

/* Seals a line; ignored unless open. */
void tls_client_write(struct tls_client *client, const char *text, size_t length);

/* Says that we close. */
void tls_client_close(struct tls_client *client);

/* Moves what is to be sent; 0: nothing more for now. */
size_t tls_client_output(struct tls_client *client, uint8_t *out, size_t room);

/* The first fatal alert of either side, sealed or not. */
struct tls_alert tls_client_alert(const struct tls_client *client);
bool tls_client_asked_again(const struct tls_client *client);          /* for a second handshake */
const char *tls_client_error(const struct tls_client *client);         /* OpenSSL's words; "" */
struct ssl_st *tls_client_connection(const struct tls_client *client); /* borrowed */

#endif
