"""Latency over the rate at which requests arrive, up to twice of what the engine can do: an open loop.

A request is sent when its time has come, whatever has become of those before, and its latency counts from that time: so
waiting is seen as a client sees it. The times are random (a Poisson process), and the same for all that are compared.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from bound import Bound
from harness.server import Server
from markdown import number, table
from original import original_run, specification
from plot import COLOURS, line_plot
from timing import closed_loop, percentile
from workload import PYTHON

WORKERS = 4
QUEUE = 32
LOADS = [0.25, 0.5, 0.75, 1, 1.5, 2]
JUDGED = 0.75
TURNS = 5  # of what is judged
SIDES = [
    ("pool", "pool on", COLOURS["warm"]), ("cold", "pool off", COLOURS["cold"]),
    ("original", "the original", COLOURS["original"]),
]
REFUSED = 503


class Original:
    """The original's calls, in front of them as many workers and as long a queue as the server has."""

    def __init__(self, engine):
        self.engine = engine
        self.specification = specification(PYTHON.image)
        self.places = threading.Semaphore(WORKERS + QUEUE)
        self.workers = threading.Semaphore(WORKERS)

    def __call__(self):
        """Returns the status, the body, and whether it was warm."""
        if not self.places.acquire(blocking=False):
            return REFUSED, b"", False
        try:
            with self.workers:
                return 200, original_run(self.engine, self.specification, PYTHON.payload), False
        finally:
            self.places.release()


def schedules(load, saturation, extent):
    """When requests arrive, in seconds, in each of the turns."""
    if load == JUDGED:
        return [schedule(load * saturation, extent.judged_arrivals / TURNS, 0, turn) for turn in range(TURNS)]
    return [schedule(load * saturation, extent.arrivals, extent.arrival_seconds)]


def schedule(rate, count, seconds, seed=1):
    source = random.Random(seed)
    times, now = [], 0.0
    while len(times) < count or now < seconds:
        now += source.expovariate(rate)
        times.append(now)
    return times


def open_loop(body, arrivals):
    """Returns the latencies in milliseconds of what was answered, how many were refused, and how many were warm."""
    began = time.monotonic() + 0.1

    def request(arrival):
        status, data, warm = body()
        latency = (time.monotonic() - began - arrival) * 1000
        if status == 200:
            PYTHON.check(data)
        elif status != REFUSED:
            raise RuntimeError(f"{status} {data.decode(errors='replace')}")
        return status, latency, warm

    with ThreadPoolExecutor(len(arrivals)) as executor:
        requests = []
        for arrival in arrivals:
            time.sleep(max(0, began + arrival - time.monotonic()))
            requests.append(executor.submit(request, arrival))
    outcomes = [each.result() for each in requests]
    return {
        "latencies": [round(latency, 3) for status, latency, _ in outcomes if status == 200],
        "refused": sum(status == REFUSED for status, _, _ in outcomes),
        "warm": sum(warm for _, _, warm in outcomes),
    }


def together(outcomes):
    """Of several turns."""
    first, *others = outcomes
    return {name: sum((each[name] for each in others), start=value) for name, value in first.items()}


def measure(bench):
    def ask(server):
        answer = server.post(PYTHON.image, PYTHON.payload)
        return answer.status, answer.body, answer.warm

    limits = {"SERVER_QUEUE_SIZE": str(QUEUE)}
    with (Server(bench.path, WORKERS, POOL_MAX_IDLE="0", **limits) as cold,
          Server(bench.path, WORKERS, POOL_IMAGES=f"{PYTHON.image}={WORKERS}", **limits) as pool):
        bench.say("latency: saturation of the engine")
        saturation = closed_loop(
            lambda: cold.run(PYTHON.image, PYTHON.payload), WORKERS, 1, bench.extent.arrival_seconds)
        ready = WORKERS if pool.settle(ready=WORKERS) else 0  # no second wait for what does not come
        points = []
        for load in LOADS:
            turns = schedules(load, saturation, bench.extent)
            requests = sum(map(len, turns))
            bench.say(f"latency at {load} of {saturation:.1f} runs a second, {requests} requests")
            sides = {side: [] for side, _, _ in SIDES}
            for arrivals in turns:
                # The pool gets back what it gave away: how it fares when its stock is gone shows while the load lasts.
                pool.settle(ready)
                sides["pool"].append(open_loop(lambda: ask(pool), arrivals))
                pool.settle()
                sides["cold"].append(open_loop(lambda: ask(cold), arrivals))
                cold.settle()
                sides["original"].append(open_loop(Original(bench.engine), arrivals))
            points.append({
                "load": load, "requests": requests, **{side: together(outcomes) for side, outcomes in sides.items()}})
    return {"saturation": saturation, "points": points}


def tables(result):
    rows = []
    for point in result["points"]:
        for side, name, _ in SIDES:
            outcome = point[side]
            times = outcome["latencies"]
            rows.append([
                f"{point['load']} × ({point['load'] * result['saturation']:.1f} a second)", name,
                *(number(percentile(times, percent)) for percent in (50, 95, 99)),
                f"{outcome['refused']} of {point['requests']}",
                f"{outcome['warm']} of {len(times)}" if side == "pool" else "",
            ])
    return {
        "latency": table(["load", "", "p50", "p95", "p99", "refused", "warm"], rows),
        "saturation": f"{result['saturation']:.1f}",
    }


def plots(result):
    lines = [
        (f"{name}, p{percent}", colour, style,
         [(point["load"], percentile(point[side]["latencies"], percent)) for point in result["points"]])
        for side, name, colour in SIDES for percent, style in [(50, "-"), (99, "--")]
    ]
    return {
        "latency.svg": line_plot(
            "Latency of a Python hello world over the rate of arrival",
            f"rate of arrival, 1 = saturation without a pool, {result['saturation']:.1f} runs a second", "milliseconds",
            lines, log="y", x_ticks=LOADS),
    }


def bounds(result):
    lowest, judged = result["points"][0], next(point for point in result["points"] if point["load"] == JUDGED)
    hits = lowest["pool"]["warm"] / len(lowest["pool"]["latencies"])
    p95 = {side: percentile(judged[side]["latencies"], 95) for side in ("pool", "original")}
    return [
        # Otherwise the row "pool on" says nothing. That a rate beyond saturation empties the pool is in the nature of
        # it.
        Bound(f"latency at {lowest['load']} of saturation: share of runs that were warm", hits, 0.5, at_least=True),
        Bound(
            f"latency at {JUDGED} of saturation, {judged['requests']} requests: p95 with the pool, of the original's",
            p95["pool"] / p95["original"], 1),
    ]
