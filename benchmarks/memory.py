"""What the server itself costs: idle, and over five hundred runs."""

import os
import threading
import time

from server import Server

MIB = 1 << 20


def runs(server, count, clients=4):
    threads = [
        threading.Thread(target=lambda: [server.run("docker-run-bench/echo:latest", b"{}") for _ in range(count // clients)])
        for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def measure(engine_path, count):
    missed = []
    with Server(engine_path, 4) as server:
        time.sleep(1)
        cpu = server.cpu_seconds()
        time.sleep(10)
        idle_cpu, idle = server.cpu_seconds() - cpu, server.resident_bytes()
        print(f"Idle: {idle / MIB:.1f} MiB resident, {idle_cpu * 1000:.0f} ms of CPU in 10 s")
        runs(server, 48)
        before, cpu = server.resident_bytes(), server.cpu_seconds()
        runs(server, count)
        growth, used = server.resident_bytes() - before, server.cpu_seconds() - cpu
        descriptors = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        print(
            f"{count} runs: {growth / MIB:+.1f} MiB resident, {used / count * 1000:.2f} ms of CPU a run,"
            f" {descriptors} descriptors open after them")
    # One tick of the kernel's accounting is 10 ms.
    if idle_cpu > 0.01:
        missed.append(f"idle: {idle_cpu * 1000:.0f} ms of CPU in 10 s")
    if idle >= 30 * 1000 * 1000:
        missed.append(f"idle: {idle / MIB:.1f} MiB, under 30 MB")
    if growth >= 5 * 1000 * 1000:
        missed.append(f"{count} runs: {growth / MIB:.1f} MiB more, under 5 MB")
    return missed
