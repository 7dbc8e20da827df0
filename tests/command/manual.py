# SPDX-License-Identifier: BSD-2-Clause
"""The manual says what the program does: a page for each command, each option of --help in its page
and no other, and pages that a formatter has nothing to say against."""
import os
import re
import subprocess
import sys

import namespace

SKIPPED = 77
# scdoc begins a paragraph wherever one could begin; formatters skip the empty ones.
HARMLESS = "skipping paragraph macro"


def commands_of(program):
    """The names that --help lists."""
    text = namespace.call(program, ["--help"])[1]
    return re.findall(r"^  mailsonde ([a-z]+)", text, re.MULTILINE)


def options_of_help(program, command):
    """Long and short options, as --help shows them."""
    text = namespace.call(program, [command, "--help"])[1]
    shown = [line for line in text.splitlines() if re.match(r"\s+-", line)]
    words = [re.match(r"\s+((-\w, )*--[a-z0-9-]+)", line) for line in shown]
    return {name for word in words if word for name in re.findall(r"--?[a-z0-9-]+", word.group(1))}


def options_of_page(path):
    """What stands in bold at the beginning of a line of the options."""
    with open(path, encoding="utf-8") as file:
        text = file.read().replace("\\-", "-")
    part = text.split(".SH OPTIONS")[1].split("\n.SH ")[0]
    heads = [line for line in part.splitlines() if line.startswith("\\fB-")]
    return {name for line in heads for name in re.findall(r"\\fB(--?[a-z0-9-]+)", line)}


def lint(path):
    """What mandoc and man have to say about it; nothing where they are missing."""
    said = []
    for check in (["mandoc", "-T", "lint", "-W", "warning", path],
                  ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path]):
        try:
            done = subprocess.run(check, capture_output=True, text=True, timeout=30, check=False)
        except FileNotFoundError:
            continue
        lines = (done.stdout if check[0] == "mandoc" else "") + done.stderr
        said += [line for line in lines.splitlines() if HARMLESS not in line]
    return said


def main():
    program, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    failed = 0
    commands = commands_of(program)
    for command in commands:
        if not os.path.exists(f"src/manual/mailsonde-{command}.1.scd"):
            failed += 1
            print(f"there is no page for mailsonde {command}")
    if not os.path.exists(os.path.join(folder, "mailsonde.1")):
        print("left out what needs the pages: they are not built (no scdoc)")
        sys.exit(1 if failed else SKIPPED)
    for command in commands:
        page = os.path.join(folder, f"mailsonde-{command}.1")
        if not os.path.exists(page):
            continue
        told, written = options_of_help(program, command), options_of_page(page)
        if not told or told != written:
            failed += 1
            print(f"mailsonde {command}: --help alone has {sorted(told - written)}, "
                  f"the page alone {sorted(written - told)}")
    for page in sorted(os.listdir(folder)):
        said = lint(os.path.join(folder, page)) if page.endswith(".1") else []
        failed += len(said)
        print(*said, sep="\n", end="\n" if said else "")
    sys.exit(1 if failed else 0)


main()
