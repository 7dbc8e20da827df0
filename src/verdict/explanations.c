/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One table a kind, indexed by its enum. A new word needs a row here: what it means, how it is
 * decided, what settles it, who acts.
 */
#include "explanations.h"

#include "rule_list.h"

static const struct explanation words[VERDICT_WORDS] = {
	[VERDICT_OPEN] = {"Everything that was asked for works. Nothing on the way, here or at the server "
			  "stops it.",
		"A SYN-ACK that acknowledges our SYN; where a session was held, its greeting, TLS "
		"and certificate were in order as well.",
		"Where the mail program still fails, probe from the same machine as the same user, "
		"and with the same name and port as in its settings.",
		"Nobody has to. Findings may tell what will be wrong soon."},
	[VERDICT_DROPPED] = {"Packets vanish without an answer. The host, or the way to it, is alive.",
		"Spaced tries stay without an answer while another port of the host answers around "
		"each of them, so often that loss does not explain it; or this machine was seen "
		"stopping them (by: local).",
		"A probe from another network: if the port works there, the network here blocks "
		"it; if not, the server's side does.",
		"Whoever is named by \"by\" and \"hop\": you, the provider, or the server's "
		"operator."},
	[VERDICT_REFUSED] = {"A reset answers: something says no at once.",
		"A RST that acknowledges our sequence number, at two moments, and no SYN-ACK.",
		"Whether the server itself said no: a probe from another network, or the log and "
		"\"ss -ltn\" on the server.",
		"The server's operator where the server refuses (no service listens there); whoever "
		"runs the device that refuses in its name otherwise."},
	[VERDICT_UNREACHABLE] = {"A router or the host says by ICMP: not to be reached.",
		"An ICMP or ICMPv6 error that quotes our packet, or a route of this machine that "
		"forbids it. The report names its type, code and sender.",
		"The sender's address, looked up in whois or in your own network plan.",
		"Whoever runs the device that sent the message."},
	[VERDICT_THROTTLED] = {"Answers depend on how fast one asks. A limit turns away what is above it.",
		"Slow tries are answered, fast ones are not, beyond what random loss explains; the "
		"models of limits and of loss are compared, and those with a limit have to carry "
		"95 %. In a capture also: data that is policed or shaped to a rate.",
		"The full ladder of rates (--rate-test), and the same from another address: a limit "
		"for each source leaves that one alone.",
		"You, by sending more slowly or over fewer connections; whoever set the limit, by "
		"raising it."},
	[VERDICT_LOSSY] =
		{"Answers are missing at random, whatever the rate. The service works otherwise.",
			"More than 8 % of the answers are missing without a pattern that a limit would "
			"make; findings say whether on this port alone or on the whole way.",
			"More tries at another time of the day: ping and mtr to the same address tell "
			"where on the way the loss begins.",
			"The provider where the whole way loses packets; the server's operator or whoever "
			"filters where one port alone does."},
	[VERDICT_INTERCEPTED] = {"Something on the way answers for the host, or rewrites the session.",
		"A SYN-ACK that cannot have come from the host, STARTTLS written over, another "
		"party's greeting or certificate, or resets that the server knows nothing of.",
		"The same session from another network, side by side (certificate, greeting, "
		"capabilities).",
		"Whoever runs the network that the device is in: often a firewall that inspects "
		"mail, or a provider that leads port 25 to its own server."},
	[VERDICT_MISCONFIGURED] = {"The port opens, and what is behind it is wrong for this port.",
		"Another protocol answers, STARTTLS is missing where the port needs it, TLS cannot "
		"be agreed on, or the certificate is expired, for another name or not trusted.",
		"openssl s_client on the same port, or the service's log on the server.",
		"The server's operator; you, where the name or the port in the mail program is not "
		"the one that is meant."},
	[VERDICT_REJECTED] = {"The server itself says no in its greeting.",
		"A greeting that begins with 4xx or 5xx (SMTP), * BYE (IMAP) or -ERR (POP3).",
		"The words of the greeting, which the report quotes; the server's log tells why.",
		"The server's operator; you, where your address stands on a block list or has no "
		"name in DNS."},
	[VERDICT_DOWN] =
		{"Nothing at this address answers on any port. So no block of one port can be told.",
			"Mail and control ports are all silent, several times over some seconds, while "
			"routers on the way answer; or no machine of that address is on this network.",
			"The same in ten minutes, and from another network.",
			"The server's operator: is the machine on, and is this its address?"},
	[VERDICT_INCONCLUSIVE] = {"What was seen carries no word. A guess would be worse.",
		"No other rule holds. The summary says what is missing.",
		"What the summary names: root for packets, more tries (--rate-test), another "
		"moment, another network.",
		"You, by looking again; nobody is to blame yet."},
};

static const struct explanation phases[VERDICT_PHASES] = {
	[PHASE_CONNECT] = {"The TCP connection: SYN out, SYN-ACK back.",
		"It is judged from our own SYNs and their answers, as the capture sees them.",
		"For a verdict \"open\", a session takes it further; --no-session stops here.",
		"Filters, routes, limits and the server's listening socket decide here."},
	[PHASE_GREETING] = {"The connection is open, and the server should say its first line.",
		"220 (SMTP), * OK (IMAP) or +OK (POP3) within ten seconds is a greeting; silence, "
		"a RST, a no or another protocol is not.",
		"A second session later: busy servers and grey-listing pause before they greet.",
		"The server, or a proxy in front of it that has no server behind."},
	[PHASE_STARTTLS] = {"The server has greeted, and is asked to turn to TLS (STARTTLS, STLS).",
		"EHLO or CAPABILITY is answered, STARTTLS offered, asked for and accepted.",
		"The same session from another network, where STARTTLS is missing or cut.",
		"The server's configuration, or a device that rewrites mail sessions."},
	[PHASE_TLS] = {"The TLS handshake, from ClientHello to Finished.",
		"It ends complete, with an alert, with a RST, or in silence; in silence it is "
		"tried again cut in two, in small segments, and without the server's name.",
		"openssl s_client on the same port; a larger or smaller MTU where large segments "
		"vanish.",
		"The server's TLS settings, or a filter that reads ClientHellos."},
	[PHASE_CERTIFICATE] =
		{"The server's certificate: its name, its time, and who vouches for it.",
			"OpenSSL's verification against the system's authorities or --ca-file, the "
			"target's name or --servername, and a TLSA record that DNSSEC vouches for.",
			"--servername for the right name, --ca-file for an authority of your own.",
			"The server's operator: certificates are made, renewed and loaded there."},
};

static const struct explanation culprits[VERDICT_BYS] = {
	[BY_LOCAL] = {"This machine itself: its firewall, its routes, its rules for programs.",
		"The kernel refuses to send, the packet is never seen leaving, the answer arrives "
		"and never reaches the system, or a route forbids the destination.",
		"The rule or route that the report names; nft list ruleset and ip route get show "
		"it.",
		"You, or whoever manages this machine."},
	[BY_PATH] = {"A device between this machine and the host.",
		"Its own answer, an answer that came from nearer than the host, or packets that "
		"vanish before they reach it.",
		"The hop in the report: its neighbours are the only places where it can be.",
		"Whoever runs that device: you for your own router, your provider, or a carrier."},
	[BY_DESTINATION] = {"The host itself, or what stands directly in front of it.",
		"The answer carries the host's own signs: its distance, its address, its words.",
		"The server's log, and its firewall's.", "The server's operator."},
	[BY_UNKNOWN] = {"What was seen does not tell who is the cause.",
		"No sign points to one party rather than to another; naming one would be a guess.",
		"A probe from another network, for instance through a mobile phone.",
		"You, by looking from elsewhere."},
};

/* Who acts, in findings that many share. */
#define ACTS_YOU      "You, or whoever manages this machine."
#define ACTS_SERVER   "The server's operator."
#define ACTS_NOBODY   "Nobody has to: it tells how far the verdict can be trusted."
#define ACTS_LIMIT    "You, by asking more slowly; whoever set the limit, by raising it."
#define ACTS_PROVIDER "The provider, or whoever runs the network that it happens in."

#define SETTLES_ELSEWHERE "The same from another network."
#define SETTLES_S_CLIENT  "openssl s_client on the same port shows the same."
#define SETTLES_LOG       "The service's log on the server."

static const struct explanation findings[FINDING_IDS] = {
	[FINDING_LOCAL_OUTPUT] = {"An output filter of this machine stops the packets.",
		"The kernel refuses a raw packet with EPERM or EACCES, and none was seen leaving.",
		"The rule itself: the report names it where nftables can be asked, else nft list "
		"ruleset shows all.",
		ACTS_YOU},
	[FINDING_LOCAL_EGRESS] = {"A filter on this machine's interface stops the packets.",
		"Packets are written without an error, and the capture on the same interface never "
		"sees them, though it lost nothing.",
		"nft list ruleset (tables of family netdev), tc filter show dev IF egress.",
		ACTS_YOU},
	[FINDING_LOCAL_INPUT] = {"An input filter of this machine stops the answers.",
		"The capture sees the server's SYN-ACK, and the kernel's own connect() never gets "
		"it: it sends its SYN again.",
		"nft list ruleset (hooks ingress, prerouting, input); where two ways lead to the "
		"host also the reverse-path filter (sysctl net.ipv4.conf.all.rp_filter).",
		ACTS_YOU},
	[FINDING_LOCAL_PROCESS] = {"A rule for programs denies the connection, not one for packets.",
		"Raw packets are answered, and connect() fails with EPERM or EACCES before a SYN "
		"of its own leaves.",
		"The same as another user or outside of the service (cgroup, systemd unit, "
		"security module).",
		ACTS_YOU},
	[FINDING_LOCAL_ROUTE] = {"A route of this machine forbids the destination.",
		"The kernel answers the question for a route with an error (blackhole, "
		"unreachable, prohibit, none at all).",
		"ip route get ADDRESS says the same; ip rule and ip route show table all have it.",
		ACTS_YOU},
	[FINDING_NEIGHBOUR_SILENT] = {"The next machine on the network answers no question for its address.",
		"ARP or neighbour solicitations leave and get no answer.",
		"ip neigh show, and a look at the cable, the Wi-Fi or the virtual switch.",
		"You, or whoever runs that network: the gateway or the host is off or elsewhere."},
	[FINDING_PORT_LIMIT] = {"A limit on the rate of new connections, for this port alone.",
		"The model of a token bucket on this port explains the answers better than loss "
		"and every other limit; other ports answer while it is empty.",
		"The full ladder (--rate-test) narrows rate and burst. Whether it counts each "
		"source for itself shows from another address at the same time.",
		ACTS_LIMIT},
	[FINDING_HOST_LIMIT] =
		{"A limit on the rate of new connections, shared by all ports of the host.",
			"The model of one token bucket for this port and the control ports explains the "
			"answers best, and a second burst confirms it.",
			"The full ladder (--rate-test), on another port of the same host.",
			ACTS_LIMIT},
	[FINDING_SOURCE_LIMIT] = {"One limit on new connections counts several addresses together.",
		"Several hosts were asked in one run, and the model of one token bucket for this "
		"port at all of them explains who was answered when better than a limit, or a "
		"loss, of each one's own (probability .95 or more).",
		"One of the hosts alone gets the whole rate; another connection to the Internet, "
		"or another machine behind it, shows whether the limit is this machine's, its "
		"router's or the provider's.",
		"You, if it is a rule of your own router or firewall; else the provider. Only "
		"where all these addresses stand in one network may it be theirs."},
	[FINDING_STARVED] = {"Other hosts' probes may have used up a limit on this port.",
		"The same port of another host that was asked in the same run is limited. What "
		"is missing here is missing at moments when one limit for both would have been "
		"used up, so neither a filter nor loss is sure.",
		"This host alone, after a minute.", ACTS_NOBODY},
	[FINDING_CONNECTION_LIMIT] = {"So many connections at a time are taken, however slowly they come.",
		"Connections that are held open use up the limit and get no more answers; when "
		"they are let go, answers come again.",
		"The full ladder (--rate-test), which holds connections open and lets them go.",
		"You, by using fewer connections at a time; whoever set the limit, by raising it."},
	[FINDING_BAN] = {"After so many attempts answers cease altogether.",
		"Answers come up to a point and none after it, at any rate, while other ports "
		"still answer.",
		"The same after a quarter of an hour, or from another address.",
		"You, by waiting; the server's operator, by taking the address off the list."},
	[FINDING_PATH_LOSS] = {"The whole way loses packets, not this port alone.",
		"This port and the control ports miss answers alike.",
		"mtr or ping to the same address, for minutes rather than seconds.", ACTS_PROVIDER},
	[FINDING_PORT_LOSS] = {"This port loses packets, the others do not.",
		"Its share of missing answers stands out from that of the control ports, and no "
		"limit explains it.",
		"More tries: one of several servers or ways behind the address may be broken.",
		"The server's operator, or whoever balances its load."},
	[FINDING_LATE_ANSWERS] = {"Some answers came a second or more after the question.",
		"Time stamps of the capture. About one second is a SYN-ACK sent again.",
		"More tries; radio links wake up slowly, full servers take long.", ACTS_NOBODY},
	[FINDING_MIXED_ANSWERS] = {"The same port accepts some tries and refuses others.",
		"Both a SYN-ACK and a RST or an ICMP error were seen, and no limit explains it.",
		"More tries: if the source port decides, one of several servers or ways behind "
		"the address refuses.",
		"The server's operator, or whoever balances its load."},
	[FINDING_HOST_UNKNOWN] = {"The last router finds no such machine on its network.",
		"ICMP \"host unreachable\" or \"address unreachable\" that comes a second or more "
		"later, as after ARP or NDP in vain.",
		"The server's own console: is it on, and is this its address?", ACTS_SERVER},
	[FINDING_ROUTING_LOOP] = {"Packets go round in a circle.",
		"\"Time exceeded\" answers a packet that had the full hop limit.",
		"traceroute to the address shows the routers that repeat.", ACTS_PROVIDER},
	[FINDING_CAPTURE_LOST] =
		{"The capture lost packets, so answers may be missing that did come.",
			"The kernel's own count of packets that found no room.",
			"The same on a machine with less to do, or with a narrower filter.",
			ACTS_NOBODY},
	[FINDING_ANOMALIES] = {"Answers came to questions that were never sent. They were ignored.",
		"Their addresses and ports are ours, their numbers fit no packet of ours.",
		"The evidence file: are they an older connection's, or does somebody guess?",
		ACTS_NOBODY},
	[FINDING_STALE_STATE] = {"The server answered for an older connection. That was ignored.",
		"An ACK without SYN for a SYN of ours: the server, or a device before it, still "
		"holds a connection of the same ports.",
		"The same two minutes later.", ACTS_NOBODY},
	[FINDING_PATH_ALIVE] = {"Routers on the way answer, though nothing at the address does.",
		"Hop-limited packets get \"time exceeded\" from them.", SETTLES_ELSEWHERE,
		ACTS_SERVER},
	[FINDING_SHALLOW] = {"Judged by connect() alone, without packets.",
		"The program had no right to send and capture packets (root, CAP_NET_RAW).",
		"The same with sudo.", "You."},
	[FINDING_MIDWAY] = {"The capture has only connections that were there before it began.",
		"Packets of the port, and no SYN among them.",
		"A capture that begins before the mail program connects.", "You."},
	[FINDING_UNHEARD] = {"The client left before a greeting was due.",
		"The connection opened, and its client closed it within ten seconds and before "
		"a greeting.",
		"A client that waits.", "You."},
	[FINDING_SILENT_SERVER] = {"The connection opens, and no greeting comes.",
		"Ten seconds of silence after the handshake, in most sessions.", SETTLES_LOG,
		"The server's operator; a proxy on the way that has lost its server looks alike."},
	[FINDING_CUT] = {"The connection opens, and is reset before a greeting.",
		"A RST after the handshake and before the first line, in most sessions.",
		SETTLES_LOG,
		"The server's operator (access lists, a service that fails), or a device on the "
		"way."},
	[FINDING_GREETING_REFUSAL] = {"The greeting itself says no.",
		"4xx, 5xx, * BYE or -ERR in the place of a welcome; the report quotes it.",
		"The words of the greeting; 4xx may pass by itself within an hour.",
		"The server's operator; you, where a block list is the reason."},
	[FINDING_WRONG_PROTOCOL] = {"What answers does not speak the port's protocol.",
		"Its first bytes are those of another protocol, which the report names.",
		"nc or openssl s_client on the same port shows the same bytes.",
		"The server's operator; you, where another port is meant."},
	[FINDING_PLAIN_TEXT] = {"Plain mail where TLS has to come first.",
		"A ClientHello is answered by a greeting in plain text.", SETTLES_S_CLIENT,
		ACTS_SERVER},
	[FINDING_STARTTLS_STRIPPED] = {"STARTTLS is written over on the way.",
		"XXXXXXXA or the like in the place of a keyword, a greeting of asterisks, or "
		"STARTTLS that is accepted though it was not offered.",
		SETTLES_ELSEWHERE,
		"Whoever runs the firewall that inspects mail, often your own network's."},
	[FINDING_STARTTLS_REFUSED] = {"STARTTLS was asked for and refused.",
		"A reply 4xx or 5xx, NO, BAD or -ERR to STARTTLS or STLS.", SETTLES_LOG,
		"The server's operator: often the certificate cannot be read."},
	[FINDING_HELLO_UNANSWERED] = {"The first message of TLS (ClientHello) is never answered.",
		"Not one byte comes after it, in most sessions.",
		"Whether it passes cut in two, in small segments or without a name: other findings "
		"tell.",
		"Whoever filters TLS on the way, or the server's operator."},
	[FINDING_HELLO_RESET] = {"The first message of TLS (ClientHello) is answered by a reset.",
		"A RST follows it, in most sessions.",
		"Whether it passes cut in two or without a name: other findings tell.",
		"Whoever filters TLS on the way, or the server's operator."},
	[FINDING_TLS_ALERT] = {"The handshake ends with an alert: the two cannot agree.",
		"A TLS alert, which the report names.", SETTLES_S_CLIENT,
		"The server's operator (versions, ciphers); you, where the mail program is old."},
	[FINDING_CERTIFICATE_REFUSED] = {"The client does not take the server's certificate.",
		"The client's alert says so (bad, expired, unknown authority).", SETTLES_S_CLIENT,
		"The server's operator; you, where an authority of your own is missing here."},
	[FINDING_POLICED] = {"Data above a rate is thrown away.",
		"Losses fall where a token bucket of one rate and size makes them, and no queue "
		"stood before them.",
		"A capture at the sender's side of a longer transfer.", ACTS_PROVIDER},
	[FINDING_SHAPED] = {"Data above a rate has to wait.",
		"A burst passes at once, then everything queues and arrives at one even rate.",
		"A capture at the sender's side of a longer transfer.", ACTS_PROVIDER},
	[FINDING_EVEN_RATE] = {"Data flows at an even rate, as on a slow line.",
		"The rate stays the same for seconds, without the burst before it that gives a "
		"shaper away.",
		"The line's rate by contract: if it is higher, something else limits.",
		"Nobody has to, where the line is that slow."},
	[FINDING_WINDOW_CLOSED] =
		{"The receiver takes nothing for a while. It is slow, not the network.",
			"Its TCP window was closed for a second, or for a tenth of the transfer.",
			"The load, disk and content filters of the receiving server.", ACTS_SERVER},
	[FINDING_REPEATS] = {"More than one data segment in a hundred is sent again.",
		"Segments seen twice, among a hundred or more.",
		"A capture at the other end tells in which direction they are lost.",
		ACTS_PROVIDER},
	[FINDING_MANY_REPEATS] = {"More than one data segment in twenty is sent again.",
		"Segments seen twice, among a hundred or more.",
		"A capture at the other end tells in which direction they are lost.",
		ACTS_PROVIDER},
	[FINDING_LARGE_UNTAKEN] = {"Large packets are never acknowledged, small ones pass.",
		"Full-sized segments were sent again and again in vain, and no ICMP said so.",
		"ping with the largest size and \"do not fragment\" (ping -M do -s 1472).",
		"You, by a smaller MTU or MSS; whoever runs the tunnel on the way."},
	[FINDING_REST_CUT] = {"A connection that rested is dead, without a word.",
		"Data after a rest is never acknowledged, on a connection that worked before.",
		"Keep-alives below the rest's length: if they help, a device forgets connections.",
		"Whoever runs the firewall or NAT that forgets; you, by shorter keep-alives."},
	[FINDING_REST_RESET] = {"A connection that rested is reset when it is used again.",
		"A RST answers the first data after a rest.",
		"Keep-alives below the rest's length: if they help, a device forgets connections.",
		"Whoever runs the firewall or NAT that forgets; you, by shorter keep-alives."},
	[FINDING_RESET_MIDWAY] = {"A connection was reset while it was in use.",
		"A RST from the server's side while neither end was closing.",
		"A capture on the server: has it sent that RST?",
		"The server's operator, or whoever runs a device that resets in its name."},
	[FINDING_FOREIGN_RESET] = {"Resets come in the server's name that it knows nothing of.",
		"A RST whose packet does not look like the server's, and the server goes on "
		"sending after it, at least twice.",
		"A capture on the server: it has not sent that RST.", ACTS_PROVIDER},
	[FINDING_HOPS_CHANGE] = {"The distance of what answers changes after the SYN-ACK.",
		"The hop limit of received packets changes on every connection, at the same place.",
		"Not needed: proxies before servers are common, and harmless by themselves.",
		ACTS_NOBODY},
	[FINDING_VERSIONS_REFUSED] =
		{"The server takes none of the TLS versions that the client offers.",
			"An alert \"protocol version\" answers the ClientHello.",
			"openssl s_client with -tls1_2 and with -tls1_3.",
			"The server's operator; you, where the mail program is old."},
	[FINDING_STARTTLS_RESET] = {"Every STARTTLS is answered by a reset.",
		"A RST follows STARTTLS on every connection, at least twice, and nothing else "
		"draws one.",
		SETTLES_ELSEWHERE,
		"Whoever runs a device on the way that will not let mail be encrypted, or the "
		"server's operator."},
	[FINDING_HUNG_UP] = {"The server closes the connection before a greeting.",
		"A FIN before the first line, in most sessions.", SETTLES_LOG,
		"The server's operator: access lists, or a service that fails to start."},
	[FINDING_FLOOD] = {"Bytes without an end come where a line is due.",
		"More than a line may be long, without a line break.",
		"nc on the same port shows the same bytes.", ACTS_SERVER},
	[FINDING_TALK_SILENT] = {"The server greets, and leaves a command unanswered.",
		"Ten seconds of silence after a command, in most sessions.", SETTLES_LOG,
		"The server's operator, or whoever filters mail sessions on the way."},
	[FINDING_TALK_CLOSED] = {"The server greets, and closes in the midst.",
		"A FIN before the session was at its end, in most sessions.", SETTLES_LOG,
		ACTS_SERVER},
	[FINDING_TALK_RESET] = {"The server greets, and the connection is reset in the midst.",
		"A RST before the session was at its end, in most sessions.", SETTLES_LOG,
		"The server's operator, or whoever filters mail sessions on the way."},
	[FINDING_STARTTLS_ABSENT] = {"STARTTLS is not offered.",
		"The reply to EHLO, CAPABILITY or CAPA is complete and does not name it.",
		"The same from another network: a device on the way may have taken it out.",
		ACTS_SERVER},
	[FINDING_STARTTLS_UNEVEN] =
		{"STARTTLS is missing here. The same server offers it on another port.",
			"Both greetings name the same server.",
			"The same from another network: a device on the way may have taken it out.",
			"The server's operator, or whoever inspects mail on the way."},
	[FINDING_TLS_STALLED] = {"A handshake of TLS begins and never ends.",
		"Bytes of the server's handshake came, and then nothing more.",
		"Whether it works in small segments: another finding tells.",
		"Whoever runs the way where large packets vanish, or the server's operator."},
	[FINDING_TLS_CLOSED] = {"The server closes in the handshake, without an alert.",
		"A FIN in the midst of it, in most sessions.", SETTLES_LOG, ACTS_SERVER},
	[FINDING_TLS_FAILED] = {"What comes in the place of a handshake is none.",
		"OpenSSL cannot read it; the report quotes what it says.", SETTLES_S_CLIENT,
		ACTS_SERVER},
	[FINDING_MTU_BLACK_HOLE] = {"Small segments get through, large ones vanish.",
		"TLS fails with segments of the usual size and works with small ones.",
		"ping with the largest size and \"do not fragment\" (ping -M do -s 1472).",
		"You, by a smaller MTU or MSS; whoever runs the tunnel on the way."},
	[FINDING_HELLO_FILTER] =
		{"A filter on the way reads the first message of TLS and stops it.",
			"The same message cut in two segments gets through.", SETTLES_ELSEWHERE,
			ACTS_PROVIDER},
	[FINDING_NAME_FILTER] = {"A filter on the way reads the server's name and stops it.",
		"The same message without the name gets through.", SETTLES_ELSEWHERE,
		ACTS_PROVIDER},
	[FINDING_TLS_DEAD] = {"No form of the first message of TLS is answered.",
		"Cut in two, in small segments and without a name: all stay without an answer.",
		SETTLES_LOG, "The server's operator, or whoever blocks TLS on this port."},
	[FINDING_OLD_TLS] = {"The server knows no newer TLS than 1.1.",
		"The version that was agreed on, though 1.3 was offered.", SETTLES_S_CLIENT,
		"The server's operator (RFC 8996)."},
	[FINDING_EXPIRED] = {"The certificate has expired.",
		"Its last date lies before the time of the capture.",
		"This machine's clock, and openssl s_client.",
		"The server's operator: renew it, and have the service load it."},
	[FINDING_NOT_YET_VALID] = {"The certificate is not valid yet.",
		"Its first date lies after the time of the capture.", "This machine's clock.",
		"You, where the clock is wrong; the server's operator otherwise."},
	[FINDING_SELF_SIGNED] = {"The certificate vouches for itself.",
		"Its issuer is itself, and it is not among the authorities here.",
		"--ca-file with the certificate, where it is your own server's.", ACTS_SERVER},
	[FINDING_NOT_TRUSTED] = {"Nobody who is trusted vouches for the certificate.",
		"OpenSSL finds no chain from it to an authority of this system or of --ca-file.",
		"--ca-file with the authority, where it is your own.", ACTS_SERVER},
	[FINDING_OTHER_NAME] = {"The certificate is for another name.",
		"None of its names is the one that was asked for (RFC 9525).",
		"--servername with the name that mail programs use.",
		"You, by using a name that it is for; the server's operator, by adding the name."},
	[FINDING_INTERMEDIATE_MISSING] =
		{"The server leaves out the certificate of its certificate's issuer.",
			"It sends its own alone, and no authority here has signed that.",
			"Browsers fetch what is missing, mail servers do not: openssl s_client shows it.",
			"The server's operator: the file with the whole chain (fullchain.pem)."},
	[FINDING_EXPIRES_SOON] = {"The certificate expires within two weeks.", "Its last date.",
		"Not needed.", "The server's operator: has the renewal stopped working?"},
	[FINDING_NAME_UNCHECKED] =
		{"The certificate's name was not checked: the target is an address.",
			"An address has no name that a certificate could be for.",
			"--servername with the name that mail programs use.", "You."},
	[FINDING_DANE_MISMATCH] = {"The certificate is not the one that DNS tells (DANE).",
		"A TLSA record that DNSSEC vouches for names another.",
		"dig +dnssec _PORT._tcp.NAME TLSA",
		"The server's operator: the record and the certificate have to change together."},
	[FINDING_DANE_MATCH] = {"The certificate is the one that DNS tells (DANE).",
		"A TLSA record that DNSSEC vouches for names it.", "Not needed.", "Nobody has to."},
	[FINDING_DANE_UNVALIDATED] =
		{"DNS tells a certificate (DANE), and DNSSEC does not vouch for that.",
			"A TLSA record came without a valid signature: the zone has none, or the resolver "
			"takes them out.",
			"delv or dig +dnssec with another resolver.",
			"The server's operator, or whoever runs the resolver here."},
	[FINDING_GREETING_LATE] = {"The greeting takes a second or more.",
		"Time from the handshake to the greeting's last line.",
		"Not needed: some servers wait on purpose, to tell mail from spam.",
		"Nobody has to, as long as mail programs wait."},
	[FINDING_INJECTED] = {"Plain bytes follow the reply to STARTTLS. They were not believed.",
		"Bytes came after the reply's line and before TLS.", SETTLES_ELSEWHERE,
		"The server's operator; somebody on the way where it is not the server's doing."},
	[FINDING_NO_SESSION] = {"The port opens to packets, and no session could be held.",
		"connect() failed here; the report names the error.",
		"The same again; a limit of this machine's may be used up.", "You."},
	[FINDING_NO_SOURCE] = {"This computer has no address from which it could send there.",
		"The kernel knows a route, and gives no source address for it, or an IPv6 one that "
		"is good for the link alone (fe80::).",
		"ip address shows which addresses there are, ip route get ADDRESS which is taken.",
		ACTS_YOU},
	[FINDING_SOURCE_ELSEWHERE] = {"Packets leave with the address of another interface.",
		"The kernel's route names a source address that another interface has, and "
		"nothing at all was answered: the network may not know the way back to it.",
		"The same with the interface's own address: ip route change ... src "
		"ADDRESS.",
		ACTS_YOU},
	[FINDING_ANSWERS_ELSEWHERE] =
		{"Connections open; their answers come in by another interface.",
			"The system's own connection was made while the capture saw its SYN leave "
			"and no SYN-ACK: answers come by another interface, or past the capture.",
			"A capture on every interface: tcpdump -i any host ADDRESS.", ACTS_NOBODY},
	[FINDING_NOT_OFFERED] = {"By what is written about it, the service has no such port.",
		"A record, shipped or of your own, of the ports that the service at this address "
		"offers; the port was silent or refused, and nothing on the way is blamed for it.",
		"The service's own documentation.", "You, by using a port that it offers."},
	[FINDING_ONE_WAY] = {"The capture has one direction of the connections alone.",
		"Clients go on with connections whose answers it does not have.",
		"A capture where both directions pass.", "You."},
	[FINDING_PLACE_BETWEEN] = {"Probes of this port vanish between two routers.",
		"Hop-limited probes: the last router that reports one of this port, and the first "
		"behind it that reports one of a port that works.",
		"The report names both: whoever runs them can look at both ends of that link.",
		ACTS_PROVIDER},
	[FINDING_LAST_STRETCH] = {"It ends at the host, or directly in front of it.",
		"The last router before the host still reports probes of this port.",
		"The host's own firewall and its provider's: from here they look alike.",
		ACTS_SERVER},
	[FINDING_SILENT_BEYOND] = {"Behind that hop nothing is heard of any port.",
		"Hop-limited probes of this port and of others end at the same hop.",
		"The same from another network, which comes from another side.",
		"Whoever runs that hop or the next; it is no block of one port."},
	[FINDING_NEARER_ANSWER] = {"A probe that cannot have reached the host was answered.",
		"The hop limit of the probe is used up before the host, as probes of another port "
		"show, and yet an answer came in the host's name.",
		"A capture on the server: it has neither seen the probe nor sent the answer.",
		ACTS_PROVIDER},
	[FINDING_WAYS_DIFFER] = {"The two ports' packets take different ways before it fails.",
		"At one hop different routers report for the one and for the other.",
		"More probes with other source ports: load balancers choose by them.", ACTS_NOBODY},
	[FINDING_SEVERAL_WAYS] = {"Routers on the way share packets out between several ways.",
		"At one hop several routers report, each for flows of its own.",
		"Not needed: flows are kept apart.", ACTS_NOBODY},
	[FINDING_HOPS_SILENT] = {"Some hops report nothing, so the place is less exact.",
		"No router answers for them, for any port.",
		"traceroute with ICMP or UDP may get an answer there.", ACTS_NOBODY},
	[FINDING_TUNNEL] = {"A tunnel on the way hides routers.",
		"A router quotes a probe whose hop limit was not counted down, as MPLS does.",
		"Not needed; there may be more routers than are shown.", ACTS_NOBODY},
	[FINDING_TRANSLATION] =
		{"A router on the way translates addresses, and reports as the host.",
			"\"Time exceeded\" comes from the host's own address, from before the host.",
			"Whoever runs that router knows where it leads to.", ACTS_NOBODY},
	[FINDING_CIRCLE] = {"A router is met twice: packets go round in a circle.",
		"The same address reports at two hop limits that are not neighbours.",
		"traceroute to the address shows it as well.", ACTS_PROVIDER},
	[FINDING_FORGED_REFUSAL] = {"A refusal came in the server's name that is not its own.",
		"A RST for probes that end before the host, beside a SYN-ACK of the host's own, or "
		"from two hops nearer than the connection that it ends.",
		"A capture on the server: it has not sent that RST.", ACTS_PROVIDER},
	[FINDING_TWO_ANSWERERS] = {"One and the same packet was answered by two.",
		"A RST and a SYN-ACK that one host would not both send, or an answer to a probe "
		"that a router reported as expired; at least twice.",
		"A capture on the server: it has sent one of the two alone.", ACTS_PROVIDER},
	[FINDING_IN_FRONT] = {"A device directly in front of the host answers for it.",
		"Probes that end one hop before the host are answered in its name.",
		"The server's operator knows what stands there: a load balancer, a firewall.",
		ACTS_SERVER},
	[FINDING_SYN_PROXY] = {"A SYN proxy makes the handshakes and hands them on.",
		"SYN-ACKs with the window 0, from nearer than what follows on the connection.",
		"A session: only what comes after the handshake is the server's.",
		"Nobody has to: it is a common protection against floods."},
	[FINDING_TARPIT] = {"A tarpit takes connections only to hold them.",
		"Every SYN-ACK has a window of a few bytes, and no greeting follows.",
		SETTLES_ELSEWHERE, "The server's operator, who knows whom it is meant for."},
	[FINDING_OTHER_PARTY] = {"Greeting and certificate are those of another party.",
		"They name another host than the address's other ports do, which agree with each "
		"other, or come from nearer.",
		SETTLES_ELSEWHERE,
		"Whoever runs the device that answers, where an answer from nearer is found as "
		"well; else the server's operator."},
	[FINDING_SUSPECT_ANSWERS] = {"The answers are unlike the same host's others.",
		"In two ways or more: distance, initial hop limit, identifiers, window, options, "
		"round trip; three samples of each at least.",
		"Hop-limited probes tell whether they come from nearer.", ACTS_NOBODY},
	[FINDING_STARTTLS_REPLACED] = {"Another keyword stands in the place of STARTTLS.",
		"The list of extensions has an unknown keyword of the same length and no STARTTLS, "
		"which another port of the same server offers.",
		SETTLES_ELSEWHERE, "Whoever runs the firewall that inspects mail."},
	[FINDING_STARTTLS_GARBLED] = {"STARTTLS does not arrive as it was sent.",
		"The server offers it and answers it as an unknown command, while it takes it on "
		"another port.",
		SETTLES_ELSEWHERE, "Whoever runs the firewall that inspects mail."},
};

static const unsigned counts[TERM_KINDS] = {
	[TERM_VERDICT] = VERDICT_WORDS,
	[TERM_PHASE] = VERDICT_PHASES,
	[TERM_BY] = VERDICT_BYS,
	[TERM_FINDING] = FINDING_IDS,
};

bool term_at(size_t index, struct term *out)
{
	for (unsigned kind = 0; kind < TERM_KINDS; kind++) {
		unsigned first = kind == TERM_BY ? BY_NOBODY + 1 : 0; /* that one is no word */
		if (index < counts[kind] - first) {
			*out = (struct term){(enum term_kind)kind, (unsigned)index + first};
			return true;
		}
		index -= counts[kind] - first;
	}
	return false;
}

const char *term_name(struct term term)
{
	switch (term.kind) {
	case TERM_VERDICT:
		return verdict_word_name((enum verdict_word)term.value);
	case TERM_PHASE:
		return verdict_phase_name((enum verdict_phase)term.value);
	case TERM_BY:
		return verdict_by_name((enum verdict_by)term.value);
	case TERM_FINDING:
		break;
	}
	return finding_id_name((enum finding_id)term.value);
}

const char *term_kind_name(enum term_kind kind)
{
	static const char *const names[TERM_KINDS] = {
		[TERM_VERDICT] = "verdict",
		[TERM_PHASE] = "phase",
		[TERM_BY] = "by",
		[TERM_FINDING] = "finding",
	};
	return names[kind];
}

const struct explanation *term_explanation(struct term term)
{
	static const struct explanation *const tables[TERM_KINDS] = {
		[TERM_VERDICT] = words,
		[TERM_PHASE] = phases,
		[TERM_BY] = culprits,
		[TERM_FINDING] = findings,
	};
	return &tables[term.kind][term.value];
}

bool term_follows(struct term term, const struct rule_row *row)
{
	if (term.kind == TERM_FINDING)
		return row->finding == term.value;
	if (row->name == NULL)
		return false;
	switch (term.kind) {
	case TERM_VERDICT:
		return row->word == term.value;
	case TERM_PHASE:
		return row->phase == (int)term.value;
	case TERM_BY:
	case TERM_FINDING:
		break;
	}
	return row->by == term.value;
}
