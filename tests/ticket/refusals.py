# SPDX-License-Identifier: BSD-2-Clause
"""What cannot become a ticket is told in one sentence, and leaves nothing behind under a final name."""
import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import bundle

USAGE, DATA, NO_INPUT, CANNOT_CREATE, INPUT_OUTPUT = 64, 65, 66, 73, 74
CAPTURE = bundle.PCAPS / "dropped.pcapng"
CLONE_NEWNS = 0x20000  # linux/sched.h

HOSTILE = ('220 <script>alert(1)</script>&"\'\x1b[31m\u202egnp.exe\u200b \xff\xfe'
           '<img src=//evil.example/x>')


def refused(failures, name, done, status, words, out=None):
    complaint = done.stderr.decode(errors="replace")
    failures.check(name, done.returncode == status and complaint.count("\n") == 1
                   and words in complaint and not done.stdout, (done.returncode, complaint))
    if out is not None:
        left = [path.name for path in out.parent.iterdir() if path.name.startswith(out.name)]
        failures.check(name + "_and_leaves_nothing", not left, left)


def ticket(program, report, out, *options, evidence=CAPTURE):
    return bundle.run([program, "ticket", "--from", report, "--evidence", evidence, "-o", out,
                       *options])


def check_usage(failures, program, folder):
    out = folder / "out"
    for arguments, words in ((["192.0.2.1"], "-o DIR"),
                             (["-o", out], "name a host"),
                             (["-o", out, "--evidence", "x", "192.0.2.1"], "--evidence goes with"),
                             (["-o", out, "--from", "x"], "--from needs --evidence"),
                             (["-o", out, "--from", "x", "--evidence", "-"], "standard input"),
                             (["-o", out, "--from", "x", "--evidence", "y", "192.0.2.1"],
                              "name no target"),
                             (["-o", out, "--fault", "--unblock", "192.0.2.1"], "exclude each other"),
                             (["-o", out, "--own", "192.0.2.2", "192.0.2.1"], "--redact alone"),
                             (["-o", out, "--compare", "x", "--redact", "192.0.2.1"],
                              "exclude each other"),
                             (["-o", out, "--compare", "-", "192.0.2.1"], "not standard input"),
                             (["-o", out, "--prots", "25", "192.0.2.1"], "did you mean --ports?")):
        refused(failures, "usage_is_told", bundle.run([program, "ticket", *arguments]), USAGE, words,
                out)


def changed(report, folder, **changes):
    document = json.loads(report.read_text())
    document.update(changes)
    path = folder / "changed.json"
    path.write_text(json.dumps(document))
    return path


def check_reports(failures, program, report, folder):
    out = folder / "out"
    newer = changed(report, folder, schema="mailsonde/2")
    refused(failures, "an_unknown_version_is_refused", ticket(program, newer, out), DATA,
            "mailsonde/2", out)
    refused(failures, "another_document_is_refused",
            ticket(program, changed(report, folder, schema="other"), out), DATA, "no report", out)
    refused(failures, "what_is_no_json_is_refused", ticket(program, CAPTURE, out), DATA,
            "no JSON report", out)
    refused(failures, "a_missing_report_is_told", ticket(program, folder / "none", out), NO_INPUT,
            "none", out)
    refused(failures, "missing_evidence_is_told",
            ticket(program, report, out, evidence=folder / "none"), NO_INPUT, "none", out)
    refused(failures, "evidence_of_another_run_is_refused",
            ticket(program, report, out, evidence=bundle.PCAPS / "refused.pcapng"), DATA,
            "not that of", out)
    results = json.loads(report.read_text())["results"]
    results[0]["connect"]["probes"] += 1
    refused(failures, "a_changed_figure_is_noticed",
            ticket(program, changed(report, folder, results=results), out), DATA, '"connect"', out)
    cut = folder / "cut.pcapng"
    cut.write_bytes(CAPTURE.read_bytes()[:5000])
    refused(failures, "evidence_that_is_cut_off_is_refused",
            ticket(program, report, out, evidence=cut), DATA, "cut.pcapng", out)


def check_second(failures, program, report, folder):
    """Before anything is made or sent."""
    out = folder / "out"
    for name, second, status, words in (
            ("a_missing_second_report_is_told", folder / "none", NO_INPUT, "none"),
            ("a_second_report_that_is_no_json_is_refused", CAPTURE, DATA, "no JSON report"),
            ("an_unknown_version_of_the_second_is_refused",
             changed(report, folder, schema="mailsonde/2"), DATA, "mailsonde/2")):
        refused(failures, name, ticket(program, report, out, "--compare", second), status, words,
                out)
        refused(failures, name + "_without_from",
                bundle.run([program, "ticket", "-o", out, "--compare", second, "127.0.0.1"]), status,
                words, out)


def check_existing(failures, program, report, folder):
    out = folder / "there"
    failures.check("a_ticket_can_be_written", ticket(program, report, out).returncode == 1)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    done = ticket(program, report, out)
    refused(failures, "what_is_there_is_never_overwritten", done, CANNOT_CREATE, "--force")
    failures.check("and_stays_as_it_was",
                   before == {path.name: path.read_bytes() for path in out.iterdir()})
    failures.check("force_replaces_a_ticket",
                   ticket(program, report, out, "--force", "--unblock").returncode == 1)
    failures.check("and_the_new_one_is_there",
                   "SPF" in (out / "ticket.txt").read_text()
                   and {path.name for path in out.iterdir()} == bundle.PARTS)
    (out / "diary.txt").write_text("mine")
    refused(failures, "force_replaces_nothing_but_a_ticket", ticket(program, report, out, "--force"),
            CANNOT_CREATE, "more than")
    failures.check("a_strangers_file_stays", (out / "diary.txt").read_text() == "mine")
    left = [path.name for path in folder.iterdir() if ".part-" in path.name]
    failures.check("no_temporary_name_is_left", not left, left)
    refused(failures, "a_folder_that_is_not_there_is_told",
            ticket(program, report, folder / "no" / "such"), CANNOT_CREATE, "no/such")


def check_full_disk(failures, program, report, folder):
    """In a mount namespace of its own, on a file system of as many bytes as a ticket needs less one
    page, and so on downwards."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNS) != 0:
        print("left out: a full disk needs root")
        return
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    small = folder / "small"
    small.mkdir()
    for pages in (1, 3, 6, 9, 12, 15):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={pages * 4}k", "small", small],
                       check=True)
        done = ticket(program, report, small / "out")
        left = list(small.iterdir())
        if done.returncode == 1:
            failures.check("a_ticket_that_fits_is_whole",
                           {path.name for path in (small / "out").iterdir()} == bundle.PARTS)
        else:
            complaint = done.stderr.decode()
            failures.check("a_full_disk_is_told",
                           done.returncode in (CANNOT_CREATE, INPUT_OUTPUT)
                           and complaint.count("\n") == 1 and "space" in complaint,
                           (pages, done))
            failures.check("a_full_disk_leaves_nothing", not left, (pages, left))
        subprocess.run(["umount", small], check=True)


def check_hostile(failures, program, folder):
    """A greeting that is markup, escapes and no UTF-8, from the evidence to every file."""
    capture = folder / "hostile.pcapng"
    capture.write_bytes(with_greeting(HOSTILE.encode("utf-8").replace(b"\xc3\xbf\xc3\xbe", b"\xff\xfe")))
    report = bundle.saved_run(program, capture, folder)
    out = folder / "hostile"
    done = ticket(program, report, out, evidence=capture)
    failures.check("a_hostile_greeting_makes_a_ticket", done.returncode == 1, done)
    page = (out / "report.html").read_text(encoding="utf-8")
    text = (out / "ticket.txt").read_bytes()
    failures.check("the_greeting_is_shown", "alert(1)" in page)
    for harm in ("<script", "<img", "\x1b", "\u202e", "\u200b"):
        failures.check("html_holds_no_harm", harm not in page, repr(harm))
    failures.check("text_holds_no_harm",
                   all(byte in (9, 10) or 32 <= byte < 127 for byte in text))
    failures.check("standard_output_holds_no_harm", b"\x1b" not in done.stdout, done)


def with_greeting(greeting):
    """The evidence of a server that says no, with another first line in its sessions."""
    import re
    import struct
    content, out, at = (bundle.PCAPS / "rejected.pcapng").read_bytes(), b"", 0
    escaped = "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\x{b:02x}" for b in greeting)
    while at < len(content):
        kind, length = struct.unpack_from("<II", content, at)
        body = content[at + 8:at + length - 4]
        if kind == 9:
            body = body.rstrip(b"\0")
            body = re.sub(rb"(GREETING_TEXT=)[^\n]*", lambda m: m[1] + escaped.encode(), body)
            body += b"\0" * (-len(body) % 4)
        size = len(body) + 12
        out += struct.pack("<II", kind, size) + body + struct.pack("<I", size)
        at += length
    return out


def main():
    program = bundle.program_of(sys.argv)
    failures = bundle.Failures()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = bundle.saved_run(program, CAPTURE, folder)
        check_usage(failures, program, folder)
        check_reports(failures, program, report, folder)
        check_second(failures, program, report, folder)
        check_existing(failures, program, report, folder)
        check_hostile(failures, program, folder)
        check_full_disk(failures, program, report, folder)
        shutil.rmtree(folder / "small", ignore_errors=True)
    failures.end()


main()
