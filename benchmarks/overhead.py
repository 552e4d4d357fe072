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


def sample(hello, body):
    """Milliseconds, after a rest, of what has to say hello."""
    time.sleep(REST)
    taken, data = milliseconds(body)
    hello.check(data)
    return round(taken, 3)


def cold(server, hello):
    taken = sample(hello, lambda: server.run(hello.image, hello.payload).body)
    # What is still being removed shall not slow down the next one.
    server.settle()
    return taken


def measure_row(bench, hello, runtime, rounds):
    """The samples of one program with one runtime."""
    wanted, tries, faults = specification(hello.image, runtime), [], []

    def warm():
        """Where no container ever waits there is no warm run; two more tries are for one that dies just then."""
        for _ in range(3):
            if faults or not with_pool.settle(ready=1, seconds=20):
                faults.append("no container was ready within 20 s")
                return None
            time.sleep(REST)
            taken, answer = milliseconds(lambda: with_pool.run(hello.image, hello.payload))
            hello.check(answer.body)
            tries.append(answer.warm)
            if answer.warm:
                with_pool.settle()
                return round(taken, 3)
        return None

    def floor():
        taken, data = first_output(bench.engine, wanted, hello.payload)
        hello.check(data)
        return round(taken, 3)

    hello.check(original_run(bench.engine, wanted, hello.payload))  # the first of all reads the image from the disk
    settings = {"DOCKER_CONTAINER_RUNTIME": runtime}
    with (Server(bench.path, 4, POOL_MAX_IDLE="0", **settings) as without_pool,
          Server(bench.path, 4, POOL_MAX_IDLE="1", POOL_IMAGES=f"{hello.image}=1", **settings) as with_pool):
        times = in_turn({
            "original": lambda: sample(hello, lambda: original_run(bench.engine, wanted, hello.payload)),
            "cold": lambda: cold(without_pool, hello), "warm": warm, "floor": floor}, rounds)
    times["warm"] = [taken for taken in times["warm"] if taken is not None]
    return {"name": hello.name, "runtime": runtime, **times, "tries": len(tries), "fault": (faults or [None])[0]}


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
            rows.append(measure_row(bench, hello, runtime, pairs))
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
