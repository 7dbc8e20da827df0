/* SPDX-License-Identifier: BSD-2-Clause */
/* The packets of an evidence file one by one, for whoever shows or counts them. */
#ifndef REPORT_LEDGER_H
#define REPORT_LEDGER_H

#include "address.h"
#include "evidence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;

enum ledger_kind {
	LEDGER_SYN,
	LEDGER_SYN_ACK,
	LEDGER_RESET,
	LEDGER_SEGMENT, /* any other of TCP */
	LEDGER_ICMP,    /* an error; from is its sender, about what it quotes */
	LEDGER_OTHER,
};
#define LEDGER_KINDS 6

struct ledger_entry {
	enum ledger_kind kind;
	int64_t time_ns;
	uint64_t number; /* its record in the file, as Wireshark counts */
	struct address from, to, about;
	uint16_t from_port, to_port, about_port;
	uint8_t hop_limit, icmp_type, icmp_code;
	uint32_t payload;
	struct role role; /* its answer is not set */
};

#define LEDGER_MOST 65536 /* more than any run of ours has; beyond them packets are counted */

struct ledger {
	struct ledger_entry *entries;
	size_t count, room;
	uint64_t left_out;
};

void ledger_add(struct ledger *ledger, const struct frame *frame, const struct role *role);
void ledger_clear(struct ledger *ledger);

/* What can be counted of one port of one address, and asked of other programs in the same words. */
enum ledger_claim {
	CLAIM_SYN,         /* SYNs to it that can travel all the way */
	CLAIM_SYN_ACK,     /* from it */
	CLAIM_RESET,       /* in its name, to whatever */
	CLAIM_UNREACHABLE, /* ICMP errors about it, but for time exceeded */
	CLAIM_EXPIRED,     /* time exceeded about it */
};
#define CLAIMS 5

bool ledger_is(const struct ledger_entry *entry, enum ledger_claim claim,
	const struct address *address, uint16_t port);
size_t ledger_count(const struct ledger *ledger, enum ledger_claim claim,
	const struct address *address, uint16_t port);

/* Anything to, from or about a port; NULL at the end. begin with NULL. */
const struct ledger_entry *ledger_next(const struct ledger *ledger,
	const struct ledger_entry *previous, const struct address *address, uint16_t port);

#endif
