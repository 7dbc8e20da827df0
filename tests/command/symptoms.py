# SPDX-License-Identifier: BSD-2-Clause
"""What `log` and `bounce` make of files of every kind, and the probe that follows them."""
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import namespace

try:
    import jsonschema
except ImportError:
    jsonschema = None

SKIPPED = 77
ROOT = Path(__file__).resolve().parent.parent.parent
BOUNCES = ROOT / "tests" / "symptom" / "corpus" / "bounces"
SCHEMA = ROOT / "src" / "report" / "mailsonde-1.schema.json"
JOURNAL_REMOTE = "/lib/systemd/systemd-journal-remote"
LINE = ("Nov 28 10:32:{:02} relay postfix/smtp[1]: connect to mx{}.example.com[192.0.2.{}]:25: "
        "Connection timed out\n")
OUTAGE = "".join(LINE.format(number, number, number) for number in range(1, 10)).encode()


def run(program, *arguments, data=b""):
    done = subprocess.run([program, *map(str, arguments)], input=data, capture_output=True,
                          timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def document(answer):
    return json.loads(answer[1])


def check(failures, name, holds, answer):
    if not holds:
        failures.append(name)
        print("failed:", name, "\n", answer)


def check_log_files(failures, program, folder):
    plain, packed = folder / "mail.log", folder / "mail.log.1.gz"
    plain.write_bytes(OUTAGE)
    packed.write_bytes(gzip.compress(OUTAGE))
    answer = run(program, "log", plain)
    check(failures, "log_ends_with_1_where_a_port_is_said_to_fail", answer[0] == 1, answer)
    check(failures, "log_says_the_outage_in_one_sentence",
          b"Since 10:32 every connection to port 25 times out, whatever the server." in answer[1], answer)
    check(failures, "log_ends_with_the_probe_that_would_settle_it",
          b"sudo mailsonde probe mx1.example.com" in answer[1], answer)
    texts = [document(run(program, "log", "--format", "json", name, data=data))["symptoms"]
             for name, data in ((plain, b""), (packed, b""), ("-", OUTAGE))]
    check(failures, "log_reads_gzip_and_standard_input_alike",
          [[s["server"] for s in symptoms] for symptoms in texts] ==
          [[s["server"] for s in texts[0]]] * 3 and len(texts[0]) == 9, texts)
    well = (b"Nov 28 12:00:00 relay postfix/smtp[1]: A1: to=<u@example.com>, relay=mx1.example.com"
            b"[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 Ok)\n")
    plain.write_bytes(well)
    answers = [document(run(program, "log", "--format", "json", *names))["headline"]
               for names in ((plain, packed), (packed, plain))]
    check(failures, "log_reads_files_in_the_order_of_their_times",
          answers[0] == answers[1] and "it has worked since then" in answers[0], answers)
    plain.write_bytes(OUTAGE)
    packed.write_bytes(gzip.compress(OUTAGE * 100)[:-20])
    answer = run(program, "log", packed)
    check(failures, "log_keeps_what_it_read_of_a_damaged_file",
          answer[0] in (1, 65) and answer[2].count("\n") == 1, answer)
    answer = run(program, "log", plain, folder / "missing")
    check(failures, "log_goes_on_without_a_file_that_is_not_there",
          answer[0] == 1 and answer[2].count("\n") == 1, answer)


def check_hostile_lines(failures, program):
    long = b"Nov 28 10:00:00 relay postfix/smtp[1]: " + b"x" * 1000000 + b"\n"
    latin = ("Nov 28 10:00:01 relay postfix/smtp[1]: A1: to=<\xe4@example.com>, "
             "relay=mx.example.com[192.0.2.25]:25, delay=1, delays=1/0/0/0, dsn=4.7.0, "
             "status=deferred (host mx.example.com[192.0.2.25] refused to talk to me: 421 "
             "\x1b[31m \xfc\x00 too many connections)\n").encode("latin-1")
    answer = run(program, "log", "--format", "json", "-", data=long + latin)
    found = document(answer)
    check(failures, "log_cuts_a_line_of_a_megabyte_and_says_so", found["read"]["cut"] == 1, answer)
    check(failures, "log_takes_any_bytes_and_escapes_them",
          [s["claims"] for s in found["symptoms"]] == ["throttled"] and
          "\\x1b" in found["symptoms"][0]["reply"], answer)
    answer = run(program, "log", "-", data=latin)
    check(failures, "log_prints_no_control_characters",
          not any(byte < 0x20 and byte != 0x0a for byte in answer[1]), answer)
    answer = run(program, "log", "-", data=b"not a log\n" * 100)
    check(failures, "log_refuses_what_is_no_log", answer[0] == 65 and answer[1] == b"", answer)
    answer = run(program, "log", "-", data=b"Nov 28 10:00:00 relay cron[1]: a job\n")
    check(failures, "log_ends_with_0_where_nothing_fails", answer[0] == 0, answer)


def check_bounces(failures, program, folder):
    names = sorted(BOUNCES.glob("postfix-*.eml"))
    maildir, mbox = folder / "Maildir", folder / "mbox"
    (maildir / "new").mkdir(parents=True)
    (maildir / "cur").mkdir()
    with open(mbox, "wb") as file:
        for path in names:
            shutil.copy(path, maildir / "new" / path.name)
            file.write(b"From MAILER-DAEMON Sat Nov 28 01:25:27 2026\n" + path.read_bytes() + b"\n")
    answers = [run(program, "bounce", "--format", "json", *paths, data=data)
               for paths, data in (((maildir,), b""), ((mbox,), b""), (names, b""),
                                   (("-",), mbox.read_bytes()))]
    documents = [document(answer) for answer in answers]
    check(failures, "bounce_reads_files_mbox_maildir_and_standard_input_alike",
          all(d["symptoms"] == documents[0]["symptoms"] and d["unrelated"] == documents[0]["unrelated"]
              and d["read"]["read"] == len(names) for d in documents), answers)
    check(failures, "bounce_ends_with_1_where_a_port_is_said_to_fail", answers[0][0] == 1, answers)
    check(failures, "bounce_counts_apart_what_has_nothing_to_do_with_ports",
          documents[0]["unrelated"] == 5, documents)
    answer = run(program, "bounce", "--format", "json", BOUNCES / "exim-plain-refused.eml")
    check(failures, "bounce_takes_each_recipient_by_itself",
          (len(document(answer)["symptoms"]), document(answer)["unrelated"]) == (1, 1), answer)
    message = (BOUNCES / "postfix-refused.eml").read_bytes()
    cuts = [run(program, "bounce", "--format", "json", "-", data=message[:cut])[0]
            for cut in range(0, len(message), 97)]
    check(failures, "bounce_survives_a_cut_anywhere", set(cuts) <= {0, 1, 2, 65}, cuts)


def check_journal(failures, program, folder):
    if not os.access(JOURNAL_REMOTE, os.X_OK):
        print("left out the journal: systemd-journal-remote is not there")
        return
    path = folder / "test.journal"
    text = "".join(
        f"__REALTIME_TIMESTAMP={1795858330000000 + number}\n__MONOTONIC_TIMESTAMP={number + 1}\n"
        f"_BOOT_ID={'1' * 32}\nSYSLOG_FACILITY=2\nPRIORITY=6\nSYSLOG_IDENTIFIER=postfix/smtp\n"
        f"MESSAGE=connect to mx.example.com[192.0.2.{number}]:25: Connection refused\n\n"
        for number in range(3))
    subprocess.run([JOURNAL_REMOTE, f"--output={path}", "-"], input=text.encode(),
                   capture_output=True, check=True, timeout=60)
    answer = run(program, "log", "--journal", "--format", "json", path)
    if answer[0] == 64:
        print("left out the journal: built without libsystemd")
        return
    check(failures, "log_reads_the_journal",
          [s["claims"] for s in document(answer)["symptoms"]] == ["refused"] * 3, answer)


def check_schema(failures, program, folder):
    if jsonschema is None:
        print("left out the schema: python3-jsonschema is not there")
        return
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    (folder / "mail.log").write_bytes(OUTAGE)
    for arguments in (("log", folder / "mail.log"), ("bounce", BOUNCES)):
        answer = run(program, arguments[0], "--format", "json", arguments[1])
        try:
            jsonschema.validate(document(answer), schema)
        except jsonschema.ValidationError as error:
            check(failures, f"{arguments[0]}_is_valid_by_its_schema", False, error)


def check_probe(failures, program, folder):
    """Port 25 of this machine refuses, as the log says."""
    if not namespace.enter():
        print("left out the probe: needs root, for a network namespace")
        return
    path = folder / "local.log"
    path.write_bytes(b"Nov 28 10:00:00 relay postfix/smtp[1]: connect to localhost[127.0.0.1]:25: "
                     b"Connection refused\n")
    answer = run(program, "log", "--probe", path)
    check(failures, "log_probes_what_it_read_of", answer[0] == 1 and b"refused" in answer[1] and
          b"25  refused" in answer[1], answer)


def main():
    program = os.path.abspath(sys.argv[1])
    if run(program, "log", "-", data=b"")[0] == 64:
        print("built without PCRE2")
        sys.exit(SKIPPED)
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_log_files(failures, program, folder)
        check_hostile_lines(failures, program)
        check_bounces(failures, program, folder)
        check_journal(failures, program, folder)
        check_schema(failures, program, folder)
        check_probe(failures, program, folder)
    sys.exit(1 if failures else 0)


main()
