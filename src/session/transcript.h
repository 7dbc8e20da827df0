/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one mail session showed, as plain facts: filled by dialogue.h and tls_record.h from the
 * bytes of both directions, whoever carried them. No opinion.
 */
#ifndef SESSION_TRANSCRIPT_H
#define SESSION_TRANSCRIPT_H

#include "certificate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum session_side {
	SIDE_CLIENT,
	SIDE_SERVER,
};
#define SESSION_SIDES 2

enum session_service {
	SESSION_SMTP,
	SESSION_IMAP,
	SESSION_POP3,
};

/* What a server's first bytes are. */
enum session_protocol {
	PROTOCOL_UNDECIDED, /* none yet, or too few */
	PROTOCOL_SMTP,
	PROTOCOL_IMAP,
	PROTOCOL_POP3,
	PROTOCOL_TLS,
	PROTOCOL_HTTP,
	PROTOCOL_SSH,
	PROTOCOL_OTHER,
};

enum greeting_kind {
	GREETING_NONE,
	GREETING_WELCOME,
	GREETING_REFUSAL, /* 4xx, 5xx, "* BYE", "-ERR" */
	GREETING_ODD,     /* the protocol's own form, but no greeting: "250 ok" */
};

struct tls_alert {
	bool seen;
	enum session_side from;
	uint8_t level, description; /* RFC 8446 section 6 */
};

#define TLS_NAME_TEXT 256

struct tls_facts {
	bool client_hello, server_hello;
	bool complete;              /* both sides went on with keys of their own */
	bool sealed[SESSION_SIDES]; /* what this side sends is encrypted by now */
	bool sealed_alert; /* TLS 1.3: the client's first sealed record can only be an alert */
	uint16_t version, cipher, group;      /* the server's choice; 0: not told */
	struct tls_alert alert;               /* the first fatal one in the clear */
	uint16_t offered_least, offered_most; /* versions of the client's; 0: not told */
	char server_name[TLS_NAME_TEXT]; /* what the client asked for; "" where nothing; hostile */
	struct certificate
		certificate; /* the server's, where it is sent in the clear: to TLS 1.2 */
};

#define GREETING_TEXT 512

struct transcript {
	uint16_t port; /* the usual one of its service: mailport.h */
	enum session_service service;
	bool implicit_tls; /* TLS from the first byte */

	int64_t now_ns;    /* of the bytes that are being read */
	int64_t opened_ns; /* the handshake's last ACK; 0: not seen */
	int64_t hello_ns;  /* the ClientHello; 0: not seen */

	enum session_protocol speaks;
	enum greeting_kind greeting;
	unsigned greeting_code;            /* SMTP alone; else 0 */
	int64_t greeting_ns;               /* its first line */
	int64_t greeted_ns;                /* its last line; 0: not seen */
	char greeting_text[GREETING_TEXT]; /* the first line; hostile */
	bool greeting_masked;              /* "220 *****": rewritten on the way */

	bool capabilities_told;
	bool starttls_offered, starttls_asked, starttls_accepted, starttls_refused;
	bool starttls_masked;   /* a keyword overwritten with X */
	bool starttls_replaced; /* a keyword that nobody knows, as long as STARTTLS is */
	bool starttls_unknown;  /* refused as a command that does not exist */

	struct tls_facts tls;

	uint32_t bytes[SESSION_SIDES];  /* of data seen, whether captured or not */
	bool answered_hello;            /* the server said anything after the ClientHello */
	bool unheard;                   /* something was said that the capture does not have */
	int64_t left_ns[SESSION_SIDES]; /* the first FIN or RST of each side; 0: none */
	bool reset; /* by a RST in the server's name, before the client had left */
};

struct mailport;

/* The room that transcript_begin() finds a service in; false where the port is in no table. */
bool transcript_begin(struct transcript *transcript, uint16_t port);

/* The same for the service of a row of the table, on whatever port it is; false for NULL, and for a
 * service whose sessions are not read. */
bool transcript_begin_as(struct transcript *transcript, const struct mailport *row);
bool transcript_knows(const struct mailport *row); /* what it would return */

/* Enough bytes decide; fewer than four without a line's end are PROTOCOL_UNDECIDED. */
enum session_protocol protocol_of(const uint8_t *bytes, size_t length);
const char *protocol_name(enum session_protocol protocol);

/* The server's first bytes are of the protocol that its port is for. */
bool transcript_speaks_own(const struct transcript *transcript);

/* STARTTLS was taken out on the way, without a doubt. */
bool transcript_stripped(const struct transcript *transcript);

#endif
