# SPDX-License-Identifier: BSD-2-Clause
"""The Debian package that CPack makes of this build: what is in it, where, and what it needs. (That
it installs and runs in a clean root is tried by hand, see .github/CONTRIBUTING.md.)"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
TOOLS = ["cpack", "dpkg-deb", "dpkg-shlibdeps", "file"]

# Beside one page for each command.
FILES = ["usr/bin/mailsonde", "usr/share/mailsonde/providers.csv",
         "usr/share/mailsonde/sending_services.csv", "usr/share/doc/mailsonde/copyright",
         "usr/share/bash-completion/completions/mailsonde",
         "usr/share/zsh/vendor-completions/_mailsonde",
         "usr/share/fish/vendor_completions.d/mailsonde.fish"]


def run(*command, **how):
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, **how)


def main():
    build = os.path.abspath(sys.argv[1])
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print("needs", *missing)
        sys.exit(SKIPPED)
    failed = []

    def check(name, holds, detail):
        if not holds:
            failed.append(name)
            print("failed:", name, detail)

    with tempfile.TemporaryDirectory() as folder:
        done = run("cpack", "-G", "DEB", "-B", folder, cwd=build)
        packages = glob.glob(os.path.join(folder, "*.deb"))
        if done.returncode != 0 or len(packages) != 1:
            print("failed: cpack_makes_one_package", done.stdout, done.stderr)
            sys.exit(1)
        root = os.path.join(folder, "root")
        run("dpkg-deb", "-x", packages[0], root)
        for file in FILES:
            check("package_holds", os.path.isfile(os.path.join(root, file)), file)
        program = os.path.join(root, "usr/bin/mailsonde")
        version = run(program, "--version").stdout.split()
        check("program_runs_from_the_package", version[:1] == ["mailsonde"], version)
        fields = run("dpkg-deb", "-f", packages[0], "Version", "Depends").stdout
        check("package_has_the_programs_version", version[1] in fields, fields)
        for library in ["libpcap", "libnet1", "libssl", "libunbound", "libjansson", "libevent"]:
            check("package_depends_on_what_it_is_linked_with", library in fields, fields)
        if os.path.isfile(os.path.join(build, "src/manual/mailsonde.1")):
            names = re.findall(r"^  mailsonde ([a-z]+)", run(program, "--help").stdout, re.M)
            for page in ["mailsonde"] + [f"mailsonde-{name}" for name in names]:
                path = os.path.join(root, f"usr/share/man/man1/{page}.1")
                check("package_has_a_page_for_each_command", os.path.isfile(path), page)
        for path, folders, files in os.walk(root):
            for name in folders + files:
                mode = os.lstat(os.path.join(path, name)).st_mode
                check("nothing_in_it_is_writable_by_others", mode & 0o022 == 0, name)
    sys.exit(1 if failed else 0)


main()
