/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables, and a memory for texts that come again: in a log of an outage almost all do.
 *
 * What Linux's connect() says about each kind of trouble was measured: a silent drop is "timed
 * out"; a RST and ICMP port unreachable are "refused"; ICMP host unreachable, admin-prohibited, and
 * a neighbour that answers no ARP are "no route to host"; ICMPv6 admin-prohibited is "permission
 * denied"; an output filter that drops is "operation not permitted" for some calls, silence for
 * connect().
 */
#include "cause.h"

#include "fault.h"
#include "pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define OPEN          CAUSE_BIT(VERDICT_OPEN)
#define DROPPED       CAUSE_BIT(VERDICT_DROPPED)
#define REFUSED       CAUSE_BIT(VERDICT_REFUSED)
#define UNREACHABLE   CAUSE_BIT(VERDICT_UNREACHABLE)
#define THROTTLED     CAUSE_BIT(VERDICT_THROTTLED)
#define LOSSY         CAUSE_BIT(VERDICT_LOSSY)
#define INTERCEPTED   CAUSE_BIT(VERDICT_INTERCEPTED)
#define MISCONFIGURED CAUSE_BIT(VERDICT_MISCONFIGURED)
#define REJECTED      CAUSE_BIT(VERDICT_REJECTED)
#define DOWN          CAUSE_BIT(VERDICT_DOWN)

#define ANYTHING                                                                                   \
	(DROPPED | REFUSED | UNREACHABLE | THROTTLED | LOSSY | INTERCEPTED | MISCONFIGURED |       \
		REJECTED | DOWN)

#define UNRELATED VERDICT_OPEN, CAUSE_NO_PHASE, OPEN, true

/* What the program that tried says. The first row that fits wins: the later in a session something
 * happens, the more particular are the words for it. */
static const struct cause client_rows[] = {
	{"name-not-found",
		"found|find|name service|name or service|name resolution|look|dns|unrouteable|resolv|non-existent|nullmx|null mx|bad host",
		"name service error|lookup of host|name or service not known|unable to look up|host or domain name not found"
		"|host not found|no such domain|no ip address found|cannot find your (?:hostname|domain)"
		"|no valid (?:mx|mail exchanger)|temporary failure in name resolution"
		"|domain \\S+ not found|unrouteable address|unrouteable mail domain"
		"|all relevant mx records point to non-existent hosts|lowest numbered mx record"
		"|(?:dns|mx|tlsa|host|cname) lookup|could ?n[o']t (?:find|resolve)|cannot resolve|unable to resolve"
		"|does not accept mail \\(nullmx\\)|null mx|no mx found|could not be resolved"
		"|domain name (?:not|could)|dns (?:error|query|server)|host unknown|name server",
		"Host or domain name not found. Name service error for name=nosuch.example type=MX",
		UNRELATED},
	{"tls-timeout", "tim",
		"ssl_connect error[^;]{0,200}(?:timed out|timeout)|tls[^;]{0,80}(?:timed out|timeout)"
		"|(?:timed out|timeout) (?:while performing the starttls|during starttls|after starttls"
		"|in response to starttls)|timed out .{0,40}tls handshake",
		"SSL_connect error to mx.example.com[192.0.2.25]:25: Connection timed out",
		VERDICT_DROPPED, PHASE_TLS, DROPPED | INTERCEPTED | MISCONFIGURED, false},
	/* Exim since 4.93 connects and waits for the greeting in one step, and has one text for
	   both. */
	{"connect-or-greeting-timeout", "after initial connection",
		"smtp timeout after initial connection",
		"Connection timed out H=mx.example.com [192.0.2.25]:25: SMTP timeout after initial connection",
		VERDICT_DROPPED, PHASE_CONNECT, DROPPED | DOWN | THROTTLED, false},
	/* Sendmail has one text for every silence; RFC 3463's 4.4.2 tells those in a session. */
	{"session-silent", "4.4.2, stat=|read error from",
		"4\\.4\\.2, stat=deferred: connection timed out with \\S+"
		"|reply: read error from .{1,300} connection timed out with",
		"4.4.2, stat=Deferred: Connection timed out with silent.test.", VERDICT_DROPPED,
		PHASE_GREETING, DROPPED | THROTTLED | MISCONFIGURED | INTERCEPTED, false},
	{"greeting-timeout", "tim|greeting|banner",
		"timed out while receiving the initial server greeting|login timed out in state=/none"
		"|(?:timeout waiting for input|timed out).{0,200}client greeting"
		"|(?:timeout|timed out).{0,60}(?:banner|greeting)|no greeting|greeting never received",
		"conversation with mx.example.com[192.0.2.25] timed out while receiving the initial server greeting",
		VERDICT_DROPPED, PHASE_GREETING, DROPPED | THROTTLED | MISCONFIGURED, false},
	{"hello-timeout", "helo|ehlo|lhlo",
		"timed out while performing the (?:ehlo|helo|lhlo) handshake"
		"|smtp timeout after (?:ehlo|helo|lhlo)"
		"|(?:timeout waiting for input|timed out).{0,200}client (?:ehlo|helo|lhlo)",
		"conversation with mx.example.com[192.0.2.25] timed out while performing the EHLO handshake",
		VERDICT_DROPPED, PHASE_STARTTLS, DROPPED | INTERCEPTED | THROTTLED, false},
	{"session-timeout", "tim",
		"timed out while (?:sending|receiving|performing)[^;]{0,60}"
		"|smtp timeout after [^;:]{1,60}|timeout waiting for input.{0,200}during [a-z ]{1,40}"
		"|timeout while sending|timed out during (?:data|message|rcpt|mail)",
		"conversation with mx.example.com[192.0.2.25] timed out while sending message body",
		VERDICT_INCONCLUSIVE, CAUSE_NO_PHASE, DROPPED | THROTTLED | LOSSY, false},
	{"greeting-lost",
		"greeting|died|initial connection|without sending|banner|closed unexpectedly|state=/none",
		"lost connection.{0,200}while receiving the initial server greeting"
		"|remote host closed connection in response to initial connection"
		"|connection (?:reset|closed|lost).{0,200}client greeting"
		"|(?:closed|dropped|reset).{0,60}(?:before|without).{0,30}(?:greeting|banner)"
		"|connected to .{1,200} but (?:connection died|greeting failed)|connection closed unexpectedly"
		"|disconnected by server[^;]{0,120}state=/none",
		"lost connection with mx.example.com[192.0.2.25] while receiving the initial server greeting",
		VERDICT_REFUSED, PHASE_GREETING,
		REFUSED | MISCONFIGURED | THROTTLED | REJECTED | INTERCEPTED, false},
	{"hello-lost", "helo|ehlo|lhlo",
		"lost connection.{0,200}while performing the (?:ehlo|helo|lhlo) handshake"
		"|closed connection in response to (?:ehlo|helo|lhlo)"
		"|connection (?:reset|closed|lost).{0,200}client (?:ehlo|helo|lhlo)",
		"lost connection with mx.example.com[192.0.2.25] while performing the EHLO handshake",
		VERDICT_REFUSED, PHASE_STARTTLS, REFUSED | MISCONFIGURED | THROTTLED | INTERCEPTED,
		false},
	{"starttls-absent", "tls|encryption",
		"tls is required, but was not offered|did not (?:offer|advertise) (?:tls|starttls)(?: support)?"
		"|starttls (?:is )?(?:not (?:offered|available|supported|advertised)|unsupported)"
		"|tls (?:is )?required but not (?:supported|offered|available)|no starttls available"
		"|can.?t find starttls|server does not support (?:tls|starttls)"
		"|starttls is required to send mail|tls not (?:offered|supported) by"
		"|could not (?:be )?negotiat\\w+ (?:a )?tls.{0,30}not (?:offered|supported)"
		"|encryption too weak|remote server did not advertise.{0,20}starttls|starttls(?: command)? not supported",
		"TLS is required, but was not offered by host mx.example.com[192.0.2.25]",
		VERDICT_MISCONFIGURED, PHASE_STARTTLS, MISCONFIGURED | INTERCEPTED, false},
	{"starttls-refused", "tls",
		"refused to start tls|smtp error from remote mail server after starttls"
		"|(?:error|closed connection|unexpected reply|malformed smtp reply) in response to starttls"
		"|starttls (?:command )?(?:failed|rejected|refused)|server refused (?:tls|starttls)"
		"|attempt to start tls failed",
		"TLS is required, but host mx.example.com[192.0.2.25] refused to start TLS: 454 4.7.0 TLS not available",
		VERDICT_MISCONFIGURED, PHASE_STARTTLS, MISCONFIGURED | INTERCEPTED | THROTTLED,
		false},
	{"certificate",
		"authentication failed|certificate|tlsa|dane|self|unknown ca|issuer|verif|trust|subject",
		"server certificate not (?:trusted|verified)|certificate (?:has |is )?(?:expired|not yet valid"
		"|invalid|untrusted|rejected|unknown|not trusted|revoked|mismatch)"
		"|certificate (?:verif\\w+|check) (?:failed|error)|(?:peer |server )?certificate verification failed"
		"|self.signed certificate|unknown ca|unable to get (?:local )?issuer"
		"|certificate does ?n.t match|cert(?:ificate)? (?:name|host ?name|subject)\\w* (?:mismatch|does not match)"
		"|subject (?:mismatch|alternative name)|bad certificate|certificateexpired"
		"|remotecertificatenamemismatch|remotecertificatechainerrors|certificate signer"
		"|dane (?:attempt|validation|error)|no tlsa (?:records|match)|tlsa.{0,30}(?:invalid|mismatch)"
		"|starttls-webpki|certificate-(?:expired|host-mismatch|not-trusted)"
		"|454 4\\.7\\.0 authentication failed"
		"|could not verify (?:peer|server|the certificate)|no trust anchor"
		"|certificate chain (?:is )?(?:invalid|broken)",
		"Server certificate not verified", VERDICT_MISCONFIGURED, PHASE_CERTIFICATE,
		MISCONFIGURED | INTERCEPTED, false},
	{"tls-failed", "tls|ssl|wrong version|cipher|unsupported protocol",
		"cannot start tls: handshake failure|ssl_connect error|ssl_accept error"
		"|tls (?:session|handshake|negotiation|connection|error)[^;]{0,80}(?:fail|error|alert|closed|reset|lost)\\w*"
		"|tls (?:session|error|negotiation|connect)[^;]{0,40}:[^;]{0,80}"
		"|(?:connect|accept) failed=|ssl routines:[^;]{0,60}|wrong version number|no shared cipher|unsupported protocol"
		"|(?:ssl|tls)v?\\d?[^;]{0,30}alert[^;]{0,60}|gnutls_handshake[^;]{0,80}|io error:? ?tls"
		"|starttls handshake|tls negotiat\\w+",
		"Cannot start TLS: handshake failure", VERDICT_MISCONFIGURED, PHASE_TLS,
		MISCONFIGURED | INTERCEPTED | REFUSED | DROPPED, false},
	{"session-lost",
		"lost connection|closed connection|in response to|connection lost|reset|closed|died|read error",
		"lost connection.{0,200}while (?:sending|receiving|performing)[^;]{0,60}"
		"|closed connection in response to[^;:]{0,60}"
		"|connection (?:reset|closed)[^;]{0,200}during [a-z ]{1,40}"
		"|connection lost (?:during|after|while)|connection died|reply: read error from \\S++(?! .{0,80}connection reset)",
		"lost connection with mx.example.com[192.0.2.25] while sending RCPT TO",
		VERDICT_INCONCLUSIVE, CAUSE_NO_PHASE, REFUSED | INTERCEPTED | THROTTLED | LOSSY,
		false},
	{"wrong-protocol", "malformed|protocol error|unexpected|not an smtp|bad |invalid",
		"malformed smtp reply in response to (?:initial connection|ehlo|helo)"
		"|(?:unexpected|invalid|bad) (?:response|greeting|banner)(?:: [^:;]{1,60})?|not an smtp server|protocol error",
		"Malformed SMTP reply in response to initial connection: SSH-2.0-OpenSSH_9.2",
		VERDICT_MISCONFIGURED, PHASE_GREETING, MISCONFIGURED | INTERCEPTED, false},
	{"connect-refused", "refused|10061",
		"connection refused|connection was refused|actively refused|refused (?:the|our) connection"
		"|error code 10061|connection_refused|connection was rejected",
		"connect to mx.example.com[192.0.2.25]:25: Connection refused", VERDICT_REFUSED,
		PHASE_CONNECT, REFUSED | UNREACHABLE, false},
	{"host-unreachable", "route|unreachable|10065|is down|unreach",
		"no route to host|host (?:is )?unreachable|host \\S+ is down|host is down|error code 10065"
		"|ehostunreach|destination unreachable|routing host unreachable",
		"connect to mx.example.com[192.0.2.25]:25: No route to host", VERDICT_UNREACHABLE,
		PHASE_CONNECT, UNREACHABLE | DOWN, false},
	{"network-unreachable", "unreach|10051",
		"network (?:is )?unreachable|error code 10051|enetunreach|network unreach",
		"connect to mx.example.com[2001:db8::25]:25: Network is unreachable",
		VERDICT_UNREACHABLE, PHASE_CONNECT, UNREACHABLE, false},
	{"connect-prohibited", "permission|protocol not available",
		"permission denied|protocol not available|error code 10013",
		"connect to mx.example.com[2001:db8::25]:25: Permission denied",
		VERDICT_UNREACHABLE, PHASE_CONNECT, UNREACHABLE | DROPPED, false},
	{"connect-not-permitted", "not permitted", "operation not permitted",
		"connect to mx.example.com[192.0.2.25]:25: Operation not permitted",
		VERDICT_DROPPED, PHASE_CONNECT, DROPPED, false},
	/* connect() itself is never "reset": what answers a SYN is "refused". Sendmail says "reset"
	 * of what was closed as well. */
	{"reset", "reset",
		"connection (?:was )?reset(?: by (?:peer|remote host|\\S+))?|error code 10054|econnreset",
		"read error from mx.example.com[192.0.2.25]: Connection reset by peer",
		VERDICT_REFUSED, PHASE_GREETING, REFUSED | MISCONFIGURED | INTERCEPTED | THROTTLED,
		false},
	{"no-source-address", "address",
		"cannot assign requested address|address not available"
		"|address family not supported",
		"connect to mx.example.com[2001:db8::25]:25: Cannot assign requested address",
		VERDICT_UNREACHABLE, PHASE_CONNECT, UNREACHABLE, false},
	{"connect-timeout", "tim|10060|respon|connect|accept|establish",
		"(?:operation|connection|connect|connecting|connection attempt) (?:has )?timed[ -]?out"
		"|(?:connection|connect|network|session|socket|smtp) time-?out|error code:? 10060|etimedout"
		"|timed out|did ?n.t respond|(?:is |was )not respond\\w*|no response from"
		"|wasn.t able to establish an? \\w+ connection|couldn.t establish an? \\w+ connection"
		"|(?:sorry, i )?(?:unable to|was ?n.t able to|could ?n.t|could not|cannot) (?:connect|establish a connection)"
		"|did not accept our requests to connect|failed to (?:connect|establish (?:a |the )?connection)",
		"connect to mx.example.com[192.0.2.25]:25: Connection timed out", VERDICT_DROPPED,
		PHASE_CONNECT, DROPPED | DOWN, false},
	{"too-busy", "too many|concurren|limit|process_limit|client_limit|maximum",
		"too many (?:concurrent |simultaneous |open )*(?:connections|sessions)"
		"|maximum number of connections|process_limit|client_limit|connection (?:rate|concurrency) limit"
		"|connections? (?:are|is) being dropped|connection-limit|limit reached",
		"Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
		VERDICT_THROTTLED, PHASE_CONNECT, THROTTLED | REJECTED, false},
	{"port-in-use", "already in use", "address already in use",
		"fatal: bind 0.0.0.0 port 25: Address already in use", VERDICT_MISCONFIGURED,
		PHASE_CONNECT, MISCONFIGURED | REFUSED, false},
	{"recipient-or-content",
		"user|mailbox|quota|space|spam|virus|relay|size|large|loop|account|alias|recipient|blocked|policy|address|file|rejected|authent|password|denied",
		"user unknown|unknown user|no such (?:user|recipient|mailbox|address|local user)|mailbox.{0,40}"
		"|quota|insufficient .{0,20}space|spam|virus|relay\\w* (?:access )?denied|too (?:large|big)"
		"|message size|mail (?:forwarding )?loop\\w*|too many hops|account .{0,30}(?:disabled|suspended|over)"
		"|unknown (?:alias|recipient)|recipient.{0,40}(?:rejected|unknown|not found|exist)"
		"|address rejected|blocked|policy|authentication|password|file (?:too large|exists)|access denied",
		"unknown user: \"nobody\"", UNRELATED},
	{"expired",
		"expired|retry timeout|too long|network error|temporary failure|for a long time",
		"retry timeout exceeded|envelope expired|message expired|delivery time expired"
		"|(?:in the queue|undeliverable|failing) (?:for )?(?:a |too )long(?: time)?"
		"|network error on destination mxs|temporary failure in mta",
		"retry timeout exceeded", VERDICT_INCONCLUSIVE, CAUSE_NO_PHASE, ANYTHING, false},
	{0},
};

/* What the server says after its greeting: it was reached, so only what it says about sessions and
 * TLS has to do with the port. */
static const struct cause server_rows[] = {
	{"too-many-connections",
		"many|limit|exceed|maximum|too |busy|throttl|concurren|deferred due|unusual rate|rate",
		"too many (?:concurrent |simultaneous |open |smtp |current |inbound )*(?:connections?|sessions?|connects)"
		"|(?:connections?|sessions?) (?:rate |count |concurrency |frequency )?(?:limit|exceed\\w*)"
		"|max(?:imum)?(?: number of)?(?: concurrent| simultaneous)? (?:connections|sessions)"
		"|(?:reached|exceeded) (?:the |its )?(?:connection|session) limit"
		"|connect\\w* too (?:often|fast|frequently|many)|concurrent (?:smtp )?(?:connections|sessions)"
		"|server (?:is )?(?:too )?busy|rate.?limited|throttl\\w+|temporarily deferred due to"
		"|unusual rate of|connection rate|reached the limit|try again later.{0,40}connections",
		"421 4.7.0 mx.example.com Error: too many connections from 192.0.2.1",
		VERDICT_THROTTLED, PHASE_GREETING, THROTTLED | REJECTED, false},
	{"starttls-demanded", "tls|encrypt|secure",
		"must issue an? starttls|starttls (?:command )?(?:first|required|must)"
		"|(?:tls|ssl|encryption|secure connection|starttls) (?:is )?required"
		"|requires? (?:tls|ssl|encryption|an? (?:encrypted|secure))|no encryption",
		"530 5.7.0 Must issue a STARTTLS command first", VERDICT_MISCONFIGURED,
		PHASE_STARTTLS, MISCONFIGURED, false},
	{"tls-unavailable", "tls",
		"tls (?:is )?(?:currently )?(?:not available|unavailable)"
		"|tls (?:is )?not available due to\\w*",
		"454 4.7.0 TLS not available due to local problem", VERDICT_MISCONFIGURED,
		PHASE_STARTTLS, MISCONFIGURED, false},
	/* In its greeting, though Sendmail does not tell so. */
	{"no-service", "no smtp service", "no smtp service here",
		"554 5.7.1 mx.test No SMTP service here", VERDICT_REJECTED, PHASE_GREETING,
		REJECTED | INTERCEPTED, false},
	{"session-ended", "421",
		"^\\W*421\\b(?!.{0,200}(?:spam|reputation|unsolicited|sender|message|content|\\bpolicy"
		"|blocked|mailbox|recipient|user|quota|authentica|\\bspf|\\bdkim|\\bptr|grey)).{0,100}",
		"421 4.3.2 Service not available, closing transmission channel", VERDICT_REJECTED,
		CAUSE_NO_PHASE, REJECTED | THROTTLED, false},
	{"answered", "", ".{0,120}", "550 5.1.1 <nobody@example.com>: user unknown", UNRELATED},
	{0},
};

static const struct cause greeting_rows[] = {
	{"greeting-throttles",
		"many|limit|exceed|maximum|too |busy|throttl|concurren|deferred|rate",
		"too many.{0,60}|(?:connections?|sessions?).{0,30}(?:limit|exceed\\w*)"
		"|max(?:imum)?(?: number of)?.{0,20}(?:connections|sessions).{0,30}"
		"|connect\\w* too (?:often|fast|frequently)|concurrent.{0,30}|(?:too )?busy|rate.?limit\\w*"
		"|throttl\\w+|deferred due.{0,60}|connection rate.{0,30}|\\brate\\b.{0,20}exceed\\w*",
		"421 4.7.0 mx.example.com Error: too many connections from 192.0.2.1",
		VERDICT_THROTTLED, PHASE_GREETING, THROTTLED | REJECTED, false},
	{"greeting-refuses", "", ".{0,120}", "554 5.7.1 mx.example.com No SMTP service here",
		VERDICT_REJECTED, PHASE_GREETING, REJECTED | INTERCEPTED, false},
	{0},
};

static const struct cause *const tables[] = {
	[SPEAKER_CLIENT] = client_rows,
	[SPEAKER_GREETING] = greeting_rows,
	[SPEAKER_SERVER] = server_rows,
};

#define ROWS_MOST 32

#define REMEMBERED      1024 /* a power of two */
#define REMEMBERED_TEXT 192

struct memory {
	const struct cause *cause; /* NULL as well where no row fits */
	uint16_t length;           /* 0: nothing is remembered here */
	uint16_t from, to;         /* the words */
	uint8_t speaker;
	char text[REMEMBERED_TEXT];
};

struct causes {
	struct pattern *patterns[SPEAKERS][ROWS_MOST];
	struct memory *memories;
	char small[PATTERN_TEXT]; /* the text in small letters, without names of hosts */
};

const struct cause cause_untold = {
	.name = "untold",
	.pattern = "",
	.example = "",
	.claims = VERDICT_INCONCLUSIVE,
	.phase = CAUSE_NO_PHASE,
	.could_be = ANYTHING,
};

/* RFC 3463 section 3.5, "network and routing status". */
static const struct cause status_connection = {
	.name = "status-no-answer",
	.pattern = "",
	.example = "4.4.1",
	.claims = VERDICT_DROPPED,
	.phase = PHASE_CONNECT,
	.could_be = DROPPED | REFUSED | UNREACHABLE | DOWN,
};

static const struct cause status_bad_connection = {
	.name = "status-bad-connection",
	.pattern = "",
	.example = "4.4.2",
	.claims = VERDICT_INCONCLUSIVE,
	.phase = CAUSE_NO_PHASE,
	.could_be = DROPPED | REFUSED | THROTTLED | LOSSY | INTERCEPTED,
};

static const struct cause status_tls = {
	.name = "status-no-tls",
	.pattern = "",
	.example = "5.7.10",
	.claims = VERDICT_MISCONFIGURED,
	.phase = PHASE_STARTTLS,
	.could_be = MISCONFIGURED | INTERCEPTED,
};

static const struct cause status_unrelated = {
	.name = "status-unrelated",
	.pattern = "",
	.example = "5.1.1",
	.claims = VERDICT_OPEN,
	.phase = CAUSE_NO_PHASE,
	.could_be = OPEN,
	.unrelated = true,
};

const struct cause *cause_of_status(struct span status)
{
	if (status.length < 5 || (status.at[0] != '4' && status.at[0] != '5'))
		return NULL;
	struct span detail = span_after(status, 2);

	if (span_is(detail, "4.1"))
		return &status_connection;
	if (span_is(detail, "4.2"))
		return &status_bad_connection;
	if (span_is(detail, "4.7"))
		return &cause_untold;
	if (span_is(detail, "7.10")) /* RFC 7672 section 2.2, RFC 8689: encryption needed */
		return &status_tls;
	if (span_is(detail, "0.0") || span_is(detail, "4.0"))
		return NULL;
	return &status_unrelated;
}

/* RFC 3463 sections 3.2 and 3.3. */
const struct cause *cause_of_recipient(struct span status)
{
	bool about = status.length >= 5 && (status.at[2] == '1' || status.at[2] == '2');

	return about ? &status_unrelated : NULL;
}

const struct cause *cause_at(enum speaker speaker, size_t index)
{
	const struct cause *row = &tables[speaker][index];

	return row->name == NULL ? NULL : row;
}

static bool compile(
	struct pattern *out[static ROWS_MOST], const struct cause *rows, struct fault *why)
{
	for (size_t i = 0; rows[i].name != NULL && i < ROWS_MOST; i++) {
		if ((out[i] = pattern_new(rows[i].pattern, why)) == NULL)
			return false;
	}
	return true;
}

struct causes *causes_new(struct fault *why)
{
	struct causes *causes = fault_allocate(1, sizeof(*causes));

	causes->memories = fault_allocate(REMEMBERED, sizeof(*causes->memories));
	for (int speaker = 0; speaker < SPEAKERS; speaker++) {
		if (compile(causes->patterns[speaker], tables[speaker], why))
			continue;
		causes_free(causes);
		return NULL;
	}
	return causes;
}

void causes_free(struct causes *causes)
{
	if (causes == NULL)
		return;
	for (int speaker = 0; speaker < SPEAKERS; speaker++) {
		for (size_t i = 0; i < ROWS_MOST; i++)
			pattern_free(causes->patterns[speaker][i]);
	}
	free(causes->memories);
	free(causes);
}

static bool is_name_byte(char byte)
{
	return isalnum((unsigned char)byte) || byte == '-' || byte == '_' || byte == '.';
}

/* The name of a host may hold any of the words that are looked for: "spam.example.com". What holds
 * a dot between two bytes of a name and a letter is taken for one, unlike "4.4.1" or "route." */
static bool is_host_name(const char *at, size_t length)
{
	bool letter = false, dot = false;

	for (size_t i = 0; i < length; i++) {
		letter = letter || isalpha((unsigned char)at[i]);
		dot = dot || (at[i] == '.' && i > 0 && i + 1 < length);
	}
	return letter && dot;
}

static void make_small(char *small, struct span text)
{
	for (size_t i = 0; i < text.length;) {
		size_t length = 0;
		while (i + length < text.length && is_name_byte(text.at[i + length]))
			length++;
		bool host = is_host_name(text.at + i, length);
		for (size_t j = 0; j < length; j++)
			small[i + j] = (char)tolower((unsigned char)text.at[i + j]);
		if (host)
			memset(small + i, '~', length);
		i += length;
		if (length == 0) {
			small[i] = text.at[i];
			i++;
		}
	}
}

/* Which pairs of bytes a text has, by their lower five bits: a hint with another is not in it. */
struct pairs {
	uint64_t bits[16];
};

static unsigned pair_of(const char *at)
{
	return ((unsigned)at[0] & 31) << 5 | ((unsigned)at[1] & 31);
}

static bool has_pair(const struct pairs *pairs, unsigned pair)
{
	return pairs->bits[pair / 64] >> pair % 64 & 1;
}

static struct pairs pairs_of(struct span text)
{
	struct pairs pairs = {{0}};

	for (size_t i = 0; i + 1 < text.length; i++) {
		unsigned pair = pair_of(text.at + i);
		pairs.bits[pair / 64] |= (uint64_t)1 << pair % 64;
	}
	return pairs;
}

static bool is_within(const struct pairs *pairs, struct span small, struct span hint)
{
	for (size_t i = 0; i + 1 < hint.length; i++) {
		if (!has_pair(pairs, pair_of(hint.at + i)))
			return false;
	}
	return memmem(small.at, small.length, hint.at, hint.length) != NULL;
}

static bool is_hinted(const char *hints, struct span small, const struct pairs *pairs)
{
	if (hints[0] == '\0')
		return true;
	for (const char *hint = hints; *hint != '\0';) {
		const char *end = strchrnul(hint, '|');
		if (is_within(pairs, small, (struct span){hint, (size_t)(end - hint)}))
			return true;
		hint = end + (*end == '|');
	}
	return false;
}

static const struct cause *look_up(
	struct causes *causes, enum speaker speaker, struct span text, struct span *words)
{
	const struct cause *rows = tables[speaker];
	struct span small = {causes->small, text.length};
	struct pattern_match match;

	make_small(causes->small, text);
	struct pairs pairs = pairs_of(small);

	for (size_t i = 0; rows[i].name != NULL; i++) {
		if (!is_hinted(rows[i].hints, small, &pairs) ||
			!pattern_find(causes->patterns[speaker][i], small, &match))
			continue;
		*words = (struct span){
			text.at + (match.whole.at - causes->small), match.whole.length};
		return &rows[i];
	}
	*words = (struct span){text.at, 0};
	return NULL;
}

/* FNV-1a. */
static uint32_t hash_of(struct span text)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < text.length; i++)
		hash = (hash ^ (unsigned char)text.at[i]) * 16777619u;
	return hash;
}

const struct cause *cause_find(
	struct causes *causes, enum speaker speaker, struct span text, struct span *words)
{
	text = span_trim(text);
	if (text.length > sizeof(causes->small))
		text.length = sizeof(causes->small);
	if (text.length == 0 || text.length > REMEMBERED_TEXT)
		return look_up(causes, speaker, text, words);
	struct memory *memory = &causes->memories[hash_of(text) % REMEMBERED];

	if (memory->length != text.length || memory->speaker != (uint8_t)speaker ||
		memcmp(memory->text, text.at, text.length) != 0) {
		memory->cause = look_up(causes, speaker, text, words);
		memory->length = (uint16_t)text.length;
		memory->speaker = (uint8_t)speaker;
		memory->from = (uint16_t)(words->at - text.at);
		memory->to = (uint16_t)(memory->from + words->length);
		memcpy(memory->text, text.at, text.length);
	}
	*words = (struct span){text.at + memory->from, (size_t)(memory->to - memory->from)};
	return memory->cause;
}
