# SPDX-License-Identifier: BSD-2-Clause
"""
A certificate authority to throw away: made with openssl(1) when a lab starts, gone with it. Its root
is what the program is told to trust; an intermediate signs what servers show.
"""
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

NAME = "mx.example.net"
LONG_CHAIN = 100
DAY = timedelta(days=1)

# One request serves every certificate, since `openssl ca -subj` names the subject anew.
CONFIGURATION = """
[ca]
default_ca = lab
[lab]
database = {directory}/index
new_certs_dir = {directory}
private_key = {directory}/authority.key
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
email_in_dn = no
[any]
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = {names}
authorityInfoAccess = caIssuers;URI:http://ca.example.net/intermediate.cer
[req]
distinguished_name = any
"""


class Authority:
	"""Certificates by kind, each a file with the server's key, its certificate and its chain."""

	def __init__(self, directory):
		self.directory = Path(directory)
		self.root = self.directory / "root.pem"
		self.directory.mkdir(parents=True)
		for name in ("authority", "server"):
			self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
				      "ec_paramgen_curve:P-256", "-out", f"{name}.key")
			self._configure()
			self._openssl("req", "-new", "-config", "ca.cnf", "-key", f"{name}.key",
				      "-subj", "/CN=any", "-out", f"{name}.csr")
		self._sign("root", "Lab Root", "root", "authority")
		self._sign("intermediate", "Lab Intermediate", "root", "authority")

	def issue(self, kind):
		"""The path of a server's file of a kind, a method of this class without its _."""
		path = self.directory / f"{kind}.server.pem"
		if not path.exists():
			chain = getattr(self, "_" + kind.replace("-", "_"))()
			parts = ["server.key"] + [f"{name}.pem" for name in chain]
			path.write_text("".join((self.directory / part).read_text()
						for part in parts))
			path.chmod(0o600)
		return path

	# --- the kinds: names of certificates, the server's own first --------------------------

	def _valid(self):
		return [self._server("valid"), "intermediate"]

	def _expired(self):
		return [self._server("expired", begins=-30, ends=-3), "intermediate"]

	def _not_yet_valid(self):
		return [self._server("not-yet-valid", begins=3, ends=30), "intermediate"]

	def _other_name(self):
		return [self._server("other-name", names="DNS:www.example.org"), "intermediate"]

	def _missing_intermediate(self):
		return [self._server("missing-intermediate")]

	def _self_signed(self):
		self._configure(f"DNS:{NAME}")
		self._sign("self-signed", NAME, None, "server")
		return ["self-signed"]

	def _untrusted(self):
		"""By a root that nobody trusts, which is shown as well."""
		self._sign("stranger", "Stranger Root", "stranger", "authority")
		return [self._server("untrusted", issuer="stranger"), "stranger"]

	def _bulky(self):
		"""Does not fit into one segment, whatever the chain."""
		names = ",".join(f"DNS:host-{n}.customers.example.net" for n in range(80))
		return [self._server("bulky", names=f"DNS:{NAME},{names}"), "intermediate"]

	def _long_chain(self):
		"""As many certificates as there may be, each signed by the next."""
		chain = ["intermediate"]
		for number in range(LONG_CHAIN - 2):
			name = f"link-{number}"
			self._sign(name, f"Lab Link {number}", chain[0], "authority")
			chain.insert(0, name)
		return [self._server("long-chain", issuer=chain[0])] + chain

	# --- openssl(1) ------------------------------------------------------------------------

	def _server(self, name, issuer="intermediate", names=f"DNS:{NAME}", begins=-1, ends=90):
		self._configure(names)
		self._sign(name, names.partition(",")[0].removeprefix("DNS:"), issuer, "server",
			   begins, ends)
		return name

	def _configure(self, names=f"DNS:{NAME}"):
		(self.directory / "index").touch()
		(self.directory / "ca.cnf").write_text(
			CONFIGURATION.format(directory=self.directory, names=names))

	def _sign(self, name, subject, issuer, kind, begins=-2, ends=365):
		"""kind is both the key and the extensions; a certificate may be its own issuer."""
		itself = issuer is None or issuer == name
		now = datetime.now(timezone.utc)
		dates = [(now + days * DAY).strftime("%Y%m%d%H%M%SZ") for days in (begins, ends)]
		self._openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-extensions", kind,
			      "-subj", f"/O=Lab/CN={subject}", "-startdate", dates[0], "-enddate",
			      dates[1], "-in", f"{kind}.csr", "-out", f"{name}.pem",
			      *(["-selfsign", "-keyfile", f"{kind}.key"] if itself
				else ["-cert", f"{issuer}.pem"]))

	def _openssl(self, *arguments):
		made = subprocess.run(["openssl", *arguments], cwd=self.directory,
				      capture_output=True, text=True)
		if made.returncode != 0:
			raise RuntimeError(f"openssl {arguments[0]}: {made.stderr.strip()[-300:]}")
