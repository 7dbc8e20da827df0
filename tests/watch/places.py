# SPDX-License-Identifier: BSD-2-Clause
"""The recipes for many machines, each by the program that it is for; one that is not there is left
out, with a message. Places are runs on loopback with another fault each."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "command"))
import namespace
from monitors import DEPLOY, ROOT, Failures, find, skip

TIMEOUT_S = 120
QUICK = ["--no-session", "--no-throttle"]
RULES = {"berlin": "drop", "lisbon": "reject with tcp reset", "oslo": "drop", "porto": None,
         "turin": None}
STABLE = ["schema", "command", "run", "started", "time", "vantage", "vantage_address", "host",
          "address", "port", "service", "verdict"]  # what the first columns are

DUCKDB = """
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  let rows;
  for (const sql of require('fs').readFileSync(0, 'utf8').split(/;\\s*\\n/))
    if (sql.trim()) rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  console.log(JSON.stringify(rows));
})().catch(error => { console.error(String(error)); process.exit(1); });
"""


def run(argv, folder, text=None, **environment):
    return subprocess.run(list(map(str, argv)), cwd=folder, input=text, capture_output=True,
                          text=True, timeout=TIMEOUT_S, env={**os.environ, **environment})


def set_rule(verdict):
    namespace.run("nft delete table ip place")
    if verdict:
        namespace.run("nft add table ip place")
        namespace.run("nft add chain ip place input { type filter hook input priority 0 ; }")
        namespace.run(f"nft add rule ip place input tcp dport 25 {verdict}")


def look_from_places(failures, program, folder):
    results = Path(folder) / "results"
    results.mkdir()
    for place, verdict in RULES.items():
        set_rule(verdict)
        answer = namespace.call(program, ["probe", "--format", "jsonl", "--vantage", place, *QUICK,
                                          "--ports", "25,587", "127.0.0.1"])
        (results / f"{place}.jsonl").write_text(answer[1])
    set_rule(None)
    lines = [json.loads(line) for file in results.iterdir()
             for line in file.read_text().splitlines()]
    failures.check("lines_have_one_set_of_keys", len({tuple(line) for line in lines}) == 1)
    failures.check("lines_begin_with_what_tells_them_apart", list(lines[0])[:len(STABLE)] == STABLE,
                   list(lines[0]))
    runs = {(line["vantage"], line["run"]) for line in lines}
    failures.check("lines_name_their_run_and_place", len(runs) == len(RULES) and
                   {place for place, _ in runs} == set(RULES), runs)


def check_duckdb(failures, folder):
    modules = ROOT / "build" / "duckdb" / "node_modules"
    if not shutil.which("node") or not modules.exists():
        print("left out: DuckDB (npm install --prefix build/duckdb @duckdb/node-api)")
        return
    done = run(["node", "-e", DUCKDB], folder, (DEPLOY / "places.sql").read_text(),
               NODE_PATH=str(modules))
    rows = json.loads(done.stdout) if done.returncode == 0 else []
    blocked = {int(row["port"]): (int(row["blocked"]), int(row["places"])) for row in rows}
    failures.check("duckdb_counts_the_places_that_are_blocked",
                   blocked == {25: (3, 5), 587: (0, 5)}, (done.stdout, done.stderr))


def check_parallel(failures, program, folder):
    if not shutil.which("parallel"):
        print("left out: GNU parallel")
        return
    done = run(["parallel", "--will-cite", "--jobs", "4",
                f"{program} probe --format jsonl {' '.join(QUICK)} --ports 25,587 {{}}; "
                "[ $? -lt 64 ]", "::::", "-"], folder,
               "127.0.0.1\n" * 8, HOME=folder)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    failures.check("parallel_counts_no_answer_as_a_failure", done.returncode == 0, done.stderr)
    failures.check("parallel_keeps_the_lines_of_each_run_whole",
                   len(lines) == 16 and len({line["run"] for line in lines}) == 8, done.stdout)
    failures.check("runs_at_once_do_not_disturb_each_other",
                   {line["verdict"] for line in lines if line["port"] == 587} == {"open"},
                   done.stdout)


def check_ansible(failures, program, folder):
    if not shutil.which("ansible-playbook"):
        print("left out: Ansible")
        return
    for old in (Path(folder) / "results").iterdir():
        old.unlink()
    shutil.copy(DEPLOY / "ansible.yml", folder)
    extra = {"target": "127.0.0.1", "ports": "25,587", "program": program, "options": QUICK,
             "ansible_python_interpreter": "/usr/bin/python3"}
    done = run(["/usr/bin/ansible-playbook", "-c", "local", "-i", "mail1,mail2", "-e",
                json.dumps(extra), "ansible.yml"], folder, HOME=folder, LC_ALL="C.UTF-8",
               ANSIBLE_LOCALHOST_WARNING="false", ANSIBLE_HOME=folder)
    failures.check("ansible_takes_a_problem_for_an_answer", done.returncode == 0,
                   done.stdout + done.stderr)
    lines = [json.loads(line) for file in (Path(folder) / "results").iterdir()
             for line in file.read_text().splitlines()]
    failures.check("ansible_collects_every_machines_lines",
                   sorted((line["vantage"], line["port"]) for line in lines) ==
                   [("mail1", 25), ("mail1", 587), ("mail2", 25), ("mail2", 587)], lines)


def check_kubernetes(failures, program):
    """The rights of the manifest's containers are enough for packets; none are enough for less."""
    text = (DEPLOY / "kubernetes.yml").read_text()
    failures.check("kubernetes_measures_the_node_and_not_the_pod",
                   text.count("hostNetwork: true") == 2)
    for add, word in (("NET_RAW, SETUID, SETGID, SETPCAP", "refused"), ("", "inconclusive")):
        failures.check(f"manifest_names_{add or 'no rights'}",
                       text.count(f"drop: [ALL], add: [{add}]") == 2 or not add)
        rights = "".join(f",+{right.strip().lower()}" for right in add.split(",") if right)
        done = subprocess.run(["setpriv", f"--bounding-set=-all{rights}", "--inh-caps=-all",
                               program, "probe", *QUICK, "--format", "json", "--ports", "25",
                               "127.0.0.1"], capture_output=True, text=True, timeout=TIMEOUT_S)
        seen = json.loads(done.stdout)["results"][0]["verdict"] if done.stdout else None
        failures.check(f"container_with_{add or 'no rights'}_says_{word}", seen == word,
                       (seen, done.stderr))


def check_federation(failures, folder):
    promtool = find("promtool", folder)
    for name in ("federation.yml", "mailsonde-places.rules.yml"):
        shutil.copy(DEPLOY / name, folder)
    done = run([promtool, "check", "config", "federation.yml"], folder)
    failures.check("federation_is_sound", done.returncode == 0, done.stdout + done.stderr)


def main():
    program = os.path.abspath(sys.argv[1])
    failures = Failures()
    if not namespace.enter():
        skip("needs root, for a network namespace")
    with tempfile.TemporaryDirectory() as folder, namespace.listen(25) as smtp, \
         namespace.listen(587):
        os.chmod(folder, 0o755)
        look_from_places(failures, program, folder)
        check_duckdb(failures, folder)
        check_parallel(failures, program, folder)
        check_ansible(failures, program, folder)
        smtp.close()
        check_kubernetes(failures, program)
        if not failures.names:
            check_federation(failures, folder)
    failures.end()


main()
