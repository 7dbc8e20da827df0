/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The members that are known to name someone are replaced one by one. Then the fact is written down
 * as in an evidence file, whatever else names an address or a name there is replaced as well, and
 * it is read back: so a member that is added to facts later on is not forgotten here.
 */
#include "redacted_fact.h"

#include "fact.h"
#include "packet.h"
#include "pseudonyms.h"

#include <stdlib.h>
#include <string.h>

static void notice_certificate(struct pseudonyms *p, const struct certificate *certificate)
{
	const char *name = NULL;

	while ((name = certificate_next_name(certificate, name)) != NULL) {
		struct address address;
		if (address_parse(&address, name))
			pseudonyms_notice(p, &address);
		else
			pseudonyms_notice_name(p, name);
	}
}

void redacted_fact_notice(struct pseudonyms *p, const struct fact *fact)
{
	pseudonyms_own(p, &fact->flow.source);
	pseudonyms_notice(p, &fact->flow.destination);
	pseudonyms_notice(p, &fact->gateway);
	pseudonyms_notice_name(p, fact->host);
	pseudonyms_notice_name(p, fact->session.transcript.tls.server_name);
	notice_certificate(p, &fact->session.insight.certificate);
}

static void rename_name(struct pseudonyms *p, char *name, size_t size)
{
	char other[PSEUDONYM_NAME];

	pseudonyms_name(p, name, other);
	snprintf(name, size, "%s", other);
}

static void rename_text(struct pseudonyms *p, char *text, size_t size)
{
	char other[PSEUDONYM_TEXT];

	pseudonyms_text(p, text, other);
	snprintf(text, size, "%s", other);
}

/* Of a distinguished name (RFC 4514) a host's common name is all that is kept in a form. */
static void rename_subject(struct pseudonyms *p, char *subject, size_t size)
{
	const char *common = strstr(subject, "CN=");
	char name[CERTIFICATE_NAME_TEXT];

	if (common == NULL || strchr(common, '.') == NULL) {
		rename_text(p, subject, size);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(common + 3, ",+"), common + 3);
	rename_name(p, name, sizeof(name));
	snprintf(subject, size, "CN=%.250s", name);
}

static void rename_names(struct pseudonyms *p, struct certificate *certificate)
{
	char names[CERTIFICATE_NAMES_TEXT];
	char other[PSEUDONYM_NAME];
	const char *name = NULL;
	size_t used = 0;

	while ((name = certificate_next_name(certificate, name)) != NULL) {
		pseudonyms_name(p, name, other);
		if (used + strlen(other) + 1 > sizeof(names)) {
			certificate->names_left_out++;
			continue;
		}
		memcpy(names + used, other, strlen(other) + 1);
		used += strlen(other) + 1;
	}
	memcpy(certificate->names, names, used);
	certificate->names_length = (uint16_t)used;
}

static void rename_certificate(struct pseudonyms *p, struct certificate *certificate)
{
	if (!certificate->present)
		return;
	rename_subject(p, certificate->subject, sizeof(certificate->subject));
	rename_text(p, certificate->issuer, sizeof(certificate->issuer));
	rename_names(p, certificate);
	pseudonyms_digest(p, certificate->sha256);
}

static void rename_session(struct pseudonyms *p, struct session_account *session)
{
	struct transcript *t = &session->transcript;
	struct insight *insight = &session->insight;

	rename_text(p, t->greeting_text, sizeof(t->greeting_text));
	rename_name(p, t->tls.server_name, sizeof(t->tls.server_name));
	rename_certificate(p, &t->tls.certificate);
	rename_certificate(p, &insight->certificate);
	rename_text(p, insight->sealed_greeting_text, sizeof(insight->sealed_greeting_text));
	rename_text(p, insight->refusal, sizeof(insight->refusal));
}

static bool reread(struct fact *out, const struct fact *fact, struct pseudonyms *p)
{
	char *texts = malloc(2 * (size_t)FACT_TEXT);
	struct note note = {.time_ns = fact->time_ns, .number = fact->number};

	if (texts == NULL)
		return false;
	fact_print(fact, texts);
	note.text = texts + FACT_TEXT;
	note.length = pseudonyms_within(p, texts, texts + FACT_TEXT, FACT_TEXT);
	bool whole = fact_parse(out, &note);

	free(texts);
	return whole;
}

bool redacted_fact(struct fact *out, const struct fact *fact, struct pseudonyms *p)
{
	struct fact other = *fact;

	other.flow.source = pseudonyms_address(p, &fact->flow.source);
	other.flow.destination = pseudonyms_address(p, &fact->flow.destination);
	other.gateway = pseudonyms_address(p, &fact->gateway);
	rename_name(p, other.host, sizeof(other.host));
	rename_session(p, &other.session);
	return reread(out, &other, p);
}
