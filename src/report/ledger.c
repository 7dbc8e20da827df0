/* SPDX-License-Identifier: BSD-2-Clause */
#include "ledger.h"

#include "fault.h"
#include "frame.h"
#include "timing.h"

#include <stdlib.h>

static enum ledger_kind kind_of(const struct frame *frame)
{
	uint8_t flags = frame->tcp.flags;

	if (frame->kind == FRAME_ICMP_ERROR)
		return LEDGER_ICMP;
	if (frame->kind != FRAME_TCP)
		return LEDGER_OTHER;
	if ((flags & TCP_RST) != 0)
		return LEDGER_RESET;
	if ((flags & TCP_SYN) != 0)
		return (flags & TCP_ACK) != 0 ? LEDGER_SYN_ACK : LEDGER_SYN;
	return LEDGER_SEGMENT;
}

void ledger_add(struct ledger *ledger, const struct frame *frame, const struct role *role)
{
	struct ledger_entry entry = {
		.kind = kind_of(frame),
		.time_ns = frame->time_ns,
		.number = frame->number,
		.from = frame->source,
		.to = frame->destination,
		.hop_limit = frame->hop_limit,
		.role = *role,
	};

	if (ledger->count == LEDGER_MOST) {
		ledger->left_out++;
		return;
	}
	entry.role.answer = NULL;
	if (frame->kind == FRAME_TCP) {
		entry.from_port = frame->tcp.source_port;
		entry.to_port = frame->tcp.destination_port;
		entry.payload = frame->tcp.payload;
	}
	if (entry.kind == LEDGER_ICMP) {
		entry.icmp_type = frame->icmp.type;
		entry.icmp_code = frame->icmp.code;
		entry.about = frame->icmp.quote.destination;
		entry.about_port = frame->icmp.quote.destination_port;
	}
	if (ledger->count == ledger->room) {
		ledger->room = ledger->room == 0 ? 256 : ledger->room * 2;
		ledger->entries = fault_resize(ledger->entries, ledger->room, sizeof(entry));
	}
	ledger->entries[ledger->count++] = entry;
}

void ledger_clear(struct ledger *ledger)
{
	free(ledger->entries);
	*ledger = (struct ledger){.entries = NULL};
}

static bool is_to(const struct ledger_entry *entry, const struct address *address, uint16_t port)
{
	return entry->to_port == port && address_equal(&entry->to, address);
}

static bool is_from(const struct ledger_entry *entry, const struct address *address, uint16_t port)
{
	return entry->from_port == port && address_equal(&entry->from, address);
}

static bool is_about(const struct ledger_entry *entry, const struct address *address, uint16_t port)
{
	return entry->kind == LEDGER_ICMP && entry->about_port == port &&
		address_equal(&entry->about, address);
}

/* RFC 792; RFC 4443 section 3.3. */
static bool is_expiry(const struct ledger_entry *entry)
{
	return entry->icmp_type == (entry->about.family == ADDRESS_IPV4 ? 11 : 3);
}

bool ledger_is(const struct ledger_entry *entry, enum ledger_claim claim,
	const struct address *address, uint16_t port)
{
	switch (claim) {
	case CLAIM_SYN:
		return entry->kind == LEDGER_SYN && entry->hop_limit > SWEEP_HOP_LIMIT &&
			is_to(entry, address, port);
	case CLAIM_SYN_ACK:
		return entry->kind == LEDGER_SYN_ACK && is_from(entry, address, port);
	case CLAIM_RESET:
		return entry->kind == LEDGER_RESET && is_from(entry, address, port);
	case CLAIM_UNREACHABLE:
		return is_about(entry, address, port) && !is_expiry(entry);
	case CLAIM_EXPIRED:
		return is_about(entry, address, port) && is_expiry(entry);
	}
	return false;
}

size_t ledger_count(const struct ledger *ledger, enum ledger_claim claim,
	const struct address *address, uint16_t port)
{
	size_t count = 0;

	for (size_t i = 0; i < ledger->count; i++)
		count += ledger_is(&ledger->entries[i], claim, address, port);
	return count;
}

const struct ledger_entry *ledger_next(const struct ledger *ledger,
	const struct ledger_entry *previous, const struct address *address, uint16_t port)
{
	size_t next = previous == NULL ? 0 : (size_t)(previous - ledger->entries) + 1;

	for (; next < ledger->count; next++) {
		const struct ledger_entry *entry = &ledger->entries[next];
		if (is_to(entry, address, port) || is_from(entry, address, port) ||
			is_about(entry, address, port))
			return entry;
	}
	return NULL;
}
