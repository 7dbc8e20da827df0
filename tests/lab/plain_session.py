# SPDX-License-Identifier: BSD-2-Clause
"""
Do the lab's mail servers do what the table says? Run on the client as `plain_session.py SCENARIO
ROOT.pem`: each port is talked to with Python's ssl and nothing of mailsonde's. Prints one line a
port that shows something else, and exits 1 if there is one.

What a port can show: "ok", "late" (the greeting), "greeting: TEXT|silence|reset|closed|endless",
"starttls: absent|refused|masked", "tls: silence|reset|closed|plain text|alert|old" or a kind of
certificate. Where TLS comes to nothing, "; ok split" or "; ok small" says what helps.
"""
import socket
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from authority import NAME
from culprit import IMPLICIT, LISTS, service_of
from sessions import NAMED

GREETING_PATIENCE_S = 8
PATIENCE_S = 6
LATE_S = 5
ENDLESS_BYTES = 1 << 20
SMALL_MSS = 536        # RFC 9293 section 3.7.1: what every path carries
SPLIT_AT, SPLIT_PAUSE_S = 3, 0.1
READ_BYTES = 1 << 16
HANDSHAKE_RECORD = b"\x16"

# OpenSSL's X509_V_ERR_...
KINDS = {9: "not-yet-valid", 10: "expired", 18: "self-signed", 19: "untrusted",
	 20: "missing-intermediate", 62: "other-name"}
ASK = {"smtp": b"EHLO client.example.net\r\n", "imap": b"a CAPABILITY\r\n", "pop3": b"CAPA\r\n"}
ENDS = {"smtp": b"250 ", "imap": b"a ", "pop3": b".\r\n"}
START = {"smtp": b"STARTTLS\r\n", "imap": b"b STARTTLS\r\n", "pop3": b"STLS\r\n"}
YES = {"smtp": b"220", "imap": b"b OK", "pop3": b"+OK"}
LEAVE = {"smtp": b"QUIT\r\n", "imap": b"c LOGOUT\r\n", "pop3": b"QUIT\r\n"}
WELCOMES = {"smtp": b"220 ", "imap": b"* OK", "pop3": b"+OK"}
FOREIGN = (b" FTP", b"* OK IMAP")


class Shown(Exception):
	"""The session ends here; the text is what the port shows."""


class Client:
	"""One session."""

	def __init__(self, address, port, context, split=False, small=False):
		self.service = service_of(port)
		self.implicit = port in IMPLICIT
		self.context = context
		self.split = split
		self.peer = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
		self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		if small:
			self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_MSS)
		self.peer.settimeout(PATIENCE_S)
		self.server = (address, port)
		self.stage = "greeting"
		self.tls = None

	def look(self):
		"""What the port shows."""
		try:
			self.peer.connect(self.server)
			return self._converse()
		except Shown as what:
			return str(what)
		except TimeoutError:
			return f"{self.stage}: silence"
		except ConnectionResetError:
			return f"{self.stage}: reset"
		except BrokenPipeError:
			return f"{self.stage}: closed"
		finally:
			self.peer.close()

	def _converse(self):
		waited_s = 0
		if self.implicit:
			self._secure()
			self._greeting()
		else:
			waited_s = self._greeting()
			self._start_tls()
		self._ask(ASK[self.service], ENDS[self.service], "sealed")
		self._send(LEAVE[self.service])
		return "late" if waited_s >= LATE_S else "ok"

	def _greeting(self):
		began = time.monotonic()
		self.stage = "greeting"
		self.peer.settimeout(GREETING_PATIENCE_S)
		got = b""
		while not self._greeted(got):
			got += self._read()
			if len(got) > ENDLESS_BYTES:
				raise Shown("greeting: endless")
		self.peer.settimeout(PATIENCE_S)
		last = got.splitlines()[-1]
		if not last.startswith(WELCOMES[self.service]) or any(word in last
								      for word in FOREIGN):
			raise Shown("greeting: " + last.decode("utf-8", "replace"))
		return time.monotonic() - began

	def _greeted(self, got):
		lines = got.splitlines()
		more = lines and lines[-1][:3].isdigit() and lines[-1][3:4] == b"-"
		return got.endswith(b"\n") and not more

	def _start_tls(self):
		told = self._ask(ASK[self.service], ENDS[self.service], "capabilities")
		if LISTS[self.service][2].strip().removeprefix(b"250-") not in told:
			raise Shown("starttls: masked" if b"XXXXXXXA" in told else "starttls: absent")
		answer = self._ask(START[self.service], b"", "starttls")
		if not answer.startswith(YES[self.service]):
			raise Shown("starttls: refused")
		if answer.count(b"\n") > 1:
			raise Shown("starttls: injected")
		self._secure()

	def _ask(self, question, end, stage):
		self.stage = stage
		self._send(question)
		got = b""
		while not (got.endswith(b"\n") and any(line.startswith(end) for line
						       in got.splitlines(keepends=True))):
			got += self._read()
		return got

	def _send(self, data):
		if self.tls:
			self.tls.write(data)
			data = self.outgoing.read()
		self.peer.sendall(data)

	def _read(self):
		while self.tls:
			try:
				return self.tls.read(READ_BYTES)
			except ssl.SSLWantReadError:
				self.incoming.write(self._receive())
		return self._receive()

	def _receive(self):
		data = self.peer.recv(READ_BYTES)
		if not data:
			raise Shown(f"{self.stage}: closed")
		return data

	def _secure(self):
		self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
		self.stage = "tls"
		tls = self.context.wrap_bio(self.incoming, self.outgoing, server_hostname=NAME)
		first = True
		while True:
			try:
				tls.do_handshake()
				break
			except ssl.SSLWantReadError:
				self._flush()
				data = self._receive()
				if first and data[:1] not in (HANDSHAKE_RECORD, b"\x15"):
					raise Shown("tls: plain text") from None
				first = False
				self.incoming.write(data)
			except ssl.SSLCertVerificationError as error:
				raise Shown(KINDS.get(error.verify_code, str(error))) from None
			except ssl.SSLError:
				raise Shown("tls: alert") from None
		self._flush()
		self.tls = tls

	def _flush(self):
		data = self.outgoing.read()
		if self.split:
			self.peer.sendall(data[:SPLIT_AT])
			time.sleep(SPLIT_PAUSE_S)
			data = data[SPLIT_AT:]
			self.split = False
		self.peer.sendall(data)


def context_for(root, old=False):
	context = ssl.create_default_context(cafile=root)
	if old:
		context.set_ciphers("ALL:@SECLEVEL=0")
		context.minimum_version = ssl.TLSVersion.TLSv1
		context.maximum_version = ssl.TLSVersion.TLSv1_1
	return context


def look(address, port, root):
	seen = Client(address, port, context_for(root)).look()
	if seen == "tls: alert" and Client(address, port, context_for(root, old=True)).look() == "ok":
		return "tls: old"
	if seen in ("tls: silence", "tls: reset"):
		for remedy in ("split", "small"):
			client = Client(address, port, context_for(root), **{remedy: True})
			if client.look() == "ok":
				return f"{seen}; ok {remedy}"
	return seen


def main():
	scenario, root = NAMED[sys.argv[1]], sys.argv[2]
	with ThreadPoolExecutor() as pool:
		seen = pool.map(lambda port: look(scenario.address(), port, root), scenario.ports)
	failed = False
	for port, shown in zip(scenario.ports, seen):
		if shown != scenario.expected(port).shows:
			print(f"{port}: {shown} instead of {scenario.expected(port).shows}")
			failed = True
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
