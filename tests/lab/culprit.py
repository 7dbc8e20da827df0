# SPDX-License-Identifier: BSD-2-Clause
"""
A mail server that misbehaves: culprit.py PORT=CERTIFICATE=MANNER[:ARGUMENT]... serves each port as
its protocol demands, but for one thing: its manner, a subclass of Host with that name.
"""
import socket
import ssl
import struct
import sys
import threading
import time

NAME = b"mx.example.net"
BACKLOG = 1024
READ_BYTES = 4096
BYTE_PAUSE_S = 0.02
LATE_S = 6           # postscreen's default greeting delay
ENDLESS_BYTES = 10 << 20
IMPLICIT = (465, 993, 995)
LISTS = {  # of capabilities, and the word that starts TLS
	"smtp": (b"EHLO", b"250-" + NAME + b"\r\n250-PIPELINING\r\n%s250 8BITMIME\r\n",
		 b"250-STARTTLS\r\n"),
	"imap": (b"CAPABILITY", b"* CAPABILITY IMAP4rev1%s LOGINDISABLED\r\n", b" STARTTLS"),
	"pop3": (b"CAPA", b"+OK\r\nUSER\r\n%sUIDL\r\n.\r\n", b"STLS\r\n"),
}
GREETINGS = {"smtp": b"220 " + NAME + b" ESMTP", "imap": b"* OK " + NAME + b" ready",
	     "pop3": b"+OK " + NAME + b" ready"}
GOODBYES = {"smtp": b"221 2.0.0 Bye\r\n", "imap": b"* BYE\r\n", "pop3": b""}
# Yes and no, where IMAP's have the command's tag before them.
YES = {"smtp": b"220 2.0.0 Ready\r\n", "imap": b"OK done\r\n", "pop3": b"+OK\r\n"}
NO = {"smtp": b"454 4.7.0 TLS not available\r\n", "imap": b"NO not now\r\n",
      "pop3": b"-ERR not now\r\n"}


def service_of(port):
	return {143: "imap", 993: "imap", 110: "pop3", 995: "pop3"}.get(port, "smtp")


class Host:
	"""One connection to a server that does everything right."""

	starttls = True     # offered
	tls_first = None    # None: as the port demands

	def __init__(self, peer, port, certificate, argument):
		self.peer = peer
		self.service = service_of(port)
		self.certificate = certificate
		self.argument = argument
		self.implicit = port in IMPLICIT if self.tls_first is None else self.tls_first
		self.tls = None
		self.pending = b""

	def serve(self):
		if self.implicit:
			self.secure()
		self.greet()
		line = self.read_line()
		while line:
			self.answer(line)
			line = self.read_line()

	# --- what a manner may change ----------------------------------------------------------

	def greet(self):
		self.send(GREETINGS[self.service] + b"\r\n")

	def capabilities(self):
		word, told, offer = LISTS[self.service]
		offered = offer if self.starttls and not self.tls else b""
		return told % offered

	def start_tls(self, tag):
		self.send(tag + YES[self.service])
		self.secure()

	def context(self):
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
		context.load_cert_chain(self.certificate)
		return context

	# --- the rest --------------------------------------------------------------------------

	def answer(self, line):
		tag, _, rest = line.partition(b" ") if self.service == "imap" else (b"", b"", line)
		tag += b" " if tag else b""
		word = rest.split()[0].upper() if rest.split() else b""
		done = b"OK done\r\n" if self.service == "imap" else b""
		if word == LISTS[self.service][0]:
			self.send(self.capabilities() + (tag + done if tag else b""))
		elif word in (b"STARTTLS", b"STLS") and self.starttls and not self.tls:
			self.start_tls(tag)
		elif word in (b"QUIT", b"LOGOUT"):
			self.send(GOODBYES[self.service] + (tag + done or b"+OK Bye\r\n"))
			self.close()
		elif self.service == "smtp":
			self.send(b"502 5.5.2 Command not recognized\r\n")
		else:
			self.send(tag + b"BAD unknown\r\n" if tag else b"-ERR unknown\r\n")

	def send_raw(self, data):
		"""All that leaves, sealed or not."""
		self.peer.sendall(data)

	def send(self, data):
		if not self.tls:
			self.send_raw(data)
			return
		self.tls.write(data)
		self.send_raw(self.outgoing.read())

	def receive(self):
		data = self.peer.recv(READ_BYTES)
		if not data:
			raise EOFError
		return data

	def read_line(self):
		while b"\n" not in self.pending:
			self.pending += self.read_sealed() if self.tls else self.receive()
		line, _, self.pending = self.pending.partition(b"\n")
		return line.strip() or b" "

	def read_sealed(self):
		while True:
			try:
				data = self.tls.read(READ_BYTES)
				if not data:
					raise EOFError
				return data
			except ssl.SSLWantReadError:
				self.incoming.write(self.receive())

	def secure(self):
		"""The handshake, with its bytes passing through our hands."""
		self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
		self.tls = self.context().wrap_bio(self.incoming, self.outgoing, server_side=True)
		self.pending = b""
		while True:
			try:
				self.tls.do_handshake()
				self.send_raw(self.outgoing.read())
				return
			except ssl.SSLWantReadError:
				self.send_raw(self.outgoing.read())
				self.incoming.write(self.receive())
			except ssl.SSLError:
				self.send_raw(self.outgoing.read()) # the alert
				raise

	def hang(self):
		"""Hears and says nothing, until the client leaves."""
		while True:
			self.receive()

	def close(self):
		raise EOFError

	def reset(self):
		self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		raise EOFError


class Silent(Host):
	def serve(self):
		self.hang()


class Reset(Host):
	"""At once: whoever accepts and regrets it."""

	def serve(self):
		self.reset()


class Greets(Host):
	"""With the argument in the greeting's place, and then waits for the client to leave."""

	def serve(self):
		self.send_raw(self.argument + b"\r\n")
		while True:
			line = self.read_line()
			if line[:4].upper() == b"QUIT" or b"LOGOUT" in line.upper():
				self.answer(line)


class GreetsAndLeaves(Host):
	def serve(self):
		self.send_raw(self.argument + b"\r\n")


class Slow(Host):
	"""Greets byte by byte."""

	def greet(self):
		for byte in GREETINGS[self.service] + b"\r\n":
			self.send(bytes([byte]))
			time.sleep(BYTE_PAUSE_S)


class Late(Host):
	def greet(self):
		time.sleep(LATE_S)
		super().greet()


class Endless(Host):
	"""A greeting that has no end."""

	def serve(self):
		self.send_raw(GREETINGS[self.service])
		for _ in range(ENDLESS_BYTES >> 12):
			self.send_raw(b"x" * 4096)
		self.hang()


class Hostile(Host):
	"""Greets with bytes that no line may have: NULs, escape sequences, invalid UTF-8."""

	def greet(self):
		self.send(GREETINGS[self.service] + b" \0\0\x1b[2J\x1b]0;x\a\xff\xfe\x80<b>\r\n")


class CutAt(Host):
	"""Leaves in the middle of whatever it says, when so many bytes have left."""

	def send_raw(self, data):
		if not data:
			return
		left = int(self.argument)
		self.argument = left - len(data)
		super().send_raw(data[:left])
		if self.argument <= 0:
			self.close()


class CutByAddress(CutAt):
	"""At the byte that the last two parts of the address number, 10.25.1.3 being 256 + 3."""

	def __init__(self, peer, port, certificate, argument):
		super().__init__(peer, port, certificate, argument)
		high, low = peer.getsockname()[0].rpartition(":")[2].split(".")[2:]
		self.argument = int(high) * 256 + int(low)


class TlsFirst(Host):
	tls_first = True


class PlainFirst(Host):
	tls_first = False


class NoStarttls(Host):
	starttls = False


class RefusesStarttls(Host):
	"""Offers it and does not do it (RFC 3207 section 4: 454)."""

	def start_tls(self, tag):
		self.send(tag + NO[self.service])


class Injects(Host):
	"""What comes in the clear behind the answer to STARTTLS is not the server's word."""

	def start_tls(self, tag):
		self.send(tag + YES[self.service] + b"250-INJECTED\r\n250 AUTH PLAIN\r\n")
		self.secure()


class OldTls(Host):
	"""Nothing newer than TLS 1.1, which RFC 8996 forbids."""

	def context(self):
		context = super().context()
		context.set_ciphers("ALL:@SECLEVEL=0")
		context.minimum_version = ssl.TLSVersion.TLSv1
		context.maximum_version = ssl.TLSVersion.TLSv1_1
		return context


class NoSharedCipher(Host):
	"""RSA alone, with a key that is none."""

	def context(self):
		context = super().context()
		context.maximum_version = ssl.TLSVersion.TLSv1_2
		context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
		return context


class HelloSilent(Host):
	def secure(self):
		self.hang()


class HelloReset(Host):
	def secure(self):
		self.receive()
		self.reset()


class HelloClose(Host):
	def secure(self):
		self.receive()
		self.close()


MANNERS = {"honest": Host, "silent": Silent, "reset": Reset, "greets": Greets,
	   "greets-and-leaves": GreetsAndLeaves, "slow": Slow, "late": Late, "endless": Endless,
	   "hostile": Hostile, "cut-at": CutAt, "cut-by-address": CutByAddress,
	   "tls-first": TlsFirst, "plain-first": PlainFirst, "no-starttls": NoStarttls, "refuses-starttls": RefusesStarttls, "injects": Injects,
	   "old-tls": OldTls, "no-shared-cipher": NoSharedCipher, "hello-silent": HelloSilent,
	   "hello-reset": HelloReset, "hello-close": HelloClose}


def attend(host):
	"""One connection to its end; whatever the client does is no trouble of ours."""
	try:
		host.serve()
	except (OSError, EOFError, ssl.SSLError):
		pass
	finally:
		host.peer.close()


def admit(door, port, certificate, manner, argument):
	while True:
		try:
			peer, _ = door.accept()
		except OSError:
			continue
		peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		host = MANNERS[manner](peer, port, certificate, argument)
		threading.Thread(target=attend, args=(host,), daemon=True).start()


def main():
	for row in sys.argv[1:]:
		port, certificate, what = row.split("=", 2)
		manner, _, argument = what.partition(":")
		door = socket.create_server(("::", int(port)), family=socket.AF_INET6,
					    backlog=BACKLOG, dualstack_ipv6=True)
		threading.Thread(target=admit, daemon=True, args=(
			door, int(port), certificate, manner, argument.encode())).start()
	threading.Event().wait()


if __name__ == "__main__":
	main()
