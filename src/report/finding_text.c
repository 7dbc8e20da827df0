/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding_text.h"

#include "wording.h"

static const char *const patterns[FINDING_IDS] = {
	[FINDING_LOCAL_OUTPUT] =
		"The kernel refused to send {never_left} packets: an output filter "
		"of this computer's{rule}.",
	[FINDING_LOCAL_EGRESS] =
		"{never_left} packets were written and never seen leaving: a filter "
		"on this computer's interface{rule}.",
	[FINDING_LOCAL_INPUT] =
		"The answer arrives at the interface and never reaches the system: an "
		"input filter of this computer's{rule}.",
	[FINDING_LOCAL_PROCESS] =
		"Packets pass, a program's connection is denied ({error}): a rule "
		"for programs of this computer's.",
	[FINDING_LOCAL_ROUTE] = "The route of this computer's to {address} gives: {error}{rule}.",
	[FINDING_NEIGHBOUR_SILENT] = "The next machine on the network answers no question for its "
				     "hardware address (ARP, NDP).",
	[FINDING_PORT_LIMIT] = "Port {port} alone has a limit of about {rate} new connections a "
			       "second, {burst} at once; whether each client has one of its own "
			       "cannot be seen from one address.",
	[FINDING_HOST_LIMIT] =
		"All ports of {address} share a limit of about {rate} new connections a second, "
		"{burst} at once; whether each client has one of its own cannot be seen from one "
		"address.",
	[FINDING_SOURCE_LIMIT] =
		"One limit counts this port at {sharers} addresses together, about {rate} new "
		"connections a second in all: {sharers_whose}.",
	[FINDING_STARVED] =
		"The same port of another host that was asked in this run is limited. If that "
		"limit counts all hosts together, the other's connections have used it up, and "
		"nothing is wrong with port {port} here.",
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
	[FINDING_MIDWAY] = "Connections to port {port} were there before the capture began; none "
			   "was seen opening.",
	[FINDING_UNHEARD] = "The connection opened, and its client left before a greeting was due.",
	[FINDING_SILENT_SERVER] = "The connection opened, and no greeting came in ten seconds.",
	[FINDING_CUT] = "The connection opened, and was reset before a greeting.",
	[FINDING_GREETING_REFUSAL] = "The server's greeting says no: {greeting}.",
	[FINDING_WRONG_PROTOCOL] = "Port {port} speaks {protocol}.",
	[FINDING_PLAIN_TEXT] = "Port {port} speaks {protocol}, where TLS has to come first.",
	[FINDING_STARTTLS_STRIPPED] = "STARTTLS is written over on the way: X in the place of a "
				      "keyword, or a greeting of asterisks.",
	[FINDING_STARTTLS_REFUSED] = "The client asked for STARTTLS, and the server refused.",
	[FINDING_HELLO_UNANSWERED] = "The client's first TLS message (ClientHello) was never "
				     "answered.",
	[FINDING_HELLO_RESET] = "The client's first TLS message (ClientHello) was answered by a "
				"reset.",
	[FINDING_TLS_ALERT] = "The TLS handshake ended with an alert: {alert}.",
	[FINDING_CERTIFICATE_REFUSED] = "The client refused the server's certificate: {alert}.",
	[FINDING_POLICED] =
		"Mail {way} the server is policed to about {limit}: what is sent faster is thrown "
		"away ({limit_losses} losses fit a token bucket, and no queue stood before them).",
	[FINDING_SHAPED] =
		"Mail {way} the server is held to about {limit}: a burst passes at once, then "
		"everything queues and arrives at that even rate, for {limit_seconds} s.",
	[FINDING_EVEN_RATE] =
		"Mail {way} the server flows at an even {limit}: as fast as the slowest line on "
		"the way, or a limit that looks like one.",
	[FINDING_WINDOW_CLOSED] =
		"The receiver was slow, not the network: its window was closed for {stalled} s "
		"in all.",
	[FINDING_REPEATS] = "{repeats} of all segments with data had to be sent again.",
	[FINDING_MANY_REPEATS] =
		"{repeats} of all segments with data had to be sent again, which slows mail down "
		"badly.",
	[FINDING_LARGE_UNTAKEN] =
		"Small packets pass, full-sized ones were sent again and again and never "
		"acknowledged: something on the way drops large packets and does not say so.",
	[FINDING_REST_CUT] =
		"{rest_cuts} of {connections} connections were dead after a rest of {rest} s or "
		"more, without a word{survived}: a device on the way forgets idle connections.",
	[FINDING_REST_RESET] =
		"{rest_resets} of {connections} connections were reset when they were used again "
		"after a rest of {rest} s or more{survived}{foreign}.",
	[FINDING_RESET_MIDWAY] =
		"{midway} of {connections} connections were reset in the server's name while they "
		"were in use{trigger}{foreign}.",
	[FINDING_FOREIGN_RESET] =
		"{midway} of {connections} connections were reset in the server's name by "
		"something else: the server went on sending afterwards{foreign}.",
	[FINDING_HOPS_CHANGE] =
		"The hop limit of the server's packets changes after its SYN-ACK, on every "
		"connection: a device in front of it answers for it at first.",
	[FINDING_STARTTLS_RESET] =
		"Every STARTTLS of the client's was answered by a reset, {midway} of "
		"{connections}{foreign}.",
	[FINDING_VERSIONS_REFUSED] =
		"The client offers {offered}, and the server takes none of them.",
	[FINDING_HUNG_UP] = "The server closed the connection before a greeting.",
	[FINDING_FLOOD] = "The server sent bytes without end where a line was due.",
	[FINDING_TALK_SILENT] = "The server greeted and then left a command unanswered (stage: "
				"{stage}).",
	[FINDING_TALK_CLOSED] = "The server greeted and then closed the connection (stage: "
				"{stage}).",
	[FINDING_TALK_RESET] = "The server greeted, and then the connection was reset (stage: "
			       "{stage}).",
	[FINDING_STARTTLS_ABSENT] = "Port {port} does not offer STARTTLS.",
	[FINDING_STARTTLS_UNEVEN] = "The same server, by its greeting, offers STARTTLS on another "
				    "port: it may be taken out on the way here.",
	[FINDING_TLS_STALLED] = "The TLS handshake began and never came to an end.",
	[FINDING_TLS_CLOSED] = "The server closed the connection in the TLS handshake, without an "
			       "alert.",
	[FINDING_TLS_FAILED] = "What came in place of a TLS handshake was none: {tls_error}.",
	[FINDING_MTU_BLACK_HOLE] = "In small segments TLS works: large packets vanish on the way, "
				   "and nothing says so (a path-MTU black hole).",
	[FINDING_HELLO_FILTER] = "With its first message (ClientHello) cut in two TLS works: a "
				 "filter on the way reads it and stops it.",
	[FINDING_NAME_FILTER] = "Without the server's name in its first message TLS works: a "
				"filter on the way reads the name and stops it.",
	[FINDING_TLS_DEAD] = "No form of TLS's first message gets an answer: cut in two, in small "
			     "segments, without a name.",
	[FINDING_OLD_TLS] = "The server knows no newer TLS than {tls}.",
	[FINDING_EXPIRED] = "The certificate expired {not_after}.",
	[FINDING_NOT_YET_VALID] = "The certificate is not valid before {not_before}.",
	[FINDING_SELF_SIGNED] = "The certificate is signed by itself ({subject}).",
	[FINDING_NOT_TRUSTED] = "Nobody who is trusted vouches for the certificate ({subject}, "
				"issued by {issuer}): {verify_reason}.",
	[FINDING_OTHER_NAME] = "The certificate is for {names}, not for {asked_name}.",
	[FINDING_INTERMEDIATE_MISSING] = "The server leaves out the certificate of its "
					 "certificate's issuer ({issuer}).",
	[FINDING_EXPIRES_SOON] = "The certificate expires {not_after}, in {days_left} days.",
	[FINDING_NAME_UNCHECKED] = "The target is an address, so whether the certificate is for "
				   "the right name was not checked (--servername does).",
	[FINDING_DANE_MISMATCH] = "The certificate is not the one that DNS tells (DANE, TLSA).",
	[FINDING_DANE_MATCH] = "The certificate is the one that DNS tells (DANE, TLSA).",
	[FINDING_DANE_UNVALIDATED] = "DNS tells a certificate (DANE, TLSA), but DNSSEC does not "
				     "vouch for that.",
	[FINDING_GREETING_LATE] = "The greeting came after {greeting_delay} s; some servers wait "
				  "on purpose.",
	[FINDING_INJECTED] = "Plain bytes followed the server's reply to STARTTLS; they were not "
			     "believed.",
	[FINDING_NO_SESSION] = "No connection for a mail session could be had: {session_error}.",
	[FINDING_ONE_WAY] =
		"The clients go on with connections whose answers the capture does not have: it "
		"holds one direction alone.",
	[FINDING_NO_SOURCE] = "There is a route to {address}, but this computer has no address "
			      "from which answers could find back.",
	[FINDING_SOURCE_ELSEWHERE] =
		"Packets to {address} bear the address {source}, which is not "
		"one of the interface by which they leave: if the network does "
		"not know the way back to it, no answer can come.",
	[FINDING_ANSWERS_ELSEWHERE] =
		"The connection opens, but no answer of {address} came in by the interface that "
		"packets leave by: they take another way, so packets could not be judged.",
	[FINDING_NOT_OFFERED] =
		"By what is written about the service at {address}, it has no port {port}.",
	[FINDING_PLACE_BETWEEN] = "The last to report a probe of port {port} is {last}; of port "
				  "{control_port} {next} answers as well.",
	[FINDING_LAST_STRETCH] =
		"The last to report a probe of port {port} is {last}, and the next would be "
		"{address} itself: its own firewall, a device directly in front of it, and one "
		"that stops its answers look alike from here.",
	[FINDING_SILENT_BEYOND] = "Of no port is anything heard from behind hop {reached_hop}: "
				  "filtered there, or silent, and not for this port alone.",
	[FINDING_NEARER_ANSWER] = "A probe that may travel {nearest} hops is answered, while those "
				  "of another port still expire on the way at hop {expired}: the "
				  "answer is not the server's.",
	[FINDING_WAYS_DIFFER] = "The packets of port {port} and of port {control_port} take "
				"different ways, so the place is not sure.",
	[FINDING_SEVERAL_WAYS] = "Routers on the way share packets out between several ways.",
	[FINDING_HOPS_SILENT] = "{silent_hops} hops behind it report nothing for any port, so the "
				"place is that much less exact.",
	[FINDING_TUNNEL] = "A tunnel on the way (as of MPLS) does not count hops, so there may be "
			   "more routers than are shown.",
	[FINDING_TRANSLATION] = "A router on the way reports in the server's name: it translates "
				"addresses, and the server stands behind it.",
	[FINDING_CIRCLE] = "The router at hop {circle} was met before: packets go round in a "
			   "circle there.",
	[FINDING_FORGED_REFUSAL] =
		"A refusal came in the server's name that the server did not send: it came from "
		"nearer, or the server itself answered otherwise.",
	[FINDING_TWO_ANSWERERS] = "One and the same packet was answered by two.",
	[FINDING_IN_FRONT] =
		"A device directly in front of the server answers for it on port {port}, mostly a "
		"load balancer or firewall of its own.",
	[FINDING_SYN_PROXY] =
		"A device accepts connections in the server's name and hands them on afterwards (a "
		"SYN proxy): that port {port} accepts says nothing of the server.",
	[FINDING_TARPIT] =
		"Connections to port {port} are taken with a window of a few bytes and then held "
		"in silence: a tarpit.",
	[FINDING_OTHER_PARTY] =
		"Greeting and certificate of port {port} name another party than those of the "
		"address's other ports.",
	[FINDING_SUSPECT_ANSWERS] =
		"The answers of port {port} differ from the same server's others in more than one "
		"way; that alone proves nothing.",
	[FINDING_STARTTLS_REPLACED] =
		"In the place of STARTTLS port {port} offers a keyword of the same length that "
		"nobody knows, while another port of the same server offers STARTTLS.",
	[FINDING_STARTTLS_GARBLED] =
		"The server offers STARTTLS and does not know the command when it arrives, while "
		"it does on another port: it is changed on the way.",
};

const char *finding_text(
	enum finding_id id, const struct result *result, char out[static FINDING_TEXT])
{
	return wording_fill(out, FINDING_TEXT, patterns[id], result);
}
