"""What code-runner costs: a Python hello world run by it, beside python3 alone, in turns in one and the same container."""

import json

from server import Server

BOUND = 8.0

# Runs in the container. The pairs take turns, each going first in every other pair.
PROGRAM = """
import json, statistics, subprocess, time
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
print(json.dumps([[min(each), statistics.median(each), max(each)] for each in times]))
"""


def measure(engine_path, count):
    """Prints a table. Returns the bounds that were missed."""
    files = [{"name": "main.py", "content": PROGRAM % count}]
    with Server(engine_path, 1) as server:
        result = json.loads(server.run("docker-run/python:latest", json.dumps({"language": "python", "files": files}).encode()))
    if result["error"]:
        raise RuntimeError(f"{result['error']} {result['stderr']}")
    alone, wrapped = json.loads(result["stdout"])
    more = wrapped[1] - alone[1]
    print(f"Python hello world in one container, ms, {count} pairs    {'min':>7} {'median':>7} {'max':>7}")
    print(f"{'python3 alone':51} {alone[0]:7.1f} {alone[1]:7.1f} {alone[2]:7.1f}")
    print(f"{'through code-runner':51} {wrapped[0]:7.1f} {wrapped[1]:7.1f} {wrapped[2]:7.1f}")
    print(f"{'more, at the median':51} {'':7} {more:7.1f}")
    return [f"code-runner costs {more:.1f} ms, at most {BOUND}"] if more > BOUND else []
