"""Measures what was asked for, on the engine at DOCKER_UNIX_SOCKET_PATH. benchmarks/run prepares everything and calls it."""

import argparse
import os
import sys

import code_runner
import front_end
import memory
import overhead
from original import Engine


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=["all", "overhead", "front-end", "memory", "code-runner"])
    parser.add_argument("--pairs", type=int, default=24, help="pairs of cold runs (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of wrk (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=4, help="seconds of each wrk (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=500, help="runs for memory (default: %(default)s)")
    arguments = parser.parse_args()
    path = os.environ["DOCKER_UNIX_SOCKET_PATH"]

    version = Engine(path).call("GET", "/version")
    known = Engine(path).call("GET", "/info")["Runtimes"]
    print(f"{os.cpu_count()} CPUs, Linux {os.uname().release}, Docker Engine {version['Version']}, runtimes {', '.join(sorted(known))}\n")
    missed = []
    if arguments.what in ("all", "overhead"):
        missed += overhead.measure(path, [None] + (["crun"] if "crun" in known else []), arguments.pairs)
        print()
    if arguments.what in ("all", "front-end"):
        missed += front_end.measure(path, arguments.rounds, arguments.seconds)
        print()
    if arguments.what in ("all", "memory"):
        missed += memory.measure(path, arguments.runs)
        print()
    if arguments.what in ("all", "code-runner"):
        missed += code_runner.measure(path, arguments.pairs)
        print()
    for bound in missed:
        print(f"missed: {bound}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
