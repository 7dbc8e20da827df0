/* SPDX-License-Identifier: BSD-2-Clause */
/* A mail server in memory, with OpenSSL's own server end, that does what a test wants; and the wire
 * between it and a session of ours. Time is a number that the wire turns. */
#ifndef UNIT_MAIL_SERVER_H
#define UNIT_MAIL_SERVER_H

#include "session.h"

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server_wish {
	enum session_service service;
	bool implicit_tls;
	bool without_offer, without_starttls; /* does not say so; refuses it */
	const char *greeting;                 /* NULL: the service's usual one */
	const char *after_starttls;           /* said right after the reply to STARTTLS */
	int64_t greeting_delay_ns;
	X509 *leaf;
	STACK_OF(X509) * others; /* NULL: none; sent after the leaf */
	int version_most;        /* TLS1_3_VERSION, ...; 0: any */
	const char *ciphers;     /* NULL: any */
	bool wants_certificate;  /* of the client, without which it refuses */
	bool renegotiates;       /* asks for a second handshake instead of its first answer */
};

struct mail_server;

struct mail_server *mail_server_new(const struct server_wish *wish);
void mail_server_free(struct mail_server *server);
const char *mail_server_heard(const struct mail_server *server); /* commands, each and ";" */

struct mail_wire {
	size_t piece;     /* bytes that arrive at a time; 0: all there are */
	size_t cut_after; /* the server closes after so many; 0: never */
	enum session_closing cut;
	int64_t now_ns; /* begin and end of the conversation */
};

/* Carries bytes between both until the session is done. */
void mail_wire_carry(struct mail_wire *wire, struct session *session, struct mail_server *server);

#endif
