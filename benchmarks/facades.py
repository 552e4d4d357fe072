"""A warm Python hello world as clients of other systems ask for it, beside `POST /run`, in turn."""

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
ASKED = {"/run": run_body(PYTHON.image, PYTHON.payload)} | {
    path: json.dumps(body).encode() for path, body in BODIES.items()}


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
            {path: lambda path=path, body=body: once(server, path, body) for path, body in ASKED.items()},
            bench.extent.judged_pairs)
    return {name: [taken for taken in times if taken is not None] for name, times in found.items()}


def tables(result):
    return {"facades": table(
        ["warm Python hello world, ms", "min", "median", "max"],
        [[f"POST {path}", *(number(of(times)) if times else "–" for of in (min, median, max))]
         for path, times in result.items()])}


def bounds(result):
    def more(name):
        plain, times = result["/run"], result[name]
        return median(times) - median(plain) if plain and times else None

    return [
        Bound(f"a warm Python by POST {name}, later than by /run", more(name), BOUND, unit=" ms")
        for name in result if name != "/run"]
