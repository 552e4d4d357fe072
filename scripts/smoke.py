#!/usr/bin/env -S python3 -B
"""Runs a program of each language through the real server, and prints a table of what came of it.

For each: a greeting with characters that are not ASCII, to a name from stdin, from a second file where the language has
such, ending with exit code 3; a syntax error; and what images/cases.py has for the language. The images have to be
there: make images LANGUAGES="…".
"""

import argparse
import json
import sys
import time

from harness import root
from harness.checks import say
from harness.engine import Engine
from harness.process import script
from harness.server import Server

sys.path.append("images")  # where the tables of languages are
from cases import CASES
from languages import LANGUAGES

NAME = "Ångström"


def run(server, language, files, stdin="", command="", arguments=(), outputs=()):
    """The result, and whole milliseconds that the client waited. Raises what the server says instead."""
    payload = {
        "language": LANGUAGES[language].runner_name or language, "stdin": stdin, "command": command, "args": arguments,
        "files": [{"name": name, "content": content} for name, content in files.items()], "outputs": [*outputs],
    }
    began = time.monotonic()
    answer = server.run(f"docker-run/{language}:latest", payload)
    return answer.json(), round((time.monotonic() - began) * 1000)


def check(server, language):
    """The milliseconds of the good program, and the results of what is wrong, by name."""
    about, wrong = LANGUAGES[language], {}
    files = {name: (root / "images/smoke" / language / name).read_text() for name in about.files}
    result, milliseconds = run(server, language, files, NAME + "\n")
    if result["stdout"] != f"Grüße, {NAME}!\n" or result.get("exitCode") != 3:
        wrong["the program"] = result
    broken, _ = run(server, language, {about.files[0]: about.broken})
    if broken["error"] == "" or not (broken["stderr"] + broken["stdout"]):
        wrong["the syntax error"] = broken
    for case in CASES.get(language, []):
        result, _ = run(server, language, case.files, case.stdin, case.command, case.arguments, case.outputs)
        if not is_good(case, result):
            wrong[case.name] = result
    return milliseconds, wrong


def is_good(case, result):
    printed = result if case.is_refused else result.get("build", {"stdout": "", "stderr": ""})
    if case.build not in printed["stdout"] + printed["stderr"]:
        return False
    if case.is_refused:
        return result.get("build", {}).get("exitCode", 0) != 0 and result["error"] != ""
    if (result["stdout"], result["stderr"], result["error"]) != (case.stdout, "", ""):
        return False
    files = {file["name"]: file["content"] for file in result.get("files", [])}
    return all(files.get(name, "?").startswith(start) for name, start in case.outputs.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", help="default: every language whose image the engine has")
    arguments = parser.parse_args()
    socket_path = script("scripts/engine", "any")
    images = Engine(socket_path).call("GET", "/images/json")
    sizes = {tag: image["Size"] for image in images for tag in image["RepoTags"] or []}
    languages = arguments.languages or [name for name in sorted(LANGUAGES) if f"docker-run/{name}:latest" in sizes]
    failed = {}
    print("| Language | Result | Time | Image |\n|:--|:--|--:|--:|")
    with Server(socket_path, 1) as server:
        for language in languages:
            try:
                milliseconds, wrong = check(server, language)
            except (RuntimeError, OSError, KeyError) as error:
                milliseconds, wrong = 0, {"no answer": str(error)}
            size = sizes.get(f"docker-run/{language}:latest", 0)
            say(f"| {language} | {'fails' if wrong else 'ok'} | {milliseconds} ms | {size / 1e6:.0f} MB |")
            if wrong:
                failed[language] = wrong
    for language, wrong in failed.items():
        for name, result in wrong.items():
            print(f"{language}: {name}: {json.dumps(result, ensure_ascii=False)[:600]}")
    print(f"{len(languages) - len(failed)} of {len(languages)} languages are good")
    sys.exit(1 if failed or not languages else 0)


if __name__ == "__main__":
    main()
