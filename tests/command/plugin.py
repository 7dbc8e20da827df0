# SPDX-License-Identifier: BSD-2-Clause
"""mailsonde check as a monitoring system calls it: the status, one line, figures behind the bar."""
import os
import re
import sys

import namespace

SKIPPED = 77
LINE = re.compile(r"^MAILSONDE (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]*( \|( '[^'=]+'=[^ \n]+)+)?\n$")
FIGURE = re.compile(r"'[^'=]+'=(U|-?[0-9.]+(s|%)?)(;[^;]*){0,4}$")
STATUS = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}

# The arguments, whether as nobody, the status.
CASES = {
    "open_port_is_0": (["-H", "127.0.0.1", "-p", "587", "--no-session"], False, 0),
    "slow_answer_is_1": (["-H", "127.0.0.1", "-p", "587", "--no-session", "-w", "~:0", "-c", "9"],
                         False, 1),
    "very_slow_answer_is_2": (["-H", "127.0.0.1", "-p", "587", "--no-session", "-c", "~:0"],
                              False, 2),
    "refused_port_is_2": (["-H", "127.0.0.1", "-p", "25"], False, 2),
    "one_of_several_is_enough": (["-H", "127.0.0.1", "-p", "25,587", "--no-session"], False, 2),
    "session_that_hears_nothing_is_2": (["-H", "127.0.0.1", "-p", "587"], False, 2),
    "open_port_without_rights_is_0": (["-H", "127.0.0.1", "-p", "587"], True, 0),
    "closed_port_without_rights_is_2": (["-H", "127.0.0.1", "-p", "25"], True, 2),
    "no_host_is_3": ([], False, 3),
    "no_such_name_is_3": (["-H", "no-such-name.invalid"], False, 3),
    "no_such_option_is_3": (["--bogus"], False, 3),
    "no_range_is_3": (["-H", "127.0.0.1", "-w", "x"], False, 3),
    "no_port_is_3": (["-H", "127.0.0.1", "-p", "x|y"], False, 3),
}


def complaint(answer, status):
    """What is wrong with one answer; None where nothing is."""
    code, out, err = answer
    line = LINE.match(out)
    if not line:
        return "not one line of the guidelines' form"
    if code != status or STATUS[line[1]] != code:
        return f"status {code} and not {status}"
    if err:
        return "something on standard error"
    figures = out.partition(" |")[2].split()
    wrong = [figure for figure in figures if not FIGURE.match(figure)]
    return f"figures {wrong}" if wrong else None


def main():
    program = os.path.abspath(sys.argv[1])
    if not namespace.enter():
        print("needs root, for a network namespace")
        sys.exit(SKIPPED)
    failed = 0
    with namespace.listen(587):
        for name, (arguments, nobody, status) in CASES.items():
            answer = namespace.call(program, ["check", *arguments], nobody=nobody)
            wrong = complaint(answer, status)
            if wrong:
                failed += 1
                print("failed:", name, wrong, answer)
        helped = namespace.call(program, ["check", "--help"])
        if helped[0] != 3 or "-H" not in helped[1]:
            failed += 1
            print("failed: help_is_3", helped)
    sys.exit(1 if failed else 0)


main()
