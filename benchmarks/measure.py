"""Measures what was asked for, on an engine of its own. benchmarks/run calls it."""

import argparse
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import traceback

import plot
import report
from bench import QUICK, Bench, Extent
from harness.engine import engine_of_our_own
from harness.process import end_in_order, script
from machine import describe
from workload import AWAKE


def parse():
    parser = argparse.ArgumentParser(prog="benchmarks/run", description="Measures, and prints what was measured.")
    parser.add_argument(
        "what", nargs="?", default="all", choices=["all", *report.SECTIONS],
        help="all (the default) writes the document as well")
    parser.add_argument("--quick", action="store_true", help="a few samples of each, to try it: not for judging")
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


def prepare(arguments):
    """What is needed, and the languages whose images are: those of Haskell and Java take minutes to build, and only one
    part runs them."""
    languages = ["python"]
    if arguments.what in ("all", "overhead"):
        languages += ["c"] if arguments.quick else ["c", "haskell", "java"]
    if arguments.what in ("all", "awake"):
        awake = ["javascript", "ruby"] if arguments.quick else [hello.name for hello in AWAKE]
        languages += [name for name in awake if name not in languages]
    script("scripts/dependencies", "build", "engine", "image", "bench")
    for runtime in ("crun", "runsc"):
        try:
            script("scripts/dependencies", runtime)
        except RuntimeError:
            print(f"{runtime} is not there: its rows are left out", file=sys.stderr)
    if arguments.what == "all":
        plot.matplotlib()
    subprocess.run(["make", "build"], check=True, stdout=sys.stderr)
    script("scripts/engine", "down", "bench")  # one from before may not know the runtimes
    return os.environ.get("LANGUAGES", "").split() or languages


def measure(bench, arguments):
    results = {
        "about": describe(bench), "extent": dataclasses.asdict(arguments.extent), "quick": arguments.quick,
        "sections": {}, "failures": {},
    }
    for name, section in report.SECTIONS.items():
        if arguments.what not in ("all", name):
            continue
        try:
            result = section.measure(bench)
        except Exception as failure:  # one section that fails shall not cost the others their twenty minutes
            traceback.print_exc()
            results["failures"][name] = str(failure)
            continue
        results["sections"][name] = result
        for text in section.tables(result).values():
            print(f"{text}\n", flush=True)
    results["about"]["minutes"] = round(bench.minutes())
    return results


def main():
    arguments = parse()
    end_in_order()
    languages = prepare(arguments)
    with engine_of_our_own("bench") as path:
        script("scripts/images", "python", *languages, DOCKER_UNIX_SOCKET_PATH=path)
        results = measure(Bench(path, arguments.extent, languages), arguments)
    if arguments.what == "all":
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
