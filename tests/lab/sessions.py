# SPDX-License-Identifier: BSD-2-Clause
"""
The table of sessions: who is behind each port, what is done on the way, what the report must say and
what a plain client sees (plain_session.py). Ports without a line of their own must be sound.
"""
from authority import NAME
from expectation import session, sound
from scenarios import Ip, Line, MAIL_PORTS, Nft, Scenario, Servers

IMPLICIT = (465, 993, 995)
POSTFIX_PORTS, DOVECOT_PORTS = (25, 465, 587, 2525), (143, 993, 110, 995)
EVERY_PORT = MAIL_PORTS + (2525,)
STRIPPING = Line(down="strips=1")

# TCP's timestamps take 12 bytes, so a header has 32; the record's type is the first byte after it,
# the handshake message's type the sixth (RFC 8446 sections 4 and 5.1).
READS_HELLOS = "tcp doff 8 @th,256,8 0x16 @th,296,8 0x01"
# One segment a packet, as a wire has it.
ONE_BY_ONE = Ip("server", "link set eth0 gso_max_segs 1")
TOO_LONG = "meta length > 1300"


def working(port, shows="ok", **more):
	"""A sound session of a port, with what its report holds."""
	fields = {"starttls": "implicit" if port in IMPLICIT else "offered",
		  "certificate__verify": "ok"}
	return sound(shows, **{**fields, **more})


def talk(name, expect, *faults, servers, ports=None, rate=("--no-throttle",), **rest):
	"""Ports are those that somebody serves, and mostly nobody asks for their limits."""
	served = servers.postfix + servers.dovecot + servers.exim + tuple(servers.culprit)
	ports = ports or tuple(sorted(served))
	by_port = {port: expect.get(port) or working(port) for port in ports}
	options = rate + (() if rest.get("by_name") else ("--servername", NAME))
	return Scenario(f"session-{name}", by_port, faults, ports, servers=servers, options=options,
			**rest)


def both(certificate="valid", postfix=(25, 465, 587), dovecot=DOVECOT_PORTS, **more):
	return Servers(certificate, postfix, dovecot, **more)


def with_certificate(kind, verify, finding, shows=None):
	"""Every port shows it, and every port's session fails for it and nothing else."""
	def verdict(port):
		return session("misconfigured", "certificate", shows or kind, finding,
			       starttls="implicit" if port in IMPLICIT else "offered",
			       certificate__verify=verify)
	servers = both(kind)
	return talk(kind, {port: verdict(port) for port in MAIL_PORTS}, servers=servers)


def culprits(name, rows, *faults, **rest):
	"""rows: each port's manner and what it must be called (None: sound)."""
	return talk(name, {port: expect for port, (_, expect) in rows.items()}, *faults,
		    servers=Servers(culprit={port: manner for port, (manner, _) in rows.items()}),
		    **rest)


def refused_greeting(text):
	return (f"greets-and-leaves:{text}",
		session("rejected", "greeting", "greeting: " + text, "greeting-refusal",
			greeting=text))


def foreign(manner, shows, phase="greeting", finding="wrong-protocol", **fields):
	return manner, session("misconfigured", phase, shows, finding, **fields)


SILENT = session("dropped", "greeting", "greeting: silence", "no-greeting", by=None, greeting=None)
RESET = session("refused", "greeting", "greeting: reset", "reset-before-greeting", by=None,
		greeting=None)
CLOSED = session("misconfigured", "greeting", "greeting: closed", "closed-before-greeting", by=None)
CLOSED_LATER = session("misconfigured", "starttls", "capabilities: closed", "session-closed", by=None)
TLS_CLOSED = session("misconfigured", "tls", "tls: closed", "tls-closed", by=None)
HELLO_SILENT = session("dropped", "tls", "tls: silence", "client-hello-unanswered", by=None)
HELLO_RESET = session("refused", "tls", "tls: reset", "client-hello-reset", by=None)
STRIPPED = session("intercepted", "starttls", "starttls: masked", "starttls-stripped", by="path",
		   starttls="stripped")
NO_STARTTLS = session("misconfigured", "starttls", "starttls: absent", "starttls-absent", by=None,
		      starttls="absent", tls=None)
STARTTLS_REFUSED = session("misconfigured", "starttls", "starttls: refused", "starttls-refused",
			   starttls="offered", tls=None)
PLAIN = session("misconfigured", "tls", "tls: plain text", "plain-text", tls=None)
ALERT = session("misconfigured", "tls", "tls: alert", "tls-alert", tls=None)

SESSIONS = (
	# All is well.
	talk("sound", {}, servers=both(postfix=POSTFIX_PORTS), ports=EVERY_PORT),
	talk("sound-v6", {}, servers=both(postfix=POSTFIX_PORTS), ports=EVERY_PORT, family=6),
	talk("sound-rate-test", {}, servers=both(), ports=MAIL_PORTS, rate=("--rate-test",)),
	talk("sound-burst", {}, servers=both(), ports=MAIL_PORTS, rate=(), most_packets=249),
	talk("by-name", {}, servers=both(), ports=MAIL_PORTS, by_name=True),
	talk("exim", {}, servers=Servers(exim=(25, 465, 587))),
	talk("postscreen", {25: working(25, "late", finding="late-greeting")},
	     servers=Servers(postfix=(25, 587), postscreen=True)),

	# Certificates.
	with_certificate("expired", "expired", "certificate-expired"),
	with_certificate("not-yet-valid", "not-yet-valid", "certificate-not-yet-valid"),
	with_certificate("other-name", "name-mismatch", "certificate-name-mismatch"),
	with_certificate("self-signed", "self-signed", "certificate-self-signed"),
	with_certificate("untrusted", "untrusted", "certificate-untrusted"),
	with_certificate("missing-intermediate", "untrusted", "intermediate-missing"),
	talk("long-chain", {}, servers=Servers("long-chain", culprit={25: "honest", 993: "honest"})),

	# What comes in the place of a greeting.
	culprits("silent", {25: ("silent", SILENT), 143: ("silent", SILENT), 587: ("honest", None)}),
	culprits("reset", {25: ("reset", RESET), 110: ("reset", RESET), 587: ("honest", None)}),
	culprits("says-no", {
		25: refused_greeting("421 4.3.2 Service not available"),
		587: refused_greeting("554 5.7.1 You are on a list"),
		2525: refused_greeting("450 4.7.1 Come back later"),
		143: refused_greeting("* BYE Too many connections"),
		110: refused_greeting("-ERR [SYS/TEMP] Not now"),
	}),
	culprits("foreign", {
		25: foreign("greets:HTTP/1.1 400 Bad Request", "greeting: HTTP/1.1 400 Bad Request"),
		587: foreign("greets:SSH-2.0-OpenSSH_9.2p1", "greeting: SSH-2.0-OpenSSH_9.2p1"),
		143: foreign("greets:220 ftp.example.net FTP", "greeting: 220 ftp.example.net FTP"),
		110: foreign("greets:* OK IMAP ready", "greeting: * OK IMAP ready"),
	}),
	culprits("cut", {
		25: ("cut-at:0", CLOSED), 587: ("cut-at:12", CLOSED),
		143: ("cut-at:40", CLOSED_LATER), 110: ("cut-at:36", CLOSED_LATER),
		465: ("cut-at:0", TLS_CLOSED), 993: ("cut-at:300", TLS_CLOSED),
		2525: ("cut-at:400", TLS_CLOSED), 995: ("hello-close", TLS_CLOSED),
	}),
	culprits("slow", {25: ("slow", None), 143: ("slow", None), 110: ("slow", None),
			  993: ("slow", None)}),
	culprits("late", {25: ("late", working(25, "late")), 587: ("late", working(587, "late")),
			  143: ("honest", None)}),
	culprits("endless", {
		25: ("endless", session("misconfigured", "greeting", "greeting: endless",
					"endless-line")),
		143: ("endless", session("misconfigured", "greeting", "greeting: endless",
					 "endless-line")),
		587: ("honest", None),
	}),
	culprits("hostile", {25: ("hostile", None), 143: ("hostile", None), 110: ("hostile", None)}),

	# STARTTLS.
	culprits("no-starttls", {
		25: ("no-starttls", sound("starttls: absent", phase="starttls", starttls="absent")),
		587: ("no-starttls", NO_STARTTLS), 143: ("no-starttls", NO_STARTTLS),
		110: ("no-starttls", NO_STARTTLS)}),
	culprits("starttls-on-587-alone", {
		25: ("no-starttls", sound("starttls: absent", "starttls-on-another-port", "starttls",
					  starttls="absent")),
		587: ("honest", None)}),
	culprits("refuses-starttls", {
		25: ("refuses-starttls", sound("starttls: refused", "starttls-refused", "starttls",
					       starttls="offered", tls=None)),
		587: ("refuses-starttls", STARTTLS_REFUSED),
		143: ("refuses-starttls", STARTTLS_REFUSED),
		110: ("refuses-starttls", STARTTLS_REFUSED)}),
	talk("stripped", {25: STRIPPED, 587: STRIPPED}, servers=Servers(postfix=(25, 465, 587)),
	     line=STRIPPING),
	culprits("injects", {
		25: ("injects", working(25, "starttls: injected", finding="bytes-before-tls")),
		587: ("honest", None)}),

	# TLS where there should be none, and the other way round.
	culprits("tls-first", {
		25: foreign("tls-first", "greeting: silence"),
		587: foreign("tls-first", "greeting: silence"),
		143: foreign("tls-first", "greeting: silence"),
		110: foreign("tls-first", "greeting: silence")}),
	culprits("plain-first", {port: ("plain-first", PLAIN) for port in IMPLICIT}),

	# TLS that cannot be agreed.
	culprits("old-tls", {port: ("old-tls", working(port, "tls: old", finding="old-tls",
						       tls__version="TLSv1.1"))
			     for port in (25, 465, 143)}),
	culprits("no-shared-cipher", {port: ("no-shared-cipher", ALERT) for port in (25, 465, 143)}),
	culprits("hello-silent", {25: ("hello-silent", HELLO_SILENT),
				  993: ("hello-silent", HELLO_SILENT), 587: ("honest", None)}),
	culprits("hello-reset", {25: ("hello-reset", HELLO_RESET),
				 993: ("hello-reset", HELLO_RESET), 587: ("honest", None)}),

	# On the way.
	talk("hello-filtered", {port: session("dropped", "tls", "tls: silence; ok split",
					      "client-hello-filter", by="path") for port in (25, 465, 993)},
	     Nft("r2", "forward", f"tcp dport {{ 25, 465, 993 }} {READS_HELLOS} drop"),
	     servers=both(postfix=(25, 465, 587), dovecot=(993,))),
	talk("hello-filtered-reset", {port: session("refused", "tls", "tls: reset; ok split",
						    "client-hello-filter", by="path") for port in (25, 465)},
	     Nft("r2", "forward",
		 f"tcp dport {{ 25, 465 }} {READS_HELLOS} reject with tcp reset"),
	     servers=Servers(postfix=(25, 465, 587))),
	talk("black-hole", {port: session("dropped", "tls", "tls: silence; ok small",
					  "path-mtu-black-hole", by="path") for port in (25, 465, 993)},
	     Nft("r2", "forward", f"ip saddr 203.0.113.25 {TOO_LONG} drop"), ONE_BY_ONE,
	     servers=Servers("bulky", (25, 465), (993,))),
)

NAMED = {row.name: row for row in SESSIONS}
