#!/usr/bin/env -S python3 -B
"""Runs docker compose up --build with the Dockerfile, compose.yaml and the commands of docs/install.md as they stand,
on a Docker Engine of its own, and down again.

usage: scripts/test-compose.py

The images that the two files name are made here by mmdebstrap, that of Swift with the Swift of this host. Compose is
Debian 13's. What the build fetches comes over the network, by slirp4netns: from Debian, and the packages of Swift from
github.com or from where this host's git looks in its place. Wants root, and 8 GB of disk for up to ten minutes.

Processes, networks and mounts are in namespaces that end with the test, however it ends.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from harness.checks import Report, eventually, expect, say
from harness.compose import ComposeEngine, compose_plugin, made_images
from harness.package import documentation
from harness.process import Daemon, be_root, end_in_order, run, script
from harness.server import Client

LIMIT = 900  # seconds for everything after the images have been made
LABEL = "label=docker-run.server"
CLONE = 'git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -C "$0" -x'


def compose(engine, *arguments, **options):
    return engine.docker("compose", *arguments, cwd=engine.directory / "source", **options)


def is_healthy(engine):
    with contextlib.suppress(RuntimeError):
        status = ["inspect", "--format", "{{.State.Health.Status}}", "docker-run-server-1"]
        return engine.docker(*status) == "healthy"
    return False


def check_token(report, engine):
    with report.check("without a token Compose starts nothing and says what to do"):
        try:
            compose(engine, "up", "--build", "--detach")
        except RuntimeError as error:
            expect("put a token into .env, as docs/install.md says" in str(error), str(error))
        else:
            expect(False, "it started")
        expect(not engine.docker("ps", "--all", "--quiet"), "there are containers")
    run("sh", "-euc", documentation("sh", "(umask 077"), cwd=engine.directory / "source")


def check_run(report, engine, up):
    with report.check("docker compose up --build builds all, and the server becomes healthy", needed=True):
        up.await_answer(lambda: is_healthy(engine), LIMIT)
    with report.check("the documented command prints 42"):
        command = documentation("sh", ". ./.env && curl ").replace("curl ", "curl -sS ", 1)
        answer = run("sh", "-euc", command, cwd=engine.directory / "source")
        expect('"stdout":"42\\n"' in answer, answer)
        say(answer)
    token = (engine.directory / "source/.env").read_text().strip().split("=", 1)[1]
    client = Client(8088, token)
    program = "import os; print(os.listdir('/code-runner'))"
    payload = {"language": "python", "files": [{"name": "main.py", "content": program}]}
    with report.check("a run finds a container that waits, and code-runner alone in its volume"):
        eventually("a container waits", lambda: engine.docker("ps", "--quiet", "--filter", LABEL))
        answer = client.run("python:3-slim", payload, runner="builtin")
        expect(answer.json()["stdout"] == "['code-runner']\n", str(answer))
    with report.check("other images, other tokens and other addresses are refused"):
        answer = client.post("debian:bookworm-slim", payload, runner="builtin")
        expect(answer.json()["error"] == "image.not_allowed", str(answer))
        expect(client.ask("POST", "/run", token="wrong").status == 401, "a wrong token is taken")
        expect(not Client(8088, token, host="10.0.2.100").answers(), "it is reached from elsewhere")
    with report.check("code-runner is put into the volume again while containers run it"):
        compose(engine, "up", "--detach", "--force-recreate", "code-runner")
        eventually("it is done", lambda: "Exited (0)" in engine.docker(
            "ps", "--all", "--filter", "name=docker-run-code-runner-1", "--format", "{{.Status}}"))
        answer = client.run("python:3-slim", payload, runner="builtin")
        expect(answer.json()["stdout"] == "['code-runner']\n", str(answer))


def check_end(report, engine):
    with report.check("docker compose down --volumes leaves nothing but images"):
        compose(engine, "down", "--volumes")
        left = [engine.docker(*command, "--quiet") for command in (
            ("ps", "--all"), ("volume", "ls"), ("network", "ls", "--filter", "type=custom"))]
        expect(left == ["", "", ""], str(left))
        expect(not engine.docker("images", "--quiet", "--filter", "dangling=true"), "an image without a name is left")


def inside(directory, cgroup):
    """All of the test, as process 1 of its namespaces."""
    report = Report()
    with ComposeEngine(directory, cgroup) as engine:
        engine.install_plugins(compose_plugin())
        say(f"{engine.docker('compose', 'version')}, Docker Engine "
            f"{engine.docker('version', '--format', '{{.Server.Version}}')}")
        engine.take_images(made_images())
        source = engine.directory / "source"
        source.mkdir()
        run("sh", "-euc", CLONE, source)
        check_token(report, engine)
        with Daemon("docker", "compose", "up", "--build", cwd=source, env=engine.environment) as up:
            check_run(report, engine, up)
            if report.failed:
                say(up.words())
        check_end(report, engine)
        say(engine.docker("images", "--format", "{{.Repository}}:{{.Tag}} {{.Size}}"))
    sys.exit(report.end())


def remove_cgroups(name):
    """Returns whether there are none any more; the last processes in them may still be ending."""
    found = [path for path, _, _ in os.walk("/sys/fs/cgroup", topdown=False) if f"/{name}" in path]
    for path in found:
        with contextlib.suppress(OSError):
            os.rmdir(path)
    return not found


def main():
    if sys.argv[1:]:
        sys.exit(__doc__)
    be_root()
    end_in_order()
    script("scripts/dependencies", "engine", "image", "compose")
    made_images()
    compose_plugin()
    cgroup = f"docker-run-compose-{os.getpid()}"
    directory = tempfile.mkdtemp(prefix="docker-run-", dir="/var/tmp")
    try:
        # Whoever dies, the rest dies with it.
        namespaces = ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
        inner = [sys.executable, "-B", __file__, "--inside", directory, cgroup]
        test = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *namespaces, *inner])
        try:
            own, network = os.readlink("/proc/self/ns/net"), pathlib.Path(f"/proc/{test.pid}/ns/net")
            eventually("the test has a network", lambda: os.readlink(network) != own)
            with Daemon("slirp4netns", "--configure", "--disable-host-loopback", "--netns-type=path", network, "tap0"):
                status = test.wait(LIMIT + 300)
        finally:
            test.kill()
            test.wait()
        sys.exit(status)
    finally:
        eventually("no cgroup is left", lambda: remove_cgroups(cgroup), 10)
        shutil.rmtree(directory)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
    else:
        main()
