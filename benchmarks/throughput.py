"""Runs a second of so many clients that each send the next request when they have the answer: a closed loop.

The two take turns of some seconds. Each turn begins with a lead that does not count, in which the pool's stock is used
up, and the next one waits until everything has been removed and refilled: so a turn counts what can be sustained, and
pays for all that it causes.
"""

from bound import Bound
from harness.server import Server
from markdown import compared, table
from original import original_run, specification
from plot import COLOURS, line_plot
from timing import closed_loop, in_turn, median, ratio
from workload import PYTHON

CLIENTS = [1, 2, 4, 8, 16]
# Our runtime, the original's, and how many times its throughput is the least: with the same runtime, and with crun
# beside runc, which is what the original's users have.
PAIRS = [("runc", "runc", 1.0), ("crun", "crun", 1.0), ("crun", "runc", 1.2)]
JUDGED = [4, 8, 16]
COLOUR = {("ours", "runc"): COLOURS["warm"], ("original", "runc"): COLOURS["original"],
          ("ours", "crun"): COLOURS["cold"], ("original", "crun"): COLOURS["other"]}


def measure(bench):
    rows = []
    for runtime, beside, _ in PAIRS:
        for clients in CLIENTS if runtime == beside else JUDGED:
            if runtime not in bench.runtimes:
                continue
            turns = bench.extent.few_turns
            if clients in JUDGED:  # as many seconds of each, in fewer turns where they are longer
                turns = max(turns, round(bench.extent.turns * bench.extent.window / seconds(bench, clients)))
            bench.say(f"throughput of {clients} clients with {runtime} beside {beside}, {turns} turns each")
            rows.append({
                "runtime": runtime, "beside": beside, "clients": clients,
                **pair(bench, runtime, beside, clients, turns)})
    return {"rows": rows}


def seconds(bench, clients):
    """Of a turn: enough for each client to have several answers; a quarter of one is more than a run costs."""
    return max(bench.extent.window, clients / 4)


def pair(bench, runtime, beside, clients, turns):
    wanted = specification(PYTHON.image, beside)
    window = seconds(bench, clients)
    lead = window / 2
    hits = []

    def ask():
        answer = server.run(PYTHON.image, PYTHON.payload)
        PYTHON.check(answer.body)
        hits.append(answer.warm)

    def ours():
        rate = closed_loop(ask, clients, lead, window)
        server.settle()
        return round(rate, 3)

    def original():
        return round(closed_loop(
            lambda: PYTHON.check(original_run(bench.engine, wanted, PYTHON.payload)), clients, lead, window), 3)

    with Server(bench.path, max(CLIENTS), DOCKER_CONTAINER_RUNTIME=runtime) as server:
        rates = in_turn({"ours": ours, "original": original}, turns)
    return {**rates, "seconds": window, "warm": sum(hits), "runs": len(hits)}


def tables(result):
    return {"throughput": table(
        ["runtime", "the original's", "clients", "docker-run", "the original", "ratio", "warm", "turns", "of"],
        [
            [row["runtime"], row["beside"], row["clients"],
             *compared(row, "original"),
             f"{100 * row['warm'] / row['runs']:.0f} %", len(row["ours"]), f"{row['seconds']:g} s"]
            for row in result["rows"]
        ])}


def plots(result):
    lines = []
    for (side, runtime), colour in COLOUR.items():
        rows = [row for row in result["rows"] if row["runtime"] == row["beside"] == runtime]
        if rows:
            name, style = ("docker-run", "-") if side == "ours" else ("the original", "--")
            points = [(row["clients"], median(row[side])) for row in rows]
            lines.append((f"{name}, {runtime}", colour, style, points))
    return {
        "throughput.svg": line_plot(
            "Sustained throughput, Python hello world", "clients, each waiting for its answer", "runs a second", lines,
            log="x", x_ticks=CLIENTS),
    }


def bounds(result):
    least = {(runtime, beside): bound for runtime, beside, bound in PAIRS}
    return [
        Bound(
            f"throughput of {row['clients']} clients with {row['runtime']}, times the original's with {row['beside']}",
            ratio(row["ours"], row["original"]), least[row["runtime"], row["beside"]], at_least=True)
        for row in result["rows"] if row["clients"] in JUDGED
    ]
