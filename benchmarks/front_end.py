"""How many GET / a second, beside nginx with one worker and the same answer; and how quick GET / is when workers are busy."""

import base64
import http.client
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from server import Server

BOUND = 0.40
P99_BOUND = 20.0
SLEEP = b'{"script":"%s"}' % base64.b64encode(b"sleep 1; echo {}")


class Nginx:
    def __init__(self, body, logs):
        self.directory = tempfile.mkdtemp()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
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


def wrk(port, seconds):
    output = subprocess.run(
        ["timeout", "-k", "1", str(seconds + 20), "wrk", "-t1", "-c64", f"-d{seconds}", f"http://127.0.0.1:{port}/"],
        capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"errors under wrk:\n{output}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


def get(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    body = connection.getresponse().read()
    connection.close()
    return body


def throughput(engine_path, rounds, seconds):
    missed = []
    print(f"GET / under wrk -t1 -c64, requests a second, median of {rounds} rounds in turn")
    for logs in [True, False]:
        with Server(engine_path, 2, LOG_LEVEL=None if logs else "warning") as server:
            with Nginx(get(server.port).decode(), logs) as nginx:
                ours, theirs = [], []
                for _ in range(rounds):
                    ours.append(wrk(server.port, seconds))
                    theirs.append(wrk(nginx.port, seconds))
                ratio = statistics.median(ours) / statistics.median(theirs)
                what = "both log every request" if logs else "neither logs requests"
                print(
                    f"  {what:24} docker-run {statistics.median(ours):8.0f}  nginx {statistics.median(theirs):8.0f}"
                    f"  ratio {ratio:.2f}", flush=True)
                if ratio < BOUND:
                    missed.append(f"GET / ({what}): {ratio:.2f} of nginx, at least {BOUND}")
    return missed


def while_busy(engine_path):
    """GET / by one client while 2 workers run, one second each, and 16 runs wait."""
    with Server(engine_path, 2) as server:
        runs = [
            threading.Thread(target=server.run, args=("docker-run-bench/shell:latest", SLEEP)) for _ in range(18)
        ]
        for run in runs:
            run.start()
        times = []
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while any(run.is_alive() for run in runs):
            began = time.monotonic()
            connection.request("GET", "/")
            connection.getresponse().read()
            times.append((time.monotonic() - began) * 1000)
            time.sleep(0.002)
        for run in runs:
            run.join()
    p99 = statistics.quantiles(times, n=100)[98]
    print(f"GET / while 16 runs wait for 2 workers: median {statistics.median(times):.2f} ms, p99 {p99:.2f} ms, {len(times)} requests")
    return [] if p99 < P99_BOUND else [f"GET / while busy: p99 {p99:.1f} ms, under {P99_BOUND}"]


def measure(engine_path, rounds, seconds):
    return throughput(engine_path, rounds, seconds) + while_busy(engine_path)
