/* SPDX-License-Identifier: BSD-2-Clause */
/* What the certificate of a TLS connection is worth: its chain, its dates, its name (RFC 5280,
 * RFC 6125), and TLSA records where there are any (RFC 7672). */
#ifndef SESSION_VERIFICATION_H
#define SESSION_VERIFICATION_H

#include <stdbool.h>
#include <stdint.h>

struct insight;
struct ssl_st;
struct tlsa_list;
struct trust;

struct verify_wish {
	const struct trust *trust;
	const char *name;             /* that it must be for; "": any */
	const struct tlsa_list *tlsa; /* NULL: none */
	bool smtp;                    /* certificate usages 0 and 1 are not for SMTP */
	int64_t now_ns;
};

/* Fills chain_length, certificate, verification and dane; leaves them where the server has shown no
 * certificate. */
void verification_fill(
	struct insight *insight, struct ssl_st *connection, const struct verify_wish *wish);

#endif
