/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's end of one mail session, without log-in or mail: greeting, capabilities, STARTTLS,
 * TLS handshake, capabilities again, goodbye. The server's bytes go in, bytes for the server come
 * out; no sockets, no clock. The caller carries the bytes and brings the time:
 *
 *	session = session_new(&options, now)            once connect() has succeeded
 *	until session_done(session):
 *		send what session_output() gives, tell session_sent() how much of it went
 *		session_take() what arrives, session_closed() at its end or a reset
 *		session_tick() at session_wake_ns()
 *	read session_transcript(), session_insight(), close the connection, session_free()
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "transcript.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct insight;
struct session;
struct tlsa_list;
struct trust;

/* Servers delay their greeting on purpose by up to six seconds (postscreen, greet_pause); ten are
 * enough to tell that from silence (SCIENCE section F). A little more, so that ten have passed by
 * any clock. */
#define SESSION_GREETING_NS ((int64_t)10250000000)
#define SESSION_REPLY_NS    ((int64_t)10250000000)
#define SESSION_TOTAL_NS    ((int64_t)45000000000)

/* After the first three bytes of a split ClientHello (SCIENCE section F). */
#define SESSION_SPLIT_NS ((int64_t)100000000)

struct session_options {
	uint16_t port;
	enum session_service service;
	bool implicit_tls; /* TLS from the first byte, whatever the port is for */
	bool split_hello;  /* the ClientHello in two segments with a pause between them */

	const struct trust *trust;    /* borrowed until session_free() */
	const char *server_name;      /* for SNI; NULL: none is sent */
	const char *verify_name;      /* the certificate must be for; an address in text is fine;
				       * NULL: any name will do */
	const char *client_name;      /* for EHLO: a name of ours, or "[192.0.2.1]"; NULL:
				       * "localhost" */
	const struct tlsa_list *tlsa; /* of target/resolve.h, borrowed until session_free(); NULL:
				       * none */

	/* Patience: for a greeting, for a reply or the rest of one, for all of it. Each byte that
	 * arrives gives the first two anew. */
	int64_t greeting_ns, reply_ns, total_ns;
};

enum session_closing {
	CLOSING_END,   /* FIN: read() gave 0 */
	CLOSING_RESET, /* RST: ECONNRESET, EPIPE */
};

/* What the port stands for, with the patience above; false where it is no mail service. */
bool session_defaults(struct session_options *out, uint16_t port);

/* now_ns, here and below: since 1970, as packets have it; never going back. */
struct session *session_new(const struct session_options *options, int64_t now_ns);
void session_free(struct session *session); /* NULL is fine */

void session_take(struct session *session, const uint8_t *bytes, size_t length, int64_t now_ns);
void session_closed(struct session *session, enum session_closing how, int64_t now_ns);

/* What may be sent now, borrowed until the next call; 0: nothing. Of a split ClientHello only the
 * first part, until its pause is over (session_wake_ns()). Still asked for once the session is
 * done: it may end with a goodbye. */
size_t session_output(const struct session *session, const uint8_t **bytes);
void session_sent(struct session *session, size_t length, int64_t now_ns);

/* When to call session_tick() at the latest; INT64_MAX once done. */
int64_t session_wake_ns(const struct session *session);
void session_tick(struct session *session, int64_t now_ns);

/* Nothing more is to be learnt: send what is left, close. */
bool session_done(const struct session *session);

/* Both are valid, and true so far, at any time; borrowed until session_free(). The transcript is
 * what the packets tell anyone; the insight what only we know. */
const struct transcript *session_transcript(const struct session *session);
const struct insight *session_insight(const struct session *session);

#endif
