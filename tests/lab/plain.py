# SPDX-License-Identifier: BSD-2-Clause
"""
Does the lab show what its table claims? Run on the client as `plain.py SCENARIO`: each port's fault
is looked at with connect(), a packet socket and nothing of mailsonde's. Prints one line a port that
does not show its fault, and exits 1 if there is one.
"""
import collections
import errno
import math
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass, field

from scenarios import NAMED
from topology import ADDRESS

ETH_P_ALL = 3          # linux/if_ether.h
PACKET_OUTGOING = 4    # linux/if_packet.h
ICMP_ERRORS = (3, 11)  # RFC 792: destination unreachable, time exceeded
ICMP6_ERRORS = (1, 3)  # RFC 4443
SYN, RST, ACK = 2, 4, 16
LAST_ROUTER_HOPS = 3

PATIENCE_S = 0.5       # longer than any round trip here, shorter than the kernel's retransmission
ARP_PATIENCE_S = 4     # three requests a second apart, then the router says so
LOSS_SAMPLES = 200
SIGMAS = 4.5

# How a local cause looks: the errno of a raw write, or what is seen leaving and coming back.
SIGNS = ("EPERM", "EINVAL", "EHOSTUNREACH", "EACCES", "not-leaving", "unheard", "no-neighbour",
	 "no-source")


@dataclass
class Heard:
	"""What crossed the client's interface for one port."""
	syns: int = 0
	syn_acks: int = 0
	resets: int = 0
	icmp: set = field(default_factory=set)  # (type, code, sender)


class Ear:
	"""A packet socket on eth0, read after the fact."""

	def __init__(self, family):
		self.v4 = family == 4
		self.fd = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
		self.fd.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
		self.fd.bind(("eth0", ETH_P_ALL))
		self.fd.setblocking(False)
		self.came = 0  # segments and ICMP errors that came in, whatever they are

	def heard(self):
		"""By port, since the last call."""
		ports = {}
		while True:
			try:
				packet, origin = self.fd.recvfrom(2048)
			except BlockingIOError:
				return ports
			self._note(ports, packet, origin[2] == PACKET_OUTGOING)

	def _note(self, ports, packet, leaving):
		version = packet[0] >> 4 if packet else 0
		if version != (4 if self.v4 else 6):
			return
		protocol, source, payload = split(packet)
		self.came += not leaving and protocol == socket.IPPROTO_TCP
		if protocol == socket.IPPROTO_TCP and len(payload) >= 20:
			note_tcp(ports, payload, leaving)
		elif not leaving and protocol in (socket.IPPROTO_ICMP, socket.IPPROTO_ICMPV6):
			self._note_icmp(ports, payload, source)

	def _note_icmp(self, ports, payload, sender):
		if len(payload) < 8 or payload[0] not in (ICMP_ERRORS if self.v4 else ICMP6_ERRORS):
			return
		self.came += 1
		protocol, _, quoted = split(payload[8:])
		if protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP) and len(quoted) >= 4:
			port = struct.unpack_from("!H", quoted, 2)[0]
			ports.setdefault(port, Heard()).icmp.add((payload[0], payload[1], sender))


def split(packet):
	"""Protocol, source and payload of an IP packet; the lab sends no extension headers."""
	if len(packet) >= 40 and packet[0] >> 4 == 6:
		return packet[6], socket.inet_ntop(socket.AF_INET6, packet[8:24]), packet[40:]
	if len(packet) >= 20 and packet[0] >> 4 == 4:
		return (packet[9], socket.inet_ntop(socket.AF_INET, packet[12:16]),
			packet[(packet[0] & 15) * 4:])
	return None, None, b""


def note_tcp(ports, segment, leaving):
	source, destination = struct.unpack_from("!HH", segment)
	flags = segment[13]
	if leaving:
		ports.setdefault(destination, Heard()).syns += flags & (SYN | ACK) == SYN
		return
	heard = ports.setdefault(source, Heard())
	heard.syn_acks += flags & (SYN | ACK) == SYN | ACK
	heard.resets += bool(flags & RST)


class Knocker:
	"""Opens connections to one address with the kernel's own connect()."""

	def __init__(self, family, address):
		self.family = socket.AF_INET if family == 4 else socket.AF_INET6
		self.address = address
		self.held = []

	def knock(self, port, count, gap_s=0.0, patience_s=PATIENCE_S, hold=False):
		"""
		The errno of each attempt: 0 connected, ETIMEDOUT where we stopped waiting. Each is
		given up before the kernel would repeat its SYN, so attempts are SYNs.
		"""
		outcomes = []
		waiting = collections.deque()
		for _ in range(count):
			waiting.append(self._begin(port, patience_s))
			time.sleep(gap_s)
			while waiting and waiting[0][2] <= time.monotonic():
				outcomes.append(self._end(*waiting.popleft()))
		outcomes += [self._end(*attempt) for attempt in waiting]
		if not hold:
			self.release()
		return outcomes

	def release(self):
		"""Resets whatever is connected, so that nothing lingers in a router's state."""
		at_once = struct.pack("ii", 1, 0)
		for peer in self.held:
			peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
			peer.close()
		self.held = []

	def _begin(self, port, patience_s):
		peer = socket.socket(self.family, socket.SOCK_STREAM)
		peer.setblocking(False)
		error = peer.connect_ex((self.address, port))
		return peer, error, time.monotonic() + patience_s

	def _end(self, peer, error, deadline):
		if error == errno.EINPROGRESS:
			waiter = select.poll()
			waiter.register(peer, select.POLLOUT)
			answered = waiter.poll(max(0, deadline - time.monotonic()) * 1000)
			error = (peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if answered
				 else errno.ETIMEDOUT)
		if error:
			peer.close()
		else:
			self.held.append(peer)
		return error

	def write_raw(self, port):
		"""The errno of writing a SYN past TCP but not past the firewall; no checksum."""
		segment = struct.pack("!HHIIBBHHH", 40000, port, 1, 0, 5 << 4, SYN, 1024, 0, 0)
		with socket.socket(self.family, socket.SOCK_RAW, socket.IPPROTO_TCP) as raw:
			try:
				raw.sendto(segment, (self.address, 0))
			except OSError as error:
				return error.errno
		return 0

	def send_short(self, hops):
		"""A datagram that must die after so many hops."""
		option = ((socket.IPPROTO_IP, socket.IP_TTL) if self.family == socket.AF_INET
			  else (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS))
		with socket.socket(self.family, socket.SOCK_DGRAM) as datagram:
			datagram.setsockopt(*option, hops)
			datagram.sendto(b"", (self.address, 33434))


class Witness:
	"""One look per word; each returns what does not fit, or nothing."""

	def __init__(self, scenario):
		self.scenario = scenario
		self.ear = Ear(scenario.family)
		self.knocker = Knocker(scenario.family, scenario.address())

	def look(self, port):
		expect = self.scenario.expected(port)
		if self.scenario.lie:
			return self.lied(port, expect)
		if expect.sign:
			return self.local(port, expect)
		return {"open": self.open, "dropped": self.dropped, "refused": self.refused,
			"unreachable": self.unreachable, "throttled": self.throttled,
			"lossy": self.lossy, "down": self.down, "inconclusive": self.dropped}[expect.words[0]](port, expect)

	def open(self, port, _):
		wrong = differs("connect", set(self.knocker.knock(port, 5)), {0})
		began = time.monotonic()
		self.knocker.knock(port, 1)
		line = self.scenario.line
		if line and time.monotonic() - began < line.least_round_trip_s():
			wrong.append("connects faster than its line carries")
		return wrong

	def dropped(self, port, _):
		outcomes = self.knocker.knock(port, 4)
		heard = self.ear.heard().get(port, Heard())
		return (differs("connect", set(outcomes), {errno.ETIMEDOUT})
			+ differs("SYNs seen leaving", heard.syns, 4)
			+ differs("answers", (heard.syn_acks, heard.resets), (0, 0))
			+ differs("icmp", heard.icmp, set()))

	def lied(self, port, expect):
		"""
		Lies come in, and the truth if there is one. What connect() makes of them is not asked:
		Linux believes some.
		"""
		self.knocker.knock(port, 4)
		time.sleep(PATIENCE_S)
		answered = self.ear.heard().get(port, Heard()).syn_acks > 0
		if expect.words == ("open",):
			return [] if answered else ["no SYN-ACK"]
		nothing_to_repeat = self.scenario.lie[-1] == "duplicate"
		return [] if self.ear.came or nothing_to_repeat else ["no lie came"]

	def refused(self, port, _):
		outcomes = self.knocker.knock(port, 4)
		return (differs("connect", set(outcomes), {errno.ECONNREFUSED})
			+ differs("resets", self.ear.heard().get(port, Heard()).resets, 4))

	def unreachable(self, port, expect):
		late = self.scenario.target == "absent"
		self.knocker.knock(port, 1, patience_s=ARP_PATIENCE_S if late else PATIENCE_S)
		icmp_type, code, sender = expect.icmp
		right = {(icmp_type, code, ADDRESS[sender][self.scenario.family])}
		return differs("icmp", self.ear.heard().get(port, Heard()).icmp, right)

	def throttled(self, port, expect):
		limit = expect.throttle
		if limit.scope == "host" and port != self.scenario.ports[0]:
			return self.drained(port, limit)
		if limit.rate is None:
			return self.counted(port, expect)
		passed = self.knocker.knock(port, 2 * limit.burst + 6).count(0)
		wrong = differs("answers to a burst", passed, limit.burst)
		heard = self.ear.heard().get(port, Heard())
		answer = "reset" if heard.resets else "icmp" if heard.icmp else "none"
		return wrong + differs("refusals", answer, limit.answer) + self.refill(port, limit)

	def refill(self, port, limit):
		"""The bucket is empty: at twice the rate, half of the attempts pass."""
		gap_s = 1 / (2 * limit.rate)
		count = int(min(2, 12 * gap_s) / gap_s)
		began = time.monotonic()
		passed = self.knocker.knock(port, count, gap_s).count(0)
		elapsed = min(time.monotonic() - began, count * gap_s)
		due = limit.rate * (elapsed + PATIENCE_S)
		if due / 2 - 2 <= passed <= due + 1:
			return []
		return [f"{passed} passed at {limit.rate:.3g}/s"]

	def drained(self, port, limit):
		"""A burst on another port leaves nothing for this one."""
		self.knocker.knock(self.scenario.ports[0], 2 * limit.burst, patience_s=0)
		passed = self.knocker.knock(port, 4).count(0)
		return [] if passed <= 1 else [f"{passed} passed a bucket drained elsewhere"]

	def counted(self, port, expect):
		"""A limit on how many at a time, or on how many before a ban."""
		limit = expect.throttle.burst
		held = self.knocker.knock(port, limit + 6, 0.02, hold=True).count(0)
		wrong = differs("held", held, limit)
		self.knocker.release()
		after = 0 if expect.finding == "ban" else 1
		return wrong + differs("after release", self.knocker.knock(port, 1).count(0), after)

	def lossy(self, port, expect):
		wrong = self.missing(port, expect.ratio)
		return wrong if expect.whole_path else wrong + self.missing(443, 0)

	def missing(self, port, ratio):
		"""Loss in bursts has fewer independent samples than attempts."""
		if self.scenario.line:
			outcomes = self.knocker.knock(port, 2 * LOSS_SAMPLES, 0.02)
			share = outcomes.count(errno.ETIMEDOUT) / len(outcomes)
			return [] if ratio / 4 < share < ratio * 2.5 else [f"loses {share:.3f}"]
		outcomes = self.knocker.knock(port, LOSS_SAMPLES, 0.002)
		share = outcomes.count(errno.ETIMEDOUT) / LOSS_SAMPLES
		spread = SIGMAS * math.sqrt(ratio * (1 - ratio) / LOSS_SAMPLES)
		return [] if abs(share - ratio) <= spread else [f"port {port} loses {share:.3f}"]

	def down(self, port, expect):
		wrong = self.dropped(port, expect)
		hops = ("r1", "r2", "r3").index(expect.hop[1]) + 1
		self.knocker.send_short(hops)
		time.sleep(PATIENCE_S)
		senders = {sender for _, _, sender in self.ear.heard().get(33434, Heard()).icmp}
		return wrong + differs("time exceeded from", senders,
				       {ADDRESS[expect.hop[1]][self.scenario.family]})

	def local(self, port, expect):
		if expect.sign == "no-neighbour":
			outcomes = self.knocker.knock(port, 1, patience_s=ARP_PATIENCE_S)
			return (differs("connect", set(outcomes), {errno.EHOSTUNREACH})
				+ differs("SYNs", self.ear.heard().get(port, Heard()).syns, 0))
		if expect.sign == "no-source":
			return differs("connects", self.knocker.knock(port, 1).count(0), 0)
		if expect.sign == "unheard":
			outcomes = self.knocker.knock(port, 2)
			answers = self.ear.heard().get(port, Heard()).syn_acks
			return (differs("connect", set(outcomes), {errno.ETIMEDOUT})
				+ differs("SYN-ACKs", answers, 2))
		error = self.knocker.write_raw(port)
		sign = errno.errorcode.get(error, "not-leaving")
		return (differs("raw write", sign, expect.sign)
			+ differs("SYNs", self.ear.heard().get(port, Heard()).syns, 0))


def differs(what, found, right):
	return [] if found == right else [f"{what}: {found} instead of {right}"]


def main():
	witness = Witness(NAMED[sys.argv[1]])
	failed = False
	for port in witness.scenario.ports:
		wrong = witness.look(port)
		if wrong:
			print(f"{port}: {', '.join(wrong)}")
			failed = True
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
