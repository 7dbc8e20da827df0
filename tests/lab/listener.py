# SPDX-License-Identifier: BSD-2-Clause
"""
A mail server's front door: listener.py PORT... accepts on each port, IPv4 and IPv6, greets as the
port's protocol demands and answers the few commands that a client says before TLS. It knows no TLS;
the implicit-TLS ports (RFC 8314 section 3) wait in silence for a ClientHello. Writes "ready" once
all ports listen.
"""
import selectors
import socket
import sys

BACKLOG = 1024
LINE_BYTES = 4096

SMTP = (b"220 mx.example.net ESMTP\r\n",
	{b"EHLO": b"250-mx.example.net\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
	 b"HELO": b"250 mx.example.net\r\n", b"QUIT": b"221 2.0.0 Bye\r\n"},
	b"502 5.5.2 Command not recognized\r\n")
IMAP = (b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] mx.example.net ready\r\n", {}, None)
POP3 = (b"+OK mx.example.net ready\r\n",
	{b"CAPA": b"+OK\r\nUSER\r\nUIDL\r\n.\r\n", b"QUIT": b"+OK Bye\r\n"},
	b"-ERR unknown command\r\n")
SILENT = (b"", {}, b"")
PROTOCOLS = {25: SMTP, 587: SMTP, 2525: SMTP, 143: IMAP, 110: POP3}


def imap_reply(line):
	"""A tagged reply (RFC 3501 section 2.2.2)."""
	tag, _, command = line.strip().partition(b" ")
	if command.upper() == b"CAPABILITY":
		return b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n" + tag + b" OK done\r\n"
	if command.upper() == b"LOGOUT":
		return b"* BYE\r\n" + tag + b" OK done\r\n"
	return (tag or b"*") + b" BAD unknown command\r\n"


def reply(protocol, line):
	_, known, otherwise = protocol
	if otherwise is None:
		return imap_reply(line)
	return known.get(line[:4].upper(), otherwise)


def converse(selector, peer, protocol):
	"""One read, at most one line answered; whoever misbehaves is hung up on."""
	try:
		line = peer.recv(LINE_BYTES)
		if line:
			peer.sendall(reply(protocol, line))
			return
	except OSError:
		pass
	selector.unregister(peer)
	peer.close()


def welcome(selector, door, protocol):
	try:
		peer, _ = door.accept()
	except OSError:
		return
	peer.setblocking(False)
	selector.register(peer, selectors.EVENT_READ, (converse, protocol))
	try:
		peer.sendall(protocol[0])
	except OSError:
		pass


def listen(selector, port):
	door = socket.create_server(("::", port), family=socket.AF_INET6, backlog=BACKLOG,
				    dualstack_ipv6=True)
	door.setblocking(False)
	selector.register(door, selectors.EVENT_READ, (welcome, PROTOCOLS.get(port, SILENT)))


def main():
	selector = selectors.DefaultSelector()
	for port in map(int, sys.argv[1:]):
		listen(selector, port)
	print("ready", flush=True)
	while True:
		for key, _ in selector.select():
			act, protocol = key.data
			act(selector, key.fileobj, protocol)


if __name__ == "__main__":
	main()
