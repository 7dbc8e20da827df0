/* SPDX-License-Identifier: BSD-2-Clause */
#include "session_wording.h"

#include "account.h"

#include <stdio.h>
#include <string.h>

static const struct transcript no_transcript = {.port = 0};
static const struct insight no_insight = {.end = SESSION_END_NONE};

static const struct transcript *transcript_of(const struct session_signs *signs)
{
	return signs->transcript == NULL ? &no_transcript : signs->transcript;
}

static const struct insight *insight_of(const struct session_signs *signs)
{
	return signs->account == NULL ? &no_insight : &signs->account->insight;
}

const char *session_greeting(const struct session_signs *signs)
{
	const char *plain = transcript_of(signs)->greeting_text;

	return plain[0] != '\0' ? plain : insight_of(signs)->sealed_greeting_text;
}

const struct tls_alert *session_alert(const struct session_signs *signs)
{
	const struct tls_alert *own = &insight_of(signs)->alert;

	return own->seen ? own : &transcript_of(signs)->tls.alert;
}

static const char *or_unknown(const char *text)
{
	return text[0] == '\0' ? "not told" : text;
}

static void name_alert(struct session_words *words, const struct session_signs *signs)
{
	const struct tls_alert *alert = session_alert(signs);
	char name[TLS_NUMBER_TEXT];

	if (alert->seen)
		snprintf(words->alert, sizeof(words->alert), "%s from the %s",
			tls_alert_name(alert->description, name),
			alert->from == SIDE_CLIENT ? "client" : "server");
	else
		snprintf(words->alert, sizeof(words->alert), "one that is encrypted");
}

static void name_names(struct session_words *words, const struct certificate *certificate)
{
	const char *name = NULL;
	size_t used = 0;

	snprintf(words->names, sizeof(words->names), "no name at all");
	while ((name = certificate_next_name(certificate, name)) != NULL) {
		int length = snprintf(words->names + used, sizeof(words->names) - used, "%s%s",
			used == 0 ? "" : ", ", name);
		if (length < 0 || (size_t)length >= sizeof(words->names) - used)
			return;
		used += (size_t)length;
	}
}

static void name_certificate(struct session_words *words, const struct session_signs *signs)
{
	const struct insight *insight = insight_of(signs);
	const struct certificate *certificate = &insight->certificate;
	int64_t ended_ns = signs->account == NULL ? 0 : signs->account->ended_ns;

	words->subject = or_unknown(certificate->subject);
	words->issuer = or_unknown(certificate->issuer);
	words->reason = or_unknown(insight->verification.reason);
	timestamp_date(certificate->not_before_s, words->not_before);
	timestamp_date(certificate->not_after_s, words->not_after);
	snprintf(words->days_left, sizeof(words->days_left), "%lld",
		(long long)certificate_days_left(certificate, ended_ns));
	name_names(words, certificate);
}

/* Under TLS it may be another protocol than the port's. */
static enum session_protocol protocol_of_session(const struct session_signs *signs)
{
	const struct insight *insight = insight_of(signs);
	bool sealed = insight->tls_complete && insight->sealed_speaks != PROTOCOL_UNDECIDED;

	if (signs->ending == ENDING_EARLY_TLS)
		return PROTOCOL_TLS;
	return sealed ? insight->sealed_speaks : transcript_of(signs)->speaks;
}

void session_words(struct session_words *words, const struct session_signs *signs)
{
	const struct transcript *t = transcript_of(signs);
	const struct insight *insight = insight_of(signs);
	const char *greeting = session_greeting(signs);
	int error = signs->account == NULL ? 0 : signs->account->error;

	snprintf(words->greeting, sizeof(words->greeting), "\"%.*s\"", SESSION_GREETING_SHOWN,
		greeting[0] == '\0' ? "nothing" : greeting);
	sentence_number(words->greeting_delay, (double)(t->greeted_ns - t->opened_ns) / 1e9);
	tls_version_name(insight->tls_version, words->tls);
	words->protocol = protocol_name(protocol_of_session(signs));
	words->stage = session_stage_name(insight->stage);
	words->tls_error = or_unknown(insight->tls_error);
	words->asked_name =
		t->tls.server_name[0] == '\0' ? "the name that was asked for" : t->tls.server_name;
	words->error = error == 0 ? "no error" : strerrordesc_np(error);
	if (words->error == NULL)
		words->error = "an unknown error";
	name_alert(words, signs);
	name_certificate(words, signs);
}
