# SPDX-License-Identifier: BSD-2-Clause
"""Tickets of runs of their own, in the lab: rights are given up before a packet is read, and still the
bundle gets its name; the place and the comparison are told; all claims can be checked."""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))

import bundle
import topology
from scenarios import SCENARIOS

NAMED = {row.name: row for row in SCENARIOS}
# scenario, what is true there
CASES = (("drop-r1-forward", ("dropped", "192.0.2.1")), ("drop-r2-forward", ("dropped", "198.51.100.2")))


def ticket(lab, program, *arguments):
    return lab.run("client", [program, "ticket", *arguments], capture_output=True, timeout=120)


def check_case(failures, lab, program, name, words):
    scenario = NAMED[name]
    target = [scenario.address(), "--ports", "25,587", "--no-session"]
    out = Path("/run/ticket")
    done = ticket(lab, program, *target, "-o", out, "--zip", "/run/ticket.zip")
    if b"libarchive" in done.stderr:
        done = ticket(lab, program, *target, "-o", out)
    failures.check("a_run_makes_a_ticket", done.returncode == 1 and out.is_dir(), (name, done))
    if not out.is_dir():
        return
    text = (out / "ticket.txt").read_text()
    for word in words:
        failures.check("the_ticket_tells_what_and_where", word in text, (name, word))
    failures.check("nothing_else_is_left",
                   not [path for path in Path("/run").iterdir() if ".part-" in path.name], name)
    failures.check("it_is_its_users_alone", out.stat().st_mode & 0o777 == 0o700, name)
    bundle.check_form(failures, out)
    bundle.check_report(failures, program, out)
    bundle.check_commands(failures, out)


def check_interrupted(failures, lab, program):
    """Ctrl-C to the whole group, as a terminal sends it: what is known by then is kept."""
    out = Path("/run/interrupted")
    run = lab.popen("client", [program, "ticket", "--rate-test", "--ports", "25,587",
                               NAMED["drop-r1-forward"].address(), "--no-session", "-o", out],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        run.wait(1)
    except subprocess.TimeoutExpired:
        pass
    run.send_signal(2)
    said = run.communicate(timeout=60)
    failures.check("an_interrupted_run_is_kept", run.returncode == 130 and out.is_dir(),
                   (run.returncode, said))


def check_unprivileged(failures, lab, program):
    out = Path("/run/none")
    done = lab.run("client", ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--reuid", "65534",
                              "--clear-groups", program, "ticket", "192.0.2.1", "-o", "/tmp/none"],
                   capture_output=True, timeout=60)
    failures.check("without_rights_there_is_no_ticket",
                   done.returncode == 77 and b"sudo" in done.stderr and not out.exists(), done)


def inside(program, name, words):
    scenario = NAMED[name]
    lab = topology.Lab(scenario.faults, listen=scenario.listening())
    lab.build()
    failures = bundle.Failures()
    check_case(failures, lab, program, name, words)
    if name == CASES[0][0]:
        check_interrupted(failures, lab, program)
        check_unprivileged(failures, lab, program)
    failures.end()


def main():
    program = bundle.program_of(sys.argv)
    bundle.need("tshark")
    if len(sys.argv) > 2:
        inside(program, sys.argv[2], dict(CASES)[sys.argv[2]])
    try:
        topology.check_available()
    except topology.Unavailable as reason:
        print("left out:", reason)
        sys.exit(bundle.SKIPPED)
    ended = [subprocess.run(topology.enter([sys.executable, "-B", os.path.abspath(__file__),
                                            program, name]), check=False).returncode
             for name, _ in CASES]
    sys.exit(1 if any(ended) else 0)


main()
