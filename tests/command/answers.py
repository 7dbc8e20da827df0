# SPDX-License-Identifier: BSD-2-Clause
"""What the program answers on loopback in a network of its own: shallow without rights, and the
same words from the packets and from their evidence file."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import namespace

SKIPPED = 77


def words(document):
    """The verdicts alone, in order."""
    return [(result["address"], result["port"], result["verdict"], result["phase"], result["by"],
             result["summary"], result["findings"]) for result in document["results"]]


def check(failures, name, holds, answer):
    if not holds:
        failures.append(name)
        print("failed:", name, "\n", answer)


def check_shallow(failures, program):
    answer = namespace.call(program, ["probe", "--ports", "25,587", "127.0.0.1"], nobody=True)
    check(failures, "shallow_ends_with_2_when_a_port_does_not_open", answer[0] == 2, answer)
    check(failures, "shallow_tells_what_it_is_once", answer[2].count("\n") == 1 and
          "shallow test" in answer[2], answer)
    check(failures, "shallow_calls_a_listening_port_open", "587  open" in answer[1], answer)
    answer = namespace.call(
        program, ["probe", "--format", "json", "--ports", "587", "127.0.0.1"], nobody=True)
    check(failures, "shallow_ends_with_0_when_all_is_open", answer[0] == 0, answer)
    findings = json.loads(answer[1])["results"][0]["findings"]
    check(failures, "shallow_says_so_in_json", [f["id"] for f in findings] == ["shallow"], answer)


def check_packets(failures, program, folder):
    evidence = os.path.join(folder, "evidence.pcapng")
    live = namespace.call(program, ["probe", "--format", "json", "--no-session", "--no-throttle",
                                    "--ports", "25,587", "--evidence", evidence, "127.0.0.1"])
    check(failures, "probe_ends_with_1_when_a_port_is_refused", live[0] == 1, live)
    if live[0] not in (0, 1, 2):
        return
    document = json.loads(live[1])
    verdicts = {result["port"]: result["verdict"] for result in document["results"]}
    check(failures, "probe_tells_open_from_refused", verdicts == {25: "refused", 587: "open"},
          live)
    check(failures, "evidence_belongs_to_its_user_alone",
          os.stat(evidence).st_mode & 0o777 == 0o600, live)
    replayed = namespace.call(program, ["replay", "--format", "json", evidence], nobody=False)
    check(failures, "replay_ends_as_the_run_did", replayed[0] == live[0], replayed)
    check(failures, "replay_of_its_own_evidence_gives_the_same_words",
          words(json.loads(replayed[1])) == words(document), (live, replayed))
    with open(evidence, "rb") as file:
        piped = subprocess.run([program, "replay", "--format", "json", "-"], stdin=file,
                               capture_output=True, timeout=60, check=False)
    check(failures, "replay_reads_standard_input",
          words(json.loads(piped.stdout)) == words(document), piped)


def check_sessions(failures, program, folder):
    """A service that says nothing: the session finds what the packets cannot show."""
    evidence = os.path.join(folder, "session.pcapng")
    live = namespace.call(program, ["probe", "--format", "json", "--no-throttle", "--ports",
                                    "587", "--evidence", evidence, "127.0.0.1"])
    check(failures, "probe_ends_with_1_when_a_session_fails", live[0] == 1, live)
    result = json.loads(live[1])["results"][0]
    check(failures, "silence_after_the_connection_is_dropped_in_greeting",
          (result["verdict"], result["phase"]) == ("dropped", "greeting"), live)
    replayed = namespace.call(program, ["replay", "--format", "json", evidence], nobody=False)
    check(failures, "replay_of_a_session_gives_the_same",
          json.loads(replayed[1])["results"] == [result], (live, replayed))


def check_interrupt(failures, program):
    """Port 110 swallows everything, so the run would take seconds; the first answer is enough."""
    namespace.run("nft add table ip filter")
    namespace.run("nft add chain ip filter input { type filter hook input priority 0 ; }")
    namespace.run("nft add rule ip filter input tcp dport 110 drop")
    run = subprocess.Popen([program, "probe", "--rate-test", "--ports", "110,587", "127.0.0.1"],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    check(failures, "interrupt_ends_with_130", run.returncode == 130, (run.returncode, out, err))
    check(failures, "interrupt_keeps_the_results", "587" in out, (out, err))


def main():
    program = os.path.abspath(sys.argv[1])
    if not namespace.enter():
        print("needs root, for a network namespace")
        sys.exit(SKIPPED)
    failures = []
    service = namespace.listen(587)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        check_shallow(failures, program)
        check_packets(failures, program, folder)
        check_sessions(failures, program, folder)
    check_interrupt(failures, program)
    service.close()
    sys.exit(1 if failures else 0)


main()
