/* SPDX-License-Identifier: BSD-2-Clause */
/* One packet of a ticket in a few words. */
#ifndef REPORT_TICKET_PACKET_H
#define REPORT_TICKET_PACKET_H

#include <stdbool.h>

struct ledger_entry;
struct ticket;

/* What became of a SYN. */
enum ticket_fate {
	TICKET_FATE_UNKNOWN, /* it is none, or was not followed */
	TICKET_FATE_SILENCE,
	TICKET_FATE_ANSWER, /* a SYN-ACK or RST */
	TICKET_FATE_ICMP,
};
enum ticket_fate ticket_fate(const struct ticket *ticket, const struct ledger_entry *entry);

/* It is a probe that may not travel all the way, or answers one. */
bool ticket_of_sweep(const struct ticket *ticket, const struct ledger_entry *entry);

/* "" for what is neither TCP nor an ICMP error. Returns out. */
#define TICKET_PACKET 128
const char *ticket_packet(const struct ticket *ticket, const struct ledger_entry *entry,
	char out[static TICKET_PACKET]);

#endif
