# SPDX-License-Identifier: BSD-2-Clause
"""
Postfix, Dovecot and Exim with configurations, queues and logs of their own, below a directory that
ends with the lab. Nothing of the system's own mail servers is read or written; their programs come
from Debian's packages, Exim's from an unpacked one, since a system has one MTA installed.
"""
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from authority import NAME, Authority
from topology import ROOT

PROXY_NAME = "mail.isp.example"
MAIL = Path("/run/mail")   # all that the servers of a lab have
TRUST = str(MAIL / "ca" / "root.pem")

POSTFIX = Path("/usr/lib/postfix/sbin")
CULPRIT = ROOT / "tests" / "lab" / "culprit.py"
EXIM_PACKAGES = ROOT / "build" / "exim"
PATIENCE_S = 20
SETTLE_S = 5           # for a log to tell the end of every session
POLL_S = 0.02
LISTENING = "0A"       # state in /proc/net/tcp, include/net/tcp_states.h

POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {here}/spool
data_directory = {here}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
maillog_file = {here}/log/mail
maillog_file_prefixes = /run
myhostname = {name}
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = all
inet_protocols = all
smtpd_peername_lookup = no
smtpd_relay_restrictions = reject
smtpd_recipient_restrictions = reject
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificate}
smtpd_tls_loglevel = 1
postscreen_greet_wait = 6s
postscreen_greet_action = enforce
postscreen_access_list =
postscreen_dnsbl_sites =
"""

POSTFIX_DOORS = {
	25: "smtpd",
	465: "smtpd -o smtpd_tls_wrappermode=yes",
	587: "smtpd -o smtpd_tls_security_level=encrypt",
	2525: "smtpd",
}

# pickup and qmgr are left out: no mail comes in.
POSTFIX_MASTER = """
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
smtpd pass - - n - - smtpd
dnsblog unix - - n - 0 dnsblog
tlsproxy unix - - n - 0 tlsproxy
"""

DOVECOT = """
protocols = imap pop3
base_dir = {here}/run
state_dir = {here}/state
log_path = {here}/log/mail
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:{here}/mail
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
ssl_min_protocol = TLSv1.2
auth_mechanisms = plain
passdb {{
  driver = static
  args = nopassword=n password=x
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={here}/mail
}}
default_client_limit = 4000
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  service_count = 0
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
"""

EXIM_CONFIGURATION = """
spool_directory = {here}/spool
keep_environment =
log_file_path = {here}/log/%s
primary_hostname = {name}
daemon_smtp_ports = {ports}
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = {certificate}
tls_privatekey = {certificate}
host_lookup =
rfc1413_hosts =
log_selector = +all
acl_smtp_rcpt = refuse
begin acl
refuse:
  deny
"""

POSTFIX_QUEUE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
		 "maildrop", "pid", "private", "public", "saved", "trace")

DOVECOT_DOORS = {143: "imap", 993: "imaps", 110: "pop3", 995: "pop3s"}

EXIM_ACCOUNT = "Debian-exim:x:64999:64999::/:/usr/sbin/nologin\n"
EXIM_GROUP = "Debian-exim:x:64999:\n"
EXIM_ID = 64999

# Lines that say no worse than that a client connected, asked for what there is, started TLS and quit.
HARMLESS = {
	"postfix": (
		r"daemon started|statistics: ",
		r"(?<!dis)connect from unknown\[",
		r"Anonymous TLS connection established from unknown\[",
		r"disconnect from unknown\[\S+( ehlo=[12])?( starttls=1)? quit=1 commands=\d$",
		r"postscreen\[\d+\]: (cache|CONNECT from|PASS (NEW|OLD)) "),
	"dovecot": (
		r"Info: Dovecot v\S+ \(\S+\) starting up",
		r"Info: Disconnected: Aborted login by logging out \(no auth attempts in \d+ secs\)"),
	"exim": (
		r"daemon started|cwd=",
		r"SMTP connection from .*(TCP/IP connection count|closed by QUIT)",
		r"no MAIL in SMTP connection .* C=(EHLO,STARTTLS,)?EHLO,QUIT$"),
}

# Each session of a log begins and ends with such lines.
BOUNDS = {"postfix": (r"smtpd\[\d+\]: connect from", r"smtpd\[\d+\]: disconnect from"),
	  "exim": (r"TCP/IP connection count", r"closed by QUIT|lost")}


class Missing(Exception):
	"""A server is not installed; the text names its package."""


class Daemons:
	"""The mail servers on one node of a lab."""

	def __init__(self, lab, node, directory):
		self.lab = lab
		self.node = node
		self.directory = Path(directory)
		self.awaited = []   # (child, ports)
		self.logs = {}      # a folder by the server's name

	def start_postfix(self, ports, certificate, postscreen=False, name=NAME):
		require("postfix", POSTFIX / "master")
		here = self._room("postfix", "spool", "data")
		self._make_queue(here / "spool")
		shutil.chown(here / "data", "postfix")
		doors = {port: POSTFIX_DOORS[port] for port in ports}
		if postscreen:
			doors[25] = "postscreen"
		lines = [f"{port} inet n - n - {'1' if what == 'postscreen' else '-'} {what}\n"
			 for port, what in doors.items()]
		(here / "main.cf").write_text(POSTFIX_MAIN.format(here=here, name=name,
								  certificate=certificate))
		(here / "master.cf").write_text(POSTFIX_MASTER + "".join(lines))
		self._start([POSTFIX / "master", "-s", "-c", here], ports)

	def start_dovecot(self, ports, certificate):
		require("dovecot-imapd", "/usr/lib/dovecot/imap-login")
		require("dovecot-pop3d", "/usr/lib/dovecot/pop3-login")
		here = self._room("dovecot", "run", "state", "mail")
		doors = {name: port if port in ports else 0 for port, name in DOVECOT_DOORS.items()}
		(here / "dovecot.conf").write_text(DOVECOT.format(here=here, certificate=certificate,
								  **doors))
		self._start(["/usr/sbin/dovecot", "-F", "-c", here / "dovecot.conf"],
			    ports)

	def start_exim(self, ports, certificate):
		"""Its package wants an account of its own, which nobody on this system has."""
		require("exim4-daemon-light, unpacked,", *EXIM_PACKAGES.glob("*.deb"))
		here = self._room("exim", "spool", "program")
		for package in EXIM_PACKAGES.glob("*.deb"):
			subprocess.run(["dpkg-deb", "-x", package, here / "program"], check=True)
		(here / "exim.conf").write_text(EXIM_CONFIGURATION.format(
			here=here, name=NAME, certificate=here / "server.pem",
			ports=" : ".join(map(str, ports))))
		for path, line in (("/etc/passwd", EXIM_ACCOUNT), ("/etc/group", EXIM_GROUP)):
			cover(path, Path(path).read_text() + line)
		shutil.copy(certificate, here / "server.pem")
		for name in ("spool", "log", "server.pem"):
			os.chown(here / name, EXIM_ID, EXIM_ID)
		self._start([here / "program/usr/sbin/exim4", "-bdf", "-C", here / "exim.conf"],
			    ports)

	def start_culprit(self, manners, certificates):
		"""Both by port."""
		rows = [f"{port}={certificates[port]}={manner}" for port, manner in manners.items()]
		self._start(["/usr/bin/python3", "-IB", CULPRIT, *rows], manners)

	def await_ready(self):
		"""Until every port that was promised listens."""
		deadline = time.monotonic() + PATIENCE_S
		for child, ports in self.awaited:
			while not set(ports) <= listening_ports(child.pid):
				if child.poll() is not None or time.monotonic() > deadline:
					raise RuntimeError(f"{child.args} did not start:"
							   f" {self.told()[-600:]}")
				time.sleep(POLL_S)

	def told(self):
		return "".join(map(text_of, self.logs.values()))

	def complaints(self):
		"""Lines of the servers' logs that are worse than a client that connected and quit."""
		wrong = []
		for name, log in self.logs.items():
			wait_for_ends(log, BOUNDS.get(name))
			wrong += [f"{name}: {line}" for line in text_of(log).splitlines()
				  if not any(re.search(words, line) for words in HARMLESS[name])]
		return wrong

	def _room(self, name, *rooms):
		here = self.directory / name
		for room in ("log", *rooms):
			(here / room).mkdir(parents=True)
		self.logs[name] = here / "log"
		return here

	@staticmethod
	def _make_queue(spool):
		"""What `postfix check` makes, without its copies for a changed root."""
		for name in POSTFIX_QUEUE:
			(spool / name).mkdir()
			shutil.chown(spool / name, "root" if name == "pid" else "postfix")

	def _start(self, argv, ports):
		child = self.lab.popen(self.node, list(map(str, argv)), stdin=subprocess.DEVNULL,
				       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		self.awaited.append((child, ports))


def require(package, *files):
	if not files or not all(Path(file).exists() for file in files):
		raise Missing(f"{package} is not there")


def start_servers(lab, servers, address):
	"""Those of a scenario, ready, with their name in this lab's /etc/hosts."""
	authority = Authority(MAIL / "ca")
	daemons = Daemons(lab, "server", MAIL)
	certificate = authority.issue(servers.certificate)
	if servers.postfix:
		daemons.start_postfix(servers.postfix, certificate, servers.postscreen)
	if servers.dovecot:
		daemons.start_dovecot(servers.dovecot, certificate)
	if servers.exim:
		daemons.start_exim(servers.exim, certificate)
	if servers.culprit:
		kinds = {port: servers.certificates.get(port, servers.certificate)
			 for port in servers.culprit}
		daemons.start_culprit(servers.culprit, {port: authority.issue(kind)
							for port, kind in kinds.items()})
	if servers.proxy:
		start_proxy(lab, servers.proxy, authority)
	cover("/etc/hosts", f"{address} {NAME}\n")
	daemons.await_ready()
	return daemons


def start_proxy(lab, node, authority):
	"""Another party's mail server, to which a device on the way leads port 25."""
	proxy = Daemons(lab, node, MAIL / "proxy")
	proxy.start_postfix((25,), authority.issue("other-name"), name=PROXY_NAME)
	proxy.await_ready()


def cover(path, text):
	"""A file of the system reads like this, in the lab's mount namespace alone."""
	instead = MAIL / Path(path).name
	instead.write_text(text)
	subprocess.run(["mount", "--bind", instead, path], check=True)


def text_of(folder):
	return "".join(path.read_text() for path in sorted(folder.iterdir()))


def listening_ports(pid):
	"""TCP ports that listen where a process lives."""
	ports = set()
	for table in ("tcp", "tcp6"):
		try:
			rows = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
		except OSError:
			return set()
		ports |= {int(row.split()[1].rpartition(":")[2], 16) for row in rows
			  if row.split()[3] == LISTENING}
	return ports


def wait_for_ends(log, bounds):
	"""A server writes after the client has its answer."""
	if not bounds:
		time.sleep(POLL_S)
		return
	deadline = time.monotonic() + SETTLE_S
	while time.monotonic() < deadline:
		begun, ended = (len(re.findall(words, text_of(log))) for words in bounds)
		if begun == ended:
			return
		time.sleep(POLL_S)
