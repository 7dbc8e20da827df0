# SPDX-License-Identifier: BSD-2-Clause
"""Whatever cannot be done is told in one clear sentence on standard error, with nothing on standard
output and the exit status of the contract, before anything is probed."""
import os
import sys
import tempfile

import namespace

USAGE, DATA, NO_INPUT, NO_HOST, NO_ROUTE, CANNOT_CREATE = 64, 65, 66, 68, 69, 73

# arguments, exit status, what the sentence must hold
ANYWHERE = [
    ([], USAGE, "name a command"),
    (["prob", "192.0.2.1"], USAGE, "did you mean mailsonde probe?"),
    (["xyzzy"], USAGE, "there is no command 'xyzzy'"),
    (["--frobnicate"], USAGE, "there is no command '--frobnicate'"),
    (["probe"], USAGE, "name a host"),
    (["probe", "--prots", "25", "192.0.2.1"], USAGE, "did you mean --ports?"),
    (["probe", "--frobnicate", "192.0.2.1"], USAGE, "unknown option '--frobnicate'"),
    (["probe", "-x", "192.0.2.1"], USAGE, "unknown option '-x'"),
    (["probe", "192.0.2.1", "--ports"], USAGE, "--ports needs a value"),
    (["probe", "--mx=yes", "example.com"], USAGE, "--mx takes no value"),
    (["probe", "--no", "192.0.2.1"], USAGE, "could be more than one option"),
    (["probe", "--ports", "0", "192.0.2.1"], USAGE, "'0' is not a port"),
    (["probe", "--ports", "65536", "192.0.2.1"], USAGE, "'65536' is not a port"),
    (["probe", "--ports", "25,-1,smtp", "192.0.2.1"], USAGE, "'-1', 'smtp' are not ports"),
    (["probe", "--ports", "", "192.0.2.1"], USAGE, "not a port"),
    (["probe", "192.0.2.1:70000"], USAGE, "'70000' is not a port"),
    (["probe", "192.0.2.300"], USAGE, "not an IPv4 address"),
    (["probe", "2001:db8::g"], USAGE, "not an IPv6 address"),
    (["probe", "smtp://mail.example.com"], USAGE, "URL"),
    (["probe", "user@example.com"], USAGE, "--mx"),
    (["probe", "bad name"], USAGE, "neither a host name nor an address"),
    (["probe", "-6", "192.0.2.1"], USAGE, "not an IPv6 address"),
    (["probe", "--mx", "192.0.2.1"], USAGE, "--mx takes mail domains"),
    (["probe", "--rate", "0", "192.0.2.1"], USAGE, "--rate 0"),
    (["probe", "--rate", "1e9", "192.0.2.1"], USAGE, "--rate 1e9"),
    (["probe", "--rate", "nan", "192.0.2.1"], USAGE, "--rate nan"),
    (["probe", "--deadline", "soon", "192.0.2.1"], USAGE, "--deadline soon"),
    (["probe", "--format", "xml", "192.0.2.1"], USAGE, "--format xml"),
    (["probe", "--color", "red", "192.0.2.1"], USAGE, "--color red"),
    (["probe", "--servername", "a b", "192.0.2.1"], USAGE, "neither a host name"),
    (["probe", "--rate-test", "--no-throttle", "192.0.2.1"], USAGE, "exclude each other"),
    (["probe", "--targets", "/nonexistent"], NO_INPUT, "cannot open the list of targets"),
    (["probe", "--ca-file", "/nonexistent", "192.0.2.1"], NO_INPUT, "cannot open the CA file"),
    (["probe", "--ca-file", "/dev/null", "192.0.2.1"], DATA, "holds no PEM certificate"),
    (["probe", "--interface", "nosuch0", "192.0.2.1"], NO_ROUTE, "nosuch0"),
    (["replay"], USAGE, "name a capture file"),
    (["replay", "/nonexistent.pcap"], NO_INPUT, "/nonexistent.pcap"),
    (["replay", "/dev/null"], DATA, "/dev/null"),
    (["replay", "/proc"], NO_INPUT, "is a directory"),
    (["replay", "-", "-"], USAGE, "named twice"),
    (["replay"] + ["x"] * 65, USAGE, "more than 64 files"),
    (["replay", "--port", "8025", "x"], USAGE, "like 8025=smtp"),
    (["replay", "--port", "0=smtp", "x"], USAGE, "'0' is not a port"),
    (["replay", "--port", "65536=smtp", "x"], USAGE, "'65536' is not a port"),
    (["replay", "--port", "=smtp", "x"], USAGE, "'' is not a port"),
    (["replay", "--port", "8025=smpt", "x"], USAGE, "did you mean smtp?"),
    (["replay", "--port", "8025=", "x"], USAGE, "there is no service ''"),
    (["replay", "--host", "mail.example.com", "x"], USAGE, "address of a server"),
    (["replay", "--after", "yesterday", "x"], USAGE, "--after yesterday: a time is written"),
    (["replay", "--before", "2026-02-30T00:00:00Z", "x"], USAGE, "--before 2026-02-30"),
    (["replay", "--after", "@20", "--before", "@20", "x"], USAGE, "no time between"),
    (["replay", "--frobnicate", "x"], USAGE, "unknown option '--frobnicate'"),
    (["explain", "droped"], USAGE, "did you mean mailsonde explain dropped?"),
    (["explain", "xyzzy"], USAGE, "there is no word 'xyzzy'"),
    (["explain", "open", "dropped"], USAGE, "one word at a time"),
    (["explain", "--frobnicate"], USAGE, "unknown option '--frobnicate'"),
    (["explain", "\x1b[31mred"], USAGE, "there is no word"),
    (["replay", "--provider", "hetzer", "x"], USAGE, "did you mean hetzner-cloud?"),
    (["replay", "--provider-file", "/nonexistent", "x"], NO_INPUT, "/nonexistent"),
    (["replay", "--provider-file", "/dev/null", "x"], DATA, "/dev/null is empty"),
    (["replay", "--esp-file", "/dev/zero", "x"], DATA, "/dev/zero"),
    (["probe", "--esp", "sendgird"], USAGE, "did you mean sendgrid?"),
    (["probe", "--esp", "mail"], USAGE, "mailgun, mailjet, mailchannels"),
    (["probe", "--esp", "zzz"], USAGE, "it is one of sendgrid, ses"),
    (["probe", "--esp", "ses"], USAGE, "write it as ses:REGION"),
    (["probe", "--esp", "ses:a b"], USAGE, "write it as ses:REGION"),
    (["probe", "--esp", "sendgrid:eu"], USAGE, "has no regions"),
    (["probe", "--esp", "mailchannels"], USAGE, "name it as well"),
    (["compare"], USAGE, "name two reports"),
    (["compare", "x"], USAGE, "name two reports"),
    (["compare", "x", "y", "z"], USAGE, "no more"),
    (["compare", "-", "-"], USAGE, "named twice"),
    (["compare", "--as", "cities", "x", "y"], USAGE, "--as cities"),
    (["compare", "/nonexistent", "/dev/null"], NO_INPUT, "/nonexistent"),
    (["compare", "/dev/null", "/dev/null"], DATA, "/dev/null is no JSON report"),
    (["log"], USAGE, "name a log file"),
    (["log", "/nonexistent.log"], NO_INPUT, "/nonexistent.log"),
    (["log", "/dev/null"], DATA, "/dev/null"),
    (["log", "/proc"], NO_INPUT, "is a directory"),
    (["log", "-", "-"], USAGE, "named twice"),
    (["log", "--prob", "-x"], USAGE, "unknown option '-x'"),
    (["bounce"], USAGE, "name a message"),
    (["bounce", "/nonexistent.eml"], NO_INPUT, "/nonexistent.eml"),
    (["bounce", "/dev/null"], DATA, "no bounce is in it"),
    (["bounce", "-", "-"], USAGE, "named twice"),
]

# In an empty network: no route, no name server, no IPv6.
IN_EMPTY_NETWORK = [
    (["probe", "nosuch.invalid"], NO_HOST, "nosuch.invalid"),
    (["probe", "--mx", "nosuch.invalid"], NO_HOST, "nosuch.invalid"),
    (["probe", "192.0.2.1"], NO_ROUTE, "no IPv4 route to 192.0.2.1"),
    (["probe", "2001:db8::1"], NO_ROUTE, "no IPv6 route to 2001:db8::1"),
    (["probe", "-6", "localhost4.invalid"], NO_HOST, "localhost4.invalid"),
    (["probe", "--evidence", "/nonexistent/x.pcapng", "127.0.0.1"], CANNOT_CREATE,
     "/nonexistent/x.pcapng"),
    (["probe", "--evidence", "/proc", "127.0.0.1"], CANNOT_CREATE, "/proc"),
]


def complaints(answer, status, words):
    """What is wrong with an answer, as a list of sentences."""
    code, out, err = answer
    wrong = []
    if code != status:
        wrong.append(f"exit status {code}, not {status}")
    if out != "":
        wrong.append("something on standard output")
    if err.count("\n") != 1 or not err.startswith("mailsonde: ") or not err.endswith("\n"):
        wrong.append("not one line on standard error")
    if words not in err:
        wrong.append(f"does not say {words!r}")
    if any(ord(letter) < 0x20 and letter != "\n" for letter in err):
        wrong.append("control characters")
    return wrong


def check_all(program, cases, **how):
    failed = 0
    for arguments, status, words in cases:
        answer = namespace.call(program, arguments, **how)
        wrong = complaints(answer, status, words)
        if wrong:
            failed += 1
            print("mailsonde", *arguments, "->", "; ".join(wrong), "\n   ", answer[2].strip())
    return failed


def check_files(program):
    """Faults inside files, and hostile words that must come back disarmed."""
    with tempfile.TemporaryDirectory() as folder:
        empty = os.path.join(folder, "empty.pem")
        open(empty, "w", encoding="ascii").close()
        noise = os.path.join(folder, "noise.pcap")
        with open(noise, "wb") as file:
            file.write(b"this is no capture at all" * 40)
        targets = os.path.join(folder, "targets")
        with open(targets, "w", encoding="ascii") as file:
            file.write("192.0.2.1\n# a comment\nmail.example.com:0\n")
        reports = {"other.json": '{"schema": "mailsonde/2", "results": []}',
                   "foreign.json": '{"results": []}',
                   "odd.json": '{"schema": "mailsonde/1", "results": [{"address": "192.0.2.1", '
                               '"port": 25, "verdict": "eaten", "phase": "connect", "by": null}]}',
                   "empty.json": '{"schema": "mailsonde/1", "results": []}'}
        for name, text in reports.items():
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
        other, foreign, odd, none = (os.path.join(folder, name) for name in reports)
        return check_all(program, [
            (["compare", other, none], DATA, 'version "mailsonde/2"'),
            (["compare", none, foreign], DATA, "foreign.json is no report of mailsonde"),
            (["compare", none, odd], DATA, "result 1 of odd.json"),
            (["probe", "--ca-file", empty, "192.0.2.1"], DATA, "holds no PEM certificate"),
            (["probe", "--ca-file", folder, "192.0.2.1"], NO_INPUT, "CA file"),
            (["probe", "--targets", targets], DATA, "line 3"),
            (["replay", noise], DATA, "noise.pcap"),
            (["probe", "\x1b[31mred"], USAGE, "neither"),
            (["\x1b[31mred"], USAGE, "there is no command"),
        ])


def main():
    program = sys.argv[1]
    failed = check_all(program, ANYWHERE) + check_files(program)
    if namespace.enter():
        failed += check_all(program, IN_EMPTY_NETWORK)
    else:
        print("left out what needs a network namespace: no root")
    sys.exit(1 if failed else 0)


main()
