"""Tags an image as REPOSITORY:latest, with a label that says how many bytes of memory a container of it takes while it waits
for its payload. That is measured in a container like those that the server keeps warm. Where the engine does not say it, the
image gets no such label.

usage: images/waiting.py SOCKET IMAGE REPOSITORY
"""

import contextlib
import pathlib
import sys
import time
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).parent.parent / "scripts"))
from harness.engine import Engine
from harness.process import end_in_order

LABEL = "docker-run.waiting-memory"
MEGABYTE = 1_000_000
HOST = {
    "NetworkMode": "none", "ReadonlyRootfs": True, "Memory": 1 << 30, "MemorySwap": 1 << 30,
    "Tmpfs": {"/home/glot": "exec,mode=1777", "/tmp": "exec,mode=1777"},
}


@contextlib.contextmanager
def container(engine, **config):
    identifier = engine.call("POST", "/containers/create", config)["Id"]
    try:
        yield identifier
    finally:
        engine.call("DELETE", f"/containers/{identifier}?force=1&v=1")


def statistics(engine, identifier):
    return engine.call("GET", f"/containers/{identifier}/stats?stream=false&one-shot=true")


def is_idle(engine, identifier, least):
    """Whether it has as many processes, and none of them runs, or would if there were a processor for it."""
    try:
        listed = engine.call("GET", f"/containers/{identifier}/top?ps_args=-eo%20pid,stat")["Processes"]
    except RuntimeError:
        return least <= 1  # The engine's machine has no ps: that they take no time has to do.
    return len(listed) >= least and all(state[0] not in "RD" for _, state in listed)


def await_rest(engine, identifier, processes=1, pause=0.5):
    """Waits until it has as many processes at least, and none of them gets ready any more: in a pause, they take less than a
    hundredth of a processor. Returns false if half a minute is not enough."""
    ends = time.monotonic() + 30
    used = -1
    while time.monotonic() < ends:
        before, used = used, statistics(engine, identifier)["cpu_stats"]["cpu_usage"]["total_usage"]
        if before >= 0 and used - before < pause * 10_000_000 and is_idle(engine, identifier, processes):
            return True
        time.sleep(pause)
    return False


def waiting_memory(engine, image):
    """Whole megabytes, so that the next image of the same says the same, in bytes. None if the engine does not say it."""
    config = {
        "Image": image, "OpenStdin": True, "StdinOnce": True, "NetworkDisabled": True, "HostConfig": HOST,
        "Env": ["CODE_RUNNER_PRELUDE=always"]}
    with container(engine, **config) as identifier:
        engine.call("POST", f"/containers/{identifier}/start")
        await_rest(engine, identifier)
        memory = statistics(engine, identifier)["memory_stats"]
    if not memory.get("usage"):
        return None
    files = memory["stats"]
    # What Linux gives back when it needs it: of cgroup v1 with those below, else of v2.
    taken = memory["usage"] - files.get("total_inactive_file", files.get("inactive_file", 0))
    return -(-taken // MEGABYTE) * MEGABYTE


def is_podman(engine):
    """Which has an API like Docker's, and another idea of what to commit."""
    return any("Podman" in part["Name"] for part in engine.call("GET", "/version").get("Components") or [])


def put_label(engine, image, repository, memory):
    with container(engine, Image=image) as identifier:
        query = urllib.parse.urlencode({
            "container": identifier, "repo": repository, "tag": "latest", "changes": f"LABEL {LABEL}={memory}"})
        engine.call("POST", f"/commit?{query}")


def main():
    end_in_order()
    path, image, repository = sys.argv[1:]
    engine = Engine(path)
    memory = None if is_podman(engine) else waiting_memory(engine, image)
    if memory:
        put_label(engine, image, repository, memory)
        print(f"{memory // MEGABYTE} MB of memory are taken while one waits")
    else:
        engine.call("POST", f"/images/{image}/tag?{urllib.parse.urlencode({'repo': repository, 'tag': 'latest'})}")
        print(f"gets no label {LABEL}: this engine does not say how much memory a container takes")


if __name__ == "__main__":
    main()
