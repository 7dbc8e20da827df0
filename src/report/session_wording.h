/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session showed, as words for sentences; what was not seen reads as such. */
#ifndef REPORT_SESSION_WORDING_H
#define REPORT_SESSION_WORDING_H

#include "sentence.h"
#include "timestamp.h"
#include "tls_name.h"
#include "transcript.h"

struct session_signs;

/* A greeting is quoted so far within a sentence. */
#define SESSION_GREETING_SHOWN 120

#define SESSION_NAMES_SHOWN 200

struct session_words {
	char greeting[SESSION_GREETING_SHOWN + 3], alert[TLS_NUMBER_TEXT + 24];
	char tls[TLS_NUMBER_TEXT], greeting_delay[SENTENCE_NUMBER], days_left[24];
	char not_before[TIMESTAMP_TEXT], not_after[TIMESTAMP_TEXT];
	char names[SESSION_NAMES_SHOWN];
	const char *protocol, *stage, *error;
	const char *subject, *issuer, *asked_name, *reason, *tls_error;
};

/* Borrows from what signs borrows. */
void session_words(struct session_words *words, const struct session_signs *signs);

/* The first line of the greeting, before TLS or under it; "" where there was none. */
const char *session_greeting(const struct session_signs *signs);

/* The first fatal alert that either side could read. */
const struct tls_alert *session_alert(const struct session_signs *signs);

#endif
