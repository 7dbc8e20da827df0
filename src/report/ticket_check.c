/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wireshark's display filters for the same questions that ledger_is() answers. An ICMP error holds
 * a second packet, whose fields a filter finds as well: hence "not icmp".
 */
#include "ticket_check.h"

#include "account.h"
#include "report.h"
#include "sentence.h"
#include "ticket.h"
#include "timing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct list {
	struct ticket_check *out;
	size_t count;
};

struct claim_words {
	const char *claim;
	const char *filter;
};

/* Blanks: {ip} is ip or ipv6, {hops} its field for the hop limit, {icmp} icmp or icmpv6. */
static const struct claim_words claims[CLAIMS] = {
	[CLAIM_SYN] = {"SYN sent to port {port}",
		"tcp.flags.syn == 1 && tcp.flags.ack == 0 && {ip}.dst == {address} && tcp.dstport "
		"== {port} && {hops} > {sweep} && not {icmp}"},
	[CLAIM_SYN_ACK] = {"SYN-ACK from port {port}, those to probes of the way among them",
		"tcp.flags.syn == 1 && tcp.flags.ack == 1 && {ip}.src == {address} && tcp.srcport "
		"== {port} && not {icmp}"},
	[CLAIM_RESET] = {"RST in the name of port {port}, those to probes of the way among them",
		"tcp.flags.reset == 1 && {ip}.src == {address} && tcp.srcport == {port} && not "
		"{icmp}"},
	[CLAIM_UNREACHABLE] = {"ICMP errors about port {port}, but for time exceeded",
		"{icmp}.type != {expired} && {ip}.dst == {address} && tcp.dstport == {port}"},
	[CLAIM_EXPIRED] = {"hops that answered for port {port} (time exceeded)",
		"{icmp}.type == {expired} && {ip}.dst == {address} && tcp.dstport == {port}"},
};

static void fill(char *out, size_t size, const char *pattern, const struct result *result)
{
	bool ipv4 = result->address.family == ADDRESS_IPV4;
	char address[ADDRESS_TEXT], port[8], sweep[8];

	address_print(&result->address, address);
	snprintf(port, sizeof(port), "%u", result->port);
	snprintf(sweep, sizeof(sweep), "%d", SWEEP_HOP_LIMIT);
	const struct blank blanks[] = {
		{"ip", ipv4 ? "ip" : "ipv6"},
		{"icmp", ipv4 ? "icmp" : "icmpv6"},
		{"hops", ipv4 ? "ip.ttl" : "ipv6.hlim"},
		{"expired", ipv4 ? "11" : "3"},
		{"address", address},
		{"port", port},
		{"sweep", sweep},
		{NULL, NULL},
	};

	sentence_fill(out, size, pattern, blanks);
}

static void add(struct list *list, const struct result *result, const struct claim_words *words,
	size_t lines)
{
	if (list->count == TICKET_CHECKS)
		return;
	struct ticket_check *check = &list->out[list->count++];

	fill(check->claim, sizeof(check->claim), words->claim, result);
	fill(check->filter, sizeof(check->filter), words->filter, result);
	check->lines = lines;
}

/* The first so many of them. */
static void add_claims(
	struct list *list, const struct ticket *ticket, const struct result *result, int count)
{
	for (int claim = 0; claim < count; claim++) {
		size_t lines = ledger_count(
			ticket->ledger, (enum ledger_claim)claim, &result->address, result->port);
		if (claim != CLAIM_EXPIRED || lines > 0)
			add(list, result, &claims[claim], lines);
	}
}

/* ---- what packets do not carry stands in notes between them ---- */

static void add_note(
	struct list *list, const struct result *result, const char *claim, const char *field)
{
	char filter[256];
	struct claim_words words = {claim, filter};

	snprintf(filter, sizeof(filter), "frame contains \"%s\"", field);
	add(list, result, &words, 1);
}

static void add_local(struct list *list, const struct result *result)
{
	static const struct claim_words refused = {
		"SYN to port {port} that this computer's system refused to send",
		"frame contains \"to send a SYN to {address} port {port}:\""};
	static const struct claim_words lost = {
		"SYN to port {port} that were written and never left this computer",
		"frame contains \"SYN to {address} port {port} was written\""};
	const struct local_signs *local = &result->figures.local;

	if (local->writes_refused > 0)
		add(list, result, &refused, local->writes_refused);
	if (local->never_left > 0)
		add(list, result, &lost, local->never_left);
}

static void add_session(struct list *list, const struct result *result)
{
	const struct session_account *account = result->figures.session.account;
	char field[96];

	if (account == NULL || result->verdict.phase == PHASE_CONNECT)
		return;
	snprintf(field, sizeof(field), "SESSION_ENDED_NS=%" PRId64, account->ended_ns);
	add_note(list, result, "the mail session with port {port} that is told of", field);
}

size_t ticket_checks(const struct ticket *ticket, struct ticket_check out[static TICKET_CHECKS])
{
	struct list list = {.out = out};

	if (ticket->about == NULL || ticket->ledger->left_out > 0)
		return 0;
	add_claims(&list, ticket, ticket->about, CLAIMS);
	add_local(&list, ticket->about);
	add_session(&list, ticket->about);
	if (ticket->comparison != NULL)
		add_claims(&list, ticket, ticket->comparison, CLAIM_SYN_ACK + 1);
	return list.count;
}
