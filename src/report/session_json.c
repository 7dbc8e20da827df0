/* SPDX-License-Identifier: BSD-2-Clause */
#include "session_json.h"

#include "account.h"
#include "safe_json.h"
#include "session_wording.h"
#include "timestamp.h"

#include <stdio.h>

const char *session_starttls_word(const struct transcript *transcript)
{
	if (transcript->implicit_tls)
		return "implicit";
	if (transcript_stripped(transcript))
		return "stripped";
	if (transcript->starttls_offered || transcript->starttls_accepted)
		return "offered";
	return transcript->capabilities_told || transcript->starttls_refused ? "absent" : NULL;
}

/* By our own end where the session was ours, by what could be read on the way where not. */
static json_t *tls_object(const struct session_signs *signs)
{
	const struct tls_facts *tls = &signs->transcript->tls;
	const struct insight *insight = signs->account == NULL ? NULL : &signs->account->insight;
	bool own = insight != NULL && insight->tls_complete;
	char text[TLS_NUMBER_TEXT];

	if (!own && !tls->server_hello)
		return json_null();
	json_t *object = json_object();
	uint16_t version = own ? insight->tls_version : tls->version;
	uint16_t cipher = own ? insight->tls_cipher : tls->cipher;

	safe_json_put(object, "version", safe_json(tls_version_name(version, text)));
	safe_json_put(object, "cipher", safe_json(tls_cipher_name(cipher, text)));
	safe_json_put(object, "group", safe_json(tls_group_name(tls->group, text)));
	return object;
}

static json_t *names_array(const struct certificate *certificate)
{
	const char *name = NULL;
	json_t *array = json_array();

	while ((name = certificate_next_name(certificate, name)) != NULL) {
		if (name[0] != '\0')
			safe_json_append(array, safe_json(name));
	}
	return array;
}

static json_t *digest(const struct certificate *certificate)
{
	char text[2 * CERTIFICATE_SHA256 + 1];

	for (size_t i = 0; i < CERTIFICATE_SHA256; i++)
		snprintf(text + 2 * i, 3, "%02x", certificate->sha256[i]);
	return safe_json(text);
}

static json_t *date(const struct certificate *certificate, int64_t time_s)
{
	char text[TIMESTAMP_TEXT];

	return certificate->dated ? safe_json(timestamp_second(time_s, text)) : json_null();
}

static json_t *certificate_object(
	const struct certificate *certificate, enum verify_word verify, int64_t now_ns)
{
	if (!certificate->present)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "subject", safe_json(certificate->subject));
	safe_json_put(object, "issuer", safe_json(certificate->issuer));
	safe_json_put(object, "names", names_array(certificate));
	safe_json_put(object, "not_before", date(certificate, certificate->not_before_s));
	safe_json_put(object, "not_after", date(certificate, certificate->not_after_s));
	safe_json_put(object, "days_left",
		certificate->dated ? json_integer(certificate_days_left(certificate, now_ns))
				   : json_null());
	safe_json_put(object, "sha256", digest(certificate));
	safe_json_put(object, "verify", safe_json(verify_word_name(verify)));
	return object;
}

/* Without our own end only what the certificate says by itself is known. */
static json_t *certificate_of(const struct session_signs *signs)
{
	const struct transcript *t = signs->transcript;
	const struct certificate *seen = &t->tls.certificate;

	if (signs->account != NULL)
		return certificate_object(&signs->account->insight.certificate,
			signs->account->insight.verification.word, signs->account->ended_ns);
	return certificate_object(seen, certificate_verify_alone(seen, t->now_ns), t->now_ns);
}

/* Whoever is greeted with TLS where plain text comes first is not asked for STARTTLS. */
static const char *starttls_word(const struct session_signs *signs)
{
	if (signs->account != NULL && signs->account->variant == VARIANT_TLS_FIRST)
		return NULL;
	return session_starttls_word(signs->transcript);
}

/* Only an end of TLS knows how the handshake and the certificate turned out. */
static const char *tls_report(const struct session_signs *signs)
{
	return signs->account == NULL
		? NULL
		: insight_tls_report(&signs->account->insight, signs->transcript);
}

json_t *session_json(const struct session_signs *signs)
{
	const struct transcript *transcript = signs->transcript;

	if (transcript == NULL ||
		(transcript->bytes[SIDE_SERVER] == 0 && !transcript->tls.client_hello))
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "greeting", safe_json(session_greeting(signs)));
	safe_json_put(object, "starttls", safe_json(starttls_word(signs)));
	safe_json_put(object, "tls", tls_object(signs));
	safe_json_put(object, "certificate", certificate_of(signs));
	safe_json_put(object, "tls_report", safe_json(tls_report(signs)));
	return object;
}
