# SPDX-License-Identifier: BSD-2-Clause
"""Prometheus, promtool and node_exporter of Debian: installed, or unpacked from packages that lie in
build/prometheus, so that no service of theirs starts on this machine."""
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ROOT / "build" / "prometheus"
DEPLOY = ROOT / "src" / "watch" / "deploy"
SKIPPED = 77


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def find(name, folder):
    """The program's path; what is only packed is unpacked into folder. Ends as skipped without."""
    installed = shutil.which(name)
    if installed:
        return installed
    unpacked = Path(folder) / "unpacked"
    if not unpacked.exists():
        for package in PACKAGES.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
    program = unpacked / "usr" / "bin" / name
    if not program.exists():
        skip(f"{name} is neither installed nor in a package in build/prometheus")
    return str(program)


class Failures:
    """Tests of one script by name; the last line is the exit status."""

    def __init__(self):
        self.names = []

    def check(self, name, holds, answer=""):
        print("ok  " if holds else "FAIL", name, flush=True)
        if not holds:
            self.names.append(name)
            print(answer, flush=True)

    def end(self):
        sys.exit(1 if self.names else 0)
