/* SPDX-License-Identifier: BSD-2-Clause */
/* What all connections of one endpoint did with the data that they carried. */
#ifndef EVIDENCE_TRANSFER_SIGNS_H
#define EVIDENCE_TRANSFER_SIGNS_H

#include "delivery.h"

#include <stdbool.h>
#include <stdint.h>

/* What the client had said last when the connection was cut. */
enum transfer_trigger {
	TRIGGER_NONE, /* nothing, or longer ago than a second */
	TRIGGER_STARTTLS,
	TRIGGER_HELLO, /* ClientHello */
	TRIGGER_DATA,  /* DATA, BDAT */
	TRIGGER_OTHER,
};
#define TRIGGERS 5

struct transfer_signs {
	unsigned connections; /* that carried any data */
	uint64_t bytes, segments, repeats;
	double stalled_s;   /* by closed windows */
	double delivered_s; /* for how long data was sent, where it was much */
	unsigned untaken;   /* connections whose full segments were never acknowledged */
	unsigned cut_silent, cut_reset; /* connections that a rest has ended */
	double survived_s, cut_s;       /* longest rest survived, shortest one that ended it; 0 */
	unsigned reset;                 /* connections reset in their midst */
	unsigned reset_at[TRIGGERS];
	unsigned contradicted;            /* of those, resets that the server knew nothing of */
	bool reset_is_foreign;            /* ... or came with another hop limit than the rest */
	unsigned hops_kept, hops_changed; /* from SYN-ACK to data; connections */
	struct delivery_signs limit;
	bool limit_from_server; /* what the server sent was limited, else what the client sent */
};

#endif
