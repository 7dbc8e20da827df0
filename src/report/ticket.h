/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a ticket is about: of all results the one that hurts most, with the ports that share its
 * cause; who should get it, and whether it tells of a fault or asks for a policy to be lifted. The
 * model behind ticket.txt and report.html.
 */
#ifndef REPORT_TICKET_H
#define REPORT_TICKET_H

#include "port_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct comparison;
struct ledger;
struct report;
struct result;

enum ticket_kind {
	TICKET_FAULT,   /* something broke: what is seen, and where */
	TICKET_UNBLOCK, /* it is policy: what providers ask for before they lift it */
};

enum ticket_choice {
	TICKET_CHOOSE, /* by the table */
	TICKET_AS_FAULT,
	TICKET_AS_UNBLOCK,
};

/* Patterns are wording.h's, with @ports besides: "port 25", "ports 25 and 587". */
struct ticket_row {
	int word;                                     /* enum verdict_word */
	int by;                                       /* enum verdict_by, or -1 for any */
	int finding;                                  /* enum finding_id, or -1 for any */
	bool (*applies)(const struct result *result); /* NULL: always */
	enum ticket_kind kind;
	const char *to;
	const char *subject;
	const char *complaint;
	const char *request;
};

struct ticket {
	const struct report *report;
	const struct ledger *ledger;
	const struct result *about;      /* NULL: the report has no results */
	const struct result *comparison; /* a port of the same address that works; NULL: none */
	struct port_list ports;          /* of about's address, that share its cause */
	const struct ticket_row *row;    /* NULL with about */
	enum ticket_kind kind;
	bool redacted;
	const struct comparison *compared; /* with a second report; NULL: there is none */
	const char *evidence_digest;       /* SHA-256 in hexadecimal */
};

/* Fills about, comparison, ports, row and kind from report. */
void ticket_choose(struct ticket *ticket, enum ticket_choice choice);

/* Returns out. */
const char *ticket_fill(const struct ticket *ticket, const char *pattern, char *out, size_t size);

/* "dropped in transit" and so on are the row's; this is when it was seen first and last: times of
 * the SYNs to the port, else of the run. */
struct ticket_span {
	int64_t first_ns, last_ns;
};
struct ticket_span ticket_span_of(const struct ticket *ticket, const struct result *result);

/* When the packets were seen: of a capture, not of when it was read. */
int64_t ticket_began(const struct ticket *ticket);
int64_t ticket_ended(const struct ticket *ticket);

/* "2026-11-24 09:12:04.123456 UTC". Returns out. */
#define TICKET_TIME 48
const char *ticket_time(int64_t time_ns, char out[static TICKET_TIME]);

#endif
