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

const char *session_stage_name(enum session_stage stage)
{
	return stages[stage];
}

const char *session_end_name(enum session_end end)
{
	return ends[end];
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
	if (!transcript->tls.client_hello)
		return NULL;
	if (!insight->tls_complete)
		return "validation-failure";
	if (insight->dane == DANE_MATCH)
		return NULL;
	if (insight->dane == DANE_MISMATCH)
		return "tlsa-invalid";
	return certificate[insight->verification.word];
}
