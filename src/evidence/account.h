/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One mail session of our own, as whoever held it gives account of it. It travels in the evidence
 * file (account_note.h), since packets show only half of it.
 */
#ifndef EVIDENCE_ACCOUNT_H
#define EVIDENCE_ACCOUNT_H

#include "ending.h"
#include "insight.h"
#include "transcript.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In which way the session was held; the later ones only after the usual one has failed. */
enum session_variant {
	VARIANT_USUAL,
	VARIANT_SPLIT,     /* the ClientHello in two segments, the first of three bytes */
	VARIANT_SMALL,     /* nothing but small segments, both ways */
	VARIANT_NAMELESS,  /* a ClientHello without a server name */
	VARIANT_TLS_FIRST, /* a ClientHello where plain text comes first */
};
#define VARIANTS RETRY_WAYS

struct session_account {
	enum session_variant variant;
	int error;        /* errno of the connect(); 0: connected */
	int64_t ended_ns; /* since 1970, as the transcript's times */
	struct transcript transcript;
	struct insight insight;
};

/* How it ended: what ending_of() says of any session, and what only its client knows. */
enum ending account_ending(const struct session_account *account);

/* How far a sound one got. */
enum reached account_reached(const struct session_account *account);

/* The server took up TLS, whatever came of it. */
bool account_met_tls(const struct session_account *account);

const char *session_variant_name(enum session_variant variant);

#endif
