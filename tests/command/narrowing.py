# SPDX-License-Identifier: BSD-2-Clause
"""What replay makes of several files, of cut ones, and of a part of what is in them. The captures
are made here: one SYN and its answer for each server and moment."""
import gzip
import json
import os
import socket
import struct
import sys
import tempfile

import namespace

CLIENT = "192.0.2.1"
SYN, SYN_ACK, RST_ACK, ACK = 0x02, 0x12, 0x14, 0x10
HEAD = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)  # LINKTYPE_RAW


def packet(moment, source, destination, ports, flags, numbers, data=b""):
    """One record of a pcap file."""
    segment = struct.pack(">HHIIBBHHH", *ports, *numbers, 0x50, flags, 64240, 0, 0) + data
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 7, 0x4000, 60, 6, 0,
                       socket.inet_aton(source), socket.inet_aton(destination))
    whole = head + segment
    fraction = 0 if flags == SYN else 1000
    return struct.pack("<IIII", moment, fraction, len(whole), len(whole)) + whole


def try_at(moment, server, port, answer=SYN_ACK, client=CLIENT):
    """A SYN and its answer a millisecond later."""
    here = 40000 + moment % 1000
    return [packet(moment, client, server, (here, port), SYN, (moment, 0)),
            packet(moment, server, client, (port, here), answer, (9, moment + 1))]


def greet_at(moment, server, port, greeting):
    """The same, and the server's greeting behind it."""
    here = 40000 + moment % 1000
    return try_at(moment, server, port) + [
        packet(moment, CLIENT, server, (here, port), ACK, (moment + 1, 10)),
        packet(moment, server, CLIENT, (port, here), ACK, (10, moment + 1), greeting)]


def write(folder, name, records, cut=0):
    path = os.path.join(folder, name)
    content = HEAD + b"".join(records)
    content = content[:len(content) - cut]
    with open(path, "wb") as file:
        file.write(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def rows(program, *arguments):
    """Status, (address, port, service, verdict, tries) of each result, standard error."""
    code, out, err = namespace.call(program, ["replay", "--format", "json", *arguments])
    results = json.loads(out)["results"] if out else []
    return code, [(row["address"], row["port"], row["service"], row["verdict"],
                   row["connect"]["probes"]) for row in results], err


def check(failures, name, holds, answer):
    if not holds:
        failures.append(name)
        print("failed:", name, "\n", answer)


def check_timeline(failures, program, folder):
    """The SYN is in one file and what answers it in another, as when each direction is captured
    by itself."""
    syn, answer = try_at(100, "192.0.2.25", 25)
    asked = write(folder, "asked.pcap", [syn])
    answered = write(folder, "answered.pcap", [answer])
    for order in ((asked, answered), (answered, asked)):
        got = rows(program, *order)
        check(failures, "replay_joins_two_directions_in_whatever_order",
              got[:2] == (0, [("192.0.2.25", 25, "smtp", "open", 1)]), got)
    code, out, _ = namespace.call(program, ["replay", "--format", "json", answered, asked])
    check(failures, "replay_counts_the_packets_of_all_files",
          code == 0 and json.loads(out)["capture"]["packets"] == 2, out)


def check_narrowing(failures, program, folder):
    path = write(folder, "many.pcap", try_at(100, "192.0.2.25", 8025) +
                 try_at(200, "192.0.2.25", 25, RST_ACK) + try_at(300, "192.0.2.26", 25) +
                 try_at(400, "192.0.2.99", 25, client="192.0.2.25"))
    first, second = ("192.0.2.25", 8025, None, "open", 1), ("192.0.2.25", 25, "smtp", "refused", 1)
    third = ("192.0.2.26", 25, "smtp", "open", 1)
    named = ("192.0.2.25", 8025, "submission", "open", 1)
    cases = [
        ("host_keeps_one_server_alone", ["--host", "192.0.2.25"], [first, second]),
        ("host_can_be_repeated", ["--host", "192.0.2.25", "--host", "192.0.2.26"],
         [first, second, third]),
        ("host_that_is_absent_leaves_nothing", ["--host", "2001:db8::25"], []),
        ("after_leaves_out_what_came_before", ["--after", "1970-01-01T00:03:20Z", "--host",
                                               "192.0.2.25"], [second]),
        ("before_leaves_out_what_came_then", ["--before", "@200"], [first]),
        ("after_and_before_make_a_window", ["--after", "@250", "--before", "@350"], [third]),
        ("port_names_a_service", ["--port", "8025=submission", "--before", "@150"], [named]),
    ]
    for name, arguments, expected in cases:
        got = rows(program, *arguments, path)
        check(failures, name, got[1] == expected and got[2] == "", got)


def check_port(failures, program, folder):
    """On a port that is said to offer mail its greeting is judged, elsewhere it is nobody's."""
    path = write(folder, "unusual.pcap", greet_at(100, "192.0.2.25", 8025, b"554 no\r\n"))
    got = rows(program, path)
    check(failures, "replay_judges_no_greeting_on_any_port",
          got[1] == [("192.0.2.25", 8025, None, "open", 1)], got)
    got = rows(program, "--port", "8025=smtp", path)
    check(failures, "port_has_the_sessions_of_its_service_judged",
          got[:2] == (1, [("192.0.2.25", 8025, "smtp", "rejected", 1)]), got)


def check_cut(failures, program, folder):
    records = try_at(100, "192.0.2.25", 25) + try_at(200, "192.0.2.26", 25)
    got = rows(program, write(folder, "cut.pcap", records, cut=3))
    check(failures, "replay_tells_where_a_cut_file_ends_and_judges_what_is_there",
          got[1][:1] == [("192.0.2.25", 25, "smtp", "open", 1)] and
          "broken after packet 3" in got[2] and got[2].count("\n") == 1, got)
    got = rows(program, write(folder, "short.pcap", records[:1], cut=3))
    check(failures, "replay_ends_with_65_when_nothing_is_left",
          got[0] == 65 and got[1] == [] and got[2].count("\n") == 1, got)
    whole = write(folder, "whole.pcap", records)
    got = rows(program, os.path.join(folder, "short.pcap"), whole)
    check(failures, "replay_goes_on_with_the_other_files_when_one_has_nothing",
          got[0] == 0 and len(got[1]) == 2 and got[2].count("\n") == 1, got)


def check_compressed(failures, program, folder):
    _, out, _ = namespace.call(program, ["--version"])
    if "without libarchive" in out:
        return
    path = write(folder, "packed.pcap.gz", try_at(100, "192.0.2.25", 25))
    got = rows(program, path)
    check(failures, "replay_reads_compressed_files",
          got == (0, [("192.0.2.25", 25, "smtp", "open", 1)], ""), got)
    with open(path, "rb") as file:
        content = file.read()
    cut = os.path.join(folder, "cut.pcap.gz")
    with open(cut, "wb") as file:
        file.write(content[:-9])
    got = rows(program, cut)
    check(failures, "replay_judges_what_a_cut_compressed_file_holds_and_tells_where_it_ends",
          got[:2] == (0, [("192.0.2.25", 25, "smtp", "open", 1)]) and
          " cut off after " in got[2] and got[2].count("\n") == 1, got)


def main():
    program = os.path.abspath(sys.argv[1])
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        check_timeline(failures, program, folder)
        check_narrowing(failures, program, folder)
        check_port(failures, program, folder)
        check_cut(failures, program, folder)
        check_compressed(failures, program, folder)
    sys.exit(1 if failures else 0)


main()
