/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of mail services: one row a port, in the words of the IANA registry. */
#ifndef TARGET_MAILPORT_H
#define TARGET_MAILPORT_H

#include <stddef.h>
#include <stdint.h>

enum mailport_tls {
	MAILPORT_IMPLICIT_TLS, /* TLS from the first byte, RFC 8314 section 3 */
	MAILPORT_STARTTLS,     /* plain text first, then an upgrade */
};

#define MAILPORT_ALTERNATIVES 5

struct mailport {
	uint16_t port;
	/* Ports that can do the same work for the same person, best first: TLS from the
	 * first byte before STARTTLS (RFC 8314 section 3); ends with 0 where it is not full. */
	uint16_t alternatives[MAILPORT_ALTERNATIVES];
	enum mailport_tls tls;
	const char *service; /* at most 23 characters */
	const char *purpose; /* what it is used for, in plain words, at most 24 characters */
};

/* The row of a port, or NULL. */
const struct mailport *mailport_find(uint16_t port);

/* The service's name, "" where the port is in no row. */
const char *mailport_service(uint16_t port);

/* Row by row; NULL beyond the last. */
const struct mailport *mailport_at(size_t index);

#endif
