# SPDX-License-Identifier: BSD-2-Clause
"""Makes tickets, and reads them as a stranger would."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PCAPS = ROOT / "pcaps"
SCHEMA = ROOT / "src" / "report" / "mailsonde-1.schema.json"
PARTS = {"ticket.txt", "report.html", "report.json", "evidence.pcapng", "SHA256SUMS"}
SKIPPED = 77
WIDTH = 72

# What replaying a bundle's evidence must say as its report does.
FACTS = ("address", "port", "verdict", "phase", "by", "confidence", "hop", "connect", "icmp",
         "throttle", "data_limit", "loss", "path", "session")


class Failures:
    """Collects what does not hold, each under the name of what should."""

    def __init__(self):
        self.count = 0

    def check(self, name, holds, detail=""):
        if not holds:
            self.count += 1
            print("failed:", name, detail)

    def end(self):
        sys.exit(1 if self.count else 0)


def run(arguments, **options):
    return subprocess.run([str(word) for word in arguments], capture_output=True, timeout=120,
                          check=False, **options)


def saved_run(program, capture, folder):
    """A JSON report of the capture, as an earlier run would have left it."""
    path = Path(folder) / (capture.stem + ".json")
    path.write_bytes(run([program, "replay", "--format", "json", capture]).stdout)
    return path


def make(program, capture, folder, *options, name="ticket"):
    """A ticket of a capture: how the program ended, and the folder."""
    report = saved_run(program, capture, folder)
    out = Path(folder) / name
    shutil.rmtree(out, ignore_errors=True)
    return run([program, "ticket", "--from", report, "--evidence", capture, "-o", out,
                *options]), out


def commands(text):
    """Each tshark command of a ticket, as it would be pasted, with how many lines it shall print."""
    found = re.findall(r"^Prints (\d+) lines?: .*?\n    (tshark .*?')$", text, re.M | re.S)
    return [(int(count), command) for count, command in found]


def check_commands(failures, out):
    """Runs all of them, in the folder, by a shell."""
    text = (out / "ticket.txt").read_text(encoding="ascii")
    listed = commands(text)
    failures.check("a_ticket_tells_how_to_check_it", len(listed) >= 4, out)

    def printed(command):
        done = subprocess.run(["sh", "-c", command], cwd=out, capture_output=True, timeout=60,
                              check=False)
        return done.returncode, len(done.stdout.splitlines())

    with ThreadPoolExecutor(2) as pool:
        for (count, command), got in zip(listed, pool.map(printed, [c for _, c in listed])):
            failures.check("tshark_prints_what_the_ticket_says", got == (0, count),
                           (out, command, got, count))


def check_form(failures, out, parts=frozenset(PARTS)):
    """Everything there, nothing else, sums right, at most 72 columns of ASCII."""
    failures.check("a_bundle_has_its_files_alone", {p.name for p in out.iterdir()} == parts, out)
    for line in (out / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        content = (out / name).read_bytes()
        failures.check("sums_are_right", hashlib.sha256(content).hexdigest() == digest, name)
    for line in (out / "ticket.txt").read_bytes().decode("ascii").splitlines():
        wide = len(line) > WIDTH and "frame contains" not in line
        failures.check("a_ticket_keeps_to_72_columns", not wide, line)


def check_report(failures, program, out):
    """Valid by the schema, and what the evidence says."""
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    try:
        import jsonschema
        problems = list(jsonschema.Draft202012Validator(
            json.loads(SCHEMA.read_text())).iter_errors(report))
        failures.check("report_json_validates", not problems, problems[:2])
    except ImportError:
        pass
    replayed = json.loads(run([program, "replay", "--format", "json",
                               out / "evidence.pcapng"]).stdout)
    told = [[result.get(key) for key in FACTS] for result in report["results"]]
    again = [[result.get(key) for key in FACTS] for result in replayed["results"]]
    failures.check("the_evidence_says_what_the_report_says", told == again, (told, again))
    return report


def comments(out):
    """Of each packet of the evidence, with what it is."""
    done = run(["tshark", "-r", out / "evidence.pcapng", "-Y", "tcp or icmp or icmpv6", "-T", "fields", "-e",
                "frame.number", "-e", "frame.comment"])
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


def need(*tools):
    """Ends the test where one is missing."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        print("needs", ", ".join(missing))
        sys.exit(SKIPPED)


def program_of(arguments):
    return os.path.abspath(arguments[1])
