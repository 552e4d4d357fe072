"""What code-runner costs: a Python hello world run by it, beside python3 alone, in turns in one and the same
container."""

import json

from bound import Bound
from harness.server import Server
from markdown import number, table
from timing import median
from workload import PYTHON

BOUND = 8.0

# Runs in the container. The pairs take turns, each going first in every other pair.
PROGRAM = """
import json, subprocess, time
hello = "print('Hello World!')\\n"
open("hello.py", "w").write(hello)
payload = json.dumps({"language": "python", "files": [{"name": "hello.py", "content": hello}]}).encode()
times = ([], [])
for index in range(2 * %d):
    which = index // 2 & 1 ^ index & 1
    began = time.monotonic()
    if which:
        subprocess.run(["code-runner", "--path", "."], input=payload, stdout=subprocess.PIPE, check=True)
    else:
        subprocess.run(["python3", "hello.py"], input=b"", stdout=subprocess.PIPE, check=True)
    times[which].append((time.monotonic() - began) * 1000)
print(json.dumps(times))
"""


def measure(bench):
    bench.say("code-runner")
    files = [{"name": "main.py", "content": PROGRAM % bench.extent.pairs}]
    with Server(bench.path, 1) as server:
        result = server.run(PYTHON.image, {"language": "python", "files": files}).json()
    if result["error"]:
        raise RuntimeError(f"{result['error']} {result['stderr']}")
    alone, wrapped = json.loads(result["stdout"])
    return {"alone": alone, "wrapped": wrapped}


def more(result):
    return median(result["wrapped"]) - median(result["alone"])


def tables(result):
    rows = [
        [name, *(number(of(result[side])) for of in (min, median, max))]
        for side, name in [("alone", "python3 alone"), ("wrapped", "through code-runner")]
    ]
    rows.append(["more, at the median", "", number(more(result)), ""])
    return {"code-runner": table(["Python hello world in one container, ms", "min", "median", "max"], rows)}


def bounds(result):
    return [Bound("code-runner, more than python3 alone", more(result), BOUND, unit=" ms")]
