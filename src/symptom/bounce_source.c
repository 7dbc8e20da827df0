/* SPDX-License-Identifier: BSD-2-Clause */
#include "bounce_source.h"

#include "letter.h"

#include <string.h>

struct signature {
	const char *source;
	enum letter_kind kind; /* where the words stand */
	const char *words;
};

/* The more particular first: a service that runs Postfix is that service. */
static const struct signature signatures[] = {
	{"gmail", LETTER_REPORT, "googlemail.com"},
	{"gmail", LETTER_TEXT, "support.google.com/mail"},
	{"gmail", LETTER_HEADER, "@googlemail.com"},
	{"microsoft-365", LETTER_REPORT, ".prod.outlook.com"},
	{"microsoft-365", LETTER_TEXT, ".prod.outlook.com"},
	{"microsoft-365", LETTER_TEXT, "Office 365"},
	{"exchange", LETTER_HEADER, "X-MS-Exchange-Message-Is-Ndr"},
	{"exchange", LETTER_TEXT, "Diagnostic information for administrators"},
	{"exchange", LETTER_HEADER, "Microsoft Exchange"},
	{"amazon-ses", LETTER_REPORT, "amazonses.com"},
	{"amazon-ses", LETTER_HEADER, "amazonses.com"},
	{"sendgrid", LETTER_REPORT, "sendgrid.net"},
	{"mailgun", LETTER_REPORT, "mailgun."},
	{"mailgun", LETTER_HEADER, "X-Mailgun-Sid"},
	{"sparkpost", LETTER_REPORT, "sparkpost"},
	{"mailjet", LETTER_REPORT, "mailjet.com"},
	{"yahoo", LETTER_REPORT, ".yahoo.com"},
	{"postfix", LETTER_REPORT, "X-Postfix"},
	{"postfix", LETTER_TEXT, "This is the mail system at host"},
	{"postfix", LETTER_TEXT, "The Postfix program"},
	{"postfix", LETTER_TEXT, "The mail system"},
	{"exim", LETTER_TEXT, "This message was created automatically by mail delivery software"},
	{"exim", LETTER_TEXT, "A message that you sent could not be delivered to"},
	{"opensmtpd", LETTER_TEXT, "This is the MAILER-DAEMON, please DO NOT REPLY"},
	{"qmail", LETTER_TEXT, "This is the qmail-send program"},
	{"qmail", LETTER_TEXT, "I wasn't able to deliver your message to the following addresses"},
	{"sendmail", LETTER_TEXT, "The original message was received at"},
	{"sendmail", LETTER_TEXT, "----- Transcript of session follows -----"},
};
#define SIGNATURES (sizeof(signatures) / sizeof(signatures[0]))

static const struct signature *find(const struct letter *letter, int depth)
{
	for (size_t i = 0; i < SIGNATURES; i++) {
		for (size_t j = 0; j < letter->count; j++) {
			const struct letter_piece *piece = &letter->pieces[j];
			if (piece->depth == depth && piece->kind == signatures[i].kind &&
				span_find(piece->bytes, signatures[i].words) != NULL)
				return &signatures[i];
		}
	}
	return NULL;
}

const char *bounce_source_of(const struct letter *letter, int depth)
{
	const struct signature *signature = find(letter, depth);

	return signature == NULL ? "unknown" : signature->source;
}

static bool has_header(const struct letter *letter, int depth, const char *name, const char *words)
{
	for (size_t i = 0; i < letter->count; i++) {
		const struct letter_piece *piece = &letter->pieces[i];
		if (piece->depth == depth && piece->kind == LETTER_HEADER &&
			span_starts(piece->bytes, name) && span_find(piece->bytes, words) != NULL)
			return true;
	}
	return false;
}

static bool is_from_a_daemon(const struct letter *letter, int depth)
{
	static const char *const names[] = {"MAILER-DAEMON", "Mailer-Daemon", "mailer-daemon",
		"postmaster@", "Postmaster@", "Mail Delivery", "Mail delivery"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (has_header(letter, depth, "From:", names[i]))
			return true;
	}
	return has_header(letter, depth, "Return-Path:", "<>");
}

bool bounce_is_one(const struct letter *letter, int depth)
{
	const struct signature *signature = find(letter, depth);
	bool in_text = signature != NULL && signature->kind == LETTER_TEXT;

	return in_text || is_from_a_daemon(letter, depth) ||
		has_header(letter, depth, "X-Failed-Recipients:", "@");
}
