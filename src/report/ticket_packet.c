/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket_packet.h"

#include "evidence.h"
#include "icmp_name.h"
#include "ledger.h"
#include "report.h"
#include "ticket.h"
#include "timing.h"

#include <stdio.h>

static const struct exchange *exchange_of(
	const struct ticket *ticket, const struct ledger_entry *entry)
{
	const struct evidence *evidence = ticket->report->evidence;
	const struct role *role = &entry->role;

	if (role->kind != ROLE_PROBE && role->kind != ROLE_ANSWER)
		return NULL;
	if (role->host >= evidence->host_count ||
		role->endpoint >= evidence->hosts[role->host].endpoint_count)
		return NULL;
	const struct endpoint *endpoint = &evidence->hosts[role->host].endpoints[role->endpoint];

	return role->exchange < endpoint->exchange_count ? &endpoint->exchanges[role->exchange]
							 : NULL;
}

enum ticket_fate ticket_fate(const struct ticket *ticket, const struct ledger_entry *entry)
{
	const struct exchange *exchange = exchange_of(ticket, entry);

	if (exchange == NULL || entry->role.kind != ROLE_PROBE)
		return TICKET_FATE_UNKNOWN;
	if (!exchange_answered(exchange))
		return TICKET_FATE_SILENCE;
	return exchange->first.kind == ANSWER_ICMP ? TICKET_FATE_ICMP : TICKET_FATE_ANSWER;
}

bool ticket_of_sweep(const struct ticket *ticket, const struct ledger_entry *entry)
{
	const struct exchange *exchange = exchange_of(ticket, entry);

	return exchange != NULL && exchange_is_sweep(exchange);
}

const char *ticket_packet(const struct ticket *ticket, const struct ledger_entry *entry,
	char out[static TICKET_PACKET])
{
	const char *end = ticket_fate(ticket, entry) == TICKET_FATE_SILENCE ? ", no answer" : "";
	char from[ADDRESS_TEXT];

	switch (entry->kind) {
	case LEDGER_SYN:
		snprintf(out, TICKET_PACKET, "SYN %u > %u, TTL %u%s", entry->from_port,
			entry->to_port, entry->hop_limit, end);
		break;
	case LEDGER_SYN_ACK:
		snprintf(out, TICKET_PACKET, "SYN-ACK %u < %u, TTL %u", entry->to_port,
			entry->from_port, entry->hop_limit);
		break;
	case LEDGER_RESET:
		snprintf(out, TICKET_PACKET, "RST %u > %u, TTL %u", entry->from_port,
			entry->to_port, entry->hop_limit);
		break;
	case LEDGER_ICMP:
		snprintf(out, TICKET_PACKET, "ICMP from %s: %s", address_print(&entry->from, from),
			icmp_name(entry->from.family, entry->icmp_type, entry->icmp_code));
		break;
	case LEDGER_SEGMENT:
		snprintf(out, TICKET_PACKET, "segment %u > %u, %u bytes", entry->from_port,
			entry->to_port, entry->payload);
		break;
	case LEDGER_OTHER:
		out[0] = '\0';
		break;
	}
	return out;
}
