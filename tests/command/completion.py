# SPDX-License-Identifier: BSD-2-Clause
"""The completions, in the shells that they are for: each is read by a real one and asked what it
proposes. A shell that is not installed is left out."""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77

# The line so far, what must be proposed, what must not.
CASES = [
    ("mailsonde ", ["probe", "replay", "compare"], ["--ports"]),
    ("mailsonde pro", ["probe"], ["replay"]),
    ("mailsonde probe --rate-", ["--rate-test"], ["--ports"]),
    ("mailsonde probe --format ", ["text", "json", "jsonl"], ["always"]),
    ("mailsonde probe --esp send", ["sendgrid"], ["mailgun"]),
    ("mailsonde replay --provider het", ["hetzner-cloud"], ["aws"]),
    ("mailsonde compare --as ", ["places", "times"], ["text"]),
]


def run(command, folder):
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=folder,
                          env={"PATH": os.environ["PATH"], "HOME": folder, "TERM": "dumb"},
                          check=False)
    return done.stdout + done.stderr


def ask_bash(script, line, folder):
    """As readline calls it, with the words that it would have cut."""
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    return run(["bash", "-c", f"source '{script}'; COMP_WORDS=({quoted}); "
                f"COMP_CWORD={len(words) - 1}; _mailsonde; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
               folder).split()


def ask_fish(script, line, folder):
    out = run(["fish", "-c", f"source '{script}'; complete -C '{line}'"], folder)
    return [row.split("\t")[0] for row in out.splitlines()]


def read_until(terminal, mark, patience_s):
    """What the shell writes, up to a mark in it; bounded, and no judge of anything by itself."""
    seen = ""
    end = time.monotonic() + patience_s
    while mark not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
    return seen


def ask_zsh(script, line, folder):
    """zsh completes on a terminal alone: it gets one, and what the widget proposes is printed."""
    setup = (f"autoload -Uz compinit; compinit -u -d '{folder}/dump'; source '{script}'; "
             "zstyle ':completion:*' menu no; LISTMAX=1000; unsetopt beep; "
             "list() { zle list-choices; }; zle -N list; bindkey '^T' list; "
             "finish() { print -n '<e''nd>'; }; zle -N finish; bindkey '^Y' finish; "
             "PS1='<re''ady>'\n")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"],
                   {"PATH": os.environ["PATH"], "HOME": folder, "TERM": "vt100",
                    "COLUMNS": "200", "LINES": "200"})
    os.write(terminal, setup.encode())
    read_until(terminal, "<ready>", 10)
    os.write(terminal, line.encode() + b"\x14\x19")
    seen = read_until(terminal, "<end>", 10)
    os.write(terminal, b"\x03\nexit\n")
    os.close(terminal)
    os.waitpid(child, 0)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00\x08]", " ", seen).split()


def main():
    folder = os.path.abspath(sys.argv[1])
    shells = [("bash", "bash/mailsonde", ask_bash), ("zsh", "zsh/_mailsonde", ask_zsh),
              ("fish", "fish/mailsonde.fish", ask_fish)]
    failed, asked = 0, 0
    for shell, script, ask in shells:
        if shutil.which(shell) is None:
            print("left out, not installed:", shell)
            continue
        path = os.path.join(folder, script)
        if not os.path.exists(path):
            print("left out, not built:", path)
            continue
        with tempfile.TemporaryDirectory() as home:
            said = run([shell, "-n", path], home)
            if said:
                failed += 1
                print(shell, "cannot read its script:", said)
            for line, wanted, unwanted in CASES:
                asked += 1
                proposed = ask(path, line, home)
                missing = [word for word in wanted if word not in proposed]
                wrong = [word for word in unwanted if word in proposed]
                if missing or wrong:
                    failed += 1
                    print(f"{shell}: '{line}' lacks {missing}, has {wrong}: {proposed}")
    sys.exit(1 if failed else 0 if asked else SKIPPED)


main()
