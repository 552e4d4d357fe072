"""GET / under wrk beside nginx with one worker, POST /run beside the original's calls, and GET / when workers are
busy."""

import base64
import http.client
import os
import pathlib
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from bound import Bound
from harness.process import Daemon, run
from harness.server import TOKEN, Client, Server, free_port, run_body
from markdown import compared, number, table
from original import original_run, specification
from timing import closed_loop, in_turn, median, percentile, ratio
from workload import PYTHON, SHELL

BOUND = 0.40
P99_BOUND = 20.0
CLIENTS = 4  # of POST /run
SLEEP = b'{"script":"%s"}' % base64.b64encode(b"sleep 1; echo {}")


class Nginx(Daemon):
    def __init__(self, body, logs):
        self.directory = tempfile.TemporaryDirectory()
        path, self.port = self.directory.name, free_port()
        log = f"{path}/access.log" if logs else "off"
        names = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        paths = "".join(f"{name}_temp_path {path}/{name};" for name in names)
        pathlib.Path(path, "nginx.conf").write_text(
            f"worker_processes 1; daemon off; pid {path}/pid; error_log stderr;"
            "events { worker_connections 1024; }"
            f"http {{ access_log {log}; {paths} keepalive_requests 1000000000;"
            f"server {{ listen 127.0.0.1:{self.port};"
            f"location / {{ default_type application/json; return 200 '{body}'; }} }} }}")
        super().__init__("nginx", "-e", "stderr", "-c", f"{path}/nginx.conf")
        self.await_answer(Client(self.port, "").answers)

    def end(self):
        super().end()
        self.directory.cleanup()


def wrk(port, seconds, *options, path="/", **environment):
    """Requests a second, and all that wrk printed."""
    url = f"http://127.0.0.1:{port}{path}"
    output = run(
        "wrk", "-t1", f"-d{seconds}", *options, url, timeout=seconds + 20, env={**os.environ, **environment})
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"errors under wrk:\n{output}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)), output


def throughput(bench, logs):
    with (Server(bench.path, 2, LOG_LEVEL=None if logs else "warning") as server,
          Nginx(server.ask("GET", "/").body.decode(), logs) as nginx):
        return {"logs": logs, **in_turn({
            "ours": lambda: wrk(server.port, bench.extent.seconds, "-c64")[0],
            "nginx": lambda: wrk(nginx.port, bench.extent.seconds, "-c64")[0],
        }, bench.extent.rounds)}


def while_busy(bench):
    """Milliseconds of GET / by one client while 2 workers run, one second each, and 16 runs wait."""
    times = []
    with Server(bench.path, 2) as server, ThreadPoolExecutor(18) as executor:
        runs = [executor.submit(server.run, SHELL.image, SLEEP) for _ in range(18)]
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while not all(each.done() for each in runs):
            began = time.monotonic()
            connection.request("GET", "/")
            connection.getresponse().read()
            times.append(round((time.monotonic() - began) * 1000, 3))
            time.sleep(0.002)
        for each in runs:
            each.result()
    return times


def posts(bench, hello, accept="application/json"):
    """POST /run, with benchmarks/run.lua as anybody can use it, in turn with the original's calls by as many
    clients."""
    wanted = specification(hello.image)
    seconds, prints = bench.extent.seconds, []
    environment = {"RUN_TOKEN": TOKEN, "RUN_BODY": run_body(hello.image, hello.payload).decode(), "RUN_ACCEPT": accept}

    def ours():
        rate, output = wrk(
            server.port, seconds, f"-c{CLIENTS}", "--timeout", "30s", "-s", "benchmarks/run.lua", path="/run",
            **environment)
        prints.append(output[output.index("Runs:"):].strip())
        server.settle()
        return rate

    def original():
        return closed_loop(
            lambda: hello.check(original_run(bench.engine, wanted, hello.payload)), CLIENTS, 0, seconds)

    with Server(bench.path, CLIENTS) as server:
        rates = in_turn({"ours": ours, "original": original}, bench.extent.rounds)
    name = hello.name if accept == "application/json" else f"{hello.name}, streamed"
    return {"name": name, **rates, "printed": prints[-1]}


def measure(bench):
    bench.say("front-end: GET / under wrk, beside nginx")
    gets = [throughput(bench, logs) for logs in [True, False]]
    bench.say("front-end: GET / while runs wait")
    busy = while_busy(bench)
    bench.say("front-end: POST /run under wrk")
    streamed = posts(bench, PYTHON, "text/event-stream")
    return {"gets": gets, "busy": busy, "posts": [posts(bench, SHELL), streamed, posts(bench, PYTHON)]}


def name(row):
    return "both log every request" if row["logs"] else "neither logs requests"


def tables(result):
    busy = result["busy"]
    return {
        "front-end-get": table(
            ["GET /, requests a second", "docker-run", "nginx", "ratio"],
            [[name(row), *compared(row, "nginx")] for row in result["gets"]]),
        "front-end-busy":
            f"median {number(median(busy))} ms, p99 {number(percentile(busy, 99))} ms, {len(busy)} requests",
        "front-end-post": table(
            ["POST /run, runs a second", "docker-run", "the original", "ratio"],
            [[row["name"], *compared(row, "original")] for row in result["posts"]]),
        "front-end-printed": f"```\n{result['posts'][-1]['printed']}\n```",
    }


def bounds(result):
    return [
        Bound(f"GET / ({name(row)}), of nginx", ratio(row["ours"], row["nginx"]), BOUND, at_least=True)
        for row in result["gets"]
    ] + [Bound("GET / while 16 runs wait: p99", percentile(result["busy"], 99), P99_BOUND, unit=" ms")]
