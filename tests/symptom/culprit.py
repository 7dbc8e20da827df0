# SPDX-License-Identifier: BSD-2-Clause
"""
SMTP servers with one fault each: culprit.py CERTIFICATE ADDRESS=MANNER... listens on port 25 of each
address and writes "ready". What a server takes well is kept in the folder KEPT of the environment. What is not accepted at all (dropped, refused, no route) is made by the
network around it.
"""
import os
import socket
import ssl
import struct
import sys
import threading
import time

FOREVER_S = 3600
HELLO = b"250-mx.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
HELLO_TLS = b"250-mx.test\r\n250-STARTTLS\r\n250 8BITMIME\r\n"

# What a manner replies, by the verb; None closes, "reset" resets, "silent" waits.
MANNERS = {
    "well": {},
    "silent": {"greeting": "silent"},
    "closes": {"greeting": None},
    "resets": {"greeting": "reset"},
    "rejects": {"greeting": b"554 5.7.1 mx.test No SMTP service here\r\n"},
    "crowded": {"greeting": b"421 4.7.0 mx.test Error: too many connections from 192.0.2.10\r\n"},
    "ssh": {"greeting": b"SSH-2.0-OpenSSH_9.2p1\r\n"},
    "hello-closes": {"EHLO": None, "HELO": None},
    "hello-silent": {"EHLO": "silent", "HELO": "silent"},
    "hello-resets": {"EHLO": "reset", "HELO": "reset"},
    "plain": {},
    "tls-refused": {"EHLO": HELLO_TLS, "STARTTLS": b"454 4.7.0 TLS not available due to local problem\r\n"},
    "tls-garbage": {"EHLO": HELLO_TLS, "STARTTLS": "garbage"},
    "tls-silent": {"EHLO": HELLO_TLS, "STARTTLS": "tls-silent"},
    "tls-closes": {"EHLO": HELLO_TLS, "STARTTLS": "tls-closes"},
    "self-signed": {"EHLO": HELLO_TLS, "STARTTLS": "tls"},
    "demands-tls": {"MAIL": b"530 5.7.0 Must issue a STARTTLS command first\r\n"},
    "unknown-user": {"RCPT": b"550 5.1.1 <nobody@test>: Recipient address rejected: User unknown\r\n"},
    "full": {"RCPT": b"452 4.2.2 The email account that you tried to reach is over quota\r\n"},
    "spam": {"DOT": b"554 5.7.1 Message rejected as spam by content filter\r\n"},
    "greylists": {"RCPT": b"450 4.7.1 <me@test>: Greylisted, please come back later\r\n"},
    "busy": {"MAIL": b"421 4.3.2 Service not available, closing transmission channel\r\n"},
    "rate": {"MAIL": b"451 4.7.1 Connection rate limit exceeded. Try again later\r\n"},
    "data-silent": {"DOT": "silent"},
    "data-resets": {"DOT": "reset"},
    "mail-closes": {"MAIL": None},
}


class Ended(Exception):
    pass


class Session:
    def __init__(self, sock, manner, context):
        self.sock = sock
        self.rules = MANNERS[manner]
        self.context = context
        self.lines = sock.makefile("rb")
        self.in_tls = False

    def send(self, verb, otherwise):
        reply = self.rules.get(verb, otherwise)
        if self.in_tls and verb == "EHLO":
            reply = HELLO
        if isinstance(reply, bytes):
            self.sock.sendall(reply)
        elif reply is None:
            raise Ended
        else:
            getattr(self, "do_" + reply.replace("-", "_"))()

    def do_silent(self):
        time.sleep(FOREVER_S)

    def do_reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.lines.close()
        self.sock.close()
        raise Ended

    def do_garbage(self):
        self.sock.sendall(b"220 2.0.0 Ready\r\n")
        self.sock.recv(4096)
        self.sock.sendall(b"this is no TLS at all, sorry for that\r\n" * 4)
        raise Ended

    def do_tls_silent(self):
        self.sock.sendall(b"220 2.0.0 Ready\r\n")
        time.sleep(FOREVER_S)

    def do_tls_closes(self):
        self.sock.sendall(b"220 2.0.0 Ready\r\n")
        self.sock.recv(4096)
        raise Ended

    def do_tls(self):
        self.sock.sendall(b"220 2.0.0 Ready\r\n")
        self.sock = self.context.wrap_socket(self.sock, server_side=True)
        self.lines = self.sock.makefile("rb")
        self.in_tls = True

    def take_data(self):
        self.sock.sendall(b"354 Go ahead\r\n")
        kept = []
        for line in self.lines:
            if line == b".\r\n":
                break
            kept.append(line.replace(b"\r\n", b"\n"))
        if "KEPT" in os.environ and not self.rules:
            path = f"{os.environ['KEPT']}/{time.monotonic_ns()}"
            with open(path, "wb") as file:
                file.writelines(kept)
        self.send("DOT", b"250 2.0.0 Ok: queued as 1234\r\n")

    def run(self):
        self.send("greeting", b"220 mx.test ESMTP\r\n")
        for line in self.lines:
            verb = line.strip().split(b" ")[0].split(b":")[0].upper().decode("latin-1")
            if verb == "DATA":
                self.take_data()
            elif verb == "QUIT":
                self.sock.sendall(b"221 2.0.0 Bye\r\n")
                return
            else:
                self.send(verb, HELLO if verb == "EHLO" else b"250 2.0.0 Ok\r\n")
                if verb == "STARTTLS":
                    return self.run_sealed()
        return None

    def run_sealed(self):
        for line in self.lines:
            verb = line.strip().split(b" ")[0].split(b":")[0].upper().decode("latin-1")
            if verb == "DATA":
                self.take_data()
            elif verb == "QUIT":
                return
            else:
                self.send(verb, HELLO if verb == "EHLO" else b"250 2.0.0 Ok\r\n")


def talk(sock, manner, context):
    try:
        Session(sock, manner, context).run()
    except (Ended, OSError, ValueError):
        pass
    try:
        sock.close()
    except OSError:
        pass


def serve(listener, manner, context):
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=talk, args=(sock, manner, context), daemon=True).start()


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    for item in sys.argv[2:]:
        address, _, manner = item.partition("=")
        listener = socket.create_server((address, 25), backlog=64)
        threading.Thread(target=serve, args=(listener, manner, context), daemon=True).start()
    print("ready", flush=True)
    time.sleep(FOREVER_S)


main()
