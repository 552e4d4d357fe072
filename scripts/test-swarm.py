#!/usr/bin/env -S python3 -B
"""A Docker Swarm of two nodes on this machine, with docs/fleet/stack.yml as it stands, and HAProxy with
docs/fleet/haproxy.cfg.

usage: scripts/test-swarm.py

Under load one server is killed, all are updated, one gets a configuration that it refuses, all get other tokens: no
request may be lost. Wants the package of make deb in dist/, root, and a gigabyte of memory. Some two minutes.

Processes, networks and mounts are in namespaces that end with the test, however it ends, and what the Engines store is
in a tmpfs there.
"""

import concurrent.futures
import contextlib
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

from harness.checks import Report, eventually, expect, say
from harness.load import Load
from harness.machine import debian_root
from harness.package import built_package
from harness.process import be_root, end_in_order, run, script
from harness.server import Client, Proxy
from harness.swarm import Node, Swarm, make_bridge

STACK = pathlib.Path("docs/fleet/stack.yml")
LIMIT = 300  # seconds for everything after the image has been built


def expect_run(client, command, stdout):
    result, _ = client.run_command("docker-run-test/deaf", command)
    expect(result["stdout"] == stdout, str(result))


@contextlib.contextmanager
def load():
    """Clients of HAProxy whose runs take a second, so that some are always under way."""
    client = Client(8088, "first")
    with Load([lambda: expect_run(client, "sleep 1; echo done", "done\n")] * 8) as clients:
        clients.await_more()
        yield clients
        clients.await_more()
    clients.expect_none_lost()


def check_deployment(report, swarm):
    swarm.create_secret("access-token", "first\n")
    with report.check("every node has a server that is ready, runs something, and takes no other token", needed=True):
        swarm.deploy(STACK.read_text())
        swarm.await_ready()
        for node in swarm.nodes:
            expect_run(node.client, "echo $((6 * 7))", "42\n")
            status = node.client.ask("GET", "/version", token="wrong").status
            expect(status == 401, f"a wrong token is answered {status}")


def check_death(report, swarm):
    with (report.check("no run is lost when a server is killed; another follows, and removes what it left"),
          load() as clients):
        manager, killed, left = swarm.manager, swarm.manager.server(), swarm.manager.runs()
        expect(left, "it has no containers")
        manager.docker("kill", "--signal", "KILL", killed)
        eventually("Swarm starts another", lambda: manager.server() not in ("", killed) and manager.is_ready())
        eventually("which removes what the killed one left", lambda: not left & manager.runs())
        clients.await_more()


def check_updates(report, swarm):
    with (report.check("no run is lost when all are updated, nor one that a node was sent itself"),
          load(), concurrent.futures.ThreadPoolExecutor() as executor):
        before = swarm.servers()
        # Not by HAProxy, which would send it again: the old server has to come to its end.
        long = [executor.submit(expect_run, node.client, "sleep 10; echo done", "done\n") for node in swarm.nodes]
        swarm.update("--force")
        for run_of_node in long:
            run_of_node.result()
        swarm.await_others(before)
        swarm.await_update("completed")
    with (report.check("an update that does not start pauses, the other server goes on, and a rollback ends it"),
          load() as clients):
        before = swarm.servers()
        swarm.update("--env-add", "SERVER_WORKER_THREADS=none")
        swarm.await_update("paused")
        same = sum(server == old for server, old in zip(swarm.servers(), before))
        expect(same == 1, f"{same} servers are as before")
        clients.await_more()
        swarm.manager.docker("service", "rollback", "--detach", "docker-run_server")
        swarm.await_update("rollback_completed")
        swarm.await_ready()
    with report.check("no run is lost when a secret with one more token takes the place of the first"), load():
        swarm.create_secret("access-token-2", "first\nsecond\n")
        stack = STACK.read_text()
        expect(stack.count("name: access-token\n") == 1, "the stack has not one name of a secret")
        before = swarm.servers()
        swarm.deploy(stack.replace("name: access-token\n", "name: access-token-2\n"))
        swarm.await_others(before)
        swarm.await_update("completed")
        for node in swarm.nodes:
            for token in ("first", "second"):
                expect(node.client.answers("/version", token), f"{node.address} does not take {token}")
        swarm.manager.docker("secret", "rm", "access-token")


def check_end(report, swarm):
    with report.check("no container is left when the stack is removed"):
        swarm.manager.docker("stack", "rm", "docker-run")
        eventually("none is left", lambda: not any(node.docker("ps", "--all", "--quiet") for node in swarm.nodes))


def inside(image, directory, cgroup):
    """All of the test, as process 1 of its namespaces."""
    report, directory = Report(), pathlib.Path(directory)
    run("mount", "-t", "tmpfs", "tmpfs", str(directory))
    make_bridge()
    say("making a Swarm of two nodes")
    swarm = Swarm([Node(number, directory, f"{cgroup}-{number}") for number in (1, 2)])
    swarm.make(image)
    check_deployment(report, swarm)
    with Proxy(8088, [f"{node.address}:8088" for node in swarm.nodes]):
        for part in (check_death, check_updates):
            part(report, swarm)
    if report.failed:
        say(swarm.words())
    check_end(report, swarm)
    sys.exit(report.end())


def image_of(package):
    """The image of docs/install.md, made once for a package."""
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    return debian_root(
        "swarm", "bookworm", "--variant=minbase", "--hook-dir=/usr/share/mmdebstrap/hooks/file-mirror-automount",
        f"--include=./{package}", f'--customize-hook=rm "$1"/etc/docker-run/access-token # {digest}')


def remove_cgroups(name):
    """Returns whether there are none any more; the last processes in them may still be ending."""
    found = [path for path, _, _ in os.walk("/sys/fs/cgroup", topdown=False) if f"/{name}-" in path]
    for path in found:
        with contextlib.suppress(OSError):
            os.rmdir(path)
    return not found


def main():
    if sys.argv[1:]:
        sys.exit(__doc__)
    be_root()
    end_in_order()
    script("scripts/dependencies", "engine", "image", "fleet", "swarm")
    image = image_of(built_package())
    cgroup = f"docker-run-swarm-{os.getpid()}"
    directory = tempfile.mkdtemp(prefix="docker-run-", dir="/var/tmp")
    try:
        # Whoever dies, the rest dies with it.
        done = subprocess.run(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc",
             "--kill-child", sys.executable, "-B", __file__, "--inside", image, directory, cgroup],
            timeout=LIMIT, check=False)
        sys.exit(done.returncode)
    finally:
        eventually("no cgroup is left", lambda: remove_cgroups(cgroup), 10)
        os.rmdir(directory)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
    else:
        main()
