# SPDX-License-Identifier: BSD-2-Clause
"""
The table of faults: a name, what each port must be called, what is done to the lab. Ports that are
probed and not named must be open. A line that is not on IPv4 to the server says so.
"""
from dataclasses import dataclass, field

from expectation import (OPEN, Expect, banned, connection_limit, down, dropped, local, lossy, refused, routing_loop,
			 session, silent_neighbour, sound, throttled, unreachable)
from topology import ADDRESS, CLIENT, Ip, Iptables, Line, Nft, Ruleset

MAIL_PORTS = (25, 465, 587, 143, 993, 110, 995)
MAIL_SET = "tcp dport { 25, 465, 587, 143, 993, 110, 995 }"
LISTENING = MAIL_PORTS + (443,)
SERVER4, SERVER6 = ADDRESS["server"][4], ADDRESS["server"][6]
SYN = "tcp flags & (syn | ack) == syn"
FULL = ("--rate-test",)
LIES = ("syn-ack", "reset", "bare-reset", "unasked", "malformed", "flood", "duplicate",
	"icmp-sequence", "icmp-ports", "icmp-garbage", "icmp-short", "icmp-lengths", "icmp-options", "icmp-fragments")
# In the client's own name: further away, routers would send these on to the server.
LIES_ON_THE_LINK = ("echo", "question")


@dataclass(frozen=True)
class Servers:
	"""Who is behind the ports, where that is not listener.py."""
	certificate: str = "valid"   # see authority.py
	postfix: tuple = ()
	dovecot: tuple = ()
	exim: tuple = ()
	postscreen: bool = False     # before Postfix, on port 25
	culprit: dict = field(default_factory=dict)  # port: its manner, see culprit.py
	certificates: dict = field(default_factory=dict)  # of some of its ports
	proxy: str = ""              # a node where Postfix of another party is on port 25


@dataclass(frozen=True)
class Scenario:
	name: str
	expect: dict
	faults: tuple
	ports: tuple
	family: int = 4
	target: str = "server"
	by_name: bool = False        # asked about as a user would
	options: tuple = ()          # more of the command line of mailsonde probe
	line: Line | None = None
	closed: tuple = ()           # ports that have no listener
	lie: tuple = ()              # where lab_forger answers, and its mode
	servers: Servers | None = None
	most_packets: int | None = None # that the client may send in all

	def expected(self, port):
		return self.expect.get(port, OPEN)

	def address(self):
		return ADDRESS[self.target][self.family]

	def listening(self):
		if self.servers:
			return ()
		return tuple(port for port in LISTENING if port not in self.closed)


def scenario(name, expect, *faults, ports=(25, 587), **rest):
	"""expect is what one port or each of some is called; a lone one is port 25's."""
	by_port = expect if isinstance(expect, dict) else {25: expect}
	return Scenario(name, by_port, faults, ports, **rest)


def burst_line(share, mean_ms):
	"""Bursts that swallow nearly everything, both ways."""
	shape = f"burst-share={share},burst-ms={mean_ms}"
	return Line(shape, shape, seed=7)


def rough_line(shape):
	"""The same both ways."""
	return Line(shape, shape, seed=11)


def mail_ports(expect):
	return {port: expect for port in MAIL_PORTS}


def drop(node, hook="forward", match="tcp dport 25"):
	return Nft(node, hook, f"{match} drop")


def reject(node, answer, hook="forward"):
	return Nft(node, hook, f"tcp dport 25 reject with {answer}")


def limit(node, rate, burst, answer="drop", hook="forward", match="tcp dport 25"):
	"""A token bucket of SYNs; answers to them do not count."""
	return Nft(node, hook, f"{match} {SYN} limit rate over {rate} burst {burst} packets {answer}")


def ban(node, count, answer="drop"):
	"""No more answers, or refusals, for good from the first SYN too many on."""
	strike = f"add @strikes {{ ip saddr limit rate over 1/hour burst {count} packets }}"
	return (Nft(node, "forward", f"tcp dport 25 ip saddr @banned {answer}"),
		Nft(node, "forward", f"tcp dport 25 {SYN} {strike} add @banned {{ ip saddr }} {answer}"))


def stopped_by(chain, text="tcp dport 25 drop", family="inet", handle=4):
	"""The client's rule as report and nft both name it; ruleset() makes its table."""
	return {"kind": "rule", "family": family, "table": "fault", "chain": chain, "text": text, "handle": handle}


def forbidden(kind):
	"""The client's route as the report names it."""
	return {"kind": "route", "table": "main", "text": f"{kind} {SERVER4}/32"}


def leaving(*rules, more=""):
	"""A table of the client's own, with an output chain."""
	lines = "\n".join(rules)
	return Ruleset("client", f"table inet guard {{\n{more}\nchain leaving {{\n"
		       f"type filter hook output priority 0\n{lines}\n}}\n}}\n")


INGRESS = Ruleset("client", 'table netdev guard {\nchain entrance {\ntype filter hook ingress device "eth0" priority 0\n'
		  "tcp sport 25 drop\n}\n}\n")
JUMPS = leaving("tcp dport 25 counter jump mail", more="""
chain deep {
ip daddr 203.0.113.0/24 counter drop comment "outgoing mail (verdict accept) # handle 1"
}
chain mail {
counter jump deep
}""")
MAP = leaving("tcp dport vmap { 25 : drop, 26 : accept }")
POLICY = leaving("policy drop", "tcp dport != 25 accept", "meta l4proto != tcp accept")
HOSTILE = leaving('tcp dport 25 drop comment "\x1b[31m $(reboot) \u202e`id`"')
UFW = leaving("jump ufw-user-output", more="chain ufw-user-output {\ntcp dport 25 drop\n}")


def by_source(match, burst=5):
	"""A token bucket for each client; a lone client cannot tell it from one for all."""
	return Nft("r2", "forward", f"{match} {SYN} add @strikes {{ ip saddr limit rate over 5/second burst {burst} packets }} drop")


def route(node, kind, destination=SERVER4):
	return Ip(node, f"route add {kind} {destination}")


def lose(node, per_mille, match=""):
	return Nft(node, "forward", f"{match} numgen random mod 1000 < {per_mille} drop")


def mute(node):
	"""A router that reports nothing as expired, in either family."""
	return (Nft(node, "output", "icmp type time-exceeded drop"),
		Nft(node, "output", "icmpv6 type time-exceeded drop"))


def slow_to_say(node, rate="1/second", burst=1):
	"""A router that reports so few."""
	limited = f"limit rate over {rate} burst {burst} packets drop"
	return (Nft(node, "output", f"icmp type time-exceeded {limited}"),)


def shorter_way_back():
	"""What r3 and the server send goes past r2: answers cross fewer routers than probes do."""
	return (Ip("r1", "link add eth8 type veth peer name eth9 netns r3"),
		Ip("r1", "addr add 198.51.100.49/28 dev eth8"), Ip("r1", "link set eth8 up"),
		Ip("r3", "addr add 198.51.100.50/28 dev eth9"), Ip("r3", "link set eth9 up"),
		Ip("r3", "route add 192.0.2.0/24 via 198.51.100.49"))


def source_on_loopback():
	"""Packets bear an address that only this machine knows."""
	return (Ip("client", "addr add 10.99.0.5/32 dev lo"),
		Ip("client", "route replace default via 192.0.2.1 src 10.99.0.5"))


def answers_by_another_link():
	"""What leaves by eth0 is answered over eth1."""
	return (Ip("client", "link add eth1 type veth peer name lan2 netns r1"),
		Ip("client", "addr add 192.0.9.10/24 dev eth1"), Ip("client", "link set eth1 up"),
		Ip("r1", "addr add 192.0.9.1/24 dev lan2"), Ip("r1", "link set lan2 up"),
		Ip("r1", f"route add {CLIENT[4]}/32 via 192.0.9.10"))


def two_ways():
	"""
	The server behind a second transit router as well: r2 shares flows out between r3 and the
	same router's other line, which answers from another address (RFC 2992, by ports).
	"""
	return (Ip("r2", "link add eth8 type veth peer name eth9 netns r3"),
		Ip("r2", "addr add 198.51.100.33/28 dev eth8"), Ip("r2", "link set eth8 up"),
		Ip("r3", "addr add 198.51.100.34/28 dev eth9"), Ip("r3", "link set eth9 up"),
		Ip("r2", f"route add {SERVER4}/32 nexthop via 198.51.100.18 nexthop via 198.51.100.34"))


def lies():
	"""
	Whatever a liar on the way says, silence stays silence and an open port stays open, though
	the truth about it comes later than the lies.
	"""
	for mode in LIES + LIES_ON_THE_LINK:
		far = ("r1", "lan") if mode in LIES_ON_THE_LINK else ("r2", "west")
		for family, suffix in ((4, ""), (6, "-v6")):
			yield scenario(f"lie-{mode}{suffix}", dropped("r2"), drop("r2"), family=family,
				       lie=(*far, mode))
			yield scenario(f"lie-{mode}-open{suffix}", {}, family=family,
				       lie=("r1", "lan", mode), line=Line("delay=5", "delay=5"))


SCENARIOS = (
	# Nothing is wrong.
	scenario("open", {}, ports=MAIL_PORTS),
	scenario("open-v6", {}, family=6, ports=MAIL_PORTS),
	scenario("open-far", {}, line=Line("delay=50", "delay=50")),
	scenario("open-jitter", {}, line=Line("delay=40,jitter=20", "delay=40,jitter=20"), family=6),
	scenario("open-rate-test", {}, options=FULL),

	# Silence from a filter on the way or at the server.
	scenario("drop-r1-forward", dropped("r1"), drop("r1")),
	scenario("drop-r2-forward", dropped("r2"), drop("r2")),
	scenario("drop-r2-prerouting", dropped("r1"), drop("r2", "prerouting")),
	scenario("drop-r3-forward", dropped("r3"), drop("r3")),
	scenario("drop-server", dropped("r3"), drop("server", "input")),
	scenario("drop-r2-answers", dropped("r3"), drop("r2", "forward", "tcp sport 25")),
	scenario("drop-r1-forward-v6", dropped("r1"), drop("r1"), family=6),
	scenario("drop-r2-forward-v6", dropped("r2"), drop("r2"), family=6),
	scenario("drop-r2-prerouting-v6", dropped("r1"), drop("r2", "prerouting"), family=6),
	scenario("drop-r3-forward-v6", dropped("r3"), drop("r3"), family=6),
	scenario("drop-server-v6", dropped("r3"), drop("server", "input"), family=6),
	scenario("drop-far", dropped("r2"), drop("r2"), line=Line("delay=50", "delay=50")),
	scenario("drop-mail-set", mail_ports(dropped("r2")), drop("r2", "forward", MAIL_SET), ports=MAIL_PORTS + (443,)),
	scenario("drop-all-but-587", dropped("r3"), drop("server", "input", "tcp dport != 587")),

	# The same where the way does not tell all.
	scenario("drop-r2-mute-r1", dropped("r2"), drop("r2"), *mute("r1")),
	scenario("drop-r2-mute-r2", dropped("r1"), drop("r2"), *mute("r2")),
	scenario("drop-r2-mute-r2-v6", dropped("r1"), drop("r2"), *mute("r2"), family=6),
	scenario("drop-r2-mute-r3", dropped("r2", "unknown", "last-stretch"), drop("r2"), *mute("r3")),
	scenario("drop-r1-all-mute", dropped("client", "unknown", "last-stretch"), drop("r1"), *mute("r1"), *mute("r2"), *mute("r3")),
	scenario("drop-r1-slow-r2", dropped("r1"), drop("r1"), *slow_to_say("r2")),
	scenario("drop-r2-slow-r1", dropped("r2"), drop("r2"), *slow_to_say("r1")),
	scenario("drop-r2-two-ways", dropped("r2"), *two_ways(), drop("r2")),
	scenario("open-two-ways", {}, *two_ways(), ports=MAIL_PORTS),
	scenario("open-short-back", {}, *shorter_way_back(), ports=MAIL_PORTS),
	scenario("drop-r2-short-back", dropped("r2"), *shorter_way_back(), drop("r2")),
	scenario("reset-r2-short-back", Expect(("refused",), "path", ("after", "r2")), *shorter_way_back(), reject("r2", "tcp reset")),
	scenario("closed-short-back", refused("server"), *shorter_way_back(), closed=(25,)),
	scenario("open-mute", {}, *mute("r1"), *mute("r2"), *mute("r3"), ports=MAIL_PORTS),

	# A reset.
	scenario("reset-r2", refused("r2"), reject("r2", "tcp reset")),
	scenario("reset-r2-v6", refused("r2"), reject("r2", "tcp reset"), family=6),
	scenario("reset-server", refused("server"), reject("server", "tcp reset", "input")),
	scenario("closed", refused("server"), closed=(25,)),
	scenario("closed-v6", refused("server"), closed=(25,), family=6),

	# Every code of ICMP destination unreachable that a filter can choose (RFC 792, 1812 5.2.7.1).
	scenario("icmp-net", unreachable(3, 0), reject("r2", "icmp type net-unreachable")),
	scenario("icmp-host", unreachable(3, 1), reject("r2", "icmp type host-unreachable")),
	scenario("icmp-protocol", unreachable(3, 2), reject("r2", "icmp type prot-unreachable")),
	scenario("icmp-port", unreachable(3, 3, "r1"), reject("r1", "icmp type port-unreachable")),
	scenario("icmp-net-prohibited", unreachable(3, 9), reject("r2", "icmp type net-prohibited")),
	scenario("icmp-host-prohibited", unreachable(3, 10, "r1"), reject("r1", "icmp type host-prohibited")),
	scenario("icmp-admin-prohibited", unreachable(3, 13), reject("r2", "icmp type admin-prohibited")),
	scenario("icmp-server", unreachable(3, 10, "server"), reject("server", "icmp type host-prohibited", "input")),
	# The same for ICMPv6 (RFC 4443 3.1).
	scenario("icmp6-no-route", unreachable(1, 0), reject("r2", "icmpv6 type no-route"), family=6),
	scenario("icmp6-admin-prohibited", unreachable(1, 1), reject("r2", "icmpv6 type admin-prohibited"), family=6),
	scenario("icmp6-address", unreachable(1, 3), reject("r2", "icmpv6 type addr-unreachable"), family=6),
	scenario("icmp6-port", unreachable(1, 4, "r1"), reject("r1", "icmpv6 type port-unreachable"), family=6),
	scenario("icmp6-policy", unreachable(1, 5), reject("r2", "icmpv6 type policy-fail"), family=6),
	scenario("icmp6-reject-route", unreachable(1, 6), reject("r2", "icmpv6 type reject-route"), family=6),
	scenario("icmp6-server", unreachable(1, 1, "server"), reject("server", "icmpv6 type admin-prohibited", "input"), family=6),

	# Answers that depend on the rate.
	scenario("limit-5-b5", throttled(5, 5), limit("r2", "5/second", 5)),
	scenario("limit-5-b5-v6", throttled(5, 5), limit("r2", "5/second", 5), family=6),
	scenario("limit-5-b5-server", throttled(5, 5), limit("server", "5/second", 5, hook="input")),
	scenario("limit-5-b5-far", throttled(5, 5), limit("r2", "5/second", 5), line=Line("delay=20", "delay=20")),
	scenario("limit-10-a-minute-b3", throttled(10 / 60, 3), limit("r2", "10/minute", 3)),
	scenario("limit-2-b10", throttled(2, 10), limit("r2", "2/second", 10), options=FULL),
	scenario("limit-1-b1", throttled(1, 1), limit("r1", "1/second", 1)),
	scenario("limit-10-b3-reset", throttled(10, 3, "reset"), limit("r2", "10/second", 3, "reject with tcp reset")),
	scenario("limit-20-b5-icmp", throttled(20, 5, "icmp"), limit("r2", "20/second", 5, "reject with icmp type admin-prohibited")),
	scenario("limit-host-4-b10", mail_ports(throttled(4, 10, scope="host")), limit("r2", "4/second", 10, match=""), options=FULL),
	scenario("connections-4", connection_limit(4), Nft("r2", "forward", f"tcp dport 25 {SYN} ct count over 4 drop"), options=FULL),
	scenario("connections-4-reset", connection_limit(4, "reset"), Nft("r2", "forward", f"tcp dport 25 {SYN} ct count over 4 reject with tcp reset"), options=FULL),
	scenario("connections-4-icmp", connection_limit(4, "icmp"), Nft("r2", "forward", f"tcp dport 25 {SYN} ct count over 4 reject with icmp type admin-prohibited"), options=FULL),
	scenario("limit-host-4-b10-reset", mail_ports(throttled(4, 10, "reset", "host")), limit("r2", "4/second", 10, "reject with tcp reset", match=""), options=FULL),
	scenario("limit-source-5-b5", throttled(5, 5), by_source("tcp dport 25"), options=FULL),
	scenario("limit-source-host-5-b10", mail_ports(throttled(5, 10, scope="host")), by_source("", 10), options=FULL),
	scenario("ban-after-8-reset", banned(8, "reset"), *ban("r2", 8, "reject with tcp reset")),
	scenario("ban-after-8", banned(8), *ban("r2", 8)),

	# Answers that are missing at random.
	scenario("loss-10-port", lossy(0.1, or_open=True), lose("r2", 100, "tcp dport 25"), options=FULL),
	scenario("loss-20-port", lossy(0.2), lose("r2", 200, "tcp dport 25"), options=FULL),
	scenario("loss-30-port", lossy(0.3), lose("r2", 300, "tcp dport 25"), options=FULL),
	scenario("loss-30-port-v6", lossy(0.3), lose("r2", 300, "tcp dport 25"), family=6, options=FULL),
	scenario("loss-10-path", mail_ports(lossy(0.1, True, or_open=True)), lose("r3", 51), options=FULL),
	scenario("loss-20-path", mail_ports(lossy(0.2, True)), lose("r3", 106), options=FULL),
	scenario("loss-30-path", mail_ports(lossy(0.3, True)), lose("r3", 163), options=FULL),
	scenario("loss-bursts-10", mail_ports(lossy(0.1, True, or_open=True)), line=burst_line(0.05, 50), options=FULL),
	scenario("line-300-jitter", {25: dropped("r2"), 465: refused("server"), 993: throttled(5, 5)},
		drop("r2"), limit("r2", "5/second", 5, match="tcp dport 993"), ports=(25, 465, 587, 993), closed=(465,), line=rough_line("delay=150,jitter=40"), options=FULL),
	scenario("line-reorders", {25: dropped("r2"), 465: refused("server"), 993: throttled(5, 5, blurred=True)},
		drop("r2"), limit("r2", "5/second", 5, match="tcp dport 993"), ports=(25, 465, 587, 993), closed=(465,), line=rough_line("delay=10,overtaken=0.1,overtaken-ms=15"), options=FULL),
	scenario("line-duplicates", {25: dropped("r2"), 993: throttled(5, 5, blurred=True)},
		drop("r2"), limit("r3", "5/second", 10, match="tcp dport 993"), ports=(25, 587, 993), line=rough_line("delay=10,twice=1"), options=FULL),
	scenario("line-rough", mail_ports(OPEN), line=rough_line("delay=150,jitter=40,overtaken=0.1,overtaken-ms=20,twice=0.1"), ports=MAIL_PORTS),
	scenario("loss-bursts-30", mail_ports(lossy(0.3, True, or_open=True)), line=burst_line(0.16, 300), options=FULL),

	# Routes, and hosts that are not there.
	scenario("route-r2-blackhole", mail_ports(down("r1")), route("r2", "blackhole")),
	scenario("route-r2-unreachable", mail_ports(unreachable(3, 1)), route("r2", "unreachable")),
	scenario("route-r2-prohibit", mail_ports(unreachable(3, 13)), route("r2", "prohibit")),
	scenario("route-r2-prohibit-v6", mail_ports(unreachable(1, 1)), route("r2", "prohibit", SERVER6), family=6),
	scenario("route-r2-none", mail_ports(unreachable(3, 0)), Ip("r2", "route del 203.0.113.0/24")),
	scenario("route-loop", mail_ports(routing_loop("r2")), Ip("r3", f"route add {SERVER4}/32 via 198.51.100.17")),
	scenario("route-loop-port", {25: routing_loop("r2")}, Ip("r3", "rule add priority 77 ipproto tcp dport 25 lookup 77"),
		Ip("r3", "route add default via 198.51.100.17 table 77")),
	scenario("host-absent", mail_ports(unreachable(3, 1, "r3", "host-unknown")), target="absent"),
	scenario("host-absent-v6", mail_ports(unreachable(1, 3, "r3", "host-unknown")), target="absent", family=6),
	scenario("host-dead", mail_ports(down("r3")), Nft("server", "prerouting", "ip protocol { tcp, icmp, udp } drop")),
	scenario("neighbour-absent", mail_ports(silent_neighbour("down")), target="neighbour"),
	scenario("neighbour-absent-v6", mail_ports(silent_neighbour("down")), target="neighbour", family=6),
	scenario("gateway-absent", mail_ports(silent_neighbour("inconclusive", "local")), Ip("client", "route replace default via 192.0.2.99")),

	# This machine's own doing.
	scenario("local-output-drop", local("dropped", "EPERM", **stopped_by("output")), drop("client", "output")),
	scenario("local-output-drop-v6", local("dropped", "EPERM", **stopped_by("output")), drop("client", "output"), family=6),
	scenario("local-output-reject", local("dropped", "EPERM", **stopped_by("output", "tcp dport 25 reject...")), Nft("client", "output", "tcp dport 25 reject")),
	scenario("local-output-reset", local("dropped", "EPERM", **stopped_by("output", "tcp dport 25 reject with tcp reset")), reject("client", "tcp reset", "output")),
	scenario("local-postrouting-drop", local("dropped", "EPERM", **stopped_by("postrouting")), drop("client", "postrouting")),
	scenario("local-egress-drop", local("dropped", "not-leaving", **stopped_by("egress", family="netdev", handle=2)), drop("client", "egress")),
	scenario("local-input-drop", local("dropped", "unheard", **stopped_by("input", "tcp sport 25 drop")), drop("client", "input", "tcp sport 25")),
	scenario("local-input-drop-v6", local("dropped", "unheard", **stopped_by("input", "tcp sport 25 drop")), drop("client", "input", "tcp sport 25"), family=6),
	scenario("local-prerouting-drop", local("dropped", "unheard", **stopped_by("prerouting", "tcp sport 25 drop")), drop("client", "prerouting", "tcp sport 25")),
	scenario("local-ingress-drop", local("dropped", "unheard", kind="rule", family="netdev", table="guard", chain="entrance", text="tcp sport 25 drop"), INGRESS),
	scenario("local-jumps", local("dropped", "EPERM", kind="rule", chain="deep", text="ip daddr 203.0.113.0/24 counter drop...", comment="outgoing mail (verdict accept) # handle 1"), JUMPS),
	scenario("local-map", local("dropped", "EPERM", kind="rule", chain="leaving", text="tcp dport vmap { 25 : drop, 26 : accept }"), MAP),
	scenario("local-policy", local("dropped", "EPERM", kind="policy", chain="leaving", handle=None), POLICY),
	scenario("local-hostile-comment", local("dropped", "EPERM", kind="rule", text="tcp dport 25 drop comment...", comment="?[31m $(reboot) \\xe2\\x80\\xae`id`"), HOSTILE),
	scenario("local-ufw", local("dropped", "EPERM", kind="rule", chain="ufw-user-output", looks_like="ufw"), UFW),
	scenario("local-iptables", local("dropped", "EPERM", kind="rule", family="ip", table="filter", chain="OUTPUT", looks_like="iptables"),
		Iptables("client", ("-A", "OUTPUT", "-p", "tcp", "--dport", "25", "-m", "comment", "--comment", "no mail", "-j", "DROP"))),
	scenario("local-route-blackhole", mail_ports(local("dropped", "EINVAL", **forbidden("blackhole"))), route("client", "blackhole")),
	scenario("local-route-unreachable", mail_ports(local("unreachable", "EHOSTUNREACH", **forbidden("unreachable"))), route("client", "unreachable")),
	scenario("local-route-prohibit", mail_ports(local("unreachable", "EACCES", **forbidden("prohibit"))), route("client", "prohibit")),
	scenario("local-route-prohibit-v6", mail_ports(local("unreachable", "EACCES", kind="route", table="main", text=f"prohibit {SERVER6}/128")), route("client", "prohibit", SERVER6), family=6),
	scenario("local-rule-prohibit", mail_ports(local("unreachable", "EACCES", kind="policy-route", handle=77, text="from all to 203.0.113.0/24 prohibit")),
		Ip("client", "rule add priority 77 to 203.0.113.0/24 prohibit")),
	scenario("local-table-blackhole", mail_ports(local("dropped", "EINVAL", kind="route", table="77", text="blackhole default")),
		Ip("client", "route add blackhole default table 77"), Ip("client", "rule add priority 77 to 203.0.113.0/24 lookup 77")),

	# Of this machine's own addresses and interfaces.
	scenario("source-absent-v6", mail_ports(Expect(("unreachable",), "local", ("at", "client"), finding="no-source-address", sign="no-source")),
		Ip("client", "addr del 2001:db8:1::10/64 dev eth0"), family=6),
	scenario("source-elsewhere", mail_ports(Expect(("inconclusive",), "unknown", finding="source-elsewhere")), *source_on_loopback()),
	scenario("source-elsewhere-known", {}, *source_on_loopback(), Ip("r1", "route add 10.99.0.5/32 via 192.0.2.10"),
		Ip("r2", "route add 10.99.0.5/32 via 198.51.100.1")),
	scenario("answers-elsewhere", mail_ports(Expect(("open",), finding="answers-elsewhere")), *answers_by_another_link()),

	# Answers that are none.
	*lies(),
)

# One port for each word, as a first look at the program; in its lab the server has a name.
SHOWCASE = scenario("showcase",
	{25: dropped("r2"), 465: throttled(5, 5), 143: refused("server"), 993: unreachable(3, 13),
	 110: lossy(0.3, or_open=True), 995: local("dropped", "EPERM"),
	 587: sound("ok", certificate__verify="ok"),
	 2525: session("misconfigured", "certificate", "expired", "certificate-expired")},
	drop("r2"),
	limit("r2", "5/second", 5, match="tcp dport 465"),
	Nft("r2", "forward", "tcp dport 993 reject with icmp type admin-prohibited"),
	lose("r3", 300, "tcp dport 110"),
	drop("client", "output", "tcp dport 995"),
	ports=MAIL_PORTS + (2525,), by_name=True,
	servers=Servers(culprit={port: "honest" for port in (25, 465, 587, 993, 110, 995, 2525)},
			certificates={2525: "expired"}))

NAMED = {row.name: row for row in SCENARIOS + (SHOWCASE,)}
