/* SPDX-License-Identifier: BSD-2-Clause */
#include "transcript.h"

#include "mailport.h"

#include <ctype.h>
#include <string.h>

#define DECIDING 4 /* bytes: "220 ", "* OK", "+OK ", "-ERR", "HTTP", "SSH-" */

static const struct {
	const char *service; /* as in mailport.h, or its beginning */
	enum session_service speaks;
} services[] = {
	{"smtp", SESSION_SMTP},
	{"submission", SESSION_SMTP},
	{"imap", SESSION_IMAP},
	{"pop3", SESSION_POP3},
};
#define SERVICES (sizeof(services) / sizeof(services[0]))

/* The place in services of what a row is for; SERVICES where sessions of it are not read. */
static size_t service_of(const struct mailport *row)
{
	size_t i = 0;

	while (i < SERVICES &&
		(row == NULL ||
			strncmp(row->service, services[i].service, strlen(services[i].service)) !=
				0))
		i++;
	return i;
}

bool transcript_knows(const struct mailport *row)
{
	return service_of(row) < SERVICES;
}

bool transcript_begin_as(struct transcript *transcript, const struct mailport *row)
{
	size_t service = service_of(row);

	if (service == SERVICES)
		return false;
	*transcript = (struct transcript){.port = row->port,
		.service = services[service].speaks,
		.implicit_tls = row->tls == MAILPORT_IMPLICIT_TLS};
	return true;
}

bool transcript_begin(struct transcript *transcript, uint16_t port)
{
	return transcript_begin_as(transcript, mailport_find(port));
}

static bool is_smtp(const uint8_t *bytes)
{
	return isdigit(bytes[0]) && isdigit(bytes[1]) && isdigit(bytes[2]) &&
		(bytes[3] == ' ' || bytes[3] == '-' || bytes[3] == '\r' || bytes[3] == '\n');
}

/* A handshake or an alert in a record of SSL 3.0 or later (RFC 8446 section 5.1). */
static bool is_tls(const uint8_t *bytes)
{
	return (bytes[0] == 22 || bytes[0] == 21) && bytes[1] == 3;
}

enum session_protocol protocol_of(const uint8_t *bytes, size_t length)
{
	uint8_t first[DECIDING] = {0};

	if (length < DECIDING && (length == 0 || bytes[length - 1] != '\n'))
		return PROTOCOL_UNDECIDED;
	memcpy(first, bytes, length < DECIDING ? length : DECIDING);
	if (is_tls(first))
		return PROTOCOL_TLS;
	if (is_smtp(first))
		return PROTOCOL_SMTP;
	if (memcmp(first, "* ", 2) == 0)
		return PROTOCOL_IMAP;
	if (memcmp(first, "+OK", 3) == 0 || memcmp(first, "-ERR", 4) == 0)
		return PROTOCOL_POP3;
	if (memcmp(first, "HTTP", 4) == 0)
		return PROTOCOL_HTTP;
	return memcmp(first, "SSH-", 4) == 0 ? PROTOCOL_SSH : PROTOCOL_OTHER;
}

const char *protocol_name(enum session_protocol protocol)
{
	static const char *const names[] = {
		[PROTOCOL_UNDECIDED] = "nothing",
		[PROTOCOL_SMTP] = "SMTP in the clear",
		[PROTOCOL_IMAP] = "IMAP in the clear",
		[PROTOCOL_POP3] = "POP3 in the clear",
		[PROTOCOL_TLS] = "TLS",
		[PROTOCOL_HTTP] = "HTTP",
		[PROTOCOL_SSH] = "SSH",
		[PROTOCOL_OTHER] = "another protocol",
	};
	return names[protocol];
}

bool transcript_speaks_own(const struct transcript *transcript)
{
	static const enum session_protocol own[] = {
		[SESSION_SMTP] = PROTOCOL_SMTP,
		[SESSION_IMAP] = PROTOCOL_IMAP,
		[SESSION_POP3] = PROTOCOL_POP3,
	};
	return transcript->speaks == own[transcript->service];
}

/* The server can do what its capabilities do not say: they were edited (SCIENCE section F). */
static bool starttls_works_unoffered(const struct transcript *transcript)
{
	return transcript->service == SESSION_SMTP && transcript->capabilities_told &&
		transcript->starttls_accepted && !transcript->starttls_offered;
}

/*
 * A keyword of X alone is a device's overwriting. A masked banner comes from the same devices, and
 * counts where STARTTLS is missing as well.
 */
bool transcript_stripped(const struct transcript *transcript)
{
	return transcript->starttls_masked || starttls_works_unoffered(transcript) ||
		(transcript->greeting_masked && transcript->capabilities_told &&
			!transcript->starttls_offered);
}
