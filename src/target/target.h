/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user asked about: a host name or an address, perhaps with a port. */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "address.h"

#include <stdint.h>

struct fault;

#define TARGET_NAME 256 /* 253 characters (RFC 1035 section 2.3.4), and their NUL */

struct target {
	char name[TARGET_NAME]; /* "" where an address was given */
	struct address address; /* ADDRESS_NONE where a name was given */
	uint16_t port;          /* 0 where none was given */
};

/* Reads name, IPv4, IPv6, host:port or [v6]:port. -1: FAULT_USAGE, saying what is wrong with it. */
int target_parse(struct target *out, const char *text, struct fault *why);

#endif
