/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding_text.h"

#include "wording.h"

static const char *const patterns[FINDING_IDS] = {
	[FINDING_LOCAL_OUTPUT] =
		"The kernel refused to send {never_left} packets: an output filter "
		"of this computer's.",
	[FINDING_LOCAL_EGRESS] =
		"{never_left} packets were written and never seen leaving: a filter "
		"on this computer's interface.",
	[FINDING_LOCAL_INPUT] =
		"The answer arrives at the interface and never reaches the system: an "
		"input filter of this computer's.",
	[FINDING_LOCAL_PROCESS] =
		"Packets pass, a program's connection is denied ({error}): a rule "
		"for programs of this computer's.",
	[FINDING_LOCAL_ROUTE] = "The route of this computer's to {address} gives: {error}.",
	[FINDING_NEIGHBOUR_SILENT] = "The next machine on the network answers no question for its "
				     "hardware address (ARP, NDP).",
	[FINDING_PORT_LIMIT] = "Port {port} alone has a limit of about {rate} new connections a "
			       "second, {burst} at once.",
	[FINDING_HOST_LIMIT] =
		"All ports of {address} share a limit of about {rate} new connections "
		"a second, {burst} at once.",
	[FINDING_CONNECTION_LIMIT] = "No more than {burst} connections at a time are taken.",
	[FINDING_BAN] = "After {burst} connections in a row answers cease.",
	[FINDING_PATH_LOSS] = "The whole way to {address} loses packets: {loss} on this port, "
			      "{control_loss} on others.",
	[FINDING_PORT_LOSS] = "This port loses {loss} of tries, others {control_loss}.",
	[FINDING_LATE_ANSWERS] = "{late} answers came a second or more after the question.",
	[FINDING_MIXED_ANSWERS] = "The same port accepts some tries and refuses others.",
	[FINDING_HOST_UNKNOWN] = "{icmp_from} finds no machine with this address on its network.",
	[FINDING_ROUTING_LOOP] = "A packet with the full hop limit expired at {icmp_from}: the way "
				 "is a circle.",
	[FINDING_CAPTURE_LOST] =
		"The capture lost packets, so answers may be missing here that did come.",
	[FINDING_ANOMALIES] = "Answers came to questions that were never sent; they were ignored.",
	[FINDING_STALE_STATE] = "The server answered for an older connection; that was ignored.",
	[FINDING_PATH_ALIVE] = "Routers on the way answer, up to hop {reached}.",
	[FINDING_SHALLOW] = "Judged by connect() alone, without packets.",
};

const char *finding_text(
	enum finding_id id, const struct result *result, char out[static FINDING_TEXT])
{
	return wording_fill(out, FINDING_TEXT, patterns[id], result);
}
