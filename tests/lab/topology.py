# SPDX-License-Identifier: BSD-2-Clause
"""
The lab: five network namespaces in a row, each with IPv4 and IPv6.

    client --- r1 --------- r2 -------- r3 --- server
               home router  ISP         transit

It is built inside mount, network and process namespaces of its own (see enter()), with a private
/run, so it has no name outside and is gone with its first process, however that one ends. Hence
nothing here takes the lab down again.

Hosts find their neighbours by ARP and NDP, as on an Ethernet; between routers neighbours are fixed,
as on a leased line, so that loss on a line hits packets and never the line itself.
"""
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

NODES = ("client", "r1", "r2", "r3", "server")
INTERFACES = ("eth0", "lan", "wan", "west", "east")

CLIENT = {4: "192.0.2.10", 6: "2001:db8:1::10"}
SERVER = {4: "203.0.113.25", 6: "2001:db8:25::25"}

# The address from which a node sends ICMP errors to the client: that of its interface on the way.
ADDRESS = {
	"client": CLIENT,
	"r1": {4: "192.0.2.1", 6: "2001:db8:1::1"},
	"r2": {4: "198.51.100.2", 6: "2001:db8:2::2"},
	"r3": {4: "198.51.100.18", 6: "2001:db8:3::3"},
	"server": SERVER,
	# Nobody has these two: one on the server's link, one on the client's.
	"absent": {4: "203.0.113.99", 6: "2001:db8:25::99"},
	"neighbour": {4: "192.0.2.99", 6: "2001:db8:1::99"},
}

# node, interface, its addresses; then the same for the node on its right.
LINKS = (
	("client", "eth0", "192.0.2.10/24", "2001:db8:1::10/64",
	 "r1", "lan", "192.0.2.1/24", "2001:db8:1::1/64"),
	("r1", "wan", "198.51.100.1/28", "2001:db8:2::1/64",
	 "r2", "west", "198.51.100.2/28", "2001:db8:2::2/64"),
	("r2", "east", "198.51.100.17/28", "2001:db8:3::2/64",
	 "r3", "west", "198.51.100.18/28", "2001:db8:3::3/64"),
	("r3", "east", "203.0.113.1/24", "2001:db8:25::1/64",
	 "server", "eth0", "203.0.113.25/24", "2001:db8:25::25/64"),
)

ROUTES = {
	"client": ("default via 192.0.2.1", "default via 2001:db8:1::1"),
	"r1": ("default via 198.51.100.2", "default via 2001:db8:2::2"),
	"r2": ("192.0.2.0/24 via 198.51.100.1", "2001:db8:1::/64 via 2001:db8:2::1",
	       "203.0.113.0/24 via 198.51.100.18", "2001:db8:25::/64 via 2001:db8:3::3"),
	"r3": ("default via 198.51.100.17", "default via 2001:db8:3::2"),
	"server": ("default via 203.0.113.1", "default via 2001:db8:25::1"),
}

# Addresses are usable at once (no duplicate address detection, RFC 4862 5.4), and routers do not
# comment on a loop with redirects.
SETTINGS = ("net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.default.router_solicitations=0",
	    "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.default.send_redirects=0")
# Several ways are chosen by ports as well, as providers do (RFC 2992).
ROUTER_SETTINGS = ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
		   "net.ipv4.fib_multipath_hash_policy=1")
LINE_SETTINGS = ("net.ipv6.conf.default.disable_ipv6=1",)

# What the client really sent, counted where it arrives, out of reach of every fault.
TALLY = """
table inet tally {
	counter syns { }
	counter sent { }
	chain seen {
		type filter hook prerouting priority -450
		iifname "lan" counter name sent
		iifname "lan" tcp flags & (syn | ack) == syn counter name syns
	}
}
"""

FAULT_SETS = """
	set banned { type ipv4_addr; flags dynamic, timeout; timeout 60s; }
	set strikes { type ipv4_addr; size 64; flags dynamic; }
"""

HOOKS = {
	"prerouting": "hook prerouting priority -300",
	"input": "hook input priority 0",
	"forward": "hook forward priority 0",
	"output": "hook output priority 0",
	"postrouting": "hook postrouting priority 0",
	"egress": 'hook egress device "eth0" priority 0',
	"translation": "hook prerouting priority -100",
}

ROOT = Path(__file__).resolve().parent.parent.parent


def newest_build(name):
	"""The path of a built program, from whichever build directory is the newest."""
	found = sorted(ROOT.glob(f"build/*/{name}"), key=lambda path: path.stat().st_mtime)
	return str(found[-1]) if found else None


def iptables():
	found = shutil.which("iptables-nft", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
	if not found:
		raise Unavailable("this scenario needs iptables-nft (Debian package iptables)")
	return found


class Unavailable(Exception):
	"""This machine cannot build a lab; the text says why."""


@dataclass(frozen=True)
class Nft:
	"""A filter rule on a node: the hook names the chain, as in HOOKS."""
	node: str
	hook: str
	rule: str


@dataclass(frozen=True)
class Ip:
	"""An ip(8) command on a node, after all else is set up."""
	node: str
	command: str


@dataclass(frozen=True)
class Ruleset:
	"""Whole tables of nftables on a node."""
	node: str
	text: str


@dataclass(frozen=True)
class Iptables:
	"""A rule of iptables-nft on a node."""
	node: str
	words: tuple


@dataclass(frozen=True)
class Sysctl:
	"""A kernel's setting on a node, once its filters are there."""
	node: str
	setting: str


@dataclass(frozen=True)
class Line:
	"""The line between r1 and r2, in the bridge's own words for each direction."""
	up: str = ""
	down: str = ""
	seed: int = 1

	def least_round_trip_s(self):
		"""What no answer can undercut."""
		total_ms = 0.0
		for shape in (self.up, self.down):
			values = dict(item.split("=") for item in shape.split(",") if item)
			total_ms += float(values.get("delay", 0)) - float(values.get("jitter", 0))
		return max(total_ms, 0) / 1000


def enter(argv):
	"""
	The command that runs argv where a lab can be built. When this process dies, unshare does;
	when unshare dies, its child does; and with that first process of theirs the namespaces go.
	"""
	return ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net", "--pid", "--fork",
		"--kill-child", "--mount-proc", *argv]


def check_available():
	"""Raises Unavailable with a reason where no lab can be built."""
	if os.geteuid() != 0:
		raise Unavailable("the lab needs root")
	for tool in ("setpriv", "unshare", "nsenter", "ip", "nft", "sysctl"):
		if not shutil.which(tool):
			raise Unavailable(f"the lab needs {tool}")
	trial = "table inet trial { chain forward { type filter hook forward priority 0; }; }"
	tried = subprocess.run(enter(["nft", trial]), capture_output=True, text=True)
	if tried.returncode != 0:
		raise Unavailable("no namespaces or no nftables here: " + tried.stderr.strip())


def at(node, argv):
	"""The command that runs argv on a node."""
	return ["nsenter", f"--net=/run/netns/{node}", *argv]


def together(commands):
	"""Runs (argv, text for its standard input) all at once; raises if one fails."""
	running = []
	for argv, text in commands:
		child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
					 stderr=subprocess.STDOUT, text=True)
		child.stdin.write(text)
		child.stdin.close()
		running.append((argv, child))
	for argv, child in running:
		said = child.stdout.read()
		if child.wait() != 0:
			raise RuntimeError(f"{' '.join(argv)}: {said.strip()}")


def mac(node, interface):
	"""A locally administered address, the same in every lab, for the fixed neighbours."""
	return f"02:00:00:00:{NODES.index(node):02x}:{INTERFACES.index(interface):02x}"


def link_command(index, left, left_if, right, right_if):
	"""
	A pair of interfaces. The kernel spreads the news of a carrier at once only where the two
	ends have different indices, and up to a second later otherwise; IPv6 waits for it.
	"""
	def end(node, interface, number):
		hardware = f" address {mac(node, interface)}" if node in NODES else ""
		return f"name {interface} index {number} netns {node}{hardware}"
	return (f"link add {end(left, left_if, index)} type veth "
		f"peer {end(right, right_if, index + 1)}")


def link_commands(with_line):
	for number, (left, left_if, _, _, right, right_if, _, _) in enumerate(LINKS):
		index = 10 + 2 * number
		if with_line and (left, right) == ("r1", "r2"):
			yield link_command(index, left, left_if, "line", "near")
			yield link_command(index + 20, "line", "far", right, right_if)
		else:
			yield link_command(index, left, left_if, right, right_if)


def node_commands(node):
	"""Addresses, fixed neighbours and routes of one node."""
	yield "link set lo up"
	for link in LINKS:
		for mine, theirs in ((link[:4], link[4:]), (link[4:], link[:4])):
			if mine[0] == node:
				yield from interface_commands(mine, theirs)
	for route in ROUTES[node]:
		yield f"route add {route}"


def interface_commands(mine, theirs):
	_, interface, v4, v6 = mine
	yield f"addr add {v4} dev {interface}"
	yield f"addr add {v6} dev {interface} nodad"
	yield f"link set {interface} up"
	if mine[0].startswith("r") and theirs[0].startswith("r"):
		for address in theirs[2:]:
			yield (f"neigh add {address.split('/')[0]} dev {interface} "
			       f"lladdr {mac(theirs[0], theirs[1])} nud permanent")


def ruleset(rules):
	"""One node's faults as text for nft."""
	text = {"inet": FAULT_SETS, "netdev": ""}
	for hook in dict.fromkeys(rule.hook for rule in rules):
		body = "\n".join(rule.rule for rule in rules if rule.hook == hook)
		family = "netdev" if hook == "egress" else "inet"
		kind = "nat" if hook == "translation" else "filter"
		text[family] += f"chain {hook} {{\ntype {kind} {HOOKS[hook]}\n{body}\n}}\n"
	return "".join(f"table {family} fault {{\n{body}}}\n"
		       for family, body in text.items() if body)


class Lab:
	"""One lab in the namespaces of this process, which enter() has made."""

	def __init__(self, faults=(), line=None, bridge=None, listen=(), forger=None, lie=()):
		"""bridge, forger: programs. lie: the forger's node, interface, mode and, it may be, port."""
		self.faults = faults
		self.line = line
		self.bridge = bridge
		self.listen = listen
		self.forger = forger
		self.lie = lie
		self.servants = []
		self.built_s = None

	def build(self):
		began = time.monotonic()
		self._make_nodes()
		self._make_links()
		self._make_faults()
		self._start_servants()
		self.built_s = time.monotonic() - began

	def popen(self, node, argv, **options):
		return subprocess.Popen(at(node, argv), **options)

	def run(self, node, argv, **options):
		return subprocess.run(at(node, argv), **options)

	def tally(self):
		"""SYNs and packets that the client has sent so far."""
		said = self.run("r1", ["nft", "-j", "list", "counters", "table", "inet", "tally"],
				capture_output=True, check=True)
		counters = [item["counter"] for item in json.loads(said.stdout)["nftables"]
			    if "counter" in item]
		counted = {counter["name"]: counter["packets"] for counter in counters}
		return counted["syns"], counted["sent"]

	def _make_nodes(self):
		subprocess.run(["mount", "-t", "tmpfs", "lab", "/run"], check=True)
		os.mkdir("/run/netns")
		names = NODES + (("line",) if self.line else ())
		additions = "".join(f"netns add {name}\n" for name in names)
		together([(["ip", "-batch", "-"], additions)])
		together([(at(name, ["sysctl", "-qw", *self._settings(name)]), "")
			  for name in names])

	@staticmethod
	def _settings(name):
		if name == "line":
			return LINE_SETTINGS
		return SETTINGS + (ROUTER_SETTINGS if name.startswith("r") else ())

	def _make_links(self):
		links = "\n".join(link_commands(self.line)) + "\n"
		together([(["ip", "-batch", "-"], links)])
		work = [(["ip", "-n", node, "-batch", "-"], "\n".join(node_commands(node)) + "\n")
			for node in NODES]
		if self.line:
			work.append((["ip", "-n", "line", "-batch", "-"],
				     "link set near up\nlink set far up\n"))
		together(work)

	def _make_faults(self):
		work = [(at("r1", ["nft", "-f", "-"]), TALLY)]
		for node in NODES:
			rules = [fault for fault in self.faults
				 if isinstance(fault, Nft) and fault.node == node]
			if rules:
				work.append((at(node, ["nft", "-f", "-"]), ruleset(rules)))
		together(work)
		for fault in self.faults:
			if isinstance(fault, Ip):
				together([(["ip", "-n", fault.node, *fault.command.split()], "")])
			if isinstance(fault, Ruleset):
				together([(at(fault.node, ["nft", "-f", "-"]), fault.text)])
			if isinstance(fault, Iptables):
				together([(at(fault.node, [iptables(), *fault.words]), "")])
			if isinstance(fault, Sysctl):
				together([(at(fault.node, ["sysctl", "-qw", fault.setting]), "")])

	def _start_servants(self):
		"""The listener, the line and the liar; each says that it is ready."""
		if self.listen:
			listener = str(ROOT / "tests/lab/listener.py")
			self._serve("server", ["/usr/bin/python3", "-IB", listener,
					       *map(str, self.listen)])
		if self.line:
			self._serve("line", [self.bridge, "near", "far", self.line.up,
					     self.line.down, str(self.line.seed)])
		if self.lie:
			node, *how = self.lie
			self._serve(node, [self.forger, *how])
		for servant in self.servants:
			if servant.stdout.readline() != "ready\n":
				raise RuntimeError(f"{servant.args} did not start")

	def _serve(self, node, argv):
		self.servants.append(self.popen(node, argv, stdout=subprocess.PIPE, text=True))
