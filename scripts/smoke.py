#!/usr/bin/env -S python3 -B
"""Runs a program of each language through the real server, and prints a table of what came of it.

For each: a greeting with characters that are not ASCII, to a name from stdin, from a second file where the language has
such, ending with exit code 3; a syntax error; and what images/cases.py has for the language. Where something of a
language gets ready while its container waits, each of these is run twice, with and without, and has to have the same
result. The images have to be there: make images LANGUAGES="…".
"""

import argparse
import contextlib
import json
import re
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
from waiting import LABEL, await_rest

NAME = "Ångström"


# What is another number in every run.
MEASURED = {"cpuTime", "duration", "memoryPeak", "containerMemoryPeak"}
# Clojure's name for the file in which it says more of an error.
CHANCE = re.compile(r"/tmp/clojure-\d+\.edn")


class Runs:
    """Runs programs of a language in containers that are made for them, and, if it has something that waits, once more
    in one where that has got ready."""

    def __init__(self, socket_path, language):
        self.language, self.image = language, f"docker-run/{language}:latest"
        self.wrong = {}
        self.servers = contextlib.ExitStack()
        self.warm = None
        if LANGUAGES[language].preludes:
            self.warm = self.servers.enter_context(
                Server(socket_path, 1, POOL_MAX_IDLE="1", POOL_IMAGES=f"{self.image}=1", PRELUDE="always"))
        # A container that is made for a run finds its payload at once, and starts nothing else.
        self.cold = self.servers.enter_context(Server(socket_path, 1, POOL_MAX_IDLE="0" if self.warm else None))

    def result(self, name, files, stdin="", command="", arguments=(), outputs=(), is_different=False):
        """Of the first run, and whole milliseconds that the client waited. Raises what the server says instead."""
        payload = {
            "language": LANGUAGES[self.language].runner_name or self.language, "stdin": stdin, "command": command,
            "args": arguments, "files": [{"name": name, "content": content} for name, content in files.items()],
            "outputs": [*outputs],
        }
        missing = self.warm and self.missing()  # what gets ready shall not take from the run that is measured
        began = time.monotonic()
        result = self.cold.run(self.image, payload).json()
        milliseconds = round((time.monotonic() - began) * 1000)
        if self.warm:
            awake = missing or self.awake(payload)
            if comparable(awake, is_different) != comparable(result, is_different):
                self.wrong[f"{name}, with what waits"] = {"with": awake, "without": result}
        return result, milliseconds

    def missing(self):
        """Why no container waits in which all has got ready; None if one does."""
        if not self.warm.settle(1):
            return "no container waits"
        (container,) = self.warm.containers()
        processes = 1 + len(LANGUAGES[self.language].preludes)
        rests = await_rest(self.warm.engine, container["Id"], processes, pause=0.2)
        return None if rests else "what is to wait does not"

    def awake(self, payload):
        answer = self.warm.run(self.image, payload)
        return answer.json() if answer.warm else "the container that waits is not taken"


def comparable(result, is_different):
    """What is the same in every run of the same program."""
    if isinstance(result, str):
        return CHANCE.sub("/tmp/clojure-….edn", result)
    if not isinstance(result, dict):
        return result
    return {
        name: [file["name"] for file in value] if name == "files" and is_different else comparable(value, is_different)
        for name, value in result.items() if name not in MEASURED}


def check(socket_path, language):
    """The milliseconds of the good program, and the results of what is wrong, by name."""
    about, runs = LANGUAGES[language], Runs(socket_path, language)
    files = {name: (root / "images/smoke" / language / name).read_text() for name in about.files}
    with runs.servers:
        result, milliseconds = runs.result("the program", files, NAME + "\n")
        if result["stdout"] != f"Grüße, {NAME}!\n" or result.get("exitCode") != 3:
            runs.wrong["the program"] = result
        broken, _ = runs.result("the syntax error", {about.files[0]: about.broken})
        if broken["error"] == "" or not (broken["stderr"] + broken["stdout"]):
            runs.wrong["the syntax error"] = broken
        for case in CASES.get(language, []):
            result, _ = runs.result(
                case.name, case.files, case.stdin, case.command, case.arguments, case.outputs, case.is_different)
            if not is_good(case, result):
                runs.wrong[case.name] = result
    return milliseconds, runs.wrong


def is_good(case, result):
    printed = result if case.is_refused else result.get("build", {"stdout": "", "stderr": ""})
    if case.build not in printed["stdout"] + printed["stderr"]:
        return False
    if case.is_refused:
        return result.get("build", {}).get("exitCode", 0) != 0 and result["error"] != ""
    if case.stdout not in (None, result["stdout"]) or result["error"] != case.error:
        return False
    if case.stderr not in result["stderr"] or (result["stderr"] and not case.stderr):
        return False
    files = {file["name"]: file["content"] for file in result.get("files", [])}
    return all(files.get(name, "?").startswith(start) for name, start in case.outputs.items())


def in_megabytes(count):
    return f"{int(count) / 1e6:.0f} MB" if count else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", help="default: every language whose image the engine has")
    arguments = parser.parse_args()
    socket_path = script("scripts/engine", "any")
    images = Engine(socket_path).call("GET", "/images/json")
    sizes = {tag: image["Size"] for image in images for tag in image["RepoTags"] or []}
    waiting = {tag: (image["Labels"] or {}).get(LABEL) for image in images for tag in image["RepoTags"] or []}
    languages = arguments.languages or [name for name in sorted(LANGUAGES) if f"docker-run/{name}:latest" in sizes]
    failed = {}
    print("| Language | Result | Time | Image | Waiting |\n|:--|:--|--:|--:|--:|")
    for language in languages:
        try:
            milliseconds, wrong = check(socket_path, language)
        except (RuntimeError, OSError, KeyError) as error:
            milliseconds, wrong = 0, {"no answer": str(error)}
        size, memory = (in_megabytes(of.get(f"docker-run/{language}:latest")) for of in (sizes, waiting))
        say(f"| {language} | {'fails' if wrong else 'ok'} | {milliseconds} ms | {size} | {memory} |")
        if wrong:
            failed[language] = wrong
    for language, wrong in failed.items():
        for name, result in wrong.items():
            print(f"{language}: {name}: {json.dumps(result, ensure_ascii=False)[:2000]}")
    print(f"{len(languages) - len(failed)} of {len(languages)} languages are good")
    sys.exit(1 if failed or not languages else 0)


if __name__ == "__main__":
    main()
