# SPDX-License-Identifier: BSD-2-Clause
"""Advice that can be followed: each command for this machine's own firewall is run in a network of
its own against a rule that stops the port, and opens it. And what is known of a sending service, live
and replayed."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import namespace

SKIPPED = 77
PROBE = ["probe", "--format", "json", "--no-session", "--no-throttle", "--no-locate"]
NFT_OUTPUT = ["nft add table inet filter",
              "nft add chain inet filter output { type filter hook output priority 0 ; }",
              "nft add rule inet filter output tcp dport 587 drop"]
NFT_INPUT = ["nft add table inet filter",
             "nft add chain inet filter input { type filter hook input priority 0 ; }",
             "nft add rule inet filter input tcp sport 587 drop"]
IPTABLES = ["iptables -A OUTPUT -p tcp --dport 587 -j DROP"]
# What it takes, the rules, and a word of the command that must open the port.
BLOCKS = [("nft", NFT_OUTPUT, "nft insert"), ("nft", NFT_INPUT, "nft insert"),
          ("iptables", IPTABLES, "iptables -I")]


def probe(program, *arguments):
    """Exit status and the document."""
    answer = namespace.call(program, PROBE + list(arguments))
    return answer[0], json.loads(answer[1])


def clear():
    namespace.run("nft flush ruleset")


def follow(document, word):
    """Runs the one command that has the word, as it would be pasted."""
    commands = [advice["command"] for result in document["results"]
                for advice in result["advice"] if advice["command"] and word in advice["command"]]
    if len(commands) != 1:
        return f"{len(commands)} commands with '{word}'"
    done = subprocess.run(["sh", "-c", commands[0].replace("sudo ", "")], capture_output=True,
                          text=True, check=False)
    return done.stderr if done.returncode != 0 else ""


def check_firewalls(failed, program):
    for tool, rules, word in BLOCKS:
        clear()
        if shutil.which(tool) is None or not all(namespace.run(rule) for rule in rules):
            print("left out, not possible here:", rules[-1])
            continue
        status, document = probe(program, "--ports", "587", "127.0.0.1")
        result = document["results"][0]
        if status != 1 or result["by"] != "local":
            failed.append(f"{rules[-1]}: not told as local: {result['summary']}")
            continue
        wrong = follow(document, word)
        status, document = probe(program, "--ports", "587", "127.0.0.1")
        if wrong or status != 0:
            failed.append(f"{rules[-1]}: the advice does not open it: {wrong} "
                          f"{document['results'][0]['summary']}")
    clear()


def check_service(failed, program, folder):
    """A service of which 25 and 465 are known, and 587 is not: nobody is blamed for 587."""
    services = os.path.join(folder, "services.csv")
    evidence = os.path.join(folder, "service.pcapng")
    with open(services, "w", encoding="ascii") as file:
        file.write("key,name,host,starttls_ports,tls_ports,source,source_date,confidence\n"
                   "mine,My Service,,2525,465,my notes,2026-11-28,own\n")
    namespace.run("nft add table ip raw")
    namespace.run("nft add chain ip raw in { type filter hook prerouting priority -300 ; }")
    namespace.run("nft add rule ip raw in tcp dport { 465, 588 } drop")
    arguments = ["--esp-file", services, "--esp", "mine", "--provider", "hetzner-cloud"]
    status, live = probe(program, *arguments, "--ports", "465,588,2525", "--evidence", evidence,
                         "127.0.0.1")
    replayed = json.loads(namespace.call(program, ["replay", "--format", "json", evidence])[1])
    if live["results"] != replayed["results"] or live["provider"] != replayed["provider"]:
        failed.append("replay does not agree with the run about provider or service")
    results = {result["port"]: result for result in live["results"]}
    advised = {port: " ".join(advice["action"] for advice in result["advice"])
               for port, result in results.items()}
    if status != 1 or [finding["id"] for finding in results[588]["findings"]].count(
            "port-not-offered") != 1:
        failed.append(f"a port that is not offered is not told as such: {results[588]}")
    if any(advice["who"] != "you" for advice in results[588]["advice"]):
        failed.append(f"somebody is blamed for a port that is not offered: {advised[588]}")
    if "Send through 127.0.0.1, port 2525" not in advised[2525]:
        failed.append(f"the port to configure is not told: {advised[2525]}")
    if "Hetzner Cloud keeps port 465 shut" not in advised[465] or "2026" not in advised[465]:
        failed.append(f"what the provider says is not told: {advised[465]}")
    clear()


def main():
    program = os.path.abspath(sys.argv[1])
    if not namespace.enter():
        print("needs root, for a network namespace")
        sys.exit(SKIPPED)
    failed = []
    services = [namespace.listen(port) for port in (587, 2525)]
    check_firewalls(failed, program)
    with tempfile.TemporaryDirectory() as folder:
        check_service(failed, program, folder)
    for service in services:
        service.close()
    print(*failed, sep="\n")
    sys.exit(1 if failed else 0)


main()
