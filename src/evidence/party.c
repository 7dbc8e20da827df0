/* SPDX-License-Identifier: BSD-2-Clause */
#include "party.h"

#include "account.h"
#include "evidence.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define CODE_LENGTH 4 /* "220 " or "220-" */

/* The last session that was held in the usual way; NULL: none. */
static const struct session_account *usual_account(const struct endpoint *endpoint)
{
	for (size_t i = endpoint->account_count; i > 0; i--) {
		const struct session_account *account = &endpoint->accounts[i - 1];
		if (account->variant == VARIANT_USUAL && account->error == 0)
			return account;
	}
	return NULL;
}

struct name {
	const char *text; /* not ended */
	size_t length;    /* 0: none */
};

/* The host that an SMTP server names in its greeting (RFC 5321 section 4.2: the code, then the
 * domain). A masked one names nobody. */
static struct name greeted_by(const struct session_account *account)
{
	struct name name = {"", 0};

	if (account == NULL || account->transcript.service != SESSION_SMTP ||
		account->transcript.greeting_masked)
		return name;
	bool sealed = account->transcript.implicit_tls;
	const char *text =
		sealed ? account->insight.sealed_greeting_text : account->transcript.greeting_text;

	if (strncmp(text, "220", CODE_LENGTH - 1) != 0 || strlen(text) <= CODE_LENGTH)
		return name;
	name.text = text + CODE_LENGTH;
	name.length = strcspn(name.text, " ");
	return name;
}

static bool same_name(const struct name *one, const struct name *other)
{
	return one->length == other->length &&
		strncasecmp(one->text, other->text, one->length) == 0;
}

static const struct certificate *shown_by(const struct session_account *account)
{
	if (account == NULL || !account->insight.certificate.present)
		return NULL;
	return &account->insight.certificate;
}

static bool same_certificate(const struct certificate *one, const struct certificate *other)
{
	return memcmp(one->sha256, other->sha256, CERTIFICATE_SHA256) == 0;
}

struct comparison {
	struct name name;
	const struct certificate *certificate;
	unsigned names, same_names; /* of other ports */
	unsigned certificates, same_certificates;
	struct name other_name; /* the first other's that differs */
	const struct certificate *other_certificate;
	unsigned like_other_name, like_other_certificate;
};

static void compare_names(struct comparison *all, const struct name *name)
{
	if (name->length == 0 || all->name.length == 0)
		return;
	all->names++;
	if (same_name(name, &all->name)) {
		all->same_names++;
		return;
	}
	if (all->other_name.length == 0)
		all->other_name = *name;
	all->like_other_name += same_name(name, &all->other_name);
}

static void compare_certificates(struct comparison *all, const struct certificate *certificate)
{
	if (certificate == NULL || all->certificate == NULL)
		return;
	all->certificates++;
	if (same_certificate(certificate, all->certificate)) {
		all->same_certificates++;
		return;
	}
	if (all->other_certificate == NULL)
		all->other_certificate = certificate;
	all->like_other_certificate += same_certificate(certificate, all->other_certificate);
}

struct party_signs party_of(const struct host *host, const struct endpoint *endpoint)
{
	const struct session_account *mine = usual_account(endpoint);
	struct comparison all = {.name = greeted_by(mine), .certificate = shown_by(mine)};

	for (size_t e = 0; e < host->endpoint_count && mine != NULL; e++) {
		if (&host->endpoints[e] == endpoint)
			continue;
		const struct session_account *theirs = usual_account(&host->endpoints[e]);
		const struct name name = greeted_by(theirs);
		compare_names(&all, &name);
		compare_certificates(&all, shown_by(theirs));
	}
	return (struct party_signs){
		.other_greeting = all.names > 0 && all.same_names == 0,
		.other_certificate = all.certificates > 0 && all.same_certificates == 0,
		.same_greeting = all.same_names > 0,
		.same_certificate = all.same_certificates > 0,
		.others_agree = all.like_other_name > 1 && all.like_other_name == all.names &&
			all.like_other_certificate > 1 &&
			all.like_other_certificate == all.certificates,
	};
}
