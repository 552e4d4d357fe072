#!/usr/bin/env -S python3 -B
"""Runs the server in dist/ on Podman's service instead of a Docker Engine, and says what works, a line each.

What is known to differ from Docker is in DEVIATIONS, with what is to be seen; docs/compatibility.md tells users. Fails
on whatever else differs, and on a deviation that is gone. What Podman makes, it makes in namespaces that end with this
script. Needs root.
"""

import argparse
import base64
import re
import signal
import sys

from harness import root
from harness.checks import Failure, Report, eventually, expect, say
from harness.engine import Engine
from harness.http import receive
from harness.podman import Podman, SystemdPodman
from harness.process import be_root, end_in_order, run, script
from harness.server import Server, run_body

SECONDS = 90  # for everything; what it takes down has bounds of its own

# The name of a check, the words with which it fails, and why it does.
DEVIATIONS = {
    "a command that does not exist is docker.container.start, 500": (
        "docker.container.attach", "Podman prepares a container when it is attached to, and finds out then"),
    "a payload that nobody reads is docker.container.stream.payload.serialize, 400": (
        "docker.container.stream.read", "Podman breaks the stream where Docker ends it"),
    "a name that no image can have is docker.container.create, 400": (
        "^500 .*docker.container.create", "Podman answers as if the fault were its own"),
    "the end of an image's name is docker.container.create, 400": (
        "^200 ", "Podman takes any local image whose name ends so"),
    "only the directories of the configuration can be written to": (
        "^also /run( /sys/fs/cgroup)? /var/tmp$", "Podman mounts these into every container whose root is read-only"),
}


def image(name):
    return f"docker-run-test/{name}:latest"


def shell_payload(text):
    return b'{"script":"%s"}' % base64.b64encode(text.encode())


# What is run, by which image with what payload, and the error that answers it.
ERRORS = [
    ("an image that is not there", image("no-such-image"), b"{}", "docker.container.create", 400),
    ("a name that no image can have", image("ECHO"), b"{}", "docker.container.create", 400),
    ("the end of an image's name", "echo", b"{}", "docker.container.create", 400),
    ("the name of an image with another registry", "docker.io/here/echo", b"{}", "docker.container.create", 400),
    ("a command that does not exist", image("no-such-command"), b"{}", "docker.container.start", 500),
    ("a container that ends without a word", image("deaf"), b"{}", "coderunner.stdout.decode", 500),
    ("a payload that nobody reads", image("deaf"), b'{"text":"%s"}' % (b"x" * 1_500_000),
     "docker.container.stream.payload.serialize", 400),
]

# What is tried in a container, and the patterns of what is seen there.
SEEN_WITHIN = [
    ("a disabled network leaves loopback", "ls /sys/class/net", [r"\Alo\n\Z"]),
    ("the user is not root, has no capabilities and gains none, and system calls are filtered",
     "id -u; cat /proc/self/status",
     ["^1000$", "^NoNewPrivs:\t1$", "^Seccomp:\t2$", "^CapPrm:\t0{16}$", "^CapEff:\t0{16}$", "^CapBnd:\t0{16}$"]),
    ("the limits of open files and processes hold", "cat /proc/self/limits",
     ["^Max open files +90 +100 ", "^Max processes +1000 +1200 "]),
    ("a container cannot take more memory than its limit",
     "dd if=/dev/zero of=/dev/null bs=200000000 count=1 2>/dev/null; echo $?", [r"\A137\n\Z"]),
    ("the cgroup has the limits of memory, swap and CPUs", """
        cd /sys/fs/cgroup
        cat memory.max memory.swap.max cpu.max 2>/dev/null ||
            cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes cpu/cpu.cfs_quota_us""",
     [r"\A67108864\n(0\n50000 100000|67108864\n50000)\n\Z"]),
]


def begin(server, name, payload):
    """A connection on which the answer of a run comes."""
    return server.begin("POST", "/run", run_body(image(name), payload))


def expect_error(answer, code, status, words=""):
    expect(answer.status == status, str(answer))
    expect(answer.json()["error"] == code and words in answer.json()["message"], str(answer))


def expect_body(answer, body):
    expect(answer.status == 200 and answer.body == body, str(answer))


def shell(server, text):
    """What the script prints on its stdout, as it is."""
    answer = server.run(image("shell"), shell_payload(f"""
        printf '{{"text":"'; ( {text}
        ) | base64 -w 0; printf '"}}'"""))
    return base64.b64decode(answer.json()["text"]).decode()


def await_running(server, count=1):
    eventually(f"{count} run", lambda: [one["State"] for one in server.containers()].count("running") == count, 30)


def await_none(server):
    eventually("no container is left", lambda: not server.containers(), 30)


def await_waiting(server, count=1):
    expect(server.settle(count), f"{count} do not wait within 30 s")


class Checks(Report):
    def __init__(self, podman):
        super().__init__(DEVIATIONS)
        self.podman = podman

    def server(self, **changes):
        settings = {"RUN_MAX_EXECUTION_TIME": "600", "RUN_MAX_OUTPUT_SIZE": "5000000", "POOL_MAX_IDLE": "0",
                    "SERVER_SHUTDOWN_GRACE": "1", "LOG_LEVEL": "debug", **changes}
        return Server(self.podman.socket, 4, **settings)

    def tag(self, name, repository):
        """Makes the repository's "latest" stand for the image of that name."""
        Engine(self.podman.socket).call("POST", f"/v4.0.0/libpod/images/{image(name)}/tag?repo={repository}&tag=latest")


def check_runs(checks):
    with checks.server() as server:
        with checks.check("GET /version"):
            version = server.ask("GET", "/version")
            expect(version.json()["docker"]["version"], str(version))
        with checks.check("GET /readyz while Podman answers"):
            answer = server.ask("GET", "/readyz")
            expect(answer.status == 200 and answer.json() == {"status": "ready"}, str(answer))
        with checks.check("a run returns the bytes that its container printed"):
            payload = b'{"number":1.50,"b":"\\u00e9","a":"\xc3\xa9"}'
            expect_body(server.post(image("echo"), payload), b'{"echo":%s}' % payload)
        with checks.check("a large payload arrives, and a large result comes back"):
            payload = b'{"text":"%s"}' % (b"0123456789" * 150_000)
            expect_body(server.post(image("echo"), payload), b'{"echo":%s}' % payload)
        with checks.check("a large output arrives"):
            answer = server.post(image("shell"), shell_payload("""
                printf '{"text":"'; dd if=/dev/zero bs=3000 count=1000 2>/dev/null | base64 -w 0; printf '"}'"""))
            expect_body(answer, b'{"text":"%s"}' % (b"A" * 4_000_000))
        with checks.check("an image that was built here is found with and without localhost/"):
            checks.tag("echo", "localhost/here/echo")
            for name in ("localhost/here/echo:latest", "here/echo"):
                expect_body(server.post(name, b"{}"), b'{"echo":{}}')
        for what, name, payload, code, status in ERRORS:
            with checks.check(f"{what} is {code}, {status}"):
                expect_error(server.post(name, payload), code, status)
        with checks.check("anything on stderr is coderunner.stderr, 500"):
            answer = server.post(image("shell"), shell_payload("echo it went wrong >&2; exit 1"))
            expect_error(answer, "coderunner.stderr", 500, "it went wrong")
        with checks.check("twelve runs at once are all answered"):
            connections = [begin(server, "echo", b'{"n":%d}' % number) for number in range(12)]
            for number, connection in enumerate(connections):
                with connection:
                    expect_body(receive(connection), b'{"echo":{"n":%d}}' % number)
        with checks.check("a container whose client leaves is removed"):
            with begin(server, "shell", shell_payload("sleep 600")):
                await_running(server)
            await_none(server)


def check_limits(checks):
    with (checks.check("a flood of output ends at the limit"),
          checks.server(RUN_MAX_OUTPUT_SIZE="100000") as server):
        expect_error(server.post(image("shell"), shell_payload("yes 0123456789")), "limits.read.size", 400)
    with (checks.check("a run that takes too long ends at the deadline"),
          checks.server(RUN_MAX_EXECUTION_TIME="1") as server):
        expect_error(server.post(image("shell"), shell_payload("sleep 600")), "limits.execution_time", 400)
    with checks.server(DOCKER_CONTAINER_MEMORY="67108864", DOCKER_CONTAINER_PIDS_LIMIT="20",
                       DOCKER_CONTAINER_CPUS="0.5") as server:
        for name, text, patterns in SEEN_WITHIN:
            with checks.check(name):
                seen = shell(server, text)
                expect(all(re.search(pattern, seen, re.MULTILINE) for pattern in patterns), seen)
        with checks.check("a container cannot start more processes than its limit"):
            # What prints the result needs no process any more.
            bomb = "(i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done) 2>/dev/null >&2"
            answer = server.run(image("shell"), shell_payload(bomb + """; printf '{"code":%d}' $?"""))
            expect(answer.json()["code"] != 0, str(answer))
        with checks.check("only the directories of the configuration can be written to"):
            writable = shell(server, """
                while read -r _ path type _; do
                    [ "$type" != tmpfs ] || ! touch "$path/x" 2>/dev/null || echo "$path"
                done </proc/mounts""")
            more = sorted(set(writable.split()) - {"/tmp", "/home/glot", "/dev/shm"})
            expect(not more, f"also {' '.join(more)}")
    # As root, for whom no other permission stands in the way.
    with (checks.check("the root is read-only"),
          checks.server(DOCKER_CONTAINER_USER="root", DOCKER_CONTAINER_CAP_DROP="MKNOD") as server):
        text = shell(server, "id -u; for path in /bin/x /etc/x /x; do touch $path 2>/dev/null && echo $path; done")
        expect(text == "0\n", text)
    with checks.check("a server whose runtime Podman would not heed does not start, unless it may be missing"):
        try:
            with checks.server(DOCKER_CONTAINER_RUNTIME="no-such-runtime"):
                raise Failure("it starts")
        except RuntimeError as error:
            expect("add runtime to DOCKER_CONTAINER_OPTIONAL_LIMITS" in str(error).replace("Add", "add"), str(error))
        with checks.server(
                DOCKER_CONTAINER_RUNTIME="no-such-runtime", DOCKER_CONTAINER_OPTIONAL_LIMITS="runtime") as server:
            expect_body(server.post(image("echo"), b"{}"), b'{"echo":{}}')


def check_pool(checks):
    with (checks.check("a container waits, and a run finds it"),
          checks.server(POOL_MAX_IDLE="4", POOL_IMAGES=f"{image('echo')}=1") as server):
        await_waiting(server)
        answer = server.post(image("echo"), b'{"n":1}')
        expect_body(answer, b'{"echo":{"n":1}}')
        expect(answer.warm, "it was cold")
    # Podman 4 cannot update a container; the run is cold then.
    with (checks.check("a run has its own limits, whether a container waits or not"),
          checks.server(POOL_MAX_IDLE="4", POOL_IMAGES=f"{image('shell')}=1") as server):
        await_waiting(server)
        answer = server.post(image("shell"), shell_payload("""
            cd /sys/fs/cgroup
            memory=$(cat memory.max 2>/dev/null || cat memory/memory.limit_in_bytes)
            printf '{"memory":%d,"pids":%d}' $memory $(cat pids.max 2>/dev/null || cat pids/pids.max)"""),
            limits={"memory": 33554432, "pids": 20})
        expect(answer.json() == {"memory": 33554432, "pids": 20}, str(answer))
    checks.tag("echo", "docker-run-test/moving")
    with checks.server(POOL_MAX_IDLE="1", POOL_IMAGES=f"{image('moving')}=1") as server:
        with checks.check("when an image's name moves, its waiting containers are replaced"):
            await_waiting(server)
            before = server.containers()[0]["Id"]
            checks.tag("shell", "docker-run-test/moving")
            eventually("it is replaced", lambda: before not in [one["Id"] for one in server.containers()], 30)
        with checks.check("no result is of the image that a name stood for before"):
            await_waiting(server)
            checks.tag("echo", "docker-run-test/moving")
            expect_body(server.post(image("moving"), b'{"n":2}'), b'{"echo":{"n":2}}')


def check_builtin(checks):
    pool = {"POOL_IMAGES": f"{image('deaf')}=1:builtin", "POOL_MAX_IDLE": "1"}
    with checks.server(RUN_BUILTIN_RUNNER_PATH=str(root / "dist/code-runner"), **pool) as server:
        for warmth in ("cold", "warm"):
            with checks.check(f"a {warmth} builtin runner takes the place of the image's command"):
                if warmth == "warm":
                    await_waiting(server)
                result, was_warm = server.run_command(image("deaf"), "cat; echo é; exit 3", stdin="in\n")
                expect(result["stdout"] == "in\né\n" and result["error"] == "Exit code: 3", str(result))
                expect(was_warm or warmth == "cold", "it was cold")


def check_ends(checks):
    pool = {"POOL_MAX_IDLE": "2", "POOL_IMAGES": f"{image('echo')}=2"}
    with (checks.check("SIGTERM ends the server when the grace is over, and its containers with it"),
          checks.server(**pool) as server):
        await_waiting(server, 2)
        with begin(server, "shell", shell_payload("sleep 600")):
            await_running(server, 3)
            server.process.terminate()
            expect(server.process.wait(30) == 0, f"exit code {server.process.returncode}")
        expect(not server.containers(), "some are left")
    with checks.check("what a killed server left is removed by the next"), checks.server(**pool) as server:
        await_waiting(server, 2)
        with begin(server, "shell", shell_payload("sleep 600")):
            await_running(server, 3)
            server.process.kill()
            server.process.wait(10)
        expect(len(server.containers()) >= 3, f"only {len(server.containers())} are left")
        with checks.server(port=server.port) as following:
            await_none(following)


def check_outage(checks):
    with checks.server() as server:
        checks.podman.stop()
        with checks.check("GET /readyz is 503 and a run 500 while Podman does not answer"):
            eventually("it is not ready", lambda: server.ask("GET", "/readyz").status == 503, 30)
            expect_error(server.post(image("echo"), b"{}"), "docker.unixsocket", 500)
        checks.podman.start()
        with checks.check("all is well when Podman is back"):
            eventually("it is ready", lambda: server.answers("/readyz"), 30)
            expect_body(server.post(image("echo"), b"{}"), b'{"echo":{}}')
            await_none(server)
    with checks.check("no container is left"):
        left = Engine(checks.podman.socket).call("GET", "/containers/json?all=1")
        expect(not left, str([container["Names"] for container in left]))


def introduce(checks):
    """Says what is tested, or that it cannot be."""
    with checks.server() as server:
        try:
            server.run(image("echo"), b"{}")
        except RuntimeError as error:
            sys.exit(f"Podman cannot run a container on this machine: {error}\n{checks.podman.words()}")
        components = server.ask("GET", "/version").json()["docker"]["components"]
    say(", ".join(f"{one['name']} {one['version'].splitlines()[0]}" for one in components))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--runtime", choices=["crun", "runc"], help="Podman's own choice by default")
    choice.add_argument("--systemd", action="store_true", help="as systemd starts it, for scripts/test-vm.py")
    arguments = parser.parse_args()
    be_root()
    if not arguments.systemd:  # that machine has what is needed
        script("scripts/dependencies", "image", "podman")
    seconds = SECONDS * (20 if arguments.systemd else 1)  # its processor is an emulated one
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"not done within {seconds} s"))
    signal.alarm(seconds)
    end_in_order()
    options = ["--runtime", arguments.runtime] if arguments.runtime else []
    with SystemdPodman() if arguments.systemd else Podman(*options) as podman:
        run("Tests/Fixtures/import", podman.socket)
        checks = Checks(podman)
        introduce(checks)
        for part in (check_runs, check_limits, check_pool, check_builtin, check_ends, check_outage):
            part(checks)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
