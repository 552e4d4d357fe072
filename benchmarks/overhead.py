"""How long a cold run takes, beside the original's calls on the same engine in the same minute.

The two take turns, each going first in every other pair; the bound is on the ratio of the medians.
"""

import json
import statistics
import time

from original import Engine, specification
from server import Server

BOUND = 0.90
PYTHON = json.dumps(
    {"language": "python", "files": [{"name": "main.py", "content": "print('Hello World!')"}]}).encode()
CASES = [("shell", "docker-run-bench/echo:latest", b"{}"), ("Python", "docker-run/python:latest", PYTHON)]


def milliseconds(body):
    began = time.monotonic()
    body()
    return (time.monotonic() - began) * 1000


def pairs(ours, theirs, count):
    """Two lists of times, of calls that take turns."""
    times = ([], [])
    for index in range(count):
        order = (0, 1) if index % 2 else (1, 0)
        for which in order:
            times[which].append(milliseconds((ours, theirs)[which]))
            # What is still being removed belongs to the one before.
            time.sleep(0.1)
    return times


def describe(times):
    return f"{min(times):7.1f} {statistics.median(times):7.1f} {max(times):7.1f}"


def measure(engine_path, runtimes, count):
    """Prints a table. Returns the bounds that were missed."""
    engine = Engine(engine_path)
    missed = []
    print(f"Cold runs, ms, {count} pairs    {'docker-run':^23}  {'the original':^23}  ratio of")
    print(f"                            {'min':>7} {'median':>7} {'max':>7}  {'min':>7} {'median':>7} {'max':>7}   medians")
    for runtime in runtimes:
        with Server(engine_path, 4, DOCKER_CONTAINER_RUNTIME=runtime) as server:
            for name, image, payload in CASES:
                wanted = specification(image, runtime)
                ours, theirs = pairs(
                    lambda: server.run(image, payload), lambda: engine.original_run(wanted, payload), count)
                ratio = statistics.median(ours) / statistics.median(theirs)
                print(f"{name:10} {runtime or 'runc':16} {describe(ours)}  {describe(theirs)}   {ratio:5.2f}", flush=True)
                if ratio > BOUND:
                    missed.append(f"{name} with {runtime or 'runc'}: {ratio:.2f} of the original, at most {BOUND}")
    return missed
