/* SPDX-License-Identifier: BSD-2-Clause */
#include "insight.h"

#include <stddef.h>
#include <string.h>

static const char *const stages[SESSION_STAGES] = {
	[STAGE_GREETING] = "greeting",
	[STAGE_CAPABILITIES] = "capabilities",
	[STAGE_STARTTLS] = "starttls",
	[STAGE_HANDSHAKE] = "handshake",
	[STAGE_SEALED_GREETING] = "sealed-greeting",
	[STAGE_SEALED_CAPABILITIES] = "sealed-capabilities",
	[STAGE_QUIT] = "quit",
	[STAGE_OVER] = "over",
};

static const char *const ends[SESSION_ENDS] = {
	[SESSION_END_NONE] = "none",
	[SESSION_END_COMPLETE] = "complete",
	[SESSION_END_SILENT] = "silent",
	[SESSION_END_STALLED] = "stalled",
	[SESSION_END_CLOSED] = "closed",
	[SESSION_END_RESET] = "reset",
	[SESSION_END_FLOOD] = "flood",
	[SESSION_END_FOREIGN] = "foreign",
	[SESSION_END_TLS] = "tls",
};

static const char *const dane_states[DANE_STATES] = {
	[DANE_NONE] = "none",
	[DANE_NOT_VALIDATED] = "not-validated",
	[DANE_UNUSABLE] = "unusable",
	[DANE_MATCH] = "match",
	[DANE_MISMATCH] = "mismatch",
};

static bool look_up(size_t *out, const char *const *names, size_t count, const char *text)
{
	for (*out = 0; *out < count; (*out)++) {
		if (strcmp(names[*out], text) == 0)
			return true;
	}
	return false;
}

const char *session_stage_name(enum session_stage stage)
{
	return stages[stage];
}

const char *session_end_name(enum session_end end)
{
	return ends[end];
}

const char *dane_state_name(enum dane_state state)
{
	return dane_states[state];
}

bool session_stage_parse(enum session_stage *out, const char *text)
{
	size_t found;

	if (!look_up(&found, stages, SESSION_STAGES, text))
		return false;
	*out = (enum session_stage)found;
	return true;
}

bool session_end_parse(enum session_end *out, const char *text)
{
	size_t found;

	if (!look_up(&found, ends, SESSION_ENDS, text))
		return false;
	*out = (enum session_end)found;
	return true;
}

bool dane_state_parse(enum dane_state *out, const char *text)
{
	size_t found;

	if (!look_up(&found, dane_states, DANE_STATES, text))
		return false;
	*out = (enum dane_state)found;
	return true;
}

static bool is_without_starttls(const struct transcript *t)
{
	return !t->implicit_tls && !t->starttls_accepted &&
		(t->capabilities_told || t->starttls_refused);
}

const char *insight_tls_report(const struct insight *insight, const struct transcript *transcript)
{
	static const char *const certificate[VERIFY_WORDS] = {
		[VERIFY_EXPIRED] = "certificate-expired",
		[VERIFY_NOT_YET_VALID] = "certificate-not-trusted",
		[VERIFY_SELF_SIGNED] = "certificate-not-trusted",
		[VERIFY_UNTRUSTED] = "certificate-not-trusted",
		[VERIFY_NAME_MISMATCH] = "certificate-host-mismatch",
	};

	if (is_without_starttls(transcript))
		return "starttls-not-supported";
	if (insight->entered_ns[STAGE_HANDSHAKE] == 0)
		return NULL;
	if (!insight->tls_complete)
		return "validation-failure";
	if (insight->dane == DANE_MATCH)
		return NULL;
	if (insight->dane == DANE_MISMATCH)
		return "tlsa-invalid";
	return certificate[insight->verification.word];
}
