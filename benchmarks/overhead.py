"""How long one run takes: the original's table, with its calls and the floor on the same engine in the same minute.

The four take turns, each after the same rest. A warm run is one that found a container waiting; the next sample waits
until there is one again.
"""

import time

from bound import Bound
from floor import REST, first_output
from harness.server import Server
from markdown import number, table
from original import original_run, specification
from plot import COLOURS, dot_plot
from timing import in_turn, median, milliseconds, ratio
from workload import ALL, PYTHON, SHELL

COLD = 0.85
WARM = {"shell": 0.06, "Python": 0.16}  # of the original
ABOVE_FLOOR = {"shell": 2.0, "Python": 1.25}
HITS = 0.90
KINDS = ["original", "cold", "warm", "floor"]


class Row:
    """The samples of one program with one runtime."""

    def __init__(self, bench, hello, runtime):
        self.engine = bench.engine
        self.path = bench.path
        self.hello = hello
        self.runtime = runtime
        self.specification = specification(hello.image, runtime)
        self.times = {kind: [] for kind in KINDS}
        self.tries = 0
        self.fault = None

    def measure(self, rounds):
        runtime = {"DOCKER_CONTAINER_RUNTIME": self.runtime}
        # The first of all reads the image from the disk.
        self.hello.check(original_run(self.engine, self.specification, self.hello.payload))
        with (Server(self.path, 4, POOL_MAX_IDLE="0", **runtime) as cold,
              Server(self.path, 4, POOL_IMAGES=f"{self.hello.image}=1", **runtime) as warm):
            in_turn([self.original, lambda: self.cold(cold), lambda: self.warm(warm), self.floor], rounds)
        return {
            "name": self.hello.name, "runtime": self.runtime, **self.times, "tries": self.tries, "fault": self.fault,
        }

    def keep(self, kind, taken, data):
        self.hello.check(data)
        self.times[kind].append(round(taken, 3))

    def original(self):
        time.sleep(REST)
        self.keep("original", *milliseconds(lambda: original_run(self.engine, self.specification, self.hello.payload)))

    def floor(self):
        self.keep("floor", *first_output(self.engine, self.specification, self.hello.payload))

    def cold(self, server):
        time.sleep(REST)
        self.keep("cold", *milliseconds(lambda: server.run(self.hello.image, self.hello.payload).body))
        # What is still being removed shall not slow down the next one.
        server.settle()

    def warm(self, server):
        """Where no container ever waits there is no warm run; two more tries are for one that dies just then."""
        for _ in range(3):
            if self.fault:
                return
            if not server.settle(ready=1, seconds=20):
                self.fault = "no container was ready within 20 s"
                return
            time.sleep(REST)
            taken, answer = milliseconds(lambda: server.run(self.hello.image, self.hello.payload))
            self.tries += 1
            if answer.warm:
                self.keep("warm", taken, answer.body)
                server.settle()
                return


def samples(extent, hello, runtime):
    if runtime == "runsc":
        return extent.slow_pairs
    return extent.judged_pairs if hello.name in WARM else extent.pairs


def measure(bench):
    wanted = [hello for hello in ALL if hello in (SHELL, PYTHON) or hello.name.lower() in bench.languages]
    rows = []
    for runtime in bench.runtimes:
        for hello in wanted:
            # crun is measured for its start, which is the same whatever is run.
            if runtime == "crun" and hello not in (SHELL, PYTHON):
                continue
            pairs = samples(bench.extent, hello, runtime)
            bench.say(f"{hello.name} with {runtime}, {pairs} times")
            rows.append(Row(bench, hello, runtime).measure(pairs))
    return {"rows": rows}


def tables(result):
    found = {f"overhead-{runtime}": rows_table(rows_with(result, runtime)) for runtime in ["runc", "crun", "runsc"]}
    python = next((row for row in rows_with(result, "runc") if row["name"] == "Python"), None)
    return {**found, "floor-python": f"{number(median(python['floor']))} ms"} if python else found


def rows_with(result, runtime):
    return [row for row in result["rows"] if row["runtime"] == runtime]


def rows_table(rows):
    if not rows:
        return "Not measured: the engine does not have this runtime, or cannot start a container with it."

    def spread(times):
        return f"{number(min(times))} / **{number(median(times))}** / {number(max(times))}" if times else "not measured"

    return table(
        ["", "the original", "cold", "warm", "floor", "cold : original", "warm : original", "warm : floor", "hits"],
        [
            [row["name"], *(spread(row[kind]) for kind in KINDS), number(ratio(row["cold"], row["original"])),
             number(ratio(row["warm"], row["original"])), number(ratio(row["warm"], row["floor"])),
             f"{len(row['warm'])} of {row['tries']}"]
            for row in rows
        ])


def plots(result):
    images = {}
    for runtime in ["runc", "crun", "runsc"]:
        rows = rows_with(result, runtime)
        if rows:
            images[f"overhead-{runtime}.svg"] = dot_plot(
                f"Hello world with {runtime}: median, and from the fastest to the slowest", "milliseconds",
                [row["name"] for row in rows],
                [(kind, COLOURS[kind], [row[kind] for row in rows]) for kind in KINDS])
    return images


def bounds(result):
    found = []
    for row in result["rows"]:
        name, who = row["name"], f"{row['name']} with {row['runtime']}"
        if name not in WARM:
            continue
        hits = len(row["warm"]) / row["tries"] if row["tries"] else None
        found.append(Bound(
            f"{who}: share of warm runs that were warm ({row['fault'] or 'hits'})", hits, HITS, at_least=True))
        # What a start costs with gVisor is gVisor's; it is shown and not judged.
        if row["runtime"] != "runsc":
            found += [
                Bound(f"{who}: cold run, of the original's", ratio(row["cold"], row["original"]), COLD),
                Bound(f"{who}: warm run, of the original's", ratio(row["warm"], row["original"]), WARM[name]),
                Bound(f"{who}: warm run, times the floor", ratio(row["warm"], row["floor"]), ABOVE_FLOOR[name]),
            ]
    return found
