/* SPDX-License-Identifier: BSD-2-Clause */
#include "advice.h"

#include "figures.h"
#include "icmp_name.h"
#include "mailport.h"
#include "provider_advice.h"
#include "sending_service.h"
#include "sentence.h"
#include "signature.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

const char *advice_who_name(enum advice_who who)
{
	static const char *const names[] = {
		[ADVICE_YOU] = "you",
		[ADVICE_ISP] = "isp",
		[ADVICE_HOST_PROVIDER] = "host-provider",
		[ADVICE_SERVER_OPERATOR] = "server-operator",
		[ADVICE_MAIL_PROVIDER] = "mail-provider",
	};
	return names[who];
}

/* What can stand in for port 25 where a customer sends is what submission uses. */
static bool is_submission(uint16_t port)
{
	const struct mailport *row = mailport_find(25);

	for (size_t i = 0; i < MAILPORT_ALTERNATIVES; i++) {
		if (row->alternatives[i] == port)
			return true;
	}
	return false;
}

enum advice_use advice_use_of(const struct advice_case *about)
{
	if (about->service != NULL || is_submission(about->port))
		return USE_SUBMISSION;
	if (about->port == 25)
		return USE_RELAY;
	return mailport_find(about->port) == NULL ? USE_ANY : USE_READING;
}

uint16_t advice_alternative(const struct advice_case *about)
{
	const struct mailport *row = mailport_find(about->port);

	if (about->service != NULL)
		return sending_service_best(about->service, about->open);
	for (size_t i = 0; row != NULL && i < MAILPORT_ALTERNATIVES; i++) {
		if (port_list_has(about->open, row->alternatives[i]))
			return row->alternatives[i];
	}
	return 0;
}

static bool found(const struct advice_case *about, enum finding_id id)
{
	return verdict_has(about->verdict, id);
}

/* Predicates: one question each. */

static bool always(const struct advice_case *about)
{
	(void)about;
	return true;
}

static bool another_port_works(const struct advice_case *about)
{
	uint16_t other = advice_alternative(about);

	return other != 0 && other != about->port;
}

/* Somebody between here and the server stands in the way of the connection, or may. */
static bool may_be_the_way(const struct advice_case *about)
{
	return about->verdict->phase == PHASE_CONNECT &&
		(about->verdict->by == BY_PATH || about->verdict->by == BY_UNKNOWN) &&
		!found(about, FINDING_HOST_UNKNOWN) && !found(about, FINDING_ROUTING_LOOP);
}

static bool relay_works(const struct advice_case *about)
{
	return may_be_the_way(about) && about->relay != NULL;
}

static bool relay_unknown(const struct advice_case *about)
{
	return may_be_the_way(about) && about->relay == NULL;
}

static bool service_unreached(const struct advice_case *about)
{
	return about->service != NULL && may_be_the_way(about) && advice_alternative(about) == 0;
}

static bool best_of_service(const struct advice_case *about)
{
	return about->service != NULL && advice_alternative(about) == about->port;
}

static bool no_port_of_service(const struct advice_case *about)
{
	return about->service != NULL && advice_alternative(about) == 0;
}

static bool output_filter(const struct advice_case *about)
{
	return found(about, FINDING_LOCAL_OUTPUT) || found(about, FINDING_LOCAL_EGRESS);
}

static bool own_router(const struct advice_case *about)
{
	const struct place *hop = &about->verdict->hop;

	return hop->known && hop->ttl == 1 && address_is_private(&hop->address);
}

static bool beyond_own_router(const struct advice_case *about)
{
	return !own_router(about);
}

static bool device_refuses(const struct advice_case *about)
{
	return !found(about, FINDING_HOST_UNKNOWN) && !found(about, FINDING_ROUTING_LOOP);
}

static bool rate_limit(const struct advice_case *about)
{
	return about->figures->rate.rate_per_s > 0 && !found(about, FINDING_CONNECTION_LIMIT) &&
		!found(about, FINDING_BAN);
}

/* Of different names: the limit is hardly that of one server. */
static bool limits_many_hosts(const struct advice_case *about)
{
	return found(about, FINDING_SOURCE_LIMIT) && !about->figures->source.one_name;
}

static bool path_loss(const struct advice_case *about)
{
	return !found(about, FINDING_PORT_LOSS);
}

static bool may_be_settled(const struct advice_case *about)
{
	return !found(about, FINDING_SHALLOW) && !found(about, FINDING_NEIGHBOUR_SILENT) &&
		!found(about, FINDING_UNHEARD) && !found(about, FINDING_MIDWAY) &&
		!found(about, FINDING_ONE_WAY) && !found(about, FINDING_SOURCE_ELSEWHERE);
}

/* Trouble after the connection opened: other people's work than trouble with opening it. */

static bool hello_stopped(const struct advice_case *about)
{
	return found(about, FINDING_HELLO_UNANSWERED) || found(about, FINDING_HELLO_RESET) ||
		found(about, FINDING_TLS_STALLED) || found(about, FINDING_STARTTLS_RESET);
}

static bool stops_midway(const struct advice_case *about)
{
	return found(about, FINDING_TALK_SILENT) || found(about, FINDING_TALK_RESET);
}

static bool opening_fails(const struct advice_case *about)
{
	return !found(about, FINDING_SILENT_SERVER) && !found(about, FINDING_CUT) &&
		!hello_stopped(about) && !stops_midway(about) &&
		!found(about, FINDING_LARGE_UNTAKEN);
}

static bool tls_filter(const struct advice_case *about)
{
	return found(about, FINDING_HELLO_FILTER) || found(about, FINDING_NAME_FILTER);
}

/* A filter of ports, not one that looks into what passes. */
static bool port_filter_beyond_own_router(const struct advice_case *about)
{
	return beyond_own_router(about) && !found(about, FINDING_MTU_BLACK_HOLE) &&
		!tls_filter(about) && !found(about, FINDING_IN_FRONT);
}

static bool provider_is_silent(const struct advice_case *about)
{
	return port_filter_beyond_own_router(about) && !provider_shuts(about);
}

static bool provider_is_silent_of_no_relay(const struct advice_case *about)
{
	return advice_use_of(about) != USE_RELAY && provider_is_silent(about);
}

static bool starttls_changed(const struct advice_case *about)
{
	return found(about, FINDING_STARTTLS_REPLACED) || found(about, FINDING_STARTTLS_GARBLED);
}

static bool answered_by_another(const struct advice_case *about)
{
	return beyond_own_router(about) && !found(about, FINDING_STARTTLS_STRIPPED) &&
		!found(about, FINDING_FOREIGN_RESET) && !starttls_changed(about) &&
		!found(about, FINDING_FORGED_REFUSAL) && !found(about, FINDING_SYN_PROXY) &&
		!found(about, FINDING_IN_FRONT);
}

static bool starttls_refused(const struct advice_case *about)
{
	return found(about, FINDING_STARTTLS_REFUSED) || found(about, FINDING_STARTTLS_ABSENT);
}

/* Trouble with the data of sessions that work. */

static bool data_limit(const struct advice_case *about)
{
	return found(about, FINDING_POLICED) || found(about, FINDING_SHAPED);
}

static bool rest_cut(const struct advice_case *about)
{
	return found(about, FINDING_REST_CUT) || found(about, FINDING_REST_RESET);
}

static bool untrusted(const struct advice_case *about)
{
	return found(about, FINDING_SELF_SIGNED) ||
		(found(about, FINDING_NOT_TRUSTED) && !found(about, FINDING_INTERMEDIATE_MISSING));
}

static bool hangs_up(const struct advice_case *about)
{
	return found(about, FINDING_HUNG_UP) || found(about, FINDING_TALK_CLOSED) ||
		found(about, FINDING_TLS_CLOSED);
}

static bool certificate_wrong(const struct advice_case *about)
{
	return about->verdict->phase == PHASE_CERTIFICATE;
}

static bool certificate_wrong_between_servers(const struct advice_case *about)
{
	return certificate_wrong(about) && about->port == 25 &&
		!found(about, FINDING_DANE_MISMATCH);
}

static bool wrong_service(const struct advice_case *about)
{
	return !found(about, FINDING_PLAIN_TEXT) && !starttls_refused(about) &&
		!found(about, FINDING_TLS_ALERT) && !certificate_wrong(about) && !hangs_up(about);
}

/* word × by × condition -> who does what. A row for BY_ANY holds whoever is the cause. */

#define BY_ANY (-1)
#define RULES  "sudo nft list ruleset"

struct condition {
	bool (*applies)(const struct advice_case *about); /* NULL: the finding is there */
	enum finding_id finding;
	enum advice_use use; /* USE_ANY: for every port */
};

#define IF(predicate)                                                                              \
	{                                                                                          \
		.applies = (predicate)                                                             \
	}
#define FOUND(id)                                                                                  \
	{                                                                                          \
		.finding = (id)                                                                    \
	}
#define FOR(what, predicate)                                                                       \
	{                                                                                          \
		.applies = (predicate), .use = (what)                                              \
	}

struct row {
	enum verdict_word word;
	int by; /* enum verdict_by, or BY_ANY */
	struct condition condition;
	enum advice_who who;
	const char *action;
	const char *command; /* "" where there is none */
};

/* What to use instead. An open port is offered for what it serves alone: a customer's program can
 * use another submission port, a mail server that delivers to others has port 25 and nothing else,
 * unless a relay takes its mail. */

#define INSTEAD                                                                                    \
	"Instead of {ports} use port {alternative} ({purpose}): it works from here{preferred}."
#define PROGRAM                                                                                    \
	"Send from a mail program, with an account at this server, through its port "              \
	"{alternative} ({purpose}): it works from here{preferred}. Mail from server to server "    \
	"cannot use it."
#define RELAY                                                                                      \
	"A mail server of your own can hand its mail to {relay}, port {relay_port}, which works "  \
	"from here, if you have an account there; other servers take mail on port 25 alone."
#define SOME_RELAY                                                                                 \
	"Until it opens, a mail server of your own needs a relay (smarthost) that takes its mail " \
	"on another port: name one beside this server, or with --esp, and see which of its "       \
	"ports work from here."

#define NOT_OFFERED                                                                                \
	"{service} offers no {ports} (source: {service_source}): use port {alternative} of "       \
	"{target} ({purpose}), which works from here{preferred}."
#define ASK_OFFERED                                                                                \
	"{service} offers no {ports} (source: {service_source}): ask about the ports that it "     \
	"does offer."
#define ASK_COMMAND "sudo mailsonde probe --ports {offered} {target}"
#define NO_PORT                                                                                    \
	"Ask {service} whether it can be reached another way, such as over HTTPS: none of its "    \
	"ports that were tried opens from here."

static const struct row alternatives[] = {
	{VERDICT_DROPPED, BY_ANY, FOR(USE_SUBMISSION, another_port_works), ADVICE_YOU, INSTEAD, ""},
	{VERDICT_DROPPED, BY_ANY, FOR(USE_READING, another_port_works), ADVICE_YOU, INSTEAD, ""},
	{VERDICT_REFUSED, BY_ANY, FOR(USE_SUBMISSION, another_port_works), ADVICE_YOU, INSTEAD, ""},
	{VERDICT_REFUSED, BY_ANY, FOR(USE_READING, another_port_works), ADVICE_YOU, INSTEAD, ""},
	{VERDICT_UNREACHABLE, BY_ANY, FOR(USE_SUBMISSION, another_port_works), ADVICE_YOU, INSTEAD,
		""},
	{VERDICT_UNREACHABLE, BY_ANY, FOR(USE_READING, another_port_works), ADVICE_YOU, INSTEAD,
		""},
	{VERDICT_INTERCEPTED, BY_ANY, FOR(USE_SUBMISSION, another_port_works), ADVICE_YOU, INSTEAD,
		""},
	{VERDICT_INTERCEPTED, BY_ANY, FOR(USE_READING, another_port_works), ADVICE_YOU, INSTEAD,
		""},
	{VERDICT_DROPPED, BY_ANY, FOR(USE_RELAY, another_port_works), ADVICE_YOU, PROGRAM, ""},
	{VERDICT_DROPPED, BY_ANY, FOR(USE_RELAY, relay_works), ADVICE_YOU, RELAY,
		"{postfix_relay}"},
	{VERDICT_REFUSED, BY_ANY, FOR(USE_RELAY, another_port_works), ADVICE_YOU, PROGRAM, ""},
	{VERDICT_REFUSED, BY_ANY, FOR(USE_RELAY, relay_works), ADVICE_YOU, RELAY,
		"{postfix_relay}"},
	{VERDICT_UNREACHABLE, BY_ANY, FOR(USE_RELAY, another_port_works), ADVICE_YOU, PROGRAM, ""},
	{VERDICT_UNREACHABLE, BY_ANY, FOR(USE_RELAY, relay_works), ADVICE_YOU, RELAY,
		"{postfix_relay}"},
	{VERDICT_INTERCEPTED, BY_ANY, FOR(USE_RELAY, another_port_works), ADVICE_YOU, PROGRAM, ""},
};

/* A port that the service does not offer: nobody's network is to blame. */
static const struct row not_offered[] = {
	{VERDICT_DROPPED, BY_ANY, IF(another_port_works), ADVICE_YOU, NOT_OFFERED, ""},
	{VERDICT_REFUSED, BY_ANY, IF(another_port_works), ADVICE_YOU, NOT_OFFERED, ""},
	{VERDICT_UNREACHABLE, BY_ANY, IF(another_port_works), ADVICE_YOU, NOT_OFFERED, ""},
	{VERDICT_DROPPED, BY_ANY, IF(no_port_of_service), ADVICE_YOU, ASK_OFFERED, ASK_COMMAND},
	{VERDICT_REFUSED, BY_ANY, IF(no_port_of_service), ADVICE_YOU, ASK_OFFERED, ASK_COMMAND},
	{VERDICT_UNREACHABLE, BY_ANY, IF(no_port_of_service), ADVICE_YOU, ASK_OFFERED, ASK_COMMAND},
};

static const struct row rows[] = {
	{VERDICT_OPEN, BY_ANY, IF(best_of_service), ADVICE_YOU,
		"Send through {target}, port {port} ({purpose}): of the ports that {service} "
		"offers it is the one to prefer among those that work from here{preferred}.",
		""},
	{VERDICT_DROPPED, BY_ANY, IF(service_unreached), ADVICE_MAIL_PROVIDER, NO_PORT, ""},
	{VERDICT_REFUSED, BY_ANY, IF(service_unreached), ADVICE_MAIL_PROVIDER, NO_PORT, ""},
	{VERDICT_UNREACHABLE, BY_ANY, IF(service_unreached), ADVICE_MAIL_PROVIDER, NO_PORT, ""},

	/* This computer. One row per way of blocking, whatever the word. */
	{VERDICT_DROPPED, BY_LOCAL, IF(output_filter), ADVICE_YOU,
		"Let outgoing TCP {ports} through this computer's firewall, or ask whoever "
		"manages it; its rules show which one stops it.",
		RULES},
	{VERDICT_DROPPED, BY_LOCAL, FOUND(FINDING_LOCAL_INPUT), ADVICE_YOU,
		"Let answers from TCP {ports} through this computer's firewall (replies to "
		"established connections), or ask whoever manages it.",
		RULES},
	{VERDICT_DROPPED, BY_LOCAL, FOUND(FINDING_LOCAL_PROCESS), ADVICE_YOU,
		"A rule for programs (a cgroup or a security module) forbids the connection: run "
		"the program elsewhere, or ask whoever manages this computer.",
		"systemctl show --property=IPAddressDeny,SocketBindDeny \"*.service\""},
	{VERDICT_DROPPED, BY_LOCAL, FOUND(FINDING_LOCAL_ROUTE), ADVICE_YOU,
		"Remove the route of this computer that forbids {address}, or ask whoever manages "
		"it.",
		"ip route get {address}"},
	{VERDICT_REFUSED, BY_LOCAL, IF(always), ADVICE_YOU,
		"Let outgoing TCP {ports} through this computer's firewall, or ask whoever "
		"manages it; its rules show which one refuses it.",
		RULES},
	{VERDICT_UNREACHABLE, BY_LOCAL, FOUND(FINDING_NO_SOURCE), ADVICE_YOU,
		"Give this computer an address of the same kind as {address} (DHCP, router "
		"advertisements, or by hand), or use the server's other address.",
		"ip address show"},
	{VERDICT_UNREACHABLE, BY_LOCAL, FOUND(FINDING_LOCAL_ROUTE), ADVICE_YOU,
		"Remove the route of this computer that forbids {address}, or ask whoever manages "
		"it.",
		"ip route get {address}"},
	{VERDICT_UNREACHABLE, BY_LOCAL, FOUND(FINDING_NEIGHBOUR_SILENT), ADVICE_YOU,
		"Check that the router or the server is switched on and connected: it does not "
		"answer on this network.",
		"ip neigh show"},

	/* The way. */
	{VERDICT_DROPPED, BY_PATH, IF(own_router), ADVICE_YOU,
		"Look in your own router ({hop}) for a list of allowed mail servers or a filter of "
		"outgoing ports, and let {ports} through.",
		""},
	{VERDICT_DROPPED, BY_PATH, FOR(USE_RELAY, provider_is_silent), ADVICE_ISP,
		"Ask your provider to open outgoing TCP port 25: many keep it shut for home lines "
		"and rented servers, and open it on request.",
		""},
	{VERDICT_DROPPED, BY_PATH, IF(provider_is_silent_of_no_relay), ADVICE_ISP,
		"Ask your provider, or whoever runs the network you are in, to let TCP {ports} to "
		"{address} through.",
		""},
	{VERDICT_REFUSED, BY_PATH, IF(own_router), ADVICE_YOU,
		"Look in your own router ({hop}) for a filter that refuses {ports}.", ""},
	{VERDICT_REFUSED, BY_PATH, IF(provider_is_silent), ADVICE_ISP,
		"Ask your provider, or whoever runs the network you are in, why a device of theirs "
		"refuses TCP {ports} to {address}.",
		""},
	{VERDICT_UNREACHABLE, BY_PATH, IF(own_router), ADVICE_YOU,
		"Look in your own router ({hop}): it answers \"{icmp}\".", ""},
	{VERDICT_UNREACHABLE, BY_ANY, FOUND(FINDING_HOST_UNKNOWN), ADVICE_SERVER_OPERATOR,
		"Check that the machine with the address {address} is switched on and connected.",
		""},
	{VERDICT_UNREACHABLE, BY_ANY, FOUND(FINDING_ROUTING_LOOP), ADVICE_ISP,
		"Tell your provider that packets to {address} go round in a circle at {hop}.",
		"traceroute {address}"},
	{VERDICT_UNREACHABLE, BY_PATH, IF(device_refuses), ADVICE_ISP,
		"Ask whoever runs {icmp_from} why it answers \"{icmp}\" for TCP {ports}.", ""},
	{VERDICT_INTERCEPTED, BY_PATH, FOUND(FINDING_STARTTLS_STRIPPED), ADVICE_ISP,
		"Ask whoever runs the network which firewall inspects mail (SMTP fixup or "
		"inspection) on TCP {ports}, and to let it pass STARTTLS.",
		""},
	{VERDICT_INTERCEPTED, BY_PATH, IF(answered_by_another), ADVICE_ISP,
		"Ask your provider, or whoever runs the network you are in, which device answers "
		"in the place of {address} on TCP {ports}.",
		""},

	/* The server. */
	{VERDICT_DROPPED, BY_DESTINATION, IF(always), ADVICE_SERVER_OPERATOR,
		"Let TCP {ports} through the firewall in front of or on the server {address}.", ""},
	{VERDICT_REFUSED, BY_DESTINATION, IF(always), ADVICE_YOU,
		"Check that this server offers {ports} at all; not every mail server does.", ""},
	{VERDICT_REFUSED, BY_DESTINATION, IF(always), ADVICE_SERVER_OPERATOR,
		"Start the service behind TCP {ports}, or let it through the server's firewall.",
		"ss -ltn"},
	{VERDICT_UNREACHABLE, BY_DESTINATION, IF(device_refuses), ADVICE_SERVER_OPERATOR,
		"Let TCP {ports} through the server's firewall: it answers \"{icmp}\".", ""},
	{VERDICT_REJECTED, BY_ANY, IF(always), ADVICE_YOU,
		"Ask the server's operator why it turns this machine away on {ports}, and quote "
		"what it says; a 4xx reply may pass by itself within an hour.",
		""},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_PLAIN_TEXT), ADVICE_SERVER_OPERATOR,
		"Let the service on {ports} begin with TLS (RFC 8314), or move it to the port for "
		"plain text with STARTTLS.",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_MISCONFIGURED, BY_ANY, IF(starttls_refused), ADVICE_SERVER_OPERATOR,
		"Give the service on {ports} a certificate, and let it offer STARTTLS.", ""},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_TLS_ALERT), ADVICE_SERVER_OPERATOR,
		"Let the service on {ports} speak TLS 1.2 and 1.3, with ciphers of today.",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_TLS_ALERT), ADVICE_YOU,
		"Check that the mail program is of this decade: older ones know no TLS that "
		"servers still accept.",
		""},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_CERTIFICATE_REFUSED), ADVICE_SERVER_OPERATOR,
		"Give {ports} a certificate that is valid now, for the name that is used, and with "
		"its whole chain.",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_EXPIRED), ADVICE_SERVER_OPERATOR,
		"Renew the certificate of {ports}, and have the service load it: a renewed file "
		"is of no use to a service that still holds the old one.",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_NOT_YET_VALID), ADVICE_YOU,
		"Check this computer's clock: the certificate of {ports} is valid from a later "
		"time on.",
		"timedatectl"},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_INTERMEDIATE_MISSING), ADVICE_SERVER_OPERATOR,
		"Give {ports} the whole chain: the certificate and that of its issuer in one file "
		"(fullchain.pem).",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_MISCONFIGURED, BY_ANY, IF(untrusted), ADVICE_SERVER_OPERATOR,
		"Give {ports} a certificate of an authority that mail programs trust.",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_MISCONFIGURED, BY_ANY, IF(untrusted), ADVICE_YOU,
		"If the server is your own, with an authority of your own, name its certificate "
		"with --ca-file.",
		""},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_OTHER_NAME), ADVICE_YOU,
		"Use a name in the mail program that the certificate of {ports} is for.", ""},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_OTHER_NAME), ADVICE_SERVER_OPERATOR,
		"Give {ports} a certificate that is for the name that people use.", ""},
	{VERDICT_MISCONFIGURED, BY_ANY, FOUND(FINDING_DANE_MISMATCH), ADVICE_SERVER_OPERATOR,
		"Let the TLSA record of {ports} and the certificate agree again: mail servers "
		"that check it (DANE) deliver nothing until then.",
		"dig +dnssec _{port}._tcp.{target} TLSA"},
	{VERDICT_MISCONFIGURED, BY_ANY, IF(certificate_wrong_between_servers), ADVICE_YOU,
		"Do not take this for the reason why mail is not delivered: between servers most "
		"senders encrypt without checking the certificate.",
		""},
	{VERDICT_MISCONFIGURED, BY_ANY, IF(hangs_up), ADVICE_SERVER_OPERATOR,
		"Look into the log of the service behind TCP {ports} for why it closes "
		"connections: an access list, a proxy without a server behind it, or a service "
		"that fails to start.",
		""},
	{VERDICT_OPEN, BY_ANY, FOUND(FINDING_OLD_TLS), ADVICE_SERVER_OPERATOR,
		"Let {ports} speak TLS 1.2 and 1.3 (RFC 8996): mail programs of today refuse what "
		"is older.",
		""},
	{VERDICT_OPEN, BY_ANY, FOUND(FINDING_EXPIRES_SOON), ADVICE_SERVER_OPERATOR,
		"Renew the certificate of {ports} before it expires.", ""},
	{VERDICT_MISCONFIGURED, BY_ANY, IF(wrong_service), ADVICE_SERVER_OPERATOR,
		"Correct what answers on TCP {ports} of {address}.", ""},

	/* Who answered. */
	{VERDICT_REFUSED, BY_PATH, FOUND(FINDING_IN_FRONT), ADVICE_SERVER_OPERATOR,
		"Look into the firewall or load balancer directly in front of {address} ({hop}): it "
		"refuses TCP {ports} in the server's name.",
		""},
	{VERDICT_INTERCEPTED, BY_PATH, IF(own_router), ADVICE_YOU,
		"Look in your own router ({hop}), and in a virus scanner or firewall between it and "
		"this computer, for what checks mail: it answers TCP {ports} itself.",
		""},
	{VERDICT_INTERCEPTED, BY_PATH, IF(starttls_changed), ADVICE_ISP,
		"Ask whoever runs the network which firewall inspects mail (SMTP fixup or "
		"inspection) on TCP {ports}, and to let it pass STARTTLS.",
		""},
	{VERDICT_INTERCEPTED, BY_PATH, FOUND(FINDING_FORGED_REFUSAL), ADVICE_ISP,
		"Ask your provider, or whoever runs the network you are in, which device sends "
		"resets for TCP {ports} in the name of {address}.",
		""},
	{VERDICT_INTERCEPTED, BY_PATH, FOUND(FINDING_SYN_PROXY), ADVICE_SERVER_OPERATOR,
		"If a SYN proxy in front of {address} is yours (protection against floods), look "
		"whether the service behind TCP {ports} still answers it.",
		""},
	{VERDICT_INTERCEPTED, BY_PATH, FOUND(FINDING_IN_FRONT), ADVICE_SERVER_OPERATOR,
		"Look at the device directly in front of {address} ({hop}): it answers TCP {ports} "
		"itself, as another.",
		""},
	{VERDICT_DROPPED, BY_ANY, FOUND(FINDING_TARPIT), ADVICE_YOU,
		"Ask the server's operator why this machine is held in a tarpit on {ports}: such "
		"traps are for senders of spam and for scanners.",
		""},

	/* Data that does not get through. */
	{VERDICT_INTERCEPTED, BY_PATH, FOUND(FINDING_FOREIGN_RESET), ADVICE_ISP,
		"Ask your provider, or whoever runs the network you are in, which device cuts "
		"connections to TCP {ports} of {address} off.",
		""},
	{VERDICT_DROPPED, BY_UNKNOWN, FOUND(FINDING_LARGE_UNTAKEN), ADVICE_YOU,
		"Try with smaller packets: if that works, lower the MTU here, and let ICMP "
		"\"fragmentation needed\" (IPv6: \"packet too big\") through.",
		"tracepath {target}"},
	{VERDICT_DROPPED, BY_UNKNOWN, FOUND(FINDING_LARGE_UNTAKEN), ADVICE_ISP,
		"Ask whoever runs the network where packets of 1500 bytes to {address} vanish: "
		"smaller ones pass.",
		""},
	{VERDICT_THROTTLED, BY_ANY, IF(data_limit), ADVICE_ISP,
		"Ask your provider, or whoever runs the network you are in, whether it limits mail "
		"on TCP {ports} to {limit}.",
		""},
	{VERDICT_THROTTLED, BY_ANY, IF(data_limit), ADVICE_SERVER_OPERATOR,
		"If no network on the way does, look for a limit of bandwidth in front of "
		"{address}.",
		""},
	{VERDICT_OPEN, BY_ANY, FOUND(FINDING_WINDOW_CLOSED), ADVICE_SERVER_OPERATOR,
		"Look at what slows the receiving program down: a full disk queue, a content "
		"filter, a virus scanner.",
		""},
	{VERDICT_OPEN, BY_ANY, IF(rest_cut), ADVICE_YOU,
		"Let the mail program say something (NOOP, TCP keepalive) more often than every "
		"{rest} seconds.",
		"sysctl net.ipv4.tcp_keepalive_time"},

	/* Limits and loss. */
	{VERDICT_THROTTLED, BY_ANY, IF(rate_limit), ADVICE_YOU,
		"Open at most {rate} new connections a second to {ports}, and reuse connections.",
		""},
	{VERDICT_THROTTLED, BY_ANY, IF(limits_many_hosts), ADVICE_YOU,
		"Look for a rule in your own router or firewall that limits new connections to "
		"{ports}; if there is none, ask your provider whether it has one.",
		""},
	{VERDICT_THROTTLED, BY_ANY, FOUND(FINDING_CONNECTION_LIMIT), ADVICE_YOU,
		"Keep at most {burst} connections to {ports} open at a time.", ""},
	{VERDICT_THROTTLED, BY_ANY, FOUND(FINDING_BAN), ADVICE_YOU,
		"Connect more seldom, and wait before trying again: after {burst} attempts in a "
		"row the port stops answering for a while.",
		""},
	{VERDICT_THROTTLED, BY_DESTINATION, IF(always), ADVICE_SERVER_OPERATOR,
		"Raise the limit of new connections for {ports}, or exempt this machine.", ""},
	{VERDICT_THROTTLED, BY_PATH, IF(always), ADVICE_ISP,
		"Ask your provider whether it limits new connections to TCP {ports}.", ""},
	{VERDICT_LOSSY, BY_ANY, FOUND(FINDING_PORT_LOSS), ADVICE_SERVER_OPERATOR,
		"Check whether the service behind TCP {ports} is overloaded, or one of several "
		"machines behind the address is out of order.",
		"nstat -az TcpExtListenDrops"},
	{VERDICT_LOSSY, BY_ANY, IF(path_loss), ADVICE_YOU,
		"Check cable and wireless signal, and try again from a wired connection.", ""},
	{VERDICT_LOSSY, BY_ANY, IF(path_loss), ADVICE_ISP,
		"Report the loss to your provider: {loss} of packets to {address}.", ""},

	/* What is not known. */
	{VERDICT_DROPPED, BY_UNKNOWN, FOUND(FINDING_SILENT_SERVER), ADVICE_SERVER_OPERATOR,
		"Check that the service behind TCP {ports} is not stuck or overloaded: it takes "
		"connections and does not greet.",
		"ss -ltnp"},
	{VERDICT_DROPPED, BY_PATH, FOUND(FINDING_MTU_BLACK_HOLE), ADVICE_ISP,
		"Tell whoever runs the network that large packets to {address} vanish without an "
		"ICMP \"fragmentation needed\": a tunnel or PPPoE line whose firewall stops ICMP.",
		"tracepath {address}"},
	{VERDICT_DROPPED, BY_PATH, FOUND(FINDING_MTU_BLACK_HOLE), ADVICE_YOU,
		"Until then use a smaller packet size (MTU) on this computer or its router.",
		"sudo ip route change default via GATEWAY advmss 1200"},
	{VERDICT_DROPPED, BY_PATH, IF(tls_filter), ADVICE_ISP,
		"Ask whoever runs the network you are in which device filters TLS to TCP {ports}.",
		""},
	{VERDICT_REFUSED, BY_PATH, IF(tls_filter), ADVICE_ISP,
		"Ask whoever runs the network you are in which device filters TLS to TCP {ports}.",
		""},
	{VERDICT_DROPPED, BY_UNKNOWN, IF(stops_midway), ADVICE_SERVER_OPERATOR,
		"Look into the log of the service behind TCP {ports}: it greets and then stops.",
		""},
	{VERDICT_REFUSED, BY_UNKNOWN, IF(stops_midway), ADVICE_SERVER_OPERATOR,
		"Look into the log of the service behind TCP {ports}: its connections are reset "
		"after the greeting.",
		""},
	{VERDICT_DROPPED, BY_UNKNOWN, IF(hello_stopped), ADVICE_YOU,
		"Try the same from another network: if TLS works there, a device here filters it.",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_REFUSED, BY_UNKNOWN, IF(hello_stopped), ADVICE_YOU,
		"Try the same from another network: if TLS works there, a device here filters it.",
		"openssl s_client -connect {target}:{port}"},
	{VERDICT_REFUSED, BY_UNKNOWN, FOUND(FINDING_CUT), ADVICE_SERVER_OPERATOR,
		"Check whether a proxy or an access list in front of TCP {ports} cuts connections "
		"off.",
		""},
	{VERDICT_INCONCLUSIVE, BY_ANY, FOUND(FINDING_MIDWAY), ADVICE_YOU,
		"Capture again, and connect to {ports} while the capture runs.",
		"sudo tcpdump -w again.pcap host {address}"},
	{VERDICT_INCONCLUSIVE, BY_ANY, FOUND(FINDING_ONE_WAY), ADVICE_YOU,
		"Capture again where the packets of both directions pass.",
		"sudo tcpdump -i any -w again.pcap host {address}"},
	{VERDICT_INCONCLUSIVE, BY_ANY, FOUND(FINDING_SOURCE_ELSEWHERE), ADVICE_YOU,
		"Look why packets to {address} leave with an address of another interface, and try "
		"with the interface's own.",
		"ip route get {address}"},
	{VERDICT_INCONCLUSIVE, BY_ANY, FOUND(FINDING_UNHEARD), ADVICE_YOU,
		"Ask again and stay on the line for ten seconds: some servers greet late on "
		"purpose.",
		"nc -w 30 {target} {port}"},
	{VERDICT_DROPPED, BY_UNKNOWN, IF(opening_fails), ADVICE_YOU,
		"Try the same from another network, for instance through a mobile phone: if it "
		"works there, your provider blocks it; if not, the server does.",
		"sudo mailsonde probe --ports {list} {target}"},
	{VERDICT_REFUSED, BY_UNKNOWN, IF(opening_fails), ADVICE_SERVER_OPERATOR,
		"Check that a service listens on TCP {ports} and that the firewall lets it "
		"through.",
		"ss -ltn"},
	{VERDICT_UNREACHABLE, BY_UNKNOWN, IF(device_refuses), ADVICE_ISP,
		"Ask whoever runs {icmp_from} why it answers \"{icmp}\" for TCP {ports}.", ""},
	{VERDICT_DROPPED, BY_ANY, FOR(USE_RELAY, relay_unknown), ADVICE_YOU, SOME_RELAY, ""},
	{VERDICT_REFUSED, BY_ANY, FOR(USE_RELAY, relay_unknown), ADVICE_YOU, SOME_RELAY, ""},
	{VERDICT_UNREACHABLE, BY_ANY, FOR(USE_RELAY, relay_unknown), ADVICE_YOU, SOME_RELAY, ""},
	{VERDICT_DOWN, BY_ANY, IF(always), ADVICE_YOU,
		"Check that {target} is the right server and that this computer reaches others.",
		""},
	{VERDICT_DOWN, BY_ANY, IF(always), ADVICE_SERVER_OPERATOR,
		"Check that the machine with the address {address} is switched on, connected, and "
		"lets packets in.",
		""},
	{VERDICT_INCONCLUSIVE, BY_ANY, FOUND(FINDING_SHALLOW), ADVICE_YOU,
		"Ask again with the right to send packets: that tells who is the cause.",
		"sudo mailsonde probe --ports {list} {target}"},
	{VERDICT_INCONCLUSIVE, BY_ANY, FOUND(FINDING_NEIGHBOUR_SILENT), ADVICE_YOU,
		"Check this computer's own connection: the next machine on its network does not "
		"answer.",
		"ip neigh show"},
	{VERDICT_INCONCLUSIVE, BY_ANY, IF(may_be_settled), ADVICE_YOU,
		"Ask again, alone and with the full rate test.",
		"sudo mailsonde probe --rate-test --ports {list} {target}"},
};

static bool is_met(const struct condition *condition, const struct advice_case *about)
{
	return condition->applies == NULL ? found(about, condition->finding)
					  : condition->applies(about);
}

static bool row_holds(const struct row *row, const struct advice_case *about)
{
	const enum advice_use use = row->condition.use;

	return row->word == about->verdict->word &&
		(use == USE_ANY || use == advice_use_of(about)) &&
		(row->by == BY_ANY || row->by == (int)about->verdict->by) &&
		is_met(&row->condition, about);
}

/* Texts for the blanks. */

#define PORTS_TEXT (8 + 10 * PORT_LIST_MAX) /* " and 65535" for each */

struct words {
	char relay_port[8], offered[PORTS_TEXT], postfix_relay[FIREWALL_TEXT];
	char service_source[256];
	const char *relay, *service, *preferred;
	char ports[PORTS_TEXT], list[PORTS_TEXT], alternative[8], port[8], rate[SENTENCE_NUMBER],
		burst[16], loss[16];
	char limit[SENTENCE_DATA_RATE], rest[SENTENCE_NUMBER];
	char address[ADDRESS_TEXT], hop[ADDRESS_TEXT], icmp_from[ADDRESS_TEXT];
	const char *target, *purpose, *icmp;
};

/* A command may be pasted into a shell: a name out of a capture is let in only if it is plain. */
static bool is_plain(const char *host)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	return host[0] != '\0' && host[0] != '-' && host[strspn(host, plain)] == '\0';
}

/* The family, table and chain of a rule, which came out of a file. */
static bool is_plain_chain(const char *chain)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- ";

	return chain[0] != '\0' && chain[0] != '-' && chain[strspn(chain, plain)] == '\0';
}

static void list_ports(char out[static PORTS_TEXT], const struct port_list *ports)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < ports->count; i++)
		used += (size_t)snprintf(
			out + used, PORTS_TEXT - used, "%s%u", i == 0 ? "" : ",", ports->ports[i]);
}

static struct port_list named_ports(const struct advice_case *about)
{
	const struct port_list alone = {.ports = {about->port}, .count = 1};

	return about->named == NULL ? alone : *about->named;
}

/* "port 25", "ports 25, 465 and 587"; and "25,465,587" for a command line. */
static void name_ports(struct words *words, const struct advice_case *about)
{
	const struct port_list named = named_ports(about);
	size_t used = 0;

	words->ports[0] = '\0';
	for (size_t i = 0; i < named.count; i++) {
		const char *joint = i + 1 == named.count ? " and " : ", ";
		const char *start = named.count == 1 ? "port " : "ports ";
		used += (size_t)snprintf(words->ports + used, PORTS_TEXT - used, "%s%u",
			i == 0 ? start : joint, named.ports[i]);
	}
	list_ports(words->list, &named);
}

static void name_service(struct words *words, const struct sending_service *service)
{
	words->service = service == NULL ? "" : service->name;
	words->service_source[0] = '\0';
	words->offered[0] = '\0';
	if (service == NULL)
		return;
	snprintf(words->service_source, sizeof(words->service_source), "%s, %s",
		service->source[0] == '\0' ? "your own list" : service->source,
		service->source_date[0] == '\0' ? "undated" : service->source_date);
	struct port_list ports = sending_service_ports(service);

	list_ports(words->offered, &ports);
}

/* How Postfix is told to use a relay, postconf(5) relayhost; TLS from the first byte is a switch of
 * its own there. */
static void name_relay(struct words *words, const struct advice_case *about)
{
	const struct mailport *row = mailport_find(about->relay_port);
	bool tls = row != NULL && row->tls == MAILPORT_IMPLICIT_TLS;

	words->relay = about->relay == NULL ? "" : about->relay;
	words->postfix_relay[0] = '\0';
	snprintf(words->relay_port, sizeof(words->relay_port), "%u", about->relay_port);
	if (about->relay != NULL && is_plain(about->relay))
		snprintf(words->postfix_relay, sizeof(words->postfix_relay),
			"sudo postconf -e 'relayhost = [%s]:%u' smtp_tls_security_level=encrypt%s",
			about->relay, about->relay_port, tls ? " smtp_tls_wrappermode=yes" : "");
}

static const char *preference(const struct advice_case *about, const struct mailport *other)
{
	const struct mailport *row = mailport_find(about->port);

	if (other == NULL || other->tls != MAILPORT_IMPLICIT_TLS)
		return "";
	if (other != row && row != NULL && row->tls == MAILPORT_IMPLICIT_TLS)
		return "";
	return ", with TLS from the first byte, which RFC 8314 section 3 prefers";
}

static void gather(struct words *words, const struct advice_case *about)
{
	const struct figures *figures = about->figures;
	const struct mailport *other = mailport_find(advice_alternative(about));

	name_ports(words, about);
	name_service(words, about->service);
	name_relay(words, about);
	words->preferred = preference(about, other);
	snprintf(words->port, sizeof(words->port), "%u", about->port);
	snprintf(words->alternative, sizeof(words->alternative), "%u", advice_alternative(about));
	sentence_number(words->rate, figures->rate.rate_per_s);
	snprintf(words->burst, sizeof(words->burst), "%u", figures->rate.burst);
	snprintf(words->loss, sizeof(words->loss), "%.0f %%", figures->loss.ratio * 100);
	sentence_data_rate(words->limit, delivery_bits_per_s(&figures->transfer.limit));
	sentence_number(words->rest, figures->transfer.cut_s);
	words->icmp = icmp_name(figures->icmp.from.family, figures->icmp.type, figures->icmp.code);
	address_print(&about->address, words->address);
	address_print(&about->verdict->hop.address, words->hop);
	address_print(&figures->icmp.from, words->icmp_from);
	words->target = is_plain(about->host) ? about->host : words->address;
	words->purpose = other == NULL ? "spare port" : other->purpose;
}

static void fill(struct advice *out, const struct row *row, const struct words *words)
{
	const struct blank blanks[] = {
		{"ports", words->ports},
		{"list", words->list},
		{"port", words->port},
		{"alternative", words->alternative},
		{"purpose", words->purpose},
		{"rate", words->rate},
		{"burst", words->burst},
		{"loss", words->loss},
		{"limit", words->limit},
		{"rest", words->rest},
		{"address", words->address},
		{"hop", words->hop},
		{"icmp", words->icmp},
		{"icmp_from", words->icmp_from},
		{"target", words->target},
		{"service", words->service},
		{"service_source", words->service_source},
		{"offered", words->offered},
		{"preferred", words->preferred},
		{"relay", words->relay},
		{"relay_port", words->relay_port},
		{"postfix_relay", words->postfix_relay},
		{NULL, NULL},
	};

	*out = (struct advice){.who = row->who};
	sentence_fill(out->action, sizeof(out->action), row->action, blanks);
	sentence_fill(out->command, sizeof(out->command), row->command, blanks);
}

/* Advice as it is put together. */
struct sheet {
	const struct advice_case *about;
	const struct words *words;
	struct advice *items;
	size_t count;
};

static void add_rows(struct sheet *sheet, const struct row *table, size_t count)
{
	for (size_t i = 0; i < count && sheet->count < ADVICE_MAX; i++) {
		if (row_holds(&table[i], sheet->about))
			fill(&sheet->items[sheet->count++], &table[i], sheet->words);
	}
}
#define ADD_ROWS(sheet, table) add_rows(sheet, table, sizeof(table) / sizeof((table)[0]))

static void add_provider(struct sheet *sheet)
{
	struct provider_advice words;

	if (sheet->count == ADVICE_MAX ||
		!provider_advise(&words, sheet->about, sheet->words->ports))
		return;
	struct advice *item = &sheet->items[sheet->count++];

	*item = (struct advice){.who = (enum advice_who)words.who};
	memcpy(item->action, words.action, sizeof(item->action));
}

/* A pattern is worth telling as long as nothing better is known. */
static void add_hint(struct sheet *sheet)
{
	const struct advice_case *about = sheet->about;
	const struct port_list none = {.count = 0};
	const struct signature_case ports = {
		.open = about->open,
		.shut = about->shut == NULL ? &none : about->shut,
		.own_router = own_router(about),
		.other_family_open = about->other_family_open,
	};
	const char *hint = signature_hint(&ports);

	if (hint == NULL || sheet->count == ADVICE_MAX || about->provider != NULL ||
		about->service != NULL || about->verdict->word == VERDICT_OPEN ||
		!port_list_has(ports.shut, about->port) || !may_be_the_way(about))
		return;
	struct advice *item = &sheet->items[sheet->count++];

	*item = (struct advice){.who = ADVICE_YOU};
	snprintf(item->action, sizeof(item->action), "A hint, not a proof: %s.", hint);
}

static void add_firewall(
	struct sheet *sheet, enum firewall firewall, const struct firewall_need *need)
{
	char remark[FIREWALL_TEXT];

	if (sheet->count == ADVICE_MAX)
		return;
	struct advice *item = &sheet->items[sheet->count++];

	*item = (struct advice){.who = ADVICE_YOU, .choice = true};
	snprintf(item->action, sizeof(item->action), "With %s%s:", firewall_name(firewall),
		firewall_remark(firewall, need, remark));
	firewall_command(firewall, need, item->command);
}

/* Every firewall that it could be, the one that it is first. */
static void add_firewalls(struct sheet *sheet)
{
	const struct advice_case *about = sheet->about;
	const struct port_list ports = named_ports(about);
	const struct firewall_need need = {
		.ports = &ports,
		.inbound = found(about, FINDING_LOCAL_INPUT),
		.ipv6 = about->address.family == ADDRESS_IPV6,
		.chain = about->chain != NULL && is_plain_chain(about->chain) ? about->chain : NULL,
	};

	if (about->verdict->by != BY_LOCAL || !(need.inbound || found(about, FINDING_LOCAL_OUTPUT)))
		return;
	if (about->firewall != FIREWALL_UNKNOWN)
		add_firewall(sheet, about->firewall, &need);
	for (int i = FIREWALL_UNKNOWN + 1; i < FIREWALLS; i++) {
		if (i != (int)about->firewall)
			add_firewall(sheet, (enum firewall)i, &need);
	}
}

size_t advice_for(const struct advice_case *about, struct advice out[static ADVICE_MAX])
{
	struct words words;
	struct sheet sheet = {.about = about, .words = &words, .items = out};

	gather(&words, about);
	if (found(about, FINDING_NOT_OFFERED) && about->verdict->by != BY_LOCAL) {
		ADD_ROWS(&sheet, not_offered);
		return sheet.count;
	}
	if (about->verdict->by != BY_LOCAL)
		ADD_ROWS(&sheet, alternatives);
	add_provider(&sheet);
	ADD_ROWS(&sheet, rows);
	add_firewalls(&sheet);
	add_hint(&sheet);
	if (about->verdict->by == BY_LOCAL) /* what is ours to mend stands first */
		ADD_ROWS(&sheet, alternatives);
	return sheet.count;
}
