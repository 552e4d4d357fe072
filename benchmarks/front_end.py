"""GET / under wrk beside nginx with one worker, POST /run beside the original's calls, and GET / when workers are busy."""

import base64
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from bound import Bound
from markdown import number, table
from original import specification
from server import TOKEN, Server, free_port, request_body
from timing import closed_loop, in_turn, median, percentile, ratio
from workload import PYTHON, SHELL

BOUND = 0.40
P99_BOUND = 20.0
CLIENTS = 4  # of POST /run
SLEEP = b'{"script":"%s"}' % base64.b64encode(b"sleep 1; echo {}")


class Nginx:
    def __init__(self, body, logs):
        self.directory = tempfile.mkdtemp()
        self.port = free_port()
        log = f"{self.directory}/access.log" if logs else "off"
        paths = "".join(f"{name}_temp_path {self.directory}/{name};" for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        with open(f"{self.directory}/nginx.conf", "w") as file:
            file.write(
                f"worker_processes 1; daemon off; pid {self.directory}/pid; error_log {self.directory}/error.log;"
                "events { worker_connections 1024; }"
                f"http {{ access_log {log}; {paths} keepalive_requests 1000000000;"
                f"server {{ listen 127.0.0.1:{self.port};"
                f"location / {{ default_type application/json; return 200 '{body}'; }} }} }}"
            )
        self.process = subprocess.Popen(
            ["nginx", "-e", f"{self.directory}/error.log", "-c", f"{self.directory}/nginx.conf"], stdin=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        shutil.rmtree(self.directory, ignore_errors=True)


def wrk(port, seconds, *options, path="/", **environment):
    """Requests a second, and all that wrk printed."""
    output = subprocess.run(
        ["timeout", "-k", "1", str(seconds + 20), "wrk", "-t1", f"-d{seconds}", *options, f"http://127.0.0.1:{port}{path}"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"errors under wrk:\n{output}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)), output


def get(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    body = connection.getresponse().read()
    connection.close()
    return body


def throughput(harness, logs):
    with Server(harness.path, 2, LOG_LEVEL=None if logs else "warning") as server:
        with Nginx(get(server.port).decode(), logs) as nginx:
            ours, theirs = [], []
            in_turn(
                [
                    lambda: ours.append(wrk(server.port, harness.extent.seconds, "-c64")[0]),
                    lambda: theirs.append(wrk(nginx.port, harness.extent.seconds, "-c64")[0]),
                ], harness.extent.rounds)
    return {"logs": logs, "ours": ours, "nginx": theirs}


def while_busy(harness):
    """Milliseconds of GET / by one client while 2 workers run, one second each, and 16 runs wait."""
    with Server(harness.path, 2) as server:
        runs = [threading.Thread(target=server.run, args=(SHELL.image, SLEEP)) for _ in range(18)]
        for run in runs:
            run.start()
        times = []
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while any(run.is_alive() for run in runs):
            began = time.monotonic()
            connection.request("GET", "/")
            connection.getresponse().read()
            times.append(round((time.monotonic() - began) * 1000, 3))
            time.sleep(0.002)
        for run in runs:
            run.join()
    return times


def posts(harness, hello):
    """POST /run, with benchmarks/run.lua as anybody can use it, in turn with the original's calls by as many clients."""
    wanted = specification(hello.image)
    ours, original, prints = [], [], []
    seconds = harness.extent.seconds
    environment = {"RUN_TOKEN": TOKEN, "RUN_BODY": request_body(hello.image, hello.payload).decode()}

    def load(server):
        rate, output = wrk(
            server.port, seconds, f"-c{CLIENTS}", "--timeout", "30s", "-s", "benchmarks/run.lua", path="/run", **environment)
        ours.append(rate)
        prints.append(output[output.index("Runs:"):].strip())
        server.settle()

    with Server(harness.path, CLIENTS) as server:
        in_turn(
            [
                lambda: load(server),
                lambda: original.append(closed_loop(
                    lambda: hello.check(harness.engine.original_run(wanted, hello.payload)), CLIENTS, 0, seconds)),
            ], harness.extent.rounds)
    return {"name": hello.name, "ours": ours, "original": original, "printed": prints[-1]}


def measure(harness):
    harness.say("front-end: GET / under wrk, beside nginx")
    gets = [throughput(harness, logs) for logs in [True, False]]
    harness.say("front-end: GET / while runs wait")
    busy = while_busy(harness)
    harness.say("front-end: POST /run under wrk")
    return {"gets": gets, "busy": busy, "posts": [posts(harness, hello) for hello in [SHELL, PYTHON]]}


def name(row):
    return "both log every request" if row["logs"] else "neither logs requests"


def tables(result):
    busy = result["busy"]
    return {
        "front-end-get": table(
            ["GET /, requests a second", "docker-run", "nginx", "ratio"],
            [
                [name(row), f"{median(row['ours']):.0f}", f"{median(row['nginx']):.0f}", number(ratio(row["ours"], row["nginx"]))]
                for row in result["gets"]
            ]),
        "front-end-busy":
            f"median {number(median(busy))} ms, p99 {number(percentile(busy, 99))} ms, {len(busy)} requests",
        "front-end-post": table(
            ["POST /run, runs a second", "docker-run", "the original", "ratio"],
            [
                [row["name"], number(median(row["ours"])), number(median(row["original"])),
                 number(ratio(row["ours"], row["original"]))]
                for row in result["posts"]
            ]),
        "front-end-printed": f"```\n{result['posts'][-1]['printed']}\n```",
    }


def plots(result):
    return {}


def bounds(result):
    return [
        Bound(f"GET / ({name(row)}), of nginx", ratio(row["ours"], row["nginx"]), BOUND, at_least=True)
        for row in result["gets"]
    ] + [Bound("GET / while 16 runs wait: p99", percentile(result["busy"], 99), P99_BOUND, unit=" ms")]
