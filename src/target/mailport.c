/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailport.h"

/*
 * 25: RFC 5321 section 4.5.4.2; 465, 587, 993, 995: RFC 8314 sections 3.2, 3.3 and 7;
 * 110: RFC 1939; 143: RFC 9051; 4190: RFC 5804. 2465, 2525 and 2587 are registered to nobody for
 * mail: sending services offer them where 25, 465 and 587 are blocked.
 */
static const struct mailport rows[] = {
	{25, {465, 2465, 587, 2587, 2525}, MAILPORT_STARTTLS, "smtp", "server to server"},
	{465, {2465, 587, 2587, 2525}, MAILPORT_IMPLICIT_TLS, "submissions", "sending mail, TLS"},
	{587, {465, 2465, 2587, 2525}, MAILPORT_STARTTLS, "submission", "sending mail, STARTTLS"},
	{2525, {465, 2465, 587, 2587}, MAILPORT_STARTTLS, "smtp-alternate",
		"sending mail, spare port"},
	{2465, {465, 587, 2587, 2525}, MAILPORT_IMPLICIT_TLS, "submissions-alternate",
		"sending mail, spare TLS"},
	{2587, {465, 2465, 587, 2525}, MAILPORT_STARTTLS, "submission-alternate",
		"sending mail, spare port"},
	{143, {993}, MAILPORT_STARTTLS, "imap", "reading mail, STARTTLS"},
	{993, {143}, MAILPORT_IMPLICIT_TLS, "imaps", "reading mail, TLS"},
	{110, {995}, MAILPORT_STARTTLS, "pop3", "fetching mail, STARTTLS"},
	{995, {110}, MAILPORT_IMPLICIT_TLS, "pop3s", "fetching mail, TLS"},
	{4190, {0}, MAILPORT_STARTTLS, "sieve", "mail filters"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

const struct mailport *mailport_find(uint16_t port)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].port == port)
			return &rows[i];
	}
	return NULL;
}

const char *mailport_service(uint16_t port)
{
	const struct mailport *row = mailport_find(port);

	return row == NULL ? "" : row->service;
}

const struct mailport *mailport_at(size_t index)
{
	return index < ROWS ? &rows[index] : NULL;
}
