# SPDX-License-Identifier: BSD-2-Clause
"""The units for systemd: sound, and exposed to little."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

from monitors import DEPLOY, Failures, skip

EXPOSURE_MOST = 3.0


def main():
    built = Path(sys.argv[1])
    failures = Failures()
    if not shutil.which("systemd-analyze"):
        skip("needs systemd-analyze")
    for unit in sorted(built.glob("*.service")):
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                              capture_output=True, text=True, timeout=60)
        found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
        if not found:
            skip("this systemd-analyze cannot look at a file: " + done.stderr.strip())
        failures.check(f"{unit.name}_is_exposed_below_{EXPOSURE_MOST}",
                       float(found[1]) < EXPOSURE_MOST, done.stdout)
        text = unit.read_text()
        failures.check(f"{unit.name}_is_configured_to_its_end", "@WATCH" not in text and
                       "@CMAKE" not in text and "SystemCallFilter=@system-service" in text, text)
    timer = (DEPLOY / "mailsonde-watch.timer").read_text()
    named = re.search(r"^Unit=(.*)$", timer, re.M)[1]
    failures.check("timer_starts_a_unit_that_exists", (built / named).exists(), named)
    failures.end()


main()
