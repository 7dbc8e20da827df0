/* SPDX-License-Identifier: BSD-2-Clause */
/* The child of tracer.h: what it is asked, and its life. */
#ifndef CAPTURE_TRACER_CHILD_H
#define CAPTURE_TRACER_CHILD_H

#include "tracer.h"

enum tracer_demand {
	TRACER_TRACE, /* flows; the monitor writes to TRACER_CHILD_TRACE from then on */
	TRACER_LIST,  /* family, table, chain; answered by one message of TRACER_LISTING at most */
};

/* One message on the socket. */
struct tracer_order {
	enum tracer_demand demand;
	size_t count;
	struct tracer_flow flows[TRACER_FLOWS];
	char family[8], table[64], chain[64];
};

#define TRACER_LISTING ((size_t)65536)

/* The child's descriptors beside its standard ones. */
#define TRACER_CHILD_ORDERS 3
#define TRACER_CHILD_TRACE  4

/* Where nft is; NULL: nowhere that can be trusted. */
const char *tracer_nft(void);

/* Obeys until its socket closes. */
_Noreturn void tracer_child_run(const char *nft);

#endif
