# SPDX-License-Identifier: BSD-2-Clause
"""
A port is blocked on the way while watch looks at it: watch tells it by the first look that could see
it, node_exporter and Prometheus (Debian's, in a namespace of the lab) fire the alert that comes with
mailsonde, and when the rule is taken out again all of them tell that too.
"""
import argparse
import os
import queue
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))
import topology
from monitors import DEPLOY, Failures, find, skip
from topology import SERVER, Lab, Unavailable, at

PATIENCE_S = 90
INTERVAL_S = 10
ALERT = 'ALERTS{alertname="MailPortProblem",alertstate="firing",port="25",verdict="dropped"}'
BLOCK = ("table inet block { chain forward { type filter hook forward priority 0; "
         "tcp dport 25 drop; }; }")

SETTINGS = """[watch]
interval = {interval}s
jitter = 0%
confirm-after = 1s
session = no
throttle = no
history = {folder}/history.db
textfile = {folder}/collector/mailsonde.prom
[target {server}]
ports = 25,587
"""

# The shipped rules, which wait for minutes, would make this test wait for them.
PROMETHEUS = """global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{folder}/rules.yml]
scrape_configs:
  - job_name: node
    static_configs: [{{targets: ["127.0.0.1:9100"]}}]
"""


class Watch:
    """The program at work on the client; its lines as they come."""

    def __init__(self, lab, program, folder):
        settings = Path(folder) / "watch.ini"
        settings.write_text(SETTINGS.format(interval=INTERVAL_S, folder=folder, server=SERVER[4]))
        self.history = f"{folder}/history.db"
        self.process = lab.popen("client", [program, "watch", "-c", str(settings)],
                                 stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def await_line(self, words):
        """The line that has these words; "" if none comes."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                line = self.lines.get(timeout=1)
            except queue.Empty:
                continue
            if words in line:
                return line.strip()
        return ""

    def words_since(self, run):
        """What the looks after a run saw of port 25, and by which of them news was told."""
        with sqlite3.connect(self.history) as database:
            words = database.execute(
                "SELECT run, verdict FROM result JOIN port ON port.id = result.port"
                " WHERE port.port = 25 AND run > ? ORDER BY run", (run,)).fetchall()
            told = database.execute("SELECT run FROM news WHERE run > ?", (run,)).fetchall()
        return [word for _, word in words], [run for run, in told], [run for run, _ in words]

    def last_run(self):
        with sqlite3.connect(self.history) as database:
            return database.execute("SELECT max(id) FROM run").fetchone()[0]


def start_monitors(lab, folder):
    """node_exporter and Prometheus on the client's loopback; they end with its namespaces."""
    collector = Path(folder) / "collector"
    collector.mkdir()
    rules = (DEPLOY / "mailsonde.rules.yml").read_text().replace("for: 10m", "for: 2s")
    (Path(folder) / "rules.yml").write_text(rules)
    (Path(folder) / "prometheus.yml").write_text(PROMETHEUS.format(folder=folder))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    lab.popen("client", [find("prometheus-node-exporter", folder), "--collector.disable-defaults",
                         "--collector.textfile", f"--collector.textfile.directory={collector}",
                         "--web.listen-address=127.0.0.1:9100"], **quiet)
    lab.popen("client", [find("prometheus", folder), f"--config.file={folder}/prometheus.yml",
                         f"--storage.tsdb.path={folder}/tsdb",
                         "--web.listen-address=127.0.0.1:9090"], **quiet)


def ask(lab, promtool, expression):
    done = lab.run("client", [promtool, "query", "instant", "http://127.0.0.1:9090", expression],
                   capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def await_answer(lab, promtool, expression, some):
    """Until the expression has a value, or (not some) none any more; its last answer."""
    deadline = time.monotonic() + PATIENCE_S
    answer = None
    while time.monotonic() < deadline:
        answer = ask(lab, promtool, expression)
        if answer is not None and bool(answer) == some:
            return answer
        time.sleep(0.5)
    return f"(still {answer!r})"


def inside(program, folder):
    failures = Failures()
    promtool = find("promtool", folder)
    lab = Lab(listen=(25, 587))
    lab.build()
    subprocess.run(["ip", "-n", "client", "link", "set", "lo", "up"], check=True)
    start_monitors(lab, folder)
    watch = Watch(lab, program, folder)
    failures.check("port_is_told_open_at_first", watch.await_line(":25 is open"))
    scraped = await_answer(lab, promtool, 'mailsonde_probe_success{port="25"} == 1', True)
    failures.check("prometheus_reads_the_textfile", SERVER[4] in scraped, scraped)
    failures.check("nothing_fires_while_all_is_well", ask(lab, promtool, ALERT) == "")

    before, blocked = watch.last_run(), time.monotonic()
    subprocess.run(at("r2", ["nft", BLOCK]), check=True)
    line = watch.await_line(":25 changed open -> dropped")
    print(f"told {time.monotonic() - blocked:.1f} s after the block, looks every {INTERVAL_S} s:",
          line)
    words, told, runs = watch.words_since(before)
    failures.check("block_is_told_by_the_first_look_that_sees_it_and_the_one_that_confirms_it",
                   line and words[:2] == ["dropped"] * 2 and told == runs[1:2],
                   (line, words, told, runs))
    firing = await_answer(lab, promtool, ALERT, True)
    print(f"firing {time.monotonic() - blocked:.1f} s after the block:", firing)
    failures.check("alert_fires_in_prometheus", "dropped" in firing, firing)
    failures.check("other_ports_are_not_told", ":587" not in line)

    freed = time.monotonic()
    subprocess.run(at("r2", ["nft", "delete", "table", "inet", "block"]), check=True)
    line = watch.await_line(":25 changed dropped -> open")
    print(f"told {time.monotonic() - freed:.1f} s after the rule was gone:", line)
    failures.check("recovery_is_told", line)
    rest = await_answer(lab, promtool, ALERT, False)
    failures.check("alert_ends_in_prometheus", rest == "", rest)
    failures.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("program")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    if arguments.inside:
        inside(program, arguments.inside)
    try:
        topology.check_available()
    except Unavailable as reason:
        skip(reason)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        find("prometheus", folder)
        script = [sys.executable, "-B", os.path.abspath(__file__), program, "--inside", folder]
        sys.exit(subprocess.run(topology.enter(script)).returncode)


main()
