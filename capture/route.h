/* SPDX-License-Identifier: BSD-2-Clause */
/* Which way this machine would send a packet, asked of the kernel by rtnetlink. */
#ifndef CAPTURE_ROUTE_H
#define CAPTURE_ROUTE_H

#include "address.h"

#include <net/if.h>

struct fault;

struct route {
	int error; /* 0, or the errno with which the kernel refuses: ENETUNREACH (no
		    * route), EHOSTUNREACH, EACCES, EINVAL (unreachable, prohibit,
		    * blackhole routes); EADDRNOTAVAIL where there is a route, and no
		    * address from which answers could find back */
	char interface[IF_NAMESIZE]; /* "" where error is set */
	struct address source;       /* ADDRESS_NONE where error is set */
	struct address gateway;      /* ADDRESS_NONE where the destination is on the link */
	bool local;                  /* the destination is this machine itself */
	bool source_elsewhere;       /* source is no address of interface: the route says so */
};

/* interface may be NULL: any. -1 only if it does not exist (FAULT_NO_ROUTE) or the kernel cannot
 * be asked (FAULT_SYSTEM); a refused destination is not a fault but route.error. */
int route_find(struct route *out, const struct address *destination, const char *interface,
	struct fault *why);

#endif
