/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include "fault.h"
#include "insight.h"

#include <stdlib.h>

struct session {
	int64_t end_ns;
	struct transcript transcript;
	struct insight insight;
};

bool session_defaults(struct session_options *out, uint16_t port)
{
	struct transcript transcript;

	if (!transcript_begin(&transcript, port))
		return false;
	*out = (struct session_options){.port = port,
		.service = transcript.service,
		.implicit_tls = transcript.implicit_tls,
		.greeting_ns = SESSION_GREETING_NS,
		.reply_ns = SESSION_REPLY_NS,
		.total_ns = SESSION_TOTAL_NS};
	return true;
}

struct session *session_new(const struct session_options *options, int64_t now_ns)
{
	struct session *session = fault_allocate(1, sizeof(*session));

	session->end_ns = now_ns + options->greeting_ns;
	session->transcript.port = options->port;
	session->transcript.opened_ns = now_ns;
	session->insight.entered_ns[STAGE_GREETING] = now_ns;
	return session;
}

void session_free(struct session *session)
{
	free(session);
}

void session_take(struct session *session, const uint8_t *bytes, size_t length, int64_t now_ns)
{
	(void)session;
	(void)bytes;
	(void)length;
	(void)now_ns;
}

void session_closed(struct session *session, enum session_closing how, int64_t now_ns)
{
	(void)now_ns;
	session->insight.end = how == CLOSING_RESET ? SESSION_END_RESET : SESSION_END_CLOSED;
}

size_t session_output(const struct session *session, const uint8_t **bytes)
{
	(void)session;
	*bytes = NULL;
	return 0;
}

void session_sent(struct session *session, size_t length, int64_t now_ns)
{
	(void)session;
	(void)length;
	(void)now_ns;
}

int64_t session_wake_ns(const struct session *session)
{
	return session_done(session) ? INT64_MAX : session->end_ns;
}

void session_tick(struct session *session, int64_t now_ns)
{
	if (now_ns >= session->end_ns && !session_done(session))
		session->insight.end = SESSION_END_SILENT;
}

bool session_done(const struct session *session)
{
	return session->insight.end != SESSION_END_NONE;
}

const struct transcript *session_transcript(const struct session *session)
{
	return &session->transcript;
}

const struct insight *session_insight(const struct session *session)
{
	return &session->insight;
}
