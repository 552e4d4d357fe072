"""A warm Python hello world as server-sent events: when what it prints is there, beside the plain answer, in turn."""

import socket
import time

from bound import Bound
from harness.http import send
from harness.server import TOKEN, Server, run_body
from markdown import number, table
from timing import in_turn, median, milliseconds
from workload import PYTHON

BOUND = 5.0
MARKS = [("start", b"event: start"), ("output", b"event: stdout"), ("result", b"event: result")]


def plain(server):
    time_taken, answer = milliseconds(lambda: server.run(PYTHON.image, PYTHON.payload))
    PYTHON.check(answer.body)
    return time_taken if answer.warm else None


def streamed(server):
    """Milliseconds until each of the events is there; None if the run was cold."""
    began = time.monotonic()
    with socket.create_connection((server.host, server.port), 60) as connection:
        send(connection, "POST", "/run", run_body(PYTHON.image, PYTHON.payload), TOKEN, accept="text/event-stream")
        received, times = b"", {}
        while chunk := connection.recv(65536):
            received += chunk
            now = (time.monotonic() - began) * 1000
            for name, mark in MARKS:
                if mark in received:
                    times.setdefault(name, now)
    if len(times) < len(MARKS) or b'"stdout":"Hello World!' not in received:
        raise RuntimeError(f"no stream of a hello world: {received.decode(errors='replace')}")
    return times if b'"start":"warm"' in received else None


def measure(bench):
    bench.say("streams")
    with Server(bench.path, 1, POOL_IMAGES=f"{PYTHON.image}=1") as server:
        def ready(body):
            server.settle(ready=1)
            return body(server)

        found = in_turn(
            {"plain": lambda: ready(plain), "streamed": lambda: ready(streamed)}, bench.extent.judged_pairs)
    return {side: [each for each in times if each is not None] for side, times in found.items()}


def rows(result):
    return [("plain answer", result["plain"])] + [
        (f"event: {name}", [times[name] for times in result["streamed"]]) for name, _ in MARKS]


def tables(result):
    return {"streams": table(
        ["warm Python hello world, ms until", "min", "median", "max"],
        [[name, *(number(of(times)) if times else "–" for of in (min, median, max))] for name, times in rows(result)])}


def bounds(result):
    first = [times["output"] for times in result["streamed"]]
    more = median(first) - median(result["plain"]) if first and result["plain"] else None
    return [Bound("first output of a warm Python as an event, later than its plain answer", more, BOUND, unit=" ms")]
