"""A warm Python hello world as clients of other systems ask for it, beside `POST /run`, in turn.

Piston's programs have a variable, and a program with variables finds nothing awake: theirs are beside such a run.
"""

import json

from bound import Bound
from harness.server import Server, run_body
from markdown import number, table
from timing import in_turn, median, milliseconds
from workload import PYTHON

BOUND = 1.0
CODE = "print('Hello World!')"
CALL = {"name": "run_code", "arguments": {"language": "python", "code": CODE}}
BODIES = {
    "/mcp": {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": CALL},
    "/api/v2/execute": {"language": "python", "version": "*", "files": [{"content": CODE}]},
    "/run_code": {"language": "python", "code": CODE},
}
WITH_VARIABLE = json.loads(PYTHON.payload) | {"env": {"PISTON_LANGUAGE": "python"}}
# How each is called in the table: where it is sent, and what.
ASKED = {
    "POST /run": ("/run", run_body(PYTHON.image, PYTHON.payload)),
    "POST /run, with a variable": ("/run", run_body(PYTHON.image, WITH_VARIABLE)),
} | {f"POST {path}": (path, json.dumps(body).encode()) for path, body in BODIES.items()}
# Which of these each facade's is beside.
BESIDE = {"POST /mcp": "POST /run", "POST /api/v2/execute": "POST /run, with a variable", "POST /run_code": "POST /run"}


def once(server, path, body):
    """Milliseconds; None if the run was cold."""
    server.settle(ready=1)
    taken, answer = milliseconds(lambda: server.ask("POST", path, body))
    if answer.status != 200 or b"Hello World!" not in answer.body:
        raise RuntimeError(f"{path} does not say hello but: {answer}")
    return taken if answer.warm else None


def measure(bench):
    bench.say("facades")
    with Server(bench.path, 1, POOL_IMAGES=f"{PYTHON.image}=1", API_FACADES="mcp piston sandboxfusion") as server:
        found = in_turn(
            {name: lambda asked=asked: once(server, *asked) for name, asked in ASKED.items()},
            bench.extent.judged_pairs)
    return {name: [taken for taken in times if taken is not None] for name, times in found.items()}


def tables(result):
    return {"facades": table(
        ["warm Python hello world, ms", "min", "median", "max"],
        [[name, *(number(of(times)) if times else "–" for of in (min, median, max))]
         for name, times in result.items()])}


def bounds(result):
    def more(name, plain):
        return median(result[name]) - median(result[plain]) if result[name] and result[plain] else None

    return [
        Bound(f"a warm Python by {name}, later than by {plain}", more(name, plain), BOUND, unit=" ms")
        for name, plain in BESIDE.items()]
