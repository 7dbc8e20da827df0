# SPDX-License-Identifier: BSD-2-Clause
"""A redacted bundle holds none of the original addresses, names and texts, byte by byte, and leads to
the same verdicts."""
import functools
import ipaddress
import json
import re
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import bundle

CAPTURES = ("dropped-by-path", "dropped-local-rule", "dropped-local-route", "unreachable",
            "unreachable-v6", "misconfigured", "rejected", "intercepted", "throttled",
            "inconclusive-gateway-silent")
SAME = ("port", "service", "verdict", "phase", "by", "confidence", "connect", "throttle", "loss")


def strings_in(value):
    """Every string of a JSON value."""
    if isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
    elif isinstance(value, str):
        yield value


FIELDS = ("eth.src", "eth.dst", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "arp.src.proto_ipv4",
          "arp.dst.proto_ipv4", "icmpv6.nd.ns.target_address", "icmpv6.nd.na.target_address")
HARDWARE = r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"


@functools.cache
def fields_of(capture):
    """All that tshark shows of the address fields of all packets."""
    done = bundle.run(["tshark", "-r", capture, "-T", "fields", "-E", "occurrence=a"]
                      + [word for field in FIELDS for word in ("-e", field)])
    return done.stdout.decode()


@functools.cache
def addresses_of(capture):
    """Each that stands in the capture, but for groups and placeholders."""
    found = set(re.findall(r"[0-9a-f.:]{3,}", re.sub(HARDWARE, "", fields_of(capture))))
    return {address for address in found if not address.startswith(("ff02", "fe80"))
            and address not in ("::", "0.0.0.0")}


@functools.cache
def hardware_of(capture):
    """Those of the lab's routers look like the ones that stand for them."""
    found = set(re.findall(HARDWARE, fields_of(capture)))
    return {bytes.fromhex(mac.replace(":", "")) for mac in found
            if mac != "ff:ff:ff:ff:ff:ff"
            and not mac.startswith(("33:33", "02:00:00:00:00:0"))}


@functools.cache
def secrets_of(capture):
    """Names and texts that notes between the packets hold."""
    done = bundle.run(["tshark", "-r", capture, "-V", "-Y", "systemd_journal"])
    lines = done.stdout.decode(errors="replace").splitlines()
    wanted = ("MAILSONDE_HOST", "SERVER_NAME", "GREETING_TEXT", "CERTIFICATE_SUBJECT",
              "CERTIFICATE_ISSUER", "CERTIFICATE_SHA256", "REFUSAL")
    found = set()
    for before, line in zip(lines, lines[1:] + [""]):
        if "Field name: " in before and before.strip().endswith(wanted):
            found.add(line.partition("Field value: ")[2])
    names = set(re.findall(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:net|com|org|example)\b", " ".join(found)))
    return {text for text in found | names if len(text) > 5}


def holds_address(content, address):
    text = re.escape(address.encode())
    if re.search(rb"(?<![0-9a-f.:])" + text + rb"(?![0-9a-f:]|\.[0-9])", content):
        return True
    packed = ipaddress.ip_address(address).packed
    return packed in content


def check_absence(failures, out, capture):
    contents = {path.name: path.read_bytes() for path in out.iterdir()}
    for name, content in contents.items():
        for address in addresses_of(capture):
            failures.check("no_address_is_left", not holds_address(content, address),
                           (capture.name, name, address))
        for mac in hardware_of(capture):
            failures.check("no_hardware_address_is_left", mac not in content,
                           (capture.name, name, mac.hex()))
        for secret in secrets_of(capture):
            failures.check("no_name_or_text_is_left", secret.encode() not in content,
                           (capture.name, name, secret))


def check_checksums(failures, out, capture):
    done = bundle.run(["tshark", "-r", out / "evidence.pcapng", "-o", "ip.check_checksum:TRUE", "-o",
                       "tcp.check_checksum:TRUE", "-Y", "ip.checksum.status == 0 or "
                       "(tcp.checksum.status == 0 and tcp.len == 0 and frame.len == frame.cap_len)"
                       " or icmp.checksum.status == 0 or icmpv6.checksum.status == 0"])
    failures.check("checksums_are_right", done.returncode == 0 and not done.stdout,
                   (capture.name, done.stdout[:300], done.stderr[:300]))


def check_same(failures, program, out, capture):
    before = json.loads(bundle.run([program, "replay", "--format", "json", capture]).stdout)
    after = json.loads((out / "report.json").read_text())
    for one, other in zip(before["results"], after["results"], strict=True):
        failures.check("verdicts_stay", [one[key] for key in SAME] == [other[key] for key in SAME],
                       (capture.name, one["port"]))
        failures.check("certainty_of_the_certificate_stays",
                       ((one["session"] or {}).get("certificate") or {}).get("verify")
                       == ((other["session"] or {}).get("certificate") or {}).get("verify"),
                       capture.name)


def check_key(failures, folder, out, capture):
    key = Path(str(out) + ".key")
    failures.check("the_key_stays_outside", key.is_file() and key.parent == out.parent, capture.name)
    failures.check("the_key_is_its_users_alone", key.stat().st_mode & 0o777 == 0o600, key)
    text = key.read_text()
    failures.check("the_key_tells_who_is_who",
                   all(address in text for address in addresses_of(capture)), capture.name)
    key.unlink()


def check_all(failures, program, folder):
    for stem in CAPTURES:
        capture = bundle.PCAPS / f"{stem}.pcapng"
        done, out = bundle.make(program, capture, folder, "--redact", name=capture.stem)
        failures.check("every_evidence_file_can_be_redacted", done.returncode in (0, 1, 2),
                       (capture.name, done))
        if not out.is_dir():
            continue
        check_absence(failures, out, capture)
        check_checksums(failures, out, capture)
        check_same(failures, program, out, capture)
        bundle.check_form(failures, out)
        check_key(failures, folder, out, capture)
    for name in ("unreachable", "misconfigured"):
        bundle.check_commands(failures, Path(folder) / name)


# ---- public addresses: a capture with some is made of one without ----

PUBLIC = {"203.0.113.25": "9.9.9.10", "198.51.100.2": "4.4.8.8", "192.0.2.10": "81.2.69.160",
          "192.0.2.1": "81.2.69.1"}


def publish(capture, out):
    """The same evidence with public addresses: all of them, texts and packets."""
    content = capture.read_bytes()
    for old, new in PUBLIC.items():
        content = content.replace(ipaddress.ip_address(old).packed, ipaddress.ip_address(new).packed)
        content = replace_text(content, old.encode(), new.encode())
    out.write_bytes(content)


def replace_text(content, old, new):
    """Within the notes, whose lengths are written anew."""
    blocks, at = [], 0
    while at < len(content):
        kind, length = struct.unpack_from("<II", content, at)
        body = content[at + 8:at + length - 4]
        if kind == 9:
            body = body.rstrip(b"\0").replace(old + b"\n", new + b"\n").replace(old + b" ", new + b" ")
            body += b"\0" * (-len(body) % 4)
        blocks.append(struct.pack("<II", kind, len(body) + 12) + body
                      + struct.pack("<I", len(body) + 12))
        at += length
    return b"".join(blocks)


def check_public(failures, program, folder):
    capture = Path(folder) / "public.pcapng"
    publish(bundle.PCAPS / "unreachable.pcapng", capture)
    done, out = bundle.make(program, capture, folder, "--redact", name="public")
    failures.check("public_evidence_can_be_redacted", done.returncode == 1, done)
    if not out.is_dir():
        return
    text = (out / "ticket.txt").read_text()
    failures.check("a_public_destination_stays_readable", "9.9.9.10" in text)
    failures.check("a_public_hop_stays_readable", "4.4.8.8" in text)
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    for own in ("81.2.69.160", "81.2.69.1"):
        failures.check("own_public_addresses_and_neighbours_do_not",
                       not holds_address(everything, own), own)
    Path(str(out) + ".key").unlink()
    done, out = bundle.make(program, capture, folder, "--redact", "--own", "9.9.9.10", name="own")
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    failures.check("an_own_destination_is_replaced", not holds_address(everything, "9.9.9.10"), done)


def check_others(failures, program, folder):
    """What rests on a session that others held cannot be shown without what was said in it."""
    capture = bundle.PCAPS / "foreign" / "smtp-starttls-stripped.pcap"
    done, out = bundle.make(program, capture, folder, "--redact", name="others")
    failures.check("what_cannot_be_redacted_is_refused", done.returncode == 65 and
                   done.stderr.count(b"\n") == 1 and not out.exists(), done)


def check_zip(failures, program, folder):
    packed = Path(folder) / "out.zip"
    done, out = bundle.make(program, bundle.PCAPS / "dropped.pcapng", folder, "--redact", "--zip", packed,
                            name="zipped")
    if b"libarchive" in done.stderr:
        return
    with zipfile.ZipFile(packed) as archive:
        failures.check("a_zip_holds_the_same", {Path(name).name: archive.read(name) for name
                                                in archive.namelist()}
                       == {path.name: path.read_bytes() for path in out.iterdir()}, done)


def main():
    program = bundle.program_of(sys.argv)
    bundle.need("tshark")
    failures = bundle.Failures()
    with tempfile.TemporaryDirectory() as folder:
        check_all(failures, program, folder)
        check_public(failures, program, folder)
        check_others(failures, program, folder)
        check_zip(failures, program, folder)
    failures.end()


main()
