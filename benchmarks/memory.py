"""What the server itself costs, idle and for a run, and what a container costs that waits."""

import os
import time

from bound import Bound
from harness.server import Server
from markdown import number, table
from timing import at_once
from workload import PYTHON, SHELL

MIB = 1 << 20
MB = 1000 * 1000
WAITING = 64


def runs(server, count, clients=4):
    def client():
        for _ in range(count // clients):
            SHELL.check(server.run(SHELL.image, SHELL.payload).body)

    at_once([client] * clients)


def idle(server):
    time.sleep(1)
    cpu = server.cpu_seconds()
    time.sleep(10)
    return {"resident": server.resident_bytes(), "cpu": round(server.cpu_seconds() - cpu, 3)}


def work(server, count):
    """Resident memory and CPU over so many runs, the first of which do not count."""
    runs(server, 48)
    server.settle()
    before, cpu = server.resident_bytes(), server.cpu_seconds()
    runs(server, count)
    server.settle()  # what is removed and refilled belongs to the runs
    return {
        "runs": count, "growth": server.resident_bytes() - before, "cpu": round(server.cpu_seconds() - cpu, 3),
        "descriptors": len(os.listdir(f"/proc/{server.process.pid}/fd")),
    }


def waiting(bench):
    """The server with so many containers that wait, and what these take of the host's memory, for each of them."""
    before = available()
    images = {"POOL_MAX_IDLE": str(WAITING), "POOL_IMAGES": f"{PYTHON.image}={WAITING}"}
    with Server(bench.path, 4, **images) as server:
        if not server.settle(ready=WAITING, seconds=120):
            return None
        taken = (before - available()) / WAITING
        containers = server.containers()
        states = [bench.engine.call("GET", f"/containers/{each['Id']}/json")["State"] for each in containers]
        usages = [
            bench.engine.call("GET", f"/containers/{each['Id']}/stats?stream=0&one-shot=1")["memory_stats"]["usage"]
            for each in containers
        ]
        shims = [anonymous(parent(state["Pid"])) for state in states]
        return {
            "containers": len(containers), "resident": server.resident_bytes(), "cgroup": sum(usages) / len(usages),
            "shim": sum(shims) / len(shims), "host": taken,
        }


def available():
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable:"))


def parent(process):
    with open(f"/proc/{process}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def anonymous(process):
    """Resident bytes that are the process's own; what it maps from files is there once for all shims."""
    with open(f"/proc/{process}/statm") as file:
        _, resident, shared, *_ = map(int, file.read().split())
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


def measure(bench):
    count = bench.extent.runs
    bench.say("memory: an idle server")
    with Server(bench.path, 4) as server:
        result = {"idle": idle(server)}
        bench.say(f"memory: {count} runs, pool on")
        result["pool"] = work(server, count)
    bench.say(f"memory: {count} runs, pool off")
    with Server(bench.path, 4, POOL_MAX_IDLE="0") as server:
        result["cold"] = work(server, count)
    bench.say(f"memory: {WAITING} containers that wait")
    return {**result, "waiting": waiting(bench)}


def tables(result):
    quiet = result["idle"]
    server = [["idle for 10 s", number(quiet["resident"] / MIB), f"{1000 * quiet['cpu']:.0f} in all", ""]]
    for side, name in [("pool", "pool on"), ("cold", "pool off")]:
        row = result[side]
        server.append([
            f"{row['runs']} runs, {name}", f"{row['growth'] / MIB:+.1f}", f"{cpu(row):.2f} a run", row["descriptors"]])
    wait = result["waiting"]
    if wait:
        server.append([f"{wait['containers']} containers wait", number(wait["resident"] / MIB), "", ""])
        costs = [["its cgroup: code-runner waiting on stdin, and the kernel's share", wait["cgroup"]],
                 ["its shim, anonymous pages", wait["shim"]],
                 ["all in all: what the host has less available", wait["host"]]]
    return {
        "memory-server": table(["the server", "resident, MiB", "CPU, ms", "descriptors"], server),
        "memory-waiting": table(
            ["a container that waits", "MiB"], [[what, number(value / MIB)] for what, value in costs],
        ) if wait else f"Not measured: {WAITING} containers were not ready within two minutes.",
    }


def cpu(row):
    return 1000 * row["cpu"] / row["runs"]


def bounds(result):
    wait = result["waiting"]
    found = [
        # One tick of the kernel's accounting is 10 ms.
        Bound("an idle server: CPU in 10 s", 1000 * result["idle"]["cpu"], 10, unit=" ms"),
        Bound("an idle server: resident", result["idle"]["resident"] / MB, 30, unit=" MB"),
        Bound(f"resident with {WAITING} containers that wait", wait and wait["resident"] / MB, 64, unit=" MB"),
    ]
    for side, name in [("pool", "pool on"), ("cold", "pool off")]:
        row = result[side]
        found += [
            Bound(f"{row['runs']} runs, {name}: more resident", row["growth"] / MB, 5, unit=" MB"),
            Bound(f"{row['runs']} runs, {name}: the server's CPU a run", cpu(row), 2, unit=" ms"),
        ]
    return found
