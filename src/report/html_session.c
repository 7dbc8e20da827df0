/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_session.h"

#include "account.h"
#include "html_text.h"
#include "report.h"
#include "session_json.h"
#include "session_wording.h"
#include "timestamp.h"
#include "tls_name.h"

#include <stdbool.h>
#include <string.h>

static void row(FILE *out, const char *name, const char *text)
{
	html_element(out, "dt", NULL, name);
	html_element(out, "dd", NULL, text);
}

static void row_of_time(FILE *out, const char *name, int64_t time_ns, const char *text)
{
	char clock[TIMESTAMP_TEXT];

	html_element(out, "dt", NULL, name);
	fputs("<dd>", out);
	html_text(out, text);
	if (time_ns > 0)
		html_format(out, " (%s UTC)", timestamp_clock(time_ns, clock));
	fputs("</dd>\n", out);
}

static const char *starttls_words(const struct transcript *transcript)
{
	static const struct {
		const char *word, *text;
	} table[] = {
		{"implicit", "not needed: TLS comes first on this port"},
		{"stripped", "taken out on the way"},
		{"offered", "offered"},
		{"absent", "not offered"},
	};
	const char *word = session_starttls_word(transcript);

	for (size_t i = 0; word != NULL && i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].word, word) == 0)
			return table[i].text;
	}
	return "not known";
}

static void print_plain(const struct session_signs *signs, FILE *out)
{
	const struct transcript *t = signs->transcript;
	const char *greeting = session_greeting(signs);

	if (t->opened_ns > 0)
		row_of_time(out, "Connected", t->opened_ns, "the server accepted");
	row_of_time(out, "Greeting", greeting[0] == '\0' ? 0 : t->greeting_ns,
		greeting[0] == '\0' ? "none" : greeting);
	if (t->starttls_masked)
		row(out, "STARTTLS", "written over with X on the way");
	else
		row(out, "STARTTLS", starttls_words(t));
}

static void print_tls(const struct insight *insight, FILE *out)
{
	char version[TLS_NUMBER_TEXT], cipher[TLS_NUMBER_TEXT];

	if (insight->tls_complete) {
		html_element(out, "dt", NULL, "TLS");
		fputs("<dd>", out);
		html_format(out, "%s, %s", tls_version_name(insight->tls_version, version),
			tls_cipher_name(insight->tls_cipher, cipher));
		fputs("</dd>\n", out);
	} else if (insight->tls_error[0] != '\0') {
		row(out, "TLS", insight->tls_error);
	}
}

static void print_certificate(
	const struct insight *insight, const struct session_words *words, FILE *out)
{
	const char *verify = verify_word_name(insight->verification.word);

	if (!insight->certificate.present)
		return;
	row(out, "Certificate for", words->names);
	row(out, "Issued by", words->issuer);
	html_element(out, "dt", NULL, "Valid");
	fputs("<dd>", out);
	html_format(out, "%s to %s (%s days left)", words->not_before, words->not_after,
		words->days_left);
	fputs("</dd>\n", out);
	row(out, "Check", verify == NULL ? "not done" : verify);
}

void html_session(const struct result *result, FILE *out)
{
	const struct session_signs *signs = &result->figures.session;
	struct session_words words;

	if (signs->transcript == NULL)
		return;
	session_words(&words, signs);
	fprintf(out, "<h3>Port %u</h3>\n<dl>\n", result->port);
	print_plain(signs, out);
	if (signs->account != NULL) {
		const struct insight *insight = &signs->account->insight;
		print_tls(insight, out);
		print_certificate(insight, &words, out);
		if (insight->refusal[0] != '\0')
			row(out, "Refusal", insight->refusal);
		html_element(out, "dt", NULL, "End");
		fputs("<dd>", out);
		html_format(out, "%s, in stage %s", session_end_name(insight->end),
			session_stage_name(insight->stage));
		fputs("</dd>\n", out);
	}
	fputs("</dl>\n", out);
}
