/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailport.h"

/*
 * 25: RFC 5321 section 4.5.4.2; 465, 587, 993, 995: RFC 8314 sections 3.2, 3.3 and 7;
 * 110: RFC 1939; 143: RFC 9051; 4190: RFC 5804. 2465, 2525 and 2587 are registered to nobody for
 * mail: sending services offer them where 25, 465 and 587 are blocked.
 */
static const struct mailport rows[] = {
	{25, "smtp", "server to server", MAILPORT_STARTTLS, {587, 465, 2525}},
	{465, "submissions", "sending mail, TLS", MAILPORT_IMPLICIT_TLS, {587, 2465, 2525}},
	{587, "submission", "sending mail, STARTTLS", MAILPORT_STARTTLS, {465, 2587, 2525}},
	{2525, "smtp-alternate", "sending mail, spare port", MAILPORT_STARTTLS, {587, 465}},
	{2465, "submissions-alternate", "sending mail, spare TLS", MAILPORT_IMPLICIT_TLS,
		{465, 587, 2525}},
	{2587, "submission-alternate", "sending mail, spare port", MAILPORT_STARTTLS,
		{587, 465, 2525}},
	{143, "imap", "reading mail, STARTTLS", MAILPORT_STARTTLS, {993}},
	{993, "imaps", "reading mail, TLS", MAILPORT_IMPLICIT_TLS, {143}},
	{110, "pop3", "fetching mail, STARTTLS", MAILPORT_STARTTLS, {995}},
	{995, "pop3s", "fetching mail, TLS", MAILPORT_IMPLICIT_TLS, {110}},
	{4190, "sieve", "mail filters", MAILPORT_STARTTLS, {0}},
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
