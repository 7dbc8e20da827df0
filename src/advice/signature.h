/* SPDX-License-Identifier: BSD-2-Clause */
/* Which ports are shut and which are open can be how a known policy looks. That is a hint at whom
 * to ask, never a proof. */
#ifndef ADVICE_SIGNATURE_H
#define ADVICE_SIGNATURE_H

#include <stdbool.h>

struct port_list;

/* The ports of one address in one run. */
struct signature_case {
	const struct port_list *open, *shut; /* shut: without an answer or turned away */
	bool own_router;                     /* where they are shut is known: one step away */
	bool other_family_open; /* the same port of the same host opens over IPv4, and this is
				 * IPv6 */
};

/* The sentence of the first pattern that fits; NULL: none. Static. */
const char *signature_hint(const struct signature_case *about);

#endif
