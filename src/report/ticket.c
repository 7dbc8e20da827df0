/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket.h"

#include "evidence.h"
#include "figures.h"
#include "ledger.h"
#include "report.h"
#include "summary.h"
#include "timestamp.h"
#include "wording.h"

#include <stdio.h>
#include <string.h>

#define ANY (-1)

/* ---- predicates ---- */

static bool own_router(const struct result *result)
{
	const struct place *hop = &result->verdict.hop;

	return hop->known && hop->ttl == 1 && address_is_private(&hop->address);
}

static bool port_25(const struct result *result)
{
	return result->port == 25;
}

/* ---- who gets it, and what it says ---- */

#define THIS_COMPUTER "whoever manages this computer"
#define OWN_ROUTER    "whoever manages the router{place}"
#define PROVIDER      "the provider of this Internet line"
#define NETWORK       "the provider of this line, or whoever runs the network in between"
#define SERVER        "the operator of {host}"

#define OPEN_LOCALLY                                                                               \
	"Please let outgoing TCP @ports to {address} through, or tell us why it is closed. The "   \
	"Internet provider and the mail server need not be asked: nothing gets that far."
#define ASK_TO_OPEN                                                                                \
	"Please tell us whether @ports is closed for this line by policy, and open outgoing TCP "  \
	"@ports for it if so. What is usually asked for stands below."
#define POLICY_OR_FAULT                                                                            \
	"Please tell us whether @ports is filtered for this line by policy, and if so how to "     \
	"have it opened; otherwise please check the link{place}."

/* The first row that holds is taken; the last of each word always does. */
static const struct ticket_row rows[] = {
	{VERDICT_DROPPED, BY_LOCAL, ANY, NULL, TICKET_FAULT, THIS_COMPUTER,
		"TCP @ports is stopped by this computer's own firewall",
		"Mail cannot be sent or read on @ports of {host}, because this computer itself "
		"stops the packets.",
		OPEN_LOCALLY},
	{VERDICT_REFUSED, BY_LOCAL, ANY, NULL, TICKET_FAULT, THIS_COMPUTER,
		"TCP @ports is refused by this computer's own firewall",
		"Mail cannot be sent or read on @ports of {host}, because this computer itself "
		"refuses the packets.",
		OPEN_LOCALLY},
	{VERDICT_UNREACHABLE, BY_LOCAL, ANY, NULL, TICKET_FAULT, THIS_COMPUTER,
		"{address} cannot be reached from this computer",
		"This computer's own route or link to {address} does not work.",
		"Please check the routes and the link of this computer; its router or a rule of "
		"its own is the reason, and nothing behind them."},

	{VERDICT_DROPPED, BY_PATH, ANY, own_router, TICKET_FAULT, OWN_ROUTER,
		"Outgoing TCP @ports is stopped by our own router",
		"Packets to TCP @ports of {address} do not get past our own router.",
		"Please look in the router for a list of allowed mail servers or a filter of "
		"outgoing ports, and let @ports through."},
	{VERDICT_DROPPED, BY_PATH, FINDING_MTU_BLACK_HOLE, NULL, TICKET_FAULT, NETWORK,
		"Large packets to TCP @ports are lost{place}",
		"Small packets to TCP @ports of {address} arrive, full-sized ones vanish.",
		"Please check the packet size (MTU) of the link{place}, and that ICMP "
		"\"fragmentation needed\" or \"packet too big\" is not filtered."},
	{VERDICT_DROPPED, BY_PATH, ANY, port_25, TICKET_UNBLOCK, PROVIDER,
		"Please open outgoing TCP port 25 for our line",
		"We cannot open TCP connections to @ports of {address}: packets vanish{place}.",
		ASK_TO_OPEN},
	{VERDICT_DROPPED, BY_PATH, ANY, NULL, TICKET_FAULT, PROVIDER,
		"Outgoing TCP @ports is discarded{place}",
		"We cannot open TCP connections to @ports of {address}: packets vanish{place}.",
		POLICY_OR_FAULT},
	{VERDICT_DROPPED, BY_DESTINATION, ANY, NULL, TICKET_FAULT, SERVER,
		"Your server does not answer on TCP @ports",
		"TCP @ports of {address} gives no answer, while its other ports do.",
		"Please let TCP @ports through the firewall in front of or on the server, or tell "
		"us that it is not offered."},
	{VERDICT_DROPPED, ANY, FINDING_SILENT_SERVER, NULL, TICKET_FAULT, SERVER,
		"TCP @ports accepts connections and then says nothing",
		"TCP @ports of {address} accepts connections, and no greeting ever comes.",
		"Please check whether the mail service behind @ports is running, and what stands "
		"in front of it. If the server is well, a device on the way holds back its data."},
	{VERDICT_DROPPED, ANY, ANY, NULL, TICKET_FAULT, PROVIDER,
		"Outgoing TCP @ports is discarded",
		"We cannot open TCP connections to @ports of {address}: packets vanish without any "
		"answer.",
		POLICY_OR_FAULT},

	{VERDICT_REFUSED, BY_PATH, ANY, own_router, TICKET_FAULT, OWN_ROUTER,
		"Outgoing TCP @ports is refused by our own router",
		"Connections to TCP @ports of {address} are reset by our own router.",
		"Please look in the router for a filter of outgoing ports, and let @ports "
		"through."},
	{VERDICT_REFUSED, BY_PATH, ANY, port_25, TICKET_UNBLOCK, PROVIDER,
		"Please open outgoing TCP port 25 for our line",
		"Connections to TCP @ports of {address} are reset by a device on the way{place}, "
		"not by the server.",
		ASK_TO_OPEN},
	{VERDICT_REFUSED, BY_PATH, ANY, NULL, TICKET_FAULT, PROVIDER,
		"Outgoing TCP @ports is reset by a device on the way{place}",
		"Connections to TCP @ports of {address} are reset by a device on the way{place}, "
		"not by the server.",
		POLICY_OR_FAULT},
	{VERDICT_REFUSED, BY_DESTINATION, ANY, NULL, TICKET_FAULT, SERVER,
		"Your server refuses TCP @ports", "TCP @ports of {address} is refused (RST).",
		"Please start the service behind TCP @ports or let it through the server's "
		"firewall, or tell us that it is not offered."},
	{VERDICT_REFUSED, ANY, ANY, NULL, TICKET_FAULT, NETWORK,
		"TCP @ports is refused: by the server or on the way?",
		"Connections to TCP @ports of {address} are answered with a RST. Who sends it is "
		"not known from here.",
		"Please tell us whether @ports is filtered for this line by policy. If it is not, "
		"the server's operator has to be asked."},

	{VERDICT_UNREACHABLE, ANY, FINDING_HOST_UNKNOWN, NULL, TICKET_FAULT, SERVER,
		"{address} cannot be reached: the last router does not find it",
		"The last router on the way, {icmp_from}, answers \"{icmp}\".",
		"Please check that the machine with the address {address} is switched on and "
		"connected."},
	{VERDICT_UNREACHABLE, ANY, FINDING_ROUTING_LOOP, NULL, TICKET_FAULT, PROVIDER,
		"Packets to {address} go round in a circle{place}",
		"Packets to {address} expire on the way: there is a routing loop{place}.",
		"Please check the route to {address}."},
	{VERDICT_UNREACHABLE, BY_PATH, ANY, own_router, TICKET_FAULT, OWN_ROUTER,
		"Outgoing TCP @ports is rejected by our own router",
		"Our own router answers \"{icmp}\" to TCP @ports of {address}.",
		"Please look in the router for a filter of outgoing ports, and let @ports "
		"through."},
	{VERDICT_UNREACHABLE, BY_PATH, ANY, NULL, TICKET_UNBLOCK, NETWORK,
		"Please open outgoing TCP @ports: {icmp_from} prohibits it",
		"TCP @ports of {address} is answered by {icmp_from} on the way with \"{icmp}\".",
		ASK_TO_OPEN},
	{VERDICT_UNREACHABLE, BY_DESTINATION, ANY, NULL, TICKET_FAULT, SERVER,
		"Your server rejects TCP @ports",
		"The server {address} itself answers \"{icmp}\" to TCP @ports.",
		"Please let TCP @ports through the server's firewall, or tell us that it is not "
		"offered."},
	{VERDICT_UNREACHABLE, ANY, ANY, NULL, TICKET_FAULT, NETWORK,
		"TCP @ports of {address} cannot be reached",
		"TCP @ports of {address} is answered with \"{icmp}\".", POLICY_OR_FAULT},

	{VERDICT_THROTTLED, ANY, FINDING_POLICED, NULL, TICKET_FAULT, NETWORK,
		"Mail on TCP @ports is limited to {limit}",
		"Data of mail on TCP @ports of {address} above {limit} is thrown away.",
		"Please tell us which device limits TCP @ports, and whether that is meant."},
	{VERDICT_THROTTLED, ANY, FINDING_SHAPED, NULL, TICKET_FAULT, NETWORK,
		"Mail on TCP @ports is limited to {limit}",
		"Data of mail on TCP @ports of {address} is held back to {limit}.",
		"Please tell us which device limits TCP @ports, and whether that is meant."},
	{VERDICT_THROTTLED, ANY, ANY, NULL, TICKET_FAULT, NETWORK,
		"New connections to TCP @ports are limited",
		"TCP @ports of {address} answers slow attempts, and not fast ones: about {rate} a "
		"second, {burst} at once; what exceeds that {excess}.",
		"Please tell us whether your network limits new connections to TCP @ports, and to "
		"how many. If it does not, the server's operator has to be asked."},
	{VERDICT_LOSSY, ANY, ANY, NULL, TICKET_FAULT, PROVIDER,
		"{loss} of packets to TCP @ports are lost",
		"{missing} of {tries} attempts on TCP @ports of {address} got no answer, "
		"whatever the rate.",
		"Please check the line and the links on the way for loss."},
	{VERDICT_INTERCEPTED, ANY, FINDING_STARTTLS_STRIPPED, NULL, TICKET_FAULT, NETWORK,
		"Encryption (STARTTLS) is removed from mail on TCP @ports",
		"A device on the way takes STARTTLS out of mail sessions on TCP @ports of "
		"{address}, so that mail and passwords would travel in the clear.",
		"Please find the device that inspects mail on TCP @ports (\"SMTP fixup\", "
		"\"inspect esmtp\"), and let it pass STARTTLS."},
	{VERDICT_INTERCEPTED, ANY, ANY, NULL, TICKET_FAULT, NETWORK,
		"Another device answers in the place of {address} on TCP @ports",
		"Connections to TCP @ports of {address} are answered{place} by something that is "
		"not the server.",
		"Please tell us which device answers there, and let the connections through to the "
		"server."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_EXPIRED, NULL, TICKET_FAULT, SERVER,
		"The certificate on TCP @ports has expired",
		"The certificate on TCP @ports of {host} expired {not_after}.",
		"Please renew it, and have the service load the new one."},
	{VERDICT_MISCONFIGURED, ANY, ANY, NULL, TICKET_FAULT, SERVER,
		"The mail service on TCP @ports is not in order",
		"TCP @ports of {host} opens, but what is behind it is not what the port is for.",
		"Please check the service; what was seen stands below."},
	{VERDICT_REJECTED, ANY, ANY, NULL, TICKET_FAULT, SERVER,
		"Your mail server turns us away on TCP @ports",
		"Your server {host} greets us on TCP @ports with {greeting}.",
		"Please tell us why, and what we can do about it."},
	{VERDICT_DOWN, ANY, ANY, NULL, TICKET_FAULT, SERVER,
		"{address} does not answer on any port",
		"Nothing at {address} answers, while routers on the way there do.",
		"Please check that the machine is switched on and connected."},
	{VERDICT_INCONCLUSIVE, ANY, ANY, NULL, TICKET_FAULT, NETWORK,
		"TCP @ports of {address}: no verdict yet",
		"What was seen does not carry a verdict.",
		"Nothing is claimed here. Please look at the packets, if you can see more from "
		"your side."},
	{VERDICT_OPEN, ANY, ANY, NULL, TICKET_FAULT, "nobody: nothing is wrong",
		"TCP @ports of {address} works", "Everything that was asked about works.",
		"No action is needed. Keep this to compare with, should it fail one day."},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool row_holds(const struct ticket_row *row, const struct result *result)
{
	return row->word == (int)result->verdict.word &&
		(row->by == ANY || row->by == (int)result->verdict.by) &&
		(row->finding == ANY ||
			verdict_has(&result->verdict, (enum finding_id)row->finding)) &&
		(row->applies == NULL || row->applies(result));
}

static const struct ticket_row *row_of(const struct result *result)
{
	const struct ticket_row *row = rows;

	while (row < rows + ROWS - 1 && !row_holds(row, result))
		row++;
	return row;
}

/* ---- what it is about ---- */

/* How much it hurts: a port that is shut before one that works badly. */
static const unsigned weights[VERDICT_WORDS] = {
	[VERDICT_DROPPED] = 10,
	[VERDICT_REFUSED] = 9,
	[VERDICT_UNREACHABLE] = 8,
	[VERDICT_INTERCEPTED] = 7,
	[VERDICT_REJECTED] = 6,
	[VERDICT_MISCONFIGURED] = 5,
	[VERDICT_THROTTLED] = 4,
	[VERDICT_LOSSY] = 3,
	[VERDICT_DOWN] = 2,
	[VERDICT_INCONCLUSIVE] = 1,
	[VERDICT_OPEN] = 0,
};

static const struct result *weightiest(const struct report *report)
{
	const struct result *found = NULL;

	for (size_t i = 0; i < report->result_count; i++) {
		const struct result *result = &report->results[i];
		if (found == NULL || weights[result->verdict.word] > weights[found->verdict.word])
			found = result;
	}
	return found;
}

static bool shares_cause(const struct result *a, const struct result *b)
{
	if (a->verdict.word == VERDICT_OPEN)
		return b->verdict.word == VERDICT_OPEN && address_equal(&a->address, &b->address);
	return summary_same(a, b);
}

/* What the provider says of its own ports weighs more than what is usual, but for what happens on
 * this computer, at the server, or after the port has opened. */
static bool is_policy(const struct report *report, const struct result *result)
{
	bool elsewhere = result->verdict.by == BY_LOCAL || result->verdict.by == BY_DESTINATION;
	bool shut = result->verdict.word == VERDICT_DROPPED ||
		result->verdict.word == VERDICT_REFUSED ||
		result->verdict.word == VERDICT_UNREACHABLE;

	return shut && !elsewhere && result->verdict.phase == PHASE_CONNECT &&
		!own_router(result) && report->provider_match != PROVIDER_UNMATCHED &&
		policy_shuts(provider_policy(&report->provider, result->port));
}

static enum ticket_kind kind_of(const struct ticket *ticket)
{
	return is_policy(ticket->report, ticket->about) ? TICKET_UNBLOCK : ticket->row->kind;
}

void ticket_choose(struct ticket *ticket, enum ticket_choice choice)
{
	const struct report *report = ticket->report;

	ticket->about = weightiest(report);
	if (ticket->about == NULL)
		return;
	ticket->row = row_of(ticket->about);
	ticket->kind = choice == TICKET_CHOOSE ? kind_of(ticket)
		: choice == TICKET_AS_UNBLOCK  ? TICKET_UNBLOCK
					       : TICKET_FAULT;
	for (size_t i = 0; i < report->result_count; i++) {
		const struct result *result = &report->results[i];
		if (shares_cause(ticket->about, result))
			port_list_add(&ticket->ports, result->port);
		else if (ticket->comparison == NULL && result->verdict.word == VERDICT_OPEN &&
			address_equal(&result->address, &ticket->about->address))
			ticket->comparison = result;
	}
}

/* ---- words ---- */

static void name_ports(const struct ticket *ticket, char *out, size_t size)
{
	const struct port_list *ports = &ticket->ports;
	size_t used = (size_t)snprintf(out, size, "%s", ports->count == 1 ? "port" : "ports");

	for (size_t i = 0; i < ports->count && used < size; i++) {
		const char *joint = i == 0 ? " " : i + 1 == ports->count ? " and " : ", ";
		used += (size_t)snprintf(out + used, size - used, "%s%u", joint, ports->ports[i]);
	}
}

const char *ticket_fill(const struct ticket *ticket, const char *pattern, char *out, size_t size)
{
	static const char token[] = "@ports";
	char whole[1024];
	char ports[320];
	size_t used = 0;

	name_ports(ticket, ports, sizeof(ports));
	while (*pattern != '\0' && used + 1 < sizeof(whole)) {
		bool named = strncmp(pattern, token, strlen(token)) == 0;
		int length = snprintf(whole + used, sizeof(whole) - used, "%.*s",
			named ? (int)strlen(ports) : 1, named ? ports : pattern);
		used += (size_t)length;
		pattern += named ? strlen(token) : 1;
	}
	whole[used < sizeof(whole) ? used : sizeof(whole) - 1] = '\0';
	return wording_fill(out, size, whole, ticket->about);
}

int64_t ticket_began(const struct ticket *ticket)
{
	const struct report *report = ticket->report;

	return report->live ? report->started_ns : report->evidence->first_ns;
}

int64_t ticket_ended(const struct ticket *ticket)
{
	const struct report *report = ticket->report;

	return report->live ? report->finished_ns : report->evidence->last_ns;
}

struct ticket_span ticket_span_of(const struct ticket *ticket, const struct result *result)
{
	struct ticket_span span = {0, 0};

	for (size_t i = 0; i < ticket->ledger->count; i++) {
		const struct ledger_entry *entry = &ticket->ledger->entries[i];
		if (!ledger_is(entry, CLAIM_SYN, &result->address, result->port))
			continue;
		if (span.first_ns == 0)
			span.first_ns = entry->time_ns;
		span.last_ns = entry->time_ns;
	}
	if (span.first_ns == 0)
		return (struct ticket_span){ticket_began(ticket), ticket_ended(ticket)};
	return span;
}

const char *ticket_time(int64_t time_ns, char out[static TICKET_TIME])
{
	char text[TIMESTAMP_TEXT];

	timestamp_print(time_ns, text);
	snprintf(out, TICKET_TIME, "%.10s %.15s UTC", text, text + 11);
	return out;
}
