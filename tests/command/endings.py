# SPDX-License-Identifier: BSD-2-Clause
"""However a run ends, what it knows is told whole, and its evidence file says the same: after
Ctrl-C at any moment, with nobody to write to, or with the network gone."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import namespace

SKIPPED = 77
INTERRUPTED, IO_ERROR, CANNOT_CREATE = 130, 74, 73
LIMIT_S = 60


class Trial:
    """The program against loopback, where port 110 swallows everything, and what was wrong."""

    def __init__(self, program, folder):
        self.program = program
        self.evidence = os.path.join(folder, "evidence.pcapng")
        self.failures = 0

    def start(self, *arguments, shell="", **how):
        """shell: redirections."""
        command = [self.program, "probe", "127.0.0.1", "--format", "json", *arguments]
        if shell:
            command = ["sh", "-c", f'exec "$@" {shell}', "sh", *command]
        return subprocess.Popen(command, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                                            "stdin": subprocess.DEVNULL, "text": True, **how})

    def finish(self, run):
        try:
            out, err = run.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            run.kill()
            out, err = run.communicate()
        return run.returncode, out, err

    def check(self, name, holds, answer):
        if not holds:
            self.failures += 1
            print("failed:", name, "\n ", answer)

    def check_evidence(self, name, answer):
        """The report is whole, and the evidence file gives the same results."""
        self.check(name + "_with_a_whole_report", answer[1].endswith("}\n"), answer)
        replayed = namespace.call(self.program, ["replay", "--format", "json", self.evidence])
        self.check(name + "_with_evidence_that_says_the_same", replayed[2] == "" and
                   json.loads(replayed[1])["results"] == json.loads(answer[1])["results"],
                   (answer, replayed))


def wait_for(path):
    """Until the run has begun to be one."""
    until = time.monotonic() + LIMIT_S
    while not os.path.exists(path) and time.monotonic() < until:
        time.sleep(0.001)


def check_interrupts(trial):
    """At once, and at later moments, whatever goes on then; once, and again while it ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        for delay_s in (0, 0.01, 0.03, 0.1, 1):
            for times in (1, 3):
                run = trial.start("--rate-test", "--ports", "110,587", "--evidence",
                                  trial.evidence)
                wait_for(trial.evidence)
                time.sleep(delay_s)
                for _ in range(times):
                    run.send_signal(number)
                    time.sleep(0.002)
                answer = trial.finish(run)
                name = f"{signal.Signals(number).name}_{times}_times_after_{delay_s}_s"
                trial.check(name + "_ends_with_130", answer[0] == INTERRUPTED, answer)
                if answer[0] == INTERRUPTED:
                    trial.check_evidence(name + "_ends", answer)
                os.unlink(trial.evidence)


def check_outputs(trial, folder):
    """Whatever cannot be written is told in one line, and does not take the rest with it."""
    pipe = os.path.join(folder, "pipe")
    os.mkfifo(pipe)
    link = os.path.join(folder, "link")
    os.symlink(os.path.join(folder, "elsewhere"), link)
    quick = ("--no-session", "--no-throttle", "--ports", "587")
    for name, path, status, words in (
            ("a_pipe_without_reader", pipe, CANNOT_CREATE, "nobody reads"),
            ("a_symbolic_link", link, CANNOT_CREATE, "symbolic link"),
            ("a_folder", folder, CANNOT_CREATE, "directory"),
            ("a_full_disk", "/dev/full", IO_ERROR, "No space left")):
        answer = trial.finish(trial.start(*quick, "--evidence", path))
        trial.check(f"evidence_to_{name}_ends_with_{status}", answer[0] == status, answer)
        trial.check(f"evidence_to_{name}_is_told_once",
                    answer[2].count("\n") == 1 and words in answer[2], answer)
        trial.check(f"evidence_to_{name}_leaves_the_report_whole", status == CANNOT_CREATE or
                    json.loads(answer[1])["totals"] == {"open": 1}, answer)
    for redirection in (">/dev/full", ">&-"):
        answer = trial.finish(trial.start(*quick, shell=redirection))
        trial.check(f"results_to_{redirection}_end_with_74", answer[0] == IO_ERROR, answer)
        trial.check(f"results_to_{redirection}_are_told_once", answer[2].count("\n") == 1, answer)


def check_pipe_that_breaks(trial, folder):
    """The reader of the evidence goes while it still is to come."""
    pipe = os.path.join(folder, "breaking")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    run = trial.start("--rate-test", "--ports", "110,587", "--evidence", pipe)
    time.sleep(1)
    os.close(reader)
    run.send_signal(signal.SIGINT)
    answer = trial.finish(run)
    trial.check("evidence_to_a_broken_pipe_leaves_the_report_whole",
                answer[1].endswith("}\n") and "Broken pipe" in answer[2], answer)


def check_closed_descriptors(trial):
    """What is said to nobody must not end up in a file or socket that took the number."""
    for redirection in ("<&-", "2>&-", "<&- 2>&-"):
        answer = trial.finish(trial.start("--no-session", "--no-throttle", "--ports", "587",
                                          "--evidence", trial.evidence, shell=redirection))
        trial.check_evidence(f"run_with_{redirection}_ends", answer)


def check_vanishing_network(trial):
    """The verdicts that were reached stand, and no firewall is blamed."""
    run = trial.start("--rate-test", "--ports", "110,587", "--evidence", trial.evidence)
    time.sleep(1)
    namespace.run("ip link set lo down")
    answer = trial.finish(run)
    namespace.run("ip link set lo up")
    trial.check_evidence("run_whose_interface_goes_down_ends", answer)
    trial.check("interface_that_goes_down_is_no_firewall", "local-output" not in answer[1], answer)


def main():
    program = os.path.abspath(sys.argv[1])
    if not namespace.enter():
        print("needs root, for a network namespace")
        sys.exit(SKIPPED)
    namespace.run("nft add table ip filter")
    namespace.run("nft add chain ip filter input { type filter hook input priority 0 ; }")
    namespace.run("nft add rule ip filter input tcp dport 110 drop")
    service = namespace.listen(587)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(program, folder)
        check_interrupts(trial)
        check_outputs(trial, folder)
        check_pipe_that_breaks(trial, folder)
        check_closed_descriptors(trial)
        check_vanishing_network(trial)
    service.close()
    sys.exit(1 if trial.failures else 0)


main()
