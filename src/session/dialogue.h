/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SMTP (RFC 5321), IMAP (RFC 9051) and POP3 (RFC 1939) up to where a session is upgraded to TLS or
 * turns to mail itself, read line by line. Bytes in, facts into a transcript; no sockets, nothing
 * allocated, no byte trusted.
 */
#ifndef SESSION_DIALOGUE_H
#define SESSION_DIALOGUE_H

#include "transcript.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 5321 section 4.5.3.1.5 allows 512 bytes and RFC 2449 section 4 as many, but capability lists
 * of IMAP are longer; what is beyond is cut off. */
#define DIALOGUE_LINE 4096

/* Commands sent and not answered yet; a client that pipelines more has left the beginning, but a
 * greeting is waited for even then. */
#define DIALOGUE_PIPELINE 8

#define DIALOGUE_TAG 32

#define DIALOGUE_REFUSAL 128

enum dialogue_command {
	COMMAND_CAPABILITIES, /* EHLO, CAPABILITY, CAPA */
	COMMAND_LIST,         /* another that is answered by a list (POP3) */
	COMMAND_STARTTLS,     /* STARTTLS, STLS */
	COMMAND_PLAIN,        /* anything else that leaves the session at its beginning */
	COMMAND_MAIL,         /* what follows is none of our business */
};

enum dialogue_state {
	DIALOGUE_TALKING,
	DIALOGUE_UPGRADED, /* the next bytes of both sides are TLS */
	DIALOGUE_OVER,     /* nothing more is to be learnt */
};

struct dialogue_line {
	size_t length;
	char text[DIALOGUE_LINE];
};

struct dialogue {
	enum session_service service;
	enum dialogue_state state;
	bool greeted;
	bool leaving;     /* the client has gone on to what is none of our business */
	bool listing;     /* inside a list that ends with a full stop (POP3) */
	bool domain_told; /* the first line of the reply to EHLO has come (SMTP) */
	enum dialogue_command pending[DIALOGUE_PIPELINE];
	size_t pending_count;
	char tag[DIALOGUE_TAG];         /* of IMAP's STARTTLS */
	char last_tag[DIALOGUE_TAG];    /* of IMAP's last command, whichever it is */
	unsigned replies;               /* whole ones, the greeting first */
	bool positive;                  /* the last of them says yes */
	bool unasked;                   /* there was one to nothing */
	char refusal[DIALOGUE_REFUSAL]; /* the first after the greeting that says no; hostile */
	struct dialogue_line lines[SESSION_SIDES];
};

void dialogue_init(struct dialogue *dialogue, enum session_service service);

/* Reads bytes of one side, in order; returns how many were used: fewer than length only if the
 * dialogue is no longer DIALOGUE_TALKING. */
size_t dialogue_take(struct dialogue *dialogue, struct transcript *transcript,
	enum session_side side, const uint8_t *bytes, size_t length);

#endif
