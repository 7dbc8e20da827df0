# SPDX-License-Identifier: BSD-2-Clause
"""Whoever has nothing but the bundle can tell what is wrong, where and since when, and checks each
claim with the commands that the ticket itself names."""
import json
import sys
import tempfile
from pathlib import Path

import bundle

# capture; what the ticket must say; its kind
SCENARIOS = (
    ("dropped-local-rule", ("this computer's own firewall", "on this computer",
                            "ip daddr 203.0.113.0/24 counter drop", "in chain deep"), "fault"),
    ("dropped", ("Outgoing TCP port 25 is discarded", "7 SYN sent, 0 SYN-ACK, 0 RST, 0 ICMP",
                 "Comparison    port 587: 14 SYN sent, 14 SYN-ACK"), "fault"),
    ("dropped-by-path", ("between hop 2 (198.51.100.2) and hop 3", "Path          port 25: 1 192.0.2.1",
                         "no answer (tried to"), "unblock"),
    ("refused-by-path", ("reset by a device on the way", "hop 2 (198.51.100.2", "RST"), "unblock"),
    ("intercepted-by-path", ("answered at hop 2 (198.51.100.2)", "not the server"), "fault"),
    ("unreachable", ("198.51.100.2 prohibits", "at hop 2 (198.51.100.2)",
                     "communication administratively prohibited"), "unblock"),
    ("unreachable-v6", ("at hop 2 (2001:db8:2::2)",), "unblock"),
    ("throttled", ("New connections to TCP port 25 are limited", "about 5 a second"), "fault"),
    ("intercepted", ("STARTTLS", "removed from mail"), "fault"),
    ("misconfigured", ("certificate on TCP", "has expired", "valid from"), "fault"),
    ("rejected", ("turns us away", "Greeting"), "fault"),
    ("open", ("Nothing is wrong", "Everything that was asked about works."), "fault"),
)


def squeezed(text):
    return " ".join(text.split()).lower()


def check_scenario(failures, program, folder, row):
    name, words, kind = row
    done, out = bundle.make(program, bundle.PCAPS / f"{name}.pcapng", folder, name=name)
    failures.check("a_ticket_is_written", out.is_dir(), (name, done))
    if not out.is_dir():
        return
    text = squeezed((out / "ticket.txt").read_text())
    for word in words:
        failures.check("a_ticket_says_what_is_wrong_and_where", squeezed(word) in text,
                       (name, word))
    failures.check("a_ticket_says_when", "first seen 2026-11-2" in text and "utc" in text, name)
    asks = "what you may want to know" in text
    failures.check("the_verdict_picks_the_kind", asks == (kind == "unblock"), name)
    bundle.check_form(failures, out)
    bundle.check_report(failures, program, out)
    bundle.check_commands(failures, out)


def check_comments(failures, folder):
    for name in ("unreachable", "misconfigured"):
        silent = [number for number, *comment in bundle.comments(Path(folder) / name)
                  if not "".join(comment)]
        failures.check("each_packet_is_commented", not silent, (name, silent))


def check_overruled(failures, program, folder):
    capture = bundle.PCAPS / "unreachable.pcapng"
    for option, asks in (("--fault", False), ("--unblock", True)):
        _, out = bundle.make(program, capture, folder, option, name="overruled" + option)
        text = (out / "ticket.txt").read_text()
        failures.check("the_user_may_overrule_the_kind",
                       ("SPF [yes/no]" in text) == asks, option)


def check_foreign(failures, program, folder):
    """A capture of others: only what belongs to mail is passed on, and says the same."""
    capture = bundle.PCAPS / "foreign" / "smtp-starttls-stripped.pcap"
    done, out = bundle.make(program, capture, folder, name="foreign")
    failures.check("a_capture_of_others_makes_a_ticket", done.returncode == 1, done)
    bundle.check_report(failures, program, out)
    bundle.check_commands(failures, out)


def check_second(failures, program, folder):
    """Blocked here and not there: the path. Its texts are as hostile as any."""
    capture = bundle.PCAPS / "dropped-by-path.pcapng"
    report = bundle.saved_run(program, capture, folder)
    document = json.loads(report.read_text())
    document["vantage"] = {"interface": "eth0", "addresses": ["192.0.2.10"], "gateway": None}
    report.write_text(json.dumps(document))
    document["vantage"]["addresses"] = ["203.0.113.200"]
    for result in document["results"]:
        result.update(verdict="open", phase="connect", by=None, hop=None,
                      host="<script>\x1b[31m\u202eevil.example")
    document["results"].append({**document["results"][0], "port": 2525})
    second = Path(folder) / "vps.json"
    second.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    out = Path(folder) / "second"
    done = bundle.run([program, "ticket", "--from", report, "--evidence", capture, "-o", out,
                       "--compare", second])
    failures.check("a_ticket_with_a_second_report_is_written", out.is_dir(), done)
    if not out.is_dir():
        return
    bundle.check_form(failures, out, bundle.PARTS | {"compared.json"})
    failures.check("the_second_report_is_listed",
                   "compared.json" in (out / "SHA256SUMS").read_text())
    failures.check("the_second_report_is_in_it",
                   json.loads((out / "compared.json").read_text()) == document)
    page = (out / "report.html").read_text(encoding="utf-8")
    text = squeezed((out / "ticket.txt").read_text())
    for words in (text, squeezed(page)):
        failures.check("the_ticket_says_what_follows",
                       "blocked from report.json and not from compared.json: the path from "
                       "report.json is the cause, not the server" in words, words)
    failures.check("a_port_of_the_second_alone_is_told", "&lt;script" in page
                   and "port 2525" in text and "not asked about in report.json" in text, text)
    failures.check("the_second_report_is_inert", not any(
        harm in page for harm in ("<script", "\x1b", "\u202e")))
    bundle.check_report(failures, program, out)


def main():
    program = bundle.program_of(sys.argv)
    bundle.need("tshark")
    failures = bundle.Failures()
    with tempfile.TemporaryDirectory() as folder:
        for row in SCENARIOS:
            check_scenario(failures, program, folder, row)
        check_comments(failures, folder)
        check_overruled(failures, program, folder)
        check_foreign(failures, program, folder)
        check_second(failures, program, folder)
    failures.end()


main()
