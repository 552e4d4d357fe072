"""Measures what was asked for, on the engine at DOCKER_UNIX_SOCKET_PATH. benchmarks/run prepares everything and calls it."""

import argparse
import dataclasses
import json
import os
import pathlib
import sys
import traceback

import report
from harness import QUICK, Extent, Harness
from machine import describe


def parse():
    parser = argparse.ArgumentParser(prog="benchmarks/run", description="Measures, and prints what was measured.")
    parser.add_argument(
        "what", nargs="?", default="all", choices=["all", *report.SECTIONS],
        help="all (the default) writes the document as well")
    parser.add_argument("--quick", action="store_true", help="a few samples of each, to try the harness: not for judging")
    parser.add_argument(
        "--output", type=pathlib.Path, help="where performance.md is written (docs; with --quick, .cache/benchmark)")
    for name, explanation in EXPLANATIONS.items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=int, help=f"{explanation} ({getattr(Extent(), name)})")
    arguments = parser.parse_args()
    changes = {name: getattr(arguments, name) for name in EXPLANATIONS if getattr(arguments, name)}
    arguments.extent = dataclasses.replace(QUICK if arguments.quick else Extent(), **changes)
    arguments.output = arguments.output or pathlib.Path(".cache/benchmark" if arguments.quick else "docs")
    return arguments


EXPLANATIONS = {
    "pairs": "samples of each row of the original's table, and pairs of code-runner",
    "judged_pairs": "samples of the rows that have bounds",
    "rounds": "rounds of wrk", "seconds": "seconds of each wrk", "runs": "runs for the server's CPU and memory",
}


def main():
    arguments = parse()
    harness = Harness(os.environ["DOCKER_UNIX_SOCKET_PATH"], arguments.extent, os.environ.get("LANGUAGES", "").split())
    results = {
        "about": describe(harness), "extent": dataclasses.asdict(arguments.extent), "quick": arguments.quick, "sections": {},
        "failures": {},
    }
    for name, section in report.SECTIONS.items():
        if arguments.what not in ("all", name):
            continue
        try:
            result = section.measure(harness)
        except Exception as failure:  # one section that fails shall not cost the others their twenty minutes
            traceback.print_exc()
            results["failures"][name] = str(failure)
            continue
        results["sections"][name] = result
        for text in section.tables(result).values():
            print(f"{text}\n", flush=True)
    if arguments.what == "all":
        results["about"]["minutes"] = round(harness.minutes())
        directory = arguments.output / "performance"
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "results.json").write_text(json.dumps(results) + "\n")
        print(f"written: {report.write(directory)}\n")
    missed = report.missed(results)
    for line in missed:
        print(f"missed: {line}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
