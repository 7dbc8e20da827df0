# SPDX-License-Identifier: BSD-2-Clause
"""What watch does when its surroundings fail: killed at any moment, the history locked, damaged, newer
or on a full disk, a clock that was set. Nothing is lost that was told, and no alarm is invented."""
import contextlib
import ctypes
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "command"))
import namespace
from monitors import Failures, skip

CLONE_NEWNS = 0x00020000  # linux/sched.h
KILLS = 24
PORT = 587


class Place:
    """A folder with settings, a history, and the program."""

    def __init__(self, program, folder, name, more="", target="127.0.0.1"):
        self.program = program
        self.history = os.path.join(folder, name, "history.db")
        self.settings = os.path.join(folder, name + ".ini")
        os.mkdir(os.path.join(folder, name))
        Path(self.settings).write_text(
            f"[watch]\ninterval = 10s\njitter = 0%\nconfirm-after = 1s\nsession = no\n"
            f"throttle = no\nhistory = {self.history}\n{more}\n"
            f"[target {target}]\nports = {PORT}\n")

    def call(self, *options):
        return namespace.call(self.program, ["watch", "-c", self.settings, *options])

    def start(self, *options, **pipes):
        return subprocess.Popen([self.program, "watch", "-c", self.settings, *options],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **pipes)

    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(self.history)) as database:
            return database.execute(sql).fetchall()

    def change(self, sql):
        with contextlib.closing(sqlite3.connect(self.history)) as database:
            database.executescript(sql)

    def runs(self):
        return self.ask("SELECT count(*) FROM run")[0][0]


def check_kill(failures, program, folder):
    """Each time a moment later in a run; every run that was told or finished must be there."""
    place = Place(program, folder, "killed")
    place.call("--once")
    runs, torn, lost = place.runs(), 0, 0
    for number in range(KILLS):
        watch = place.start()
        time.sleep(0.01 + number * 0.025)
        watch.send_signal(signal.SIGKILL)
        watch.communicate(timeout=30)
        now = place.runs()
        lost += now < runs
        torn += place.ask("SELECT count(*) FROM run WHERE id NOT IN (SELECT run FROM result)")[0][0]
        torn += place.ask("PRAGMA integrity_check")[0][0] != "ok"
        runs = now
    failures.check("kill_at_any_moment_loses_no_run_that_was_over", lost == 0, lost)
    failures.check("kill_at_any_moment_leaves_no_half_a_run", torn == 0, torn)
    answer = place.call("--once")
    failures.check("history_goes_on_after_kills", answer[0] == 0 and place.runs() == runs + 1,
                   answer)
    failures.check("kill_invents_no_alarm", "changed" not in answer[1], answer)


def check_untold(failures, program, folder):
    """Killed between saving and telling: as the history looks then."""
    place = Place(program, folder, "untold")
    first = place.call("--once")
    place.change("UPDATE news SET told = 0")
    again = place.call("--once")
    failures.check("news_that_was_perhaps_not_told_is_told_again",
                   "is open" in first[1] and again[1] == first[1], (first, again))
    third = place.call("--once")
    failures.check("news_that_was_told_is_not_told_again", third[1] == "", third)


def check_locked(failures, program, folder):
    place = Place(program, folder, "locked")
    place.call("--once")
    with contextlib.closing(sqlite3.connect(place.history, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = place.call("--once")
    failures.check("locked_history_is_told_in_a_sentence",
                   "in use by another process" in answer[2], answer)
    failures.check("locked_history_does_not_hide_the_result", answer[0] == 0, answer)


def check_refused(failures, program, folder):
    newer = Place(program, folder, "newer")
    newer.call("--once")
    newer.change("PRAGMA user_version = 99")
    before = Path(newer.history).read_bytes()
    answer = newer.call("--once")
    failures.check("newer_history_is_65", answer[0] == 65 and "99" in answer[2], answer)
    failures.check("newer_history_stays_as_it_was",
                   Path(newer.history).read_bytes() == before)
    damaged = Place(program, folder, "damaged")
    damaged.call("--once")
    with open(damaged.history, "r+b") as file:
        file.seek(100)
        file.write(b"\xaa" * 3000)
    answer = damaged.call("--once")
    failures.check("damaged_history_is_65", answer[0] == 65 and "damaged" in answer[2], answer)
    answer = damaged.call("--report")
    failures.check("report_of_a_damaged_history_is_65", answer[0] == 65, answer)


def fill(folder):
    """Takes all room of a disk; returns what to remove for it to be free again."""
    filler = os.path.join(folder, "filler")
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while file.write(b"x" * 512):
            pass
    return filler


def await_runs(place, number):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(sqlite3.Error):
            if place.runs() >= number:
                return True
        time.sleep(0.1)
    return False


def check_disk_that_fills(failures, place):
    watch = place.start()
    await_runs(place, 2)
    filler = fill(os.path.dirname(place.history))
    told = watch.stderr.readline()
    failures.check("full_disk_is_told_in_a_sentence",
                   "No space" in told or "no room" in told, told)
    failures.check("runs_of_a_full_disk_wait_in_memory", "1 runs wait in memory" in told, told)
    os.unlink(filler)
    failures.check("runs_of_a_full_disk_are_saved_once_there_is_room", await_runs(place, 4))
    watch.send_signal(signal.SIGTERM)
    rest = watch.communicate(timeout=60)
    failures.check("full_disk_invents_no_alarm", "changed" not in rest[0], rest)
    failures.check("sigterm_ends_with_0", watch.returncode == 0, watch.returncode)


def check_full_disk(failures, program, folder):
    """A disk of its own for the history; freed again, what waited in memory is saved."""
    place = Place(program, folder, "full")
    disk = os.path.dirname(place.history)
    if not namespace.run(f"mount -t tmpfs -o size=256k full {disk}"):
        print("left out: full disk (no mount here)")
        return
    try:
        place.call("--once")
        check_disk_that_fills(failures, place)
        fill(disk)
        answer = place.call("--once")
        failures.check("disk_that_is_full_at_the_start_is_told",
                       answer[0] in (73, 74) and answer[2].count("\n") == 1, answer)
    finally:
        namespace.run(f"umount -l {disk}")


def check_clock(failures, program, folder):
    """As if the clock had been set back and forth since the run before: its moment is changed."""
    place = Place(program, folder, "clock")
    place.call("--once")
    hour = 3600 * 10**9
    for step, word in ((hour, "back"), (-hour, "forward")):
        place.change(f"UPDATE run SET finished_ns = finished_ns + {step}")
        answer = place.call("--once")
        failures.check(f"clock_set_{word}_is_told", f"the clock was set {word}" in answer[2], answer)
        failures.check(f"clock_set_{word}_invents_no_alarm", answer[:2] == (0, ""), answer)
    answer = place.call("--once")
    failures.check("clock_that_goes_on_is_not_told", answer == (0, "", ""), answer)


def check_hook(failures, program, folder):
    output = os.path.join(folder, "hook.json")
    Path(output).touch()
    os.chmod(output, 0o666)
    place = Place(program, folder, "hook", f"hook = cat > {output}; echo told")
    answer = place.call("--once")
    document = json.loads(Path(output).read_text())
    failures.check("hook_reads_the_changes", [c["verdict"] for c in document["changes"]] == ["open"],
                   document)
    failures.check("hook_says_to_standard_error", "told" in answer[2] and "told" not in answer[1],
                   answer)


def check_rights(failures, program, folder):
    """The process that waits keeps what it takes to start the next run, and no more."""
    place = Place(program, folder, "rights")
    watch = place.start()
    line = watch.stdout.readline()
    status = Path(f"/proc/{watch.pid}/status").read_text()
    effective = int(status.split("CapEff:")[1].split()[0], 16)
    kept = 1 << 6 | 1 << 7 | 1 << 8 | 1 << 13  # SETGID, SETUID, SETPCAP, NET_RAW
    failures.check("watch_keeps_four_rights_of_root", line and effective == kept, hex(effective))
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=60)
    failures.check("interrupt_ends_with_130", watch.returncode == 130, watch.returncode)
    nobody = Path(folder) / "nobody"
    nobody.mkdir()
    os.chmod(nobody, 0o777)
    shallow = Path(folder) / "nobody.ini"
    shallow.write_text(f"[watch]\nhistory = {nobody}/h.db\n[target 127.0.0.1]\nports = {PORT}\n")
    answer = namespace.call(program, ["watch", "-c", str(shallow), "--once"], nobody=True)
    failures.check("watch_without_rights_knows_open", answer[0] == 0 and "is open" in answer[1],
                   answer)
    failures.check("watch_without_rights_says_so_once", answer[2].count("\n") == 1, answer)


def check_faults(failures, program, folder):
    missing = namespace.call(program, ["watch", "-c", folder + "/none.ini"])
    failures.check("missing_settings_are_66", missing[0] == 66 and missing[2].count("\n") == 1,
                   missing)
    wrong = Place(program, folder, "wrong", "intervall = 5m").call("--once")
    failures.check("wrong_settings_are_65_with_their_line",
                   wrong[0] == 65 and "line 8" in wrong[2], wrong)
    empty = Place(program, folder, "empty").call("--report")
    failures.check("report_without_a_history_is_66", empty[0] == 66, empty)
    nowhere = Place(program, folder, "nowhere", target="no-such-name.invalid").call("--once")
    failures.check("name_without_an_address_is_68", nowhere[0] == 68, nowhere)


def check_report(failures, program, folder):
    place = Place(program, folder, "report")
    place.call("--once")
    text = place.call("--report")
    failures.check("report_has_a_strip_for_each_port",
                   f"{PORT}  .  open, open 1 of 1" in text[1], text)
    page = place.call("--report", "--html", "-")
    failures.check("report_as_a_page_has_no_script",
                   page[1].startswith("<!doctype html>") and "<script" not in page[1] and
                   "http" not in page[1], page)
    document = json.loads(place.call("--report", "--format", "json")[1])
    failures.check("report_as_json", document["ports"][0]["verdicts"] == ["open"], document)


def main():
    program = os.path.abspath(sys.argv[1])
    if not namespace.enter():
        skip("needs root, for a network namespace")
    ctypes.CDLL(None).unshare(CLONE_NEWNS)
    namespace.run("mount --make-rprivate /")
    failures = Failures()
    with tempfile.TemporaryDirectory() as folder, namespace.listen(PORT):
        os.chmod(folder, 0o755)
        for check in (check_full_disk, check_faults, check_report, check_untold, check_locked, check_refused,
                      check_clock, check_hook, check_rights, check_kill):
            check(failures, program, folder)
    failures.end()


main()
