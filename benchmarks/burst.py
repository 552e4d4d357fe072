"""Sixteen requests in one moment after a quiet time: the first that a pool sees that knows single runs only, and the
next, of which it has learned."""

import contextlib
import time

from bound import Bound
from floor import ReadyContainer
from harness.server import Server
from markdown import number, table
from original import original_run, specification
from plot import COLOURS, line_plot
from timing import at_once, median, milliseconds
from workload import PYTHON

COUNT = 16
PLACES = 24
SINGLE = 3
BOUNDS = {"first": 0.35, "learned": 0.22}  # of the original
SIDES = [
    ("first", "docker-run, the first", "cold"), ("learned", "docker-run, learned", "warm"),
    ("original", "the original", "original"), ("floor", "floor", "floor"),
]


def ask(server):
    """Milliseconds, and whether it was warm."""
    taken, answer = milliseconds(lambda: server.run(PYTHON.image, PYTHON.payload))
    PYTHON.check(answer.body)
    return round(taken, 3), answer.warm


def ask_the_original(engine, wanted):
    """Milliseconds."""
    taken, data = milliseconds(lambda: original_run(engine, wanted, PYTHON.payload))
    PYTHON.check(data)
    return round(taken, 3)


def by_hand(engine, wanted):
    """The same burst into containers that were made ready by hand."""
    with contextlib.ExitStack() as stack:
        containers = [stack.enter_context(ReadyContainer(engine, wanted)) for _ in range(COUNT)]
        time.sleep(0.3)
        times = at_once([lambda each=each: each.first_output(PYTHON.payload) for each in containers])
        for each in containers:
            PYTHON.check(each.rest())
    return [round(each, 3) for each in times]


def burst(server):
    """Milliseconds of each, and how many were warm."""
    answers = at_once([lambda: ask(server)] * COUNT)
    server.settle()
    return [taken for taken, _ in answers], sum(warm for _, warm in answers)


def measure(bench):
    wanted = specification(PYTHON.image)
    bursts = []
    for index in range(bench.extent.bursts):
        quiet = bench.extent.quiet if index == 0 else min(5, bench.extent.quiet)
        bench.say(f"burst {index + 1} of {bench.extent.bursts}, after {quiet} quiet seconds")
        with Server(bench.path, COUNT, POOL_MAX_IDLE=str(PLACES)) as server:
            for _ in range(SINGLE):
                ask(server)
                server.settle()
            time.sleep(quiet)
            first, first_warm = burst(server)
            time.sleep(quiet)
            learned, learned_warm = burst(server)
        original = at_once([lambda: ask_the_original(bench.engine, wanted)] * COUNT)
        bursts.append({
            "quiet": quiet, "first": first, "learned": learned, "original": original,
            "floor": by_hand(bench.engine, wanted), "warm": {"first": first_warm, "learned": learned_warm},
        })
    return {"bursts": bursts}


def tables(result):
    rows = []
    for burst in result["bursts"]:
        for side, name, _ in SIDES:
            times = burst[side]
            rows.append([
                f"after {burst['quiet']:g} s", name, number(min(times)), number(median(times)), number(max(times)),
                f"{burst['warm'][side]} of {COUNT}" if side in BOUNDS else "",
            ])
    return {"burst": table(["burst of 16", "", "min", "median", "worst", "warm"], rows)}


def plots(result):
    burst = result["bursts"][0]
    return {
        "burst.svg": line_plot(
            f"{COUNT} requests at once after {burst['quiet']:g} quiet seconds", "requests answered", "milliseconds",
            [(name, COLOURS[colour], "", list(enumerate(sorted(burst[side]), 1))) for side, name, colour in SIDES]),
    }


def bounds(result):
    bursts = result["bursts"]
    found = []
    for side, limit in BOUNDS.items():
        worst = median([max(burst[side]) / max(burst["original"]) for burst in bursts])
        hits = sum(burst["warm"][side] for burst in bursts) / (COUNT * len(bursts))
        found += [
            Bound(f"burst of {COUNT}, {side}: share of runs that were warm", hits, 0.90, at_least=True),
            Bound(f"burst of {COUNT}, {side}: the worst, of the original's worst", worst, limit),
        ]
    return found
