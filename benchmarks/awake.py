"""What it is worth that a language gets ready while its container waits: one program, PRELUDE on and off, in turn."""

import sys

from bound import Bound
from harness.server import Server
from markdown import number, table
from original import original_run, specification
from overhead import cold, sample
from plot import COLOURS, dot_plot
from timing import closed_loop, in_turn, median, milliseconds, ratio
from workload import AWAKE, COMPUTATION

sys.path.append("images")  # where the table of languages is
from languages import LANGUAGES
from waiting import await_rest

BOUNDS = {
    "java": 0.25, "kotlin": 0.35, "scala": 0.35, "clojure": 0.35, "groovy": 0.35, "typescript": 0.25, "javascript": 0.6,
    "ruby": 0.6, "python": 0.6, "python-data": 0.15,
}
# A program that computes is not to be slower for what was ready.
COMPUTING = 1.05
# Clients that leave the machine no time to get anything ready, which is to cost them nothing.
LOADED, CLIENTS, SECONDS, OF_WARM = "java", 4, 8, 0.95
KINDS = ["original", "cold", "warm", "awake"]


def measure_row(bench, hello, rounds):
    wanted = specification(hello.image, None)
    preludes = len(LANGUAGES[language(hello)].preludes)

    def warm(server, processes):
        """None if it was cold after all, or nothing has got ready."""
        server.settle(ready=1)
        (container,) = server.containers()
        if not await_rest(server.engine, container["Id"], processes, pause=0.2):
            return None
        taken, answer = milliseconds(lambda: server.run(hello.image, hello.payload))
        hello.check(answer.body)
        return round(taken, 3) if answer.warm else None

    hello.check(original_run(bench.engine, wanted, hello.payload))  # the first of all reads the image from the disk
    with (Server(bench.path, 1, POOL_MAX_IDLE="0") as without_pool,
          Server(bench.path, 1, POOL_MAX_IDLE="1", POOL_IMAGES=f"{hello.image}=1", PRELUDE="off") as asleep,
          Server(bench.path, 1, POOL_MAX_IDLE="1", POOL_IMAGES=f"{hello.image}=1") as awake):
        pairs = in_turn({"warm": lambda: warm(asleep, 1), "awake": lambda: warm(awake, 1 + preludes)}, rounds)
        # What nobody judges, less often.
        others = in_turn({
            "original": lambda: sample(hello, lambda: original_run(bench.engine, wanted, hello.payload)),
            "cold": lambda: cold(without_pool, hello)}, max(1, rounds // 3))
    return {"name": hello.name, **others,
            **{name: [taken for taken in times if taken is not None] for name, times in pairs.items()}}


def under_load(bench, hello):
    """Runs a second of clients that each send the next when they have the answer."""
    def rate(server):
        found = closed_loop(
            lambda: hello.check(server.run(hello.image, hello.payload).body), CLIENTS, SECONDS / 2, SECONDS)
        server.settle()
        return round(found, 3)

    with Server(bench.path, CLIENTS, PRELUDE="off") as asleep, Server(bench.path, CLIENTS) as awake:
        return in_turn({"warm": lambda: rate(asleep), "awake": lambda: rate(awake)}, bench.extent.rounds)


def language(hello):
    return hello.name.split(",")[0]


def measure(bench):
    rows = []
    for hello in [*AWAKE, COMPUTATION]:
        if language(hello) in bench.languages:
            bench.say(f"awake: {hello.name}")
            rows.append(measure_row(bench, hello, bench.extent.pairs))
    loaded = [hello for hello in AWAKE if hello.name == LOADED and LOADED in bench.languages]
    return {"rows": rows, "loaded": [under_load(bench, hello) for hello in loaded]}


def tables(result):
    loaded = [
        f"{number(median(rates['awake']))} runs a second, {number(median(rates['warm']))} with `PRELUDE=off`"
        for rates in result["loaded"]]
    return {"awake-loaded": "".join(loaded) or "not measured", "awake": table(
        ["", "the original", "cold", "warm", "awake", "awake : warm", "awake : original"],
        [[row["name"], *(number(median(row[kind])) for kind in KINDS), number(ratio(row["awake"], row["warm"])),
          number(ratio(row["awake"], row["original"]))] for row in result["rows"]])}


def plots(result):
    rows = result["rows"]
    return {"awake.svg": dot_plot(
        "Hello world by language: median, and from the fastest to the slowest", "milliseconds",
        [row["name"] for row in rows], [(kind, COLOURS[kind], [row[kind] for row in rows]) for kind in KINDS])}


def bounds(result):
    return [
        Bound(f"{row['name']}: awake, of warm", ratio(row["awake"], row["warm"]), BOUNDS.get(row["name"], COMPUTING))
        for row in result["rows"]
    ] + [
        Bound(
            f"{LOADED} under load of {CLIENTS} clients: runs a second, of PRELUDE=off",
            ratio(rates["awake"], rates["warm"]), OF_WARM, at_least=True)
        for rates in result["loaded"]]
