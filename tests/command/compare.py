# SPDX-License-Identifier: BSD-2-Clause
"""Two reports side by side, from the captures of pcaps/: what it says, its exit status, its JSON."""
import json
import os
import sys
import tempfile

import namespace

SCHEMA = "src/report/mailsonde-1.schema.json"


def report(program, folder, name):
    """The report of a capture, as a file."""
    answer = namespace.call(program, ["replay", "--format", "json", f"pcaps/{name}.pcapng"])
    path = os.path.join(folder, f"{name}.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(answer[1])
    return path


def validate(document):
    """True where the validator is missing, too."""
    try:
        import jsonschema
    except ImportError:
        return True
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    return jsonschema.Draft202012Validator(schema).is_valid(document)


def main():
    program = os.path.abspath(sys.argv[1])
    failed = []

    def check(name, holds, answer):
        if not holds:
            failed.append(name)
            print("failed:", name, "\n", answer)

    with tempfile.TemporaryDirectory() as folder:
        shut = report(program, folder, "dropped")
        good = report(program, folder, "open")
        answer = namespace.call(program, ["compare", "--as", "places", shut, good])
        check("blocked_here_and_not_there_is_the_path", answer[0] == 1 and
              "path from dropped.json, not the server" in " ".join(answer[1].split()), answer)
        answer = namespace.call(program, ["compare", "--as", "times", shut, good])
        check("open_after_the_call_is_better", answer[0] == 1 and "works now" in answer[1], answer)
        answer = namespace.call(program, ["compare", good, good])
        check("the_same_report_twice_differs_in_nothing", answer[0] == 0 and
              "Nothing differs." in answer[1], answer)
        answer = namespace.call(program, ["compare", "--format", "json", shut, good])
        document = json.loads(answer[1])
        check("json_is_valid", validate(document), document)
        check("json_tells_the_change", document["comparisons"][0]["change"] == "better", document)
        answer = namespace.call(program, ["compare", "--format", "jsonl", shut, good])
        check("jsonl_is_a_line_for_each_port", len(document["comparisons"]) ==
              len([json.loads(line) for line in answer[1].splitlines()]), answer)
        with open(good, encoding="utf-8") as file:
            hostile = json.load(file)
        for result in hostile["results"]:
            result["host"] = "\x1b[31m<b>\u202e"
        path = os.path.join(folder, "hostile.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(hostile, file)
        answer = namespace.call(program, ["compare", path, path])
        check("hostile_names_are_disarmed", answer[0] == 0 and "\x1b" not in answer[1] and
              "\u202e" not in answer[1], answer)
    sys.exit(1 if failed else 0)


main()
