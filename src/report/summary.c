/* SPDX-License-Identifier: BSD-2-Clause */
#include "summary.h"

#include "account.h"
#include "local_rule.h"
#include "report.h"
#include "session_wording.h"
#include "wording.h"

#include <assert.h>
#include <string.h>

#define ANY (-1)

/* The first row that holds is taken, so rows with a finding stand before those without. */
static const struct summary_row rows[] = {
	{VERDICT_OPEN, ANY, FINDING_SHALLOW,
		"Port {port}{purpose} of {host} accepts connections{took}; what its packets look "
		"like was not seen.",
		"", "", "Port {port} accepted a connection{took}."},
	{VERDICT_OPEN, ANY, FINDING_LATE_ANSWERS,
		"Port {port}{purpose} of {host} works, but {late} of {tries} answers took a second "
		"or more.",
		"", "", "Port {port} answered{took}, at times late."},
	{VERDICT_OPEN, ANY, FINDING_STARTTLS_UNEVEN,
		"Port {port}{purpose} of {host} works, but without encryption (STARTTLS), which "
		"the same server offers on another port: it may be taken out on the way.",
		"", "", "Port {port} answered{took}, and offers no STARTTLS."},
	{VERDICT_OPEN, ANY, FINDING_STARTTLS_ABSENT,
		"Port {port}{purpose} of {host} works, but without encryption (STARTTLS).", "", "",
		"Port {port} answered{took}, and offers no STARTTLS."},
	{VERDICT_OPEN, ANY, FINDING_STARTTLS_REFUSED,
		"Port {port}{purpose} of {host} works, but refuses the encryption (STARTTLS) that "
		"it offers.",
		"", "", "Port {port} answered{took}, and refused STARTTLS."},
	{VERDICT_OPEN, ANY, FINDING_OLD_TLS,
		"Port {port}{purpose} of {host} works, but knows no newer encryption than {tls}.",
		"", "", "Port {port} answered{took}, with {tls}."},
	{VERDICT_OPEN, ANY, FINDING_EXPIRES_SOON,
		"Port {port}{purpose} of {host} works; its certificate expires {not_after}, in "
		"{days_left} days.",
		"", "", "Port {port} answered{took}."},
	{VERDICT_OPEN, ANY, FINDING_ANSWERS_ELSEWHERE,
		"Port {port}{purpose} of {host} accepts connections; its answers reach this "
		"computer by another interface than its packets leave by, so what its packets look "
		"like was not seen.",
		"", "", "Port {port} accepted a connection, and its answers came another way."},
	{VERDICT_OPEN, ANY, ANY, "Port {port}{purpose} of {host} works: it answers{took}.", "", "",
		"Port {port} answered{took}."},

	{VERDICT_DROPPED, BY_LOCAL, FINDING_LOCAL_OUTPUT,
		"This computer's own firewall stops port {port}{purpose} before a packet leaves; "
		"neither your provider nor the mail server is to blame.",
		"{PORTS} {IS} BLOCKED ON THIS COMPUTER.", "Your provider is not to blame.",
		"The system refused to send {never_left} tries on port {port}."},
	{VERDICT_DROPPED, BY_LOCAL, FINDING_LOCAL_EGRESS,
		"A filter on this computer's network interface swallows port {port}{purpose} "
		"before a packet leaves; neither your provider nor the mail server is to blame.",
		"{PORTS} {IS} BLOCKED ON THIS COMPUTER.", "Your provider is not to blame.",
		"{never_left} tries on port {port} were written, and none was seen leaving."},
	{VERDICT_DROPPED, BY_LOCAL, FINDING_LOCAL_INPUT,
		"{host} answers on port {port}{purpose}, but this computer's own firewall throws "
		"its answers away.",
		"{PORTS} {IS} BLOCKED ON THIS COMPUTER.", "The mail server answers.",
		"The answers from port {port} arrived here, and the system never got them."},
	{VERDICT_DROPPED, BY_LOCAL, FINDING_LOCAL_PROCESS,
		"A rule of this computer's forbids programs to connect to port {port}{purpose} of "
		"{host}; the network lets it through.",
		"{PORTS} {IS} BLOCKED ON THIS COMPUTER.", "The network lets it through.",
		"Packets to port {port} pass, a program's connection does not: {error}."},
	{VERDICT_DROPPED, BY_LOCAL, FINDING_LOCAL_ROUTE,
		"A route of this computer's throws away everything for {host}, port {port} with "
		"it.",
		"{PORTS} {IS} BLOCKED BY A ROUTE OF THIS COMPUTER.",
		"Your provider is not to blame.", "The route to {address} gives: {error}."},
	{VERDICT_DROPPED, BY_LOCAL, ANY,
		"This computer stops port {port}{purpose} of {host} by itself; neither your "
		"provider nor the mail server is to blame.",
		"{PORTS} {IS} BLOCKED ON THIS COMPUTER.", "Your provider is not to blame.",
		"{missing} of {tries} tries on port {port} had no answer."},
	{VERDICT_DROPPED, BY_UNKNOWN, FINDING_NOT_OFFERED,
		"Port {port}{purpose} of {host} does not open, and by what is written about this "
		"service it offers no such port: that says nothing about your network.",
		"{PORTS} {IS} NOT OFFERED BY THIS SERVICE.", "Nobody blocks what is not there.",
		"{missing} of {tries} tries on port {port} vanished without any answer."},
	{VERDICT_DROPPED, ANY, FINDING_SILENT_SERVER,
		"Port {port}{purpose} of {host} takes connections and then says nothing: no "
		"greeting came in ten seconds.",
		"{PORTS} {IS} SILENT.", "",
		"Port {port} answered{took}, and no greeting followed."},
	{VERDICT_DROPPED, ANY, FINDING_MTU_BLACK_HOLE,
		"Port {port}{purpose} of {host} opens, but encryption never gets anywhere: large "
		"packets vanish on the way without a word (a path-MTU black hole), small ones "
		"pass.",
		"LARGE PACKETS OF {PORTS} VANISH ON THE WAY.", "The mail server is not to blame.",
		"TLS on port {port} stalled, and worked in small segments."},
	{VERDICT_DROPPED, ANY, FINDING_HELLO_FILTER,
		"Port {port}{purpose} of {host} opens, but a filter on the way swallows "
		"encryption: it reads TLS's first message, which gets through only when cut in "
		"two.",
		"ENCRYPTION ON {PORTS} IS BLOCKED ON THE WAY.", "The mail server is not to blame.",
		"TLS on port {port} got no answer, and worked with its first message cut in two."},
	{VERDICT_DROPPED, ANY, FINDING_NAME_FILTER,
		"Port {port}{purpose} of {host} opens, but a filter on the way swallows "
		"encryption that names the server in its first message.",
		"ENCRYPTION ON {PORTS} IS BLOCKED ON THE WAY.", "The mail server is not to blame.",
		"TLS on port {port} got no answer, and worked without the server's name."},
	{VERDICT_DROPPED, ANY, FINDING_TLS_STALLED,
		"Port {port}{purpose} of {host} opens, but encryption begins and never comes to "
		"an end.",
		"{PORTS} {IS} STUCK IN ENCRYPTION.", "",
		"The TLS handshake on port {port} began and was never finished."},
	{VERDICT_DROPPED, ANY, FINDING_TALK_SILENT,
		"Port {port}{purpose} of {host} greets and then says nothing more: a command got "
		"no reply.",
		"{PORTS} {IS} SILENT AFTER THE GREETING.", "",
		"Port {port} greeted with {greeting}, and left a command unanswered."},
	{VERDICT_DROPPED, ANY, FINDING_HELLO_UNANSWERED,
		"Port {port}{purpose} of {host} opens, but encryption never begins: the client's "
		"first TLS message gets no answer.",
		"{PORTS} {IS} SILENT TO ENCRYPTION.", "",
		"The first TLS message to port {port} was never answered."},
	{VERDICT_DROPPED, ANY, FINDING_LARGE_UNTAKEN,
		"Port {port}{purpose} of {host} answers, but mail gets stuck: full-sized packets "
		"vanish on the way, as where a smaller packet size (MTU) is not told of.",
		"MAIL ON {PORTS} GETS STUCK.", "",
		"Full-sized packets to port {port} were sent again and again in vain."},
	{VERDICT_DROPPED, BY_PATH, ANY,
		"Port {port}{purpose} of {host} is blocked on the way{place}: {missing} of {tries} "
		"tries vanished without an answer.",
		"{PORTS} {IS} BLOCKED ON THE WAY.", "The mail server is not to blame.",
		"{missing} of {tries} tries on port {port} vanished without any answer."},
	{VERDICT_DROPPED, BY_DESTINATION, ANY,
		"Port {port}{purpose} is blocked at {host} itself: {missing} of {tries} tries "
		"reached it and got no answer.",
		"{PORTS} {IS} BLOCKED AT THE SERVER.", "Your provider is not to blame.",
		"{missing} of {tries} tries on port {port} got no answer at the server."},
	{VERDICT_DROPPED, ANY, ANY,
		"Port {port}{purpose} of {host} is blocked: {missing} of {tries} tries vanished "
		"without an answer{place}, and where is not known.",
		"{PORTS} {IS} BLOCKED.", "",
		"{missing} of {tries} tries on port {port} vanished without any answer."},

	{VERDICT_REFUSED, BY_LOCAL, ANY,
		"This computer's own firewall refuses port {port}{purpose}; neither your provider "
		"nor the mail server is to blame.",
		"{PORTS} {IS} REFUSED ON THIS COMPUTER.", "Your provider is not to blame.",
		"{never_left} tries on port {port} were refused here and never left."},
	{VERDICT_REFUSED, ANY, FINDING_NOT_OFFERED,
		"Port {port}{purpose} of {host} does not open, and by what is written about this "
		"service it offers no such port: that says nothing about your network.",
		"{PORTS} {IS} NOT OFFERED BY THIS SERVICE.", "Nobody blocks what is not there.",
		"{resets} of {tries} tries on port {port} were refused (RST)."},
	{VERDICT_REFUSED, ANY, FINDING_CUT,
		"Port {port}{purpose} of {host} opens and is cut off (RST) before the server says "
		"a word.",
		"{PORTS} {IS} CUT OFF.", "",
		"Connections to port {port} were reset before a greeting."},
	{VERDICT_REFUSED, ANY, FINDING_TALK_RESET,
		"Port {port}{purpose} of {host} greets and is then cut off (RST).",
		"{PORTS} {IS} CUT OFF.", "",
		"Port {port} greeted with {greeting}, and the connection was reset."},
	{VERDICT_REFUSED, ANY, FINDING_HELLO_FILTER,
		"Port {port}{purpose} of {host} opens, but a filter on the way resets encryption: "
		"it reads TLS's first message, which gets through only when cut in two.",
		"ENCRYPTION ON {PORTS} IS CUT OFF ON THE WAY.", "The mail server is not to blame.",
		"TLS on port {port} was reset, and worked with its first message cut in two."},
	{VERDICT_REFUSED, ANY, FINDING_NAME_FILTER,
		"Port {port}{purpose} of {host} opens, but a filter on the way resets encryption "
		"that names the server in its first message.",
		"ENCRYPTION ON {PORTS} IS CUT OFF ON THE WAY.", "The mail server is not to blame.",
		"TLS on port {port} was reset, and worked without the server's name."},
	{VERDICT_REFUSED, ANY, FINDING_HELLO_RESET,
		"Port {port}{purpose} of {host} opens, but encryption is cut off: the client's "
		"first TLS message is answered by a reset.",
		"ENCRYPTION ON {PORTS} IS CUT OFF.", "",
		"The first TLS message to port {port} was answered by a reset (RST)."},
	{VERDICT_REFUSED, ANY, FINDING_STARTTLS_RESET,
		"Port {port}{purpose} of {host} opens, but whoever asks for encryption (STARTTLS) "
		"there is cut off by a reset.",
		"ENCRYPTION ON {PORTS} IS CUT OFF.", "",
		"STARTTLS on port {port} was answered by a reset (RST), every time."},
	{VERDICT_REFUSED, BY_PATH, FINDING_IN_FRONT,
		"A device directly in front of {host}, most likely its operator's, refuses port "
		"{port}{purpose} in its name{place}.",
		"{PORTS} {IS} REFUSED IN FRONT OF THE SERVER.", "",
		"{resets} of {tries} tries on port {port} were refused (RST) one hop before the "
		"server."},
	{VERDICT_REFUSED, BY_PATH, ANY,
		"A device on the way refuses port {port}{purpose} in the name of {host}{place}.",
		"{PORTS} {IS} REFUSED ON THE WAY.", "The mail server is not to blame.",
		"{resets} of {tries} tries on port {port} were refused (RST), not by the server."},
	{VERDICT_REFUSED, BY_DESTINATION, ANY,
		"{host} refuses port {port}{purpose}: nothing listens there, or its own firewall "
		"refuses it.",
		"{PORTS} {IS} REFUSED BY THE SERVER.", "Your provider is not to blame.",
		"{resets} of {tries} tries on port {port} were refused (RST) by the server."},
	{VERDICT_REFUSED, ANY, ANY,
		"Port {port}{purpose} of {host} is refused: nothing listens there, or something on "
		"the way says so.",
		"{PORTS} {IS} REFUSED.", "",
		"{resets} of {tries} tries on port {port} were refused (RST)."},

	{VERDICT_UNREACHABLE, BY_LOCAL, FINDING_NEIGHBOUR_SILENT,
		"Nothing gets to {host}: the next machine on this computer's own network does not "
		"answer.",
		"THE NEXT MACHINE ON THIS NETWORK DOES NOT ANSWER.", "",
		"The question for its hardware address was never answered."},
	{VERDICT_UNREACHABLE, BY_LOCAL, FINDING_NO_SOURCE,
		"This computer has no address from which it could reach {host}: it has none of that "
		"kind (IPv4 or IPv6), or only one for its own link.",
		"THIS COMPUTER HAS NO ADDRESS TO SEND FROM.", "Your provider is not to blame.",
		"The route to {address} comes without a usable source address."},
	{VERDICT_UNREACHABLE, BY_LOCAL, ANY,
		"A route of this computer's forbids every connection to {host}: {error}.",
		"{PORTS} {IS} FORBIDDEN BY A ROUTE OF THIS COMPUTER.",
		"Your provider is not to blame.", "The route to {address} gives: {error}."},
	{VERDICT_UNREACHABLE, ANY, FINDING_HOST_UNKNOWN,
		"There is no machine at {address}: the last router{place} looked for it in vain, "
		"so the server is off or the address is wrong.",
		"THE SERVER IS NOT THERE.", "",
		"{icmp_errors} of {tries} tries were answered \"{icmp}\" by {icmp_from}."},
	{VERDICT_UNREACHABLE, ANY, FINDING_ROUTING_LOOP,
		"Packets to {host} go round in a circle{place} and never arrive.",
		"PACKETS TO THE SERVER GO ROUND IN A CIRCLE.", "The mail server is not to blame.",
		"{icmp_errors} of {tries} tries were answered \"{icmp}\" by {icmp_from}."},
	{VERDICT_UNREACHABLE, ANY, FINDING_NOT_OFFERED,
		"Port {port}{purpose} of {host} does not open, and by what is written about this "
		"service it offers no such port: that says nothing about your network.",
		"{PORTS} {IS} NOT OFFERED BY THIS SERVICE.", "Nobody blocks what is not there.",
		"{icmp_errors} of {tries} tries on port {port}: {icmp_from} said \"{icmp}\"."},
	{VERDICT_UNREACHABLE, BY_DESTINATION, ANY,
		"{host} turns port {port}{purpose} away: it answers \"{icmp}\".",
		"{PORTS} {IS} TURNED AWAY BY THE SERVER.", "Your provider is not to blame.",
		"{icmp_errors} of {tries} tries on port {port} were answered \"{icmp}\"."},
	{VERDICT_UNREACHABLE, ANY, ANY,
		"{icmp_from} on the way to {host} turns port {port}{purpose} away: it answers "
		"\"{icmp}\".",
		"{PORTS} {IS} TURNED AWAY ON THE WAY.", "The mail server is not to blame.",
		"{icmp_errors} of {tries} tries on port {port}: {icmp_from} said \"{icmp}\"."},

	{VERDICT_THROTTLED, ANY, FINDING_POLICED,
		"Mail {way} {host} on port {port}{purpose} is limited to about {limit}: what is "
		"sent faster is thrown away.",
		"MAIL ON {PORTS} IS SLOWED DOWN.", "",
		"What was sent on port {port} faster than {limit} was lost."},
	{VERDICT_THROTTLED, ANY, FINDING_SHAPED,
		"Mail {way} {host} on port {port}{purpose} is limited to about {limit}: a first "
		"burst passes, and what follows has to wait.",
		"MAIL ON {PORTS} IS SLOWED DOWN.", "",
		"What was sent on port {port} arrived at an even {limit}."},
	{VERDICT_THROTTLED, ANY, FINDING_SOURCE_LIMIT,
		"Port {port}{purpose} of {sharers} addresses together, {host} among them, takes "
		"about {rate} new connections a second, {burst} at once; what is faster {excess}.",
		"{PORTS} {IS} SLOWED DOWN, FOR SEVERAL HOSTS TOGETHER.", "",
		"Slow tries were answered; of fast ones to {sharers} addresses about {rate} a "
		"second in all, and the rest {excess}."},
	{VERDICT_THROTTLED, ANY, FINDING_HOST_LIMIT,
		"{host} takes about {rate} new connections a second on all its ports together, "
		"{burst} at once; what is faster {excess}.",
		"{PORTS} {IS} SLOWED DOWN.", "",
		"Slow tries were answered; of fast ones about {rate} a second, and the rest "
		"{excess}."},
	{VERDICT_THROTTLED, ANY, FINDING_CONNECTION_LIMIT,
		"Port {port}{purpose} of {host} takes {burst} connections at a time; one more "
		"{excess}.",
		"{PORTS} {IS} LIMITED.", "",
		"{burst} connections at a time were answered; one more {excess}."},
	{VERDICT_THROTTLED, ANY, FINDING_BAN,
		"Port {port}{purpose} of {host} shuts out this machine for a while after {burst} "
		"connections in a row.",
		"{PORTS} {IS} SHUT AFTER SOME TRIES.", "",
		"The first {burst} tries were answered; what came after {excess}."},
	{VERDICT_THROTTLED, ANY, ANY,
		"Port {port}{purpose} of {host} takes about {rate} new connections a second, "
		"{burst} at once; what is faster {excess}.",
		"{PORTS} {IS} SLOWED DOWN.", "",
		"Slow tries were answered; of fast ones about {rate} a second, and the rest "
		"{excess}."},

	{VERDICT_LOSSY, ANY, FINDING_PORT_LOSS,
		"Port {port}{purpose} of {host} loses {loss} of tries at random while other ports "
		"lose {control_loss}: the service or one of several machines behind it may be "
		"overloaded.",
		"{PORTS} {IS} UNRELIABLE.", "The line itself is in order.",
		"{missing} of {tries} tries on port {port} were lost, of other ports "
		"{control_loss}."},
	{VERDICT_LOSSY, BY_LOCAL, ANY,
		"This computer's own firewall now and then refuses to send to port {port}{purpose} "
		"of {host}; neither your provider nor the mail server is to blame.",
		"{PORTS} {IS} UNRELIABLE BECAUSE OF THIS COMPUTER.",
		"Your provider is not to blame.",
		"The system refused to send {never_left} tries on port {port}."},
	{VERDICT_LOSSY, ANY, ANY,
		"The line to {host} loses {loss} of all tries at random, whatever the port; port "
		"{port}{purpose} works, unreliably.",
		"THE LINE TO THE SERVER LOSES PACKETS.", "No port is blocked.",
		"{missing} of {tries} tries on port {port} were lost, of other ports "
		"{control_loss}."},

	{VERDICT_INTERCEPTED, ANY, FINDING_STARTTLS_STRIPPED,
		"A device on the way to {host} takes encryption (STARTTLS) out of what port "
		"{port}{purpose} offers.",
		"ENCRYPTION ON {PORTS} IS TAKEN OUT ON THE WAY.",
		"The mail server is not to blame.",
		"What the server offers on port {port} was written over on the way."},
	{VERDICT_INTERCEPTED, ANY, FINDING_STARTTLS_REPLACED,
		"A device on the way to {host} takes encryption (STARTTLS) out of what port "
		"{port}{purpose} offers.",
		"ENCRYPTION ON {PORTS} IS TAKEN OUT ON THE WAY.",
		"The mail server is not to blame.",
		"Another keyword stands in the place of STARTTLS on port {port}."},
	{VERDICT_INTERCEPTED, ANY, FINDING_STARTTLS_GARBLED,
		"A device on the way to {host} changes the request for encryption (STARTTLS) on "
		"port {port}{purpose}, so that the server does not know it.",
		"ENCRYPTION ON {PORTS} IS TAKEN OUT ON THE WAY.",
		"The mail server is not to blame.",
		"STARTTLS is offered on port {port}, and unknown when it arrives."},
	{VERDICT_INTERCEPTED, ANY, FINDING_SYN_PROXY,
		"A device on the way to {host} accepts connections to port {port}{purpose} in its "
		"name and hands them on later (a SYN proxy{place}).",
		"{PORTS} {IS} ANSWERED BY SOMETHING ELSE FIRST.", "",
		"The first answer on port {port} is not the server's."},
	{VERDICT_INTERCEPTED, ANY, FINDING_FORGED_REFUSAL,
		"A device on the way sends refusals for port {port}{purpose} in the name of "
		"{host}{place}, while the server itself answers.",
		"CONNECTIONS TO {PORTS} ARE CUT OFF ON THE WAY.",
		"The mail server is not to blame.",
		"Resets came in the server's name beside its own answers on port {port}."},
	{VERDICT_INTERCEPTED, ANY, FINDING_FOREIGN_RESET,
		"A device on the way cuts connections to port {port}{purpose} of {host} off in its "
		"name, while the server goes on.",
		"CONNECTIONS TO {PORTS} ARE CUT OFF ON THE WAY.",
		"The mail server is not to blame.",
		"Resets came in the server's name, and the server went on sending."},
	{VERDICT_INTERCEPTED, ANY, ANY,
		"Something on the way answers on port {port}{purpose} in the place of "
		"{host}{place}.",
		"{PORTS} {IS} ANSWERED BY SOMETHING ELSE.", "The mail server is not to blame.",
		"Answers on port {port} came from nearer than the server."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_PLAIN_TEXT,
		"Port {port}{purpose} of {host} speaks {protocol}, but encryption has to come "
		"first there.",
		"{PORTS} {IS} SET UP WITHOUT ENCRYPTION.", "The network is not to blame.",
		"Port {port} spoke {protocol}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_WRONG_PROTOCOL,
		"Port {port}{purpose} of {host} opens, but what answers there is {protocol}.",
		"{PORTS} {IS} SET UP WRONGLY.", "The network is not to blame.",
		"Port {port} spoke {protocol}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_STARTTLS_REFUSED,
		"Port {port}{purpose} of {host} refuses encryption (STARTTLS), which is needed "
		"there.",
		"{PORTS} {IS} SET UP WITHOUT ENCRYPTION.", "The network is not to blame.",
		"STARTTLS was asked for on port {port} and refused."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_TLS_ALERT,
		"Port {port}{purpose} of {host} opens, but client and server cannot agree on "
		"encryption: {alert}.",
		"{PORTS} CANNOT AGREE ON ENCRYPTION.", "The network is not to blame.",
		"The TLS handshake on port {port} ended with an alert: {alert}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_CERTIFICATE_REFUSED,
		"Port {port}{purpose} of {host} opens, but the client does not accept its "
		"certificate: {alert}.",
		"THE CERTIFICATE ON {PORTS} IS NOT ACCEPTED.", "The network is not to blame.",
		"The client refused the certificate of port {port}: {alert}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_HUNG_UP,
		"Port {port}{purpose} of {host} takes connections and closes them without a "
		"greeting.",
		"CONNECTIONS TO {PORTS} ARE CLOSED AT ONCE.", "",
		"Port {port} answered{took}, and closed without a word."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_FLOOD,
		"Port {port}{purpose} of {host} sends bytes without an end where a line was due.",
		"{PORTS} {IS} SET UP WRONGLY.", "The network is not to blame.",
		"Port {port} sent bytes without end."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_TALK_CLOSED,
		"Port {port}{purpose} of {host} greets and then closes the connection before "
		"anything can be done.",
		"CONNECTIONS TO {PORTS} ARE CLOSED AFTER THE GREETING.", "",
		"Port {port} greeted with {greeting}, and closed the connection."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_TLS_CLOSED,
		"Port {port}{purpose} of {host} opens, but the server closes the connection when "
		"encryption begins.",
		"ENCRYPTION ON {PORTS} IS HUNG UP ON.", "",
		"Port {port} closed the connection in the TLS handshake."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_TLS_FAILED,
		"Port {port}{purpose} of {host} opens, but what it answers to encryption is none.",
		"{PORTS} CANNOT AGREE ON ENCRYPTION.", "The network is not to blame.",
		"TLS on port {port} failed: {tls_error}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_DANE_MISMATCH,
		"Port {port}{purpose} of {host} works, but its certificate is not the one that "
		"DNS tells (DANE): it was changed without DNS, or somebody sits in between.",
		"THE CERTIFICATE OF {PORTS} IS NOT THE ONE THAT DNS TELLS.", "",
		"The certificate of port {port} is not that of its TLSA record."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_EXPIRED,
		"Port {port}{purpose} of {host} works, but its certificate expired {not_after}.",
		"THE CERTIFICATE OF {PORTS} HAS EXPIRED.", "The network is not to blame.",
		"The certificate of port {port} expired {not_after}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_NOT_YET_VALID,
		"Port {port}{purpose} of {host} works, but its certificate is not valid before "
		"{not_before}; or this computer's clock is wrong.",
		"THE CERTIFICATE OF {PORTS} IS NOT VALID YET.", "The network is not to blame.",
		"The certificate of port {port} is not valid before {not_before}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_SELF_SIGNED,
		"Port {port}{purpose} of {host} works, but its certificate is signed by nobody but "
		"itself, so mail programs refuse it.",
		"THE CERTIFICATE OF {PORTS} IS NOT TRUSTED.", "The network is not to blame.",
		"The certificate of port {port} is signed by itself."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_INTERMEDIATE_MISSING,
		"Port {port}{purpose} of {host} works, but it leaves out the certificate of its "
		"issuer, so not every mail program can check it.",
		"THE CERTIFICATE CHAIN OF {PORTS} IS INCOMPLETE.", "The network is not to blame.",
		"Port {port} sent its own certificate without its issuer's."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_NOT_TRUSTED,
		"Port {port}{purpose} of {host} works, but nobody who is trusted vouches for its "
		"certificate.",
		"THE CERTIFICATE OF {PORTS} IS NOT TRUSTED.", "The network is not to blame.",
		"The certificate of port {port} was issued by {issuer}: {verify_reason}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_OTHER_NAME,
		"Port {port}{purpose} of {host} works, but its certificate is for {names}.",
		"THE CERTIFICATE OF {PORTS} IS FOR ANOTHER NAME.", "The network is not to blame.",
		"The certificate of port {port} is for {names}, not for {asked_name}."},
	{VERDICT_MISCONFIGURED, ANY, FINDING_STARTTLS_ABSENT,
		"Port {port}{purpose} of {host} does not offer encryption (STARTTLS), which is "
		"needed there.",
		"{PORTS} {IS} SET UP WITHOUT ENCRYPTION.", "", "Port {port} offers no STARTTLS."},
	{VERDICT_MISCONFIGURED, ANY, ANY,
		"Port {port} of {host} opens, but what answers there is not right for it{purpose}.",
		"{PORTS} {IS} SET UP WRONGLY.", "The network is not to blame.",
		"Port {port} answered{took}."},
	{VERDICT_REJECTED, ANY, FINDING_GREETING_REFUSAL,
		"{host} itself turns this machine away on port {port}{purpose}; it says "
		"{greeting}.",
		"{PORTS} {IS} TURNED AWAY BY THE SERVER.", "The network is not to blame.",
		"Port {port} answered{took}, and said {greeting}."},
	{VERDICT_REJECTED, ANY, ANY,
		"{host} itself turns this machine away on port {port}{purpose}.",
		"{PORTS} {IS} TURNED AWAY BY THE SERVER.", "The network is not to blame.",
		"Port {port} answered{took}, and said no."},

	{VERDICT_DOWN, ANY, ANY,
		"Nothing at {host} answers on any port: it is off, or the address is wrong, or it "
		"lets nothing in; so a block of port {port} cannot be concluded.",
		"THE SERVER DOES NOT ANSWER AT ALL.", "",
		"{missing} of {tries} tries on port {port} had no answer, and no other port "
		"answered."},

	{VERDICT_INCONCLUSIVE, ANY, FINDING_MIDWAY,
		"The capture has only the middle of connections to port {port}{purpose} of {host}; "
		"one that has their beginning would settle it.",
		"{PORTS} CANNOT BE JUDGED.", "",
		"Connections to port {port} were there before the capture began."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_UNHEARD,
		"Port {port}{purpose} of {host} opens, but the client left before the server had "
		"said anything; waiting ten seconds for it would settle it.",
		"{PORTS} CANNOT BE JUDGED.", "",
		"Port {port} answered{took}, and the client left before a greeting."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_NO_SESSION,
		"Port {port}{purpose} of {host} answers packets, but no connection for a mail "
		"session could be had ({session_error}); asking again, later, would settle it.",
		"{PORTS} CANNOT BE JUDGED.", "",
		"Port {port} answered{took}, but a connection failed: {session_error}."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_STARVED,
		"Port {port}{purpose} of {host} had no answer to {missing} of {tries} tries, which "
		"a limit may explain that other hosts' tries had used up; asking this host alone "
		"would settle it.",
		"{PORTS} CANNOT BE JUDGED.", "",
		"{missing} of {tries} tries on port {port} had no answer, while other hosts' met a "
		"limit."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_SHALLOW,
		"Port {port}{purpose} of {host} did not open ({error}); only a test with packets, "
		"as root, can say who is the cause.",
		"{PORTS} DID NOT OPEN.", "", "The connection to port {port} failed: {error}."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_ONE_WAY,
		"Clients go on with their connections to port {port}{purpose} of {host}, so it "
		"answers, but the capture has none of its packets; one that holds both directions "
		"would settle it.",
		"{PORTS} CANNOT BE JUDGED.", "", "The capture holds one direction alone."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_NEIGHBOUR_SILENT,
		"Nothing gets to {host}: the next machine on this computer's own network does not "
		"answer; check the cable and the router, then ask again.",
		"THE NEXT MACHINE ON THIS NETWORK DOES NOT ANSWER.", "",
		"The question for its hardware address was never answered."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_CAPTURE_LOST,
		"Too many packets were lost by the capture to judge port {port}{purpose} of "
		"{host}; asking again on a quieter machine would settle it.",
		"{PORTS} CANNOT BE JUDGED.", "", "{missing} of {tries} tries on port {port}."},
	{VERDICT_INCONCLUSIVE, ANY, FINDING_SOURCE_ELSEWHERE,
		"Nothing of {host} answers, and packets to it bear an address of this computer's "
		"({source}) that is not of the interface by which they leave: answers may not find "
		"back; asking with the interface's own address would settle it.",
		"NOTHING ANSWERS, AND THE SENDER'S ADDRESS MAY BE WHY.", "",
		"{missing} of {tries} tries from {source} had no answer, on any port."},
	{VERDICT_INCONCLUSIVE, BY_LOCAL, ANY,
		"This computer cannot send to port {port}{purpose} of {host}: {error}; its address "
		"or the interface to it (--interface) may be wrong.",
		"{PORTS} CANNOT BE JUDGED.", "",
		"The system failed to send {never_left} tries on port {port}: {error}."},
	{VERDICT_INCONCLUSIVE, ANY, ANY,
		"What was seen of port {port}{purpose} of {host} does not carry a verdict: "
		"{missing} of {tries} tries had no answer; more tries, with another port of the "
		"same server to compare, would settle it.",
		"{PORTS} CANNOT BE JUDGED.", "",
		"{missing} of {tries} tries on port {port} had no answer."},
};

static bool row_holds(const struct summary_row *row, const struct result *result)
{
	return row->word == (int)result->verdict.word &&
		(row->by == ANY || row->by == (int)result->verdict.by) &&
		(row->finding == ANY ||
			verdict_has(&result->verdict, (enum finding_id)row->finding));
}

const struct summary_row *summary_row_of(const struct result *result)
{
	const struct summary_row *row = rows;

	while (!row_holds(row, result)) {
		row++;
		assert(row < rows + sizeof(rows) / sizeof(rows[0]));
	}
	return row;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->known == b->known && a->ttl == b->ttl && a->relation == b->relation &&
		address_equal(&a->address, &b->address);
}

static bool same_insight(const struct session_account *a, const struct session_account *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return memcmp(a->insight.certificate.sha256, b->insight.certificate.sha256,
		       CERTIFICATE_SHA256) == 0 &&
		strcmp(a->insight.tls_error, b->insight.tls_error) == 0 &&
		a->insight.tls_version == b->insight.tls_version;
}

/* One sentence tells of both only if it quotes the same of both. */
static bool same_session(const struct result *a, const struct result *b)
{
	const struct transcript *one = a->figures.session.transcript;
	const struct transcript *other = b->figures.session.transcript;

	if (a->verdict.phase == PHASE_CONNECT || one == NULL || other == NULL)
		return true;
	return one->speaks == other->speaks &&
		strcmp(session_greeting(&a->figures.session),
			session_greeting(&b->figures.session)) == 0 &&
		session_alert(&a->figures.session)->description ==
		session_alert(&b->figures.session)->description &&
		same_insight(a->figures.session.account, b->figures.session.account);
}

/* Ports are told together where one rule of this machine's stops them all. */
static bool same_rule(const struct result *a, const struct result *b)
{
	const struct local_rule *one = a->figures.local.rule, *other = b->figures.local.rule;

	if (one == NULL || other == NULL)
		return one == other;
	return one->kind == other->kind && one->handle == other->handle &&
		strcmp(one->family, other->family) == 0 && strcmp(one->table, other->table) == 0 &&
		strcmp(one->chain, other->chain) == 0 && strcmp(one->text, other->text) == 0;
}

bool summary_same(const struct result *a, const struct result *b)
{
	return address_equal(&a->address, &b->address) && a->verdict.by == b->verdict.by &&
		a->verdict.phase == b->verdict.phase && summary_row_of(a) == summary_row_of(b) &&
		same_place(&a->verdict.hop, &b->verdict.hop) &&
		address_equal(&a->figures.icmp.from, &b->figures.icmp.from) &&
		a->figures.icmp.code == b->figures.icmp.code && same_rule(a, b) &&
		same_session(a, b);
}

bool summary_told_before(const struct result *results, size_t index)
{
	const struct result *one = &results[index];

	for (size_t i = index; i > 0 && address_equal(&results[i - 1].address, &one->address);
		i--) {
		if (summary_same(&results[i - 1], one))
			return true;
	}
	return false;
}

const char *report_summary(
	const struct report *report, const struct result *result, char out[static SUMMARY_TEXT])
{
	static const char interrupted[] = "The run was ended before enough was seen of port "
					  "{port}{purpose} of {host}; letting "
					  "it finish would settle it.";
	bool cut_short = report->interrupted && result->verdict.word == VERDICT_INCONCLUSIVE;

	return wording_fill(out, SUMMARY_TEXT,
		cut_short ? interrupted : summary_row_of(result)->summary, result);
}
