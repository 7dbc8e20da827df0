/* SPDX-License-Identifier: BSD-2-Clause */
/* ticket.txt: what is pasted into the form of whoever can fix it. */
#ifndef REPORT_TICKET_TEXT_H
#define REPORT_TICKET_TEXT_H

#include <stdio.h>

struct ticket;

/* Errors are sticky in out. */
void ticket_text_print(const struct ticket *ticket, FILE *out);

/* What one packet is, in a few words; returns out. */
struct ledger_entry;
#define TICKET_PACKET 128
const char *ticket_packet(const struct ticket *ticket, const struct ledger_entry *entry,
	char out[static TICKET_PACKET]);

#endif
