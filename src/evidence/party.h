/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose service a port is, by its greeting and its certificate, beside the same address's other
 * ports. Many hosts name their services differently on purpose, so a difference alone proves
 * nothing. Of our own sessions; pure.
 */
#ifndef EVIDENCE_PARTY_H
#define EVIDENCE_PARTY_H

#include <stdbool.h>

struct endpoint;
struct host;

struct party_signs {
	bool other_greeting;    /* names another host than every other SMTP port of the address */
	bool other_certificate; /* none of the other ports shows this one */
	bool same_greeting;     /* another SMTP port names the same */
	bool same_certificate;  /* another port shows the same */
	/* Two of the other ports or more name one host, and show one certificate. */
	bool others_agree;
};

struct party_signs party_of(const struct host *host, const struct endpoint *endpoint);

#endif
