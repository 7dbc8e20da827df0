# SPDX-License-Identifier: BSD-2-Clause
"""A network of its own for one test script, and a way to run the program in it.

Nothing here reaches the machine's network. enter() needs root; where it cannot be had the caller
leaves out what needs it.
"""
import ctypes
import os
import socket
import subprocess

CLONE_NEWNET = 0x40000000  # linux/sched.h
NOBODY = 65534


def enter():
    """Moves this process into a new, empty network namespace. False where not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNET) != 0:
        return False
    return run("ip link set lo up")


def run(command):
    """Runs ip, nft, ... quietly; true if it succeeded."""
    done = subprocess.run(command.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def listen(port):
    """A service that accepts in the kernel's queue and says nothing."""
    service = socket.socket()
    service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    service.bind(("127.0.0.1", port))
    service.listen(64)
    return service


def call(program, arguments, nobody=False, text=None):
    """Runs the program; returns its exit status, standard output and standard error."""
    before = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
              "--bounding-set", "-all", "--inh-caps", "-all"] if nobody else []
    done = subprocess.run(before + [program] + arguments, input=text or "", capture_output=True,
                          text=True, timeout=60, errors="surrogateescape",
                          env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout, done.stderr
