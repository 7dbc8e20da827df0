/* SPDX-License-Identifier: BSD-2-Clause */
/* How a reader checks a ticket's claims with other programs: a command and what it must print. */
#ifndef REPORT_TICKET_CHECK_H
#define REPORT_TICKET_CHECK_H

#include "ledger.h"

#include <stddef.h>

struct result;
struct ticket;

struct ticket_check {
	char claim[160];  /* what the command shows, one line for each */
	char filter[384]; /* of Wireshark's, for tshark -Y */
	size_t lines;     /* that it prints */
};

#define TICKET_CHECKS 24

/* Returns how many. They can be counted only while the ledger has all packets. */
size_t ticket_checks(const struct ticket *ticket, struct ticket_check out[static TICKET_CHECKS]);

#endif
