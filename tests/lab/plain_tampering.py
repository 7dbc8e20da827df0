# SPDX-License-Identifier: BSD-2-Clause
"""
Does the lab tamper as tampering.py claims? Run on the client as `plain_tampering.py SCENARIO`: looks
at port 25 with sockets, a packet socket and nothing of mailsonde's. Prints what does not fit, and
exits 1 if something does not.

What port 25 can show: "reset" or "accepted", for SYNs that end one hop before the server, where port
587 shows neither; and what a session meets: "OFFER, REPLY" are the words in the place of STARTTLS and
the first word that comes back for it.
"""
import socket
import sys
import time

from plain import PATIENCE_S, Ear, Heard, differs
from tampering import NAMED

SHORT = 3          # hops; the server is the fourth
SYNS = 3
SESSION_S = 6


def hear_short(scenario, port, ear):
	"""What answers SYNs that cannot reach the server."""
	family, level, option = ((socket.AF_INET, socket.IPPROTO_IP, socket.IP_TTL)
				 if scenario.family == 4 else
				 (socket.AF_INET6, socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS))
	for _ in range(SYNS):
		with socket.socket(family, socket.SOCK_STREAM) as peer:
			peer.setsockopt(level, option, SHORT)
			peer.setblocking(False)
			peer.connect_ex((scenario.address(), port))
			time.sleep(PATIENCE_S / 2)
	return ear.heard().get(port, Heard())


def answered(scenario, shows):
	ear = Ear(scenario.family)
	heard, other = hear_short(scenario, 25, ear), hear_short(scenario, 587, ear)
	came = heard.resets if shows == "reset" else heard.syn_acks
	return (differs("answers on 587", (other.syn_acks, other.resets), (0, 0))
		+ ([] if came else [f"no {shows} on 25"]))


def read_reply(lines):
	"""The lines of one reply (RFC 5321 section 4.2.1)."""
	reply = [lines.readline()]
	while reply[-1][3:4] == b"-":
		reply.append(lines.readline())
	return [line.decode("ascii", "replace").rstrip() for line in reply]


def said(scenario):
	with socket.create_connection((scenario.address(), 25), SESSION_S) as peer:
		lines = peer.makefile("rb")
		greeting = read_reply(lines)[0]
		peer.sendall(b"EHLO client.example.net\r\n")
		offers = [line[4:] for line in read_reply(lines)
			  if line[4:] in ("STARTTLS", "STARTFOO", "XXXXXXXA")]
		peer.sendall(b"STARTTLS\r\n")
		try:
			reply = read_reply(lines)[0].partition(" ")[0]
		except ConnectionResetError:
			reply = "reset"
		return greeting.split()[1], f"{', '.join(offers)}, {reply}"


def main():
	scenario = NAMED[sys.argv[1]]
	shows = scenario.expected(25).shows
	wrong = []
	if shows in ("reset", "accepted"):
		wrong += answered(scenario, shows)
	if scenario.servers and shows != "accepted":
		wrong += differs("session", said(scenario)[1], shows)
	if scenario.servers and scenario.servers.proxy:
		wrong += differs("greeting of", said(scenario)[0], "mail.isp.example")
	print("\n".join(wrong), end="\n" if wrong else "")
	return 1 if wrong else 0


if __name__ == "__main__":
	sys.exit(main())
