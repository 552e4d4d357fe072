#!/usr/bin/env -S python3 -B
"""Tests the package of make deb as its users meet it: in a clean Debian that runs systemd as its init, in a container
of systemd-nspawn with a network of its own, against a Docker Engine of its own.

usage: scripts/test-package.py [RELEASE...]     of Debian; default: the one that it is made on and the one after it

--fetch only makes what the machines begin with, if it has not been made before.

It is installed and asked for a run by the commands of docs/install.md, reloaded, given a credential, made to hang,
restarted and upgraded under load, removed and purged; and nothing of it may be left. Needs root.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from harness.checks import Report, eventually, expect, say
from harness.engine import Engine, engine_of_our_own
from harness.load import Load
from harness.machine import Machine, machine_root
from harness.package import built_package, documentation, documented_commands, higher_version
from harness.process import be_root, script
from harness.server import Client

RELEASES = ["bookworm", "trixie"]
PORT = 8088
SERVICE, SOCKET = "docker-run.service", "docker-run.socket"
APT_SETTINGS = 'APT::Get::Assume-Yes "true"; APT::Install-Recommends "false"; DPkg::Use-Pty "false"; quiet "2";'


class Installation:
    """The package in a machine."""

    def __init__(self, machine):
        self.machine = machine
        self.environment = machine.root / "etc/docker-run/docker-run.env"
        self.tokens = machine.root / "etc/docker-run/access-token"

    def find(self):
        """What is there after the installation."""
        self.token = self.tokens.read_text().splitlines()[-1]
        self.client = Client(PORT, self.token, process=self.machine.leader)

    def run(self):
        result, _ = self.client.run_command("docker-run-test/deaf", "echo 42")
        expect(result["stdout"] == "42\n", str(result))

    def takes(self, token):
        return self.client.answers("/version", token)

    def change(self, old, new):
        text = self.environment.read_text()
        expect(old in text, text)
        self.environment.write_text(text.replace(old, new))


def prepare(machine, package, directory):
    """Without booting, for then it has no network."""
    shutil.copy(package, machine.root / "root")
    shutil.copy(higher_version(package, directory), machine.root / "next.deb")
    # Docker is outside, and nobody is there to answer. Who is root already needs no sudo.
    (machine.root / "etc/apt/apt.conf.d/test").write_text(APT_SETTINGS)
    (machine.root / "usr/local/bin/sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (machine.root / "usr/local/bin/sudo").chmod(0o755)
    say("fetching what it depends on from Debian")
    machine.do_without_booting("apt-get", "update")
    machine.do_without_booting("apt-get", "install", "--download-only", f"/root/{package.name}")
    machine.boot()


def check_installation(report, machine, installed):
    install, try_it = documented_commands()
    with report.check("the documented command installs it, and says where the token is", needed=True):
        said = machine.do("sh", "-ec", f"cd /root; {{ {install} }} 2>&1")
        expect("/etc/docker-run/access-token" in said, said)
        for unit in (SERVICE, SOCKET):
            states = machine.properties(unit, "UnitFileState", "ActiveState")
            expect(states == {"UnitFileState": "enabled", "ActiveState": "active"}, f"{unit} is {states}")
    with report.check("its files are root's, nobody else's to write, and the token root's and docker-run's to read"):
        for path, wanted in [(installed.environment, "640 root:docker-run"), (installed.tokens, "640 root:docker-run"),
                             (installed.environment.parent, "755 root:root")]:
            found = machine.do("stat", "-c", "%a %U:%G", f"/{path.relative_to(machine.root)}")
            expect(found == wanted, f"{path} is {found}")
    installed.find()
    with report.check("the token has 256 bits in base64, and the user may use Docker"):
        expect(len(installed.token) == 43, f"{len(installed.token)} characters")
        groups = machine.do("id", "-nG", "docker-run")
        expect("docker" in groups.split(), groups)
    # The engine is this host's: it sees the machine's files below the machine's root, and another group docker.
    os.chown(machine.socket_path, 0, int(machine.do("getent", "group", "docker").split(":")[2]))
    installed.change("RUN_BUILTIN_RUNNER_PATH=/usr", f"RUN_BUILTIN_RUNNER_PATH={machine.root}/usr")
    machine.do("systemctl", "restart", SERVICE)
    with report.check("the documented run gives 42"):
        result = json.loads(machine.do("sh", "-ec", try_it))
        expect(result["stdout"] == "42\n", str(result))
    with report.check("it answers, refuses a wrong token, and has a builtin runner"):
        expect(installed.client.answers(), "GET / is not 200")
        status = installed.client.ask("GET", "/version", token="wrong").status
        expect(status == 401, f"a wrong token is answered {status}")
        installed.run()
    say(machine.do("systemd-analyze", "security", "--no-pager", SERVICE).splitlines()[-1].strip("→ "))


def check_tokens(report, machine, installed):
    before = installed.tokens.read_text()
    with report.check("a reload puts new tokens into force, and none before it"):
        installed.tokens.write_text(before + "another-token\n")
        expect(not installed.takes("another-token"), "it is in force before")
        machine.do("systemctl", "reload", SERVICE)
        eventually("the new token is good", lambda: installed.takes("another-token"))
        installed.tokens.write_text(before)
        machine.do("systemctl", "reload", SERVICE)
        eventually("it no longer is", lambda: not installed.takes("another-token"))
    with report.check("the token may be a credential, as documented"):
        credential = machine.root / "root/docker-run-token"
        credential.write_text("from-a-credential\n")
        installed.change("\nAPI_ACCESS_TOKEN_FILE", "\n#API_ACCESS_TOKEN_FILE")
        with machine.unit_settings(SERVICE, documentation("ini", "[Service]\n").removeprefix("[Service]\n")):
            expect(installed.takes("from-a-credential"), "the credential's token is refused")
            expect(installed.client.ask("GET", "/version").status == 401, "the file's token is taken")
            installed.change("\n#API_ACCESS_TOKEN_FILE", "\nAPI_ACCESS_TOKEN_FILE")
            credential.unlink()


def check_watchdog(report, machine, installed):
    # A process that is stopped does not take the watchdog's SIGABRT: the second line shortens the time to SIGKILL.
    with (report.check("a server that hangs is replaced"),
          machine.unit_settings(SERVICE, "WatchdogSec=1\nTimeoutAbortSec=1")):
        hung = machine.properties(SERVICE, "MainPID")
        machine.do("sh", "-c", f"kill -STOP {hung['MainPID']}")

        def is_replaced():
            state = machine.properties(SERVICE, "MainPID", "ActiveState")
            return state["MainPID"] != hung["MainPID"] and state["ActiveState"] == "active"

        eventually("systemd replaces it", is_replaced)
        expect(installed.client.answers(), "GET / is not 200")


def check_under_load(report, machine, installed):
    """wrk on GET /, and four clients that run something, each time on a new connection."""
    wrk = subprocess.Popen(
        ["nsenter", f"--target={machine.leader}", "--net", "wrk", "-t1", "-c16", "-d600", "--timeout", "60s",
         f"http://127.0.0.1:{PORT}/"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with Load([installed.run] * 4) as load:
        with report.check("no run is lost in restarts"):
            for _ in range(3):
                load.await_more()
                machine.do("systemctl", "restart", SERVICE)
            load.await_more()
        with report.check("no run is lost in an upgrade"):
            machine.do("apt-get", "install", "/next.deb")
            load.await_more()
    wrk.send_signal(signal.SIGINT)  # on which it prints what it has seen
    seen = wrk.communicate(timeout=30)[0]
    with report.check("no connection is refused or reset, and no request fails"):
        load.expect_none_lost()
        expect("Requests/sec" in seen and "Socket errors" not in seen and "Non-2xx" not in seen, seen)
    say(f"{load.answered} runs, and {seen.split(' requests in')[0].split()[-1]} times GET /")
    with report.check("the configuration and the token survive the upgrade"):
        expect("+next" in machine.do("dpkg-query", "-W", "docker-run"), "it is not upgraded")
        expect(f"={machine.root}/usr" in installed.environment.read_text(), "the configuration is another")
        expect(installed.token in installed.tokens.read_text(), "the token is another")


def check_removal(report, machine, installed, files, accounts):
    with report.check("the configuration stays when it is removed, and no process does"):
        machine.do("apt-get", "remove", "docker-run")
        expect(installed.environment.exists() and installed.tokens.exists(), "it has gone")
        processes = machine.do("sh", "-c", "cat /proc/[0-9]*/comm 2>/dev/null; true")
        expect("docker-run" not in processes, "a process is left")
    with report.check("nothing is left when it is purged"):
        machine.do("apt-get", "purge", "--auto-remove", "docker-run")
        left = machine.files() - files
        expect(not left, f"left behind: {sorted(left)}")
        expect(machine.accounts() == accounts, "users and groups are not as they were")
        units = machine.do("systemctl", "list-units", "--all", "--plain", "--no-legend", "docker-run*")
        expect(not units, units)


def test_on(release, socket_path):
    """Returns whether all is as expected."""
    say(f"Debian {release}:")
    report = Report()
    # The engine mounts code-runner out of the machine: both have to see the directory.
    with tempfile.TemporaryDirectory(prefix="docker-run-package-", dir="/var/tmp") as name:
        directory = pathlib.Path(name)
        with Machine(directory, release, socket_path) as machine:
            prepare(machine, built_package(), directory)
            files, accounts = machine.files(), machine.accounts()
            installed = Installation(machine)
            check_installation(report, machine, installed)
            for part in (check_tokens, check_watchdog, check_under_load):
                part(report, machine, installed)
            if report.failed:
                say(machine.do("sh", "-c", f"journalctl --no-pager -u {SERVICE} | grep -v 'info request' | tail -n 50"))
            check_removal(report, machine, installed, files, accounts)
    return report.end() == 0


def main():
    be_root()
    if sys.argv[1:] == ["--fetch"]:
        for release in RELEASES:
            machine_root(release)
        return
    script("scripts/dependencies", "engine", "image", "machine")
    with engine_of_our_own("package") as socket_path:
        say("building an image of Python, if it has not been built before (half a minute)")
        script("images/build", "python", DOCKER_UNIX_SOCKET_PATH=socket_path)
        Engine(socket_path).call("POST", "/images/docker-run/python:latest/tag?repo=python&tag=3-slim")
        passed = [test_on(release, socket_path) for release in sys.argv[1:] or RELEASES]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
