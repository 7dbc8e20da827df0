# SPDX-License-Identifier: BSD-2-Clause
"""What a scenario must be called, and whether a report's result says so."""
import math
from dataclasses import dataclass

from topology import ADDRESS

# How far an estimate may be off: the rate as a ratio, the burst by one or as a ratio.
RATE_ERROR = 0.2
BURST_ERROR = 0.15


@dataclass(frozen=True)
class Throttle:
	"""A limit. burst alone (rate None): so many connections, at a time or before a ban."""
	rate: float | None
	burst: int
	answer: str = "none"
	scope: str = "port"
	blurred: bool = False  # the line does things to packets that hide rate and burst


@dataclass(frozen=True)
class Expect:
	"""The right answer for one port; None where packets cannot tell, or where nobody asks."""
	words: tuple
	by: str | None = None
	hop: tuple | None = None       # ("at" or "after", node)
	every_port: bool = True        # has a place, not just one of those in the same case
	icmp: tuple | None = None      # type, code, sender
	throttle: Throttle | None = None
	finding: str | tuple | None = None
	ratio: float | None = None     # of round trips that are lost
	whole_path: bool = True        # are other ports lossy too?
	by_chance: bool = False        # now and then chance looks like a limit: then nobody can tell
	sign: str | None = None        # what shows a local cause: see plain.SIGNS
	phase: str = "connect"
	session: dict | None = None    # of the report, dotted: a value, or "..." that begins it
	rule: dict | None = None       # of the report's local_rule: a value, or "..." that begins it
	shows: str | None = None       # what a client of plain means sees: see plain_session.py


OPEN = Expect(("open",))


def dropped(after, by=None, finding=None):
	"""
	Vanishes; `after` is the last node that answers a hop-limited probe of this port. What
	vanishes behind the last router may do so at the server, before it, or on the way back.
	"""
	by = by or ("unknown" if after == "r3" else "path")
	finding = finding or ("last-stretch" if after == "r3" else "place-between")
	return Expect(("dropped",), by, hop=("after", after), finding=finding)


def refused(at):
	return Expect(("refused",), "destination" if at == "server" else "path", hop=("at", at))


def unreachable(icmp_type, code, sender="r2", finding=None):
	by = "destination" if sender == "server" else "path"
	return Expect(("unreachable",), by, ("at", sender), icmp=(icmp_type, code, sender),
		      finding=finding)


def routing_loop(sender):
	"""Sent round until its hop limit is used up: which hop that was is of no use to anyone."""
	return Expect(("unreachable",), "path", icmp=(11, 0, sender), finding="routing-loop")


def throttled(rate, burst, answer="none", scope="port", blurred=False):
	return Expect(("throttled",), throttle=Throttle(rate, burst, answer, scope, blurred),
		      finding=f"{scope}-limit")


def connection_limit(count, answer="none"):
	return Expect(("throttled",), throttle=Throttle(None, count, answer), finding="connection-limit")


def banned(after, answer="none"):
	return Expect(("throttled",), throttle=Throttle(None, after, answer), finding="ban")


def lossy(ratio, whole_path=False, or_open=False):
	words = ("lossy", "open") if or_open else ("lossy",)
	return Expect(words, ratio=ratio, whole_path=whole_path, by_chance=True)


def local(word, sign, **rule):
	return Expect((word,), "local", ("at", "client"), sign=sign, rule=rule)


def down(after):
	return Expect(("down",), "unknown", hop=("after", after), every_port=False)


def silent_neighbour(word, by=None):
	return Expect((word,), by, sign="no-neighbour")


def session(word, phase, shows, finding=None, by="destination", **fields):
	"""fields: those of the report's session; starttls="absent", tls__version="TLSv1.3"."""
	return Expect((word,), by, phase=phase, finding=finding, shows=shows,
		      session={name.replace("__", "."): value for name, value in fields.items()})


def sound(shows, finding=None, phase="certificate", **fields):
	"""A session in which all is well."""
	return session("open", phase, shows, finding, None, **fields)


def complaints(expect, result, family, extra_loss):
	"""
	What is wrong with one result. Extra loss blurs what is beside the word: "inconclusive" is no
	lie then, a finding may be missing, and nobody can count the connections that a limit allows
	to the last one. A word that is given must still be right. Where loss is the scenario itself, the
	word alone may be missing; run counts how often.
	"""
	word = result["verdict"]
	allowed = set(expect.words)
	if extra_loss or expect.by_chance:
		allowed |= {"inconclusive"}
	if extra_loss and "open" in allowed:
		allowed |= {"lossy"}
	if word not in allowed:
		return [f"{word} instead of {' or '.join(expect.words)}"]
	if word not in expect.words:
		return []
	if word == "open" and expect.session is None:
		return finding_complaints(expect, result, extra_loss)
	wrong = session_complaints(expect, result)
	if result["phase"] != expect.phase:
		wrong.append(f"phase {result['phase']} instead of {expect.phase}")
	if expect.by and result["by"] != expect.by:
		wrong.append(f"by {result['by']} instead of {expect.by}")
	return (wrong + hop_complaints(expect, result, family, extra_loss)
		+ icmp_complaints(expect, result, family)
		+ throttle_complaints(expect, result, extra_loss)
		+ finding_complaints(expect, result, extra_loss) + rule_complaints(expect, result))


def hop_complaints(expect, result, family, extra_loss):
	"""
	The place must be named, and be the right one; loss may hide it, but move it nowhere. A router
	that has reported enough for a while leaves its hop without an address.
	"""
	hop = result.get("hop")
	if not expect.hop:
		return []
	if not hop:
		return [] if extra_loss or not expect.every_port else ["no hop"]
	relation, node = expect.hop
	right = {"ttl": ("client", "r1", "r2", "r3", "server").index(node), "relation": relation}
	if right["ttl"] > 0:
		right["address"] = ADDRESS[node][family]
	if hop["address"] is None:
		right.pop("address", None)
	return [f"hop {key} {hop[key]} instead of {value}"
		for key, value in right.items() if hop[key] != value]


def icmp_complaints(expect, result, family):
	if not expect.icmp:
		return []
	icmp = result.get("icmp")
	if not icmp:
		return ["no icmp"]
	icmp_type, code, sender = expect.icmp
	right = {"type": icmp_type, "code": code, "from": ADDRESS[sender][family]}
	return [f"icmp {key} {icmp[key]} instead of {value}"
		for key, value in right.items() if icmp[key] != value]


def throttle_complaints(expect, result, extra_loss):
	limit = expect.throttle
	if not limit:
		return []
	found = result.get("throttle")
	if not found:
		return ["no throttle"]
	slack = 1.5 if extra_loss else 1
	rate_error = slack * RATE_ERROR * (limit.rate or 0)
	wrong = [f"{key} {found[key]} instead of {value}" for key, value in
		 (("answer", limit.answer), ("scope", limit.scope)) if found[key] != value]
	if limit.blurred:
		return wrong
	if limit.rate and not close(found["rate_per_s"], limit.rate, rate_error):
		wrong.append(f"rate {found['rate_per_s']} instead of {limit.rate:.3g}")
	counts_connections = limit.rate is None
	if extra_loss and counts_connections:
		return wrong
	if not close(found["burst"], limit.burst, slack * max(1, BURST_ERROR * limit.burst)):
		wrong.append(f"burst {found['burst']} instead of {limit.burst}")
	return wrong


def close(value, truth, error):
	return value is not None and math.isclose(value, truth, rel_tol=0, abs_tol=error)


def finding_complaints(expect, result, extra_loss):
	ids = [finding["id"] for finding in result["findings"]]
	wanted = expect.finding if isinstance(expect.finding, tuple) else (expect.finding,)
	if not expect.finding or extra_loss:
		return []
	return [f"no finding {name}" for name in wanted if name not in ids]


def fits(found, right):
	return (str(found).startswith(right[:-3]) if str(right).endswith("...") else found == right)


def rule_complaints(expect, result):
	"""The very rule of the client's."""
	found = result.get("local_rule") or {}
	return [f"local rule {key} {found.get(key)!r} instead of {right!r}"
		for key, right in (expect.rule or {}).items() if not fits(found.get(key), right)]


def session_complaints(expect, result):
	wrong = []
	for name, right in (expect.session or {}).items():
		found = result["session"]
		for key in name.split("."):
			found = found.get(key) if found else None
		if not fits(found, right):
			wrong.append(f"session {name} {found!r} instead of {right!r}")
	return wrong
