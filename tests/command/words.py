# SPDX-License-Identifier: BSD-2-Clause
"""What the program explains: every word of its reports, in every format, by the schema."""
import json
import pathlib
import subprocess
import sys

SCHEMA = pathlib.Path("src/report/mailsonde-1.schema.json")
KINDS = {"verdict", "phase", "by", "finding"}


def explain(program, *arguments):
    return subprocess.run([program, "explain", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)


def schema_errors(document):
    try:
        import jsonschema
    except ImportError:
        print("left out the schema: no python3-jsonschema")
        return []
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return [error.message for error in validator.iter_errors(document)]


def words_of_the_schema():
    """Those that the schema itself lists."""
    result = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]["result"]["properties"]
    return {word for key in ("verdict", "phase") for word in result[key]["enum"]}


def main():
    program = sys.argv[1]
    failures = []

    def check(name, holds, answer):
        if not holds:
            failures.append(name)
            print("failed:", name, "\n", answer)

    everything = explain(program, "--format", "json")
    document = json.loads(everything.stdout)
    names = [word["word"] for word in document["words"]]
    check("explain_in_json_fits_the_schema", not schema_errors(document), schema_errors(document))
    check("explain_knows_every_kind", {word["kind"] for word in document["words"]} == KINDS, names)
    check("explain_knows_the_words_of_the_schema", words_of_the_schema() <= set(names), names)

    listed = explain(program)
    check("explain_lists_all_words_a_line_each",
          [line.split()[0] for line in listed.stdout.splitlines() if line.startswith("  ")]
          == names, listed.stdout)
    lines = explain(program, "--format", "jsonl").stdout.splitlines()
    check("explain_in_jsonl_is_a_line_a_word", [json.loads(line)["word"] for line in lines]
          == names, lines)

    for word in document["words"]:
        answer = explain(program, word["word"])
        check(f"explain_{word['word']}", answer.returncode == 0 and answer.stderr == "" and
              answer.stdout.startswith(f"{word['word']} ({word['kind']})\n") and
              all(rule["name"] is None or rule["name"].split()[0] in answer.stdout
                  for rule in word["rules"]), answer)
    answer = explain(program, "DROPPED", "--format", "json")
    check("explain_takes_capitals_and_answers_one_word",
          [word["word"] for word in json.loads(answer.stdout)["words"]] == ["dropped"], answer)
    sys.exit(1 if failures else 0)


main()
