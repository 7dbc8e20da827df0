# SPDX-License-Identifier: BSD-2-Clause
"""
The table of tamperings: who answers in the server's name or changes what is said, from where, and
what the report must say of it. A forger that a filter beside it helps swallows what it answers, or passes
it on itself; without one the server answers as well, before it or after.
"""
from authority import NAME
from expectation import Expect, session
from scenarios import Line, Nft, Scenario, Servers, scenario
from sessions import working
from topology import Sysctl

SWALLOWED = "tcp dport 25 drop"
SIDES = {"r1": "lan", "r2": "west", "r3": "west"}
FAR = Line("delay=20", "delay=20")
REDIRECT = "tcp dport 25 redirect"


def refused(node, *findings):
	return Expect(("refused",), "path", ("at", node), finding=("forged-refusal", *findings),
		      shows="reset")


def intercepted(node, *findings):
	return Expect(("intercepted",), "path", ("at", node), finding=findings, shows="accepted")


def forged(name, mode, node, expect, swallow, **rest):
	"""Port 25 is forged; 587 is left alone. swallow: its SYN goes on only as the forger says."""
	faults = (Nft(node, "prerouting", SWALLOWED),) if swallow else ()
	return scenario(f"forged-{name}", expect, *faults, lie=(node, SIDES[node], mode, "25"), **rest)


def told(name, expect, *faults, servers, **rest):
	"""With sessions: ports that are not named must be sound."""
	ports = (25, 587)
	by_port = {port: expect.get(port) or working(port) for port in ports}
	return Scenario(f"tampered-{name}", by_port, faults, ports, servers=servers,
			options=("--no-throttle", "--servername", NAME), **rest)


def stripped(name, expect, up="", down=""):
	"""By a device in the line, of port 25 alone."""
	shapes = {way: f"strips={how},port=25" for way, how in (("up", up), ("down", down)) if how}
	return told(name, {25: expect}, servers=Servers(postfix=(25, 587)), line=Line(**shapes))


def starttls(finding, shows, **fields):
	return session("intercepted", "starttls", shows, finding, by="path", **fields)


TAMPERINGS = (
	# A RST in the server's name: in the path, and beside it.
	*(forged(f"reset-{node}", "refuse", node, refused(node), True) for node in SIDES),
	forged("reset-r2-v6", "refuse", "r2", refused("r2"), True, family=6),
	forged("reset-beside-r1", "refuse-first", "r1", refused("r1", "two-answerers"), True),
	forged("reset-beside-r2", "refuse-first", "r2", refused("r2", "two-answerers"), True),
	forged("reset-too-late", "refuse-late", "r2", Expect(("open",), finding="two-answerers", shows="reset"), False),
	forged("reset-far", "refuse", "r1", refused("r1"), True, line=FAR),
	# A SYN-ACK.
	forged("accept-r1", "accept", "r1", intercepted("r1", "nearer-answer"), True),
	forged("accept-r2", "accept", "r2", intercepted("r2", "nearer-answer"), True),
	forged("accept-r2-v6", "accept", "r2", intercepted("r2", "nearer-answer"), True, family=6),
	forged("accept-beside-r2", "accept", "r2", intercepted("r2", "nearer-answer", "two-answerers"),
	       False, closed=(25,)),
	forged("accept-in-front", "accept", "r3", Expect(("open",), finding="device-in-front", shows="accepted"), True),
	scenario("syn-proxy", intercepted("r2", "nearer-answer", "syn-proxy"),
		 Nft("r2", "prerouting", "tcp dport 25 tcp flags syn notrack"),
		 Nft("r2", "forward", "tcp dport 25 ct state invalid,untracked synproxy mss 1460 "
				      "wscale 7 timestamp sack-perm"),
		 Nft("r2", "forward", "ct state invalid drop"),
		 Sysctl("r2", "net.netfilter.nf_conntrack_tcp_loose=0")),

	# Another party's mail server on port 25.
	told("proxy", {25: intercepted("r2", "nearer-answer", "other-party")},
	     Nft("r2", "translation", REDIRECT), servers=Servers(postfix=(465, 587), proxy="r2")),
	told("proxy-in-front", {25: session("intercepted", "greeting", "accepted",
					    ("other-party", "device-in-front"), by="path")},
	     Nft("r3", "translation", REDIRECT), servers=Servers(postfix=(465, 587), proxy="r3")),
	told("tarpit", {25: session("dropped", "greeting", "accepted", ("no-greeting", "tarpit"), by=None)},
	     Nft("r3", "prerouting", SWALLOWED), servers=Servers(postfix=(587,)),
	     lie=("r3", "west", "tarpit", "25")),

	# STARTTLS: taken out of the offer, of the offer and the command, or of the command alone.
	stripped("offer", starttls("starttls-stripped", "STARTFOO, 220", starttls="stripped"), down="2"),
	stripped("offer-and-command", starttls("starttls-replaced", "STARTFOO, 500"), up="2", down="2"),
	stripped("command", starttls("starttls-garbled", "STARTTLS, 500", starttls="offered"), up="2"),
	stripped("masked", starttls("starttls-stripped", "XXXXXXXA, 220", starttls="stripped"), down="1"),
	# A RST for whoever asks for it.
	told("reset-starttls", {25: session("refused", "starttls", "STARTTLS, reset", ("session-reset", "forged-refusal"),
					    by="path")},
	     Nft("r2", "forward", "tcp dport 25 @th,256,64 0x5354415254544c53 reject with tcp reset"),
	     servers=Servers(postfix=(25, 587))),
)

NAMED = {row.name: row for row in TAMPERINGS}
