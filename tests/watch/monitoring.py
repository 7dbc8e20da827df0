# SPDX-License-Identifier: BSD-2-Clause
"""What Prometheus and Grafana are given, by their own checkers: metrics, rules and the dashboard."""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "command"))
import namespace
from monitors import DEPLOY, Failures, find, skip

HERE = Path(__file__).resolve().parent


def tool(promtool, *arguments, text=None):
    return subprocess.run([promtool, *map(str, arguments)], input=text, capture_output=True,
                          text=True, timeout=120)


def said(done):
    return done.returncode, done.stdout, done.stderr


def check_textfiles(failures, program, promtool, folder):
    textfile = os.path.join(folder, "probe.prom")
    live = namespace.call(program, ["probe", "--no-session", "--ports", "25,587", "127.0.0.1",
                                    "--textfile", textfile])
    failures.check("probe_writes_its_textfile", live[0] == 1 and os.path.exists(textfile), live)
    checked = tool(promtool, "check", "metrics", text=Path(textfile).read_text())
    failures.check("textfile_of_probe_is_clean", checked.returncode == 0 and not checked.stdout,
                   said(checked))
    failures.check("textfile_is_for_others_to_read", os.stat(textfile).st_mode & 0o777 == 0o644)
    failures.check("textfile_leaves_nothing_beside_it",
                   [n for n in os.listdir(folder) if n.startswith("probe.prom")] ==
                   ["probe.prom"], os.listdir(folder))
    shallow = namespace.call(program, ["probe", "--ports", "587", "127.0.0.1", "--textfile",
                                       textfile], nobody=True)
    failures.check("textfile_where_one_may_not_write_is_73", shallow[0] == 73, shallow)
    settings = os.path.join(folder, "watch.ini")
    watched = os.path.join(folder, "watch.prom")
    Path(settings).write_text(f"[watch]\nhistory = none\nsession = no\nconfirm-after = 1s\n"
                              f"textfile = {watched}\n[target 127.0.0.1]\nports = 587\n")
    live = namespace.call(program, ["watch", "-c", settings, "--once"])
    failures.check("watch_ends_with_0_when_all_is_open", live[0] == 0, live)
    checked = tool(promtool, "check", "metrics", text=Path(watched).read_text())
    failures.check("textfile_of_watch_is_clean", checked.returncode == 0 and not checked.stdout,
                   said(checked))



def check_rules(failures, promtool):
    for name in ("mailsonde.rules.yml", "mailsonde-places.rules.yml"):
        checked = tool(promtool, "check", "rules", "--lint=all", "--lint-fatal", DEPLOY / name)
        failures.check(f"{name}_is_sound", checked.returncode == 0, said(checked))
    tested = tool(promtool, "test", "rules", HERE / "rules_test.yml")
    failures.check("rules_fire_when_they_should_and_only_then", tested.returncode == 0,
                   said(tested))


def expressions(dashboard):
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"].replace('"$target"', '".*"').replace('"$port"', '".*"')


def check_dashboard(failures, promtool, folder):
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    rules = [{"record": f"panel:{number}", "expr": text}
             for number, text in enumerate(expressions(dashboard))]
    path = os.path.join(folder, "panels.yml")
    # JSON is YAML.
    Path(path).write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    checked = tool(promtool, "check", "rules", path)
    failures.check("dashboard_asks_in_sound_expressions", checked.returncode == 0, said(checked))


def check_names(failures):
    """No rule and no panel asks for a series that is never written."""
    source = (DEPLOY.parent.parent / "report" / "metrics.c").read_text()
    asked = {name for file in DEPLOY.iterdir() if file.suffix in (".yml", ".json")
             for name in re.findall(r"\bmailsonde_\w+", file.read_text())}
    missing = {name for name in asked if f'"{name}"' not in source}
    failures.check("rules_and_panels_name_metrics_that_exist", asked and not missing, missing)


def main():
    program = os.path.abspath(sys.argv[1])
    failures = Failures()
    with tempfile.TemporaryDirectory() as folder:
        promtool = find("promtool", folder)
        if not namespace.enter():
            skip("needs root, for a network namespace")
        check_names(failures)
        check_rules(failures, promtool)
        check_dashboard(failures, promtool, folder)
        with namespace.listen(587):
            check_textfiles(failures, program, promtool, folder)
    failures.end()


main()
