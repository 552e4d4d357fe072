#!/usr/bin/env -S python3 -B
"""Tries the package of make deb in a virtual machine: Debian 13, systemd, cgroup v2, AppArmor, and Docker and Podman in
it.

The commands of docs/install.md, limits, restarts, a reboot, purge; then scripts/test-podman.py on the Podman that
systemd starts. qemu emulates the processor, unless --accel says otherwise; then it takes a quarter of an hour, and
minutes more the first time. Needs root.
"""

import argparse
import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile

from harness.checks import Failure, Report, eventually, expect, say
from harness.package import built_package, documented_commands
from harness.process import be_root, end_in_order, script
from harness.virtual_machine import VirtualMachine

IMAGE = "python:3-slim"  # docs/install.md's
INSTALL, TRY_IT = documented_commands()
SECONDS = 300  # within which an emulated processor is done with what is waited for


class Service:
    """docker-run in the machine, with the image of the documentation."""

    def __init__(self, machine):
        self.machine = machine

    def documented_run(self):
        result = json.loads(self.machine.do("sh", "-ec", TRY_IT))
        expect(result.get("stdout") == "42\n", str(result))

    def run(self, program):
        """The result of a program in Python."""
        payload = {"language": "python", "files": [{"name": "main.py", "content": program}]}
        body = json.dumps({"image": IMAGE, "runner": "builtin", "payload": payload})
        token = self.machine.do("tail", "-n", "1", "/etc/docker-run/access-token")
        result = json.loads(self.machine.do(
            "curl", "-sS", "--data-binary", "@-", "-H", f"X-Access-Token: {token}",
            "-H", "Content-Type: application/json", "http://127.0.0.1:8088/run", input=body))
        expect("stdout" in result, str(result))
        return result

    def becomes_good(self):
        def good():
            with contextlib.suppress(Failure, RuntimeError, ValueError):
                self.documented_run()
                return True
            return False

        eventually("a run succeeds", good, SECONDS)

    def readiness(self):
        return self.machine.do("curl", "-sS", "-w", " %{http_code}", "http://127.0.0.1:8088/readyz")

    def configure(self, **settings):
        """Adds to the configuration, where the last one of a name counts."""
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        self.machine.do("tee", "-a", "/etc/docker-run/docker-run.env", input=lines)
        self.machine.do("systemctl", "restart", "docker-run.service")


def install(report, machine, service):
    machine.copy(built_package())
    with report.check("the package installs, and Docker with it, by the command of the documentation", needed=True):
        machine.do("sh", "-ec", f"cd /root/dist; {INSTALL}")
        for unit in ("docker.service", "docker-run.service", "docker-run.socket"):
            expect(machine.state(unit) == "active", machine.do("sh", "-c", f"systemctl --no-pager status {unit}; true"))
    say(machine.do("docker", "version", "--format", "Docker{{range .Server.Components}} {{.Name}} {{.Version}}{{end}}"))
    # There is no registry here. The name is the one that docker pull would have given it.
    with machine.forwarded("/run/docker.sock") as socket_path:
        script("images/build", "python", DOCKER_UNIX_SOCKET_PATH=socket_path)
    machine.do("docker", "tag", "docker-run/python:latest", IMAGE)
    # An emulated processor takes its time.
    service.configure(DOCKER_UNIX_SOCKET_READ_TIMEOUT=300, RUN_MAX_EXECUTION_TIME=300)
    with report.check("the documented run gives 42"):
        service.documented_run()


CGROUP = """
for name in ("memory.max", "memory.swap.max", "pids.max", "cpu.max"):
    print(name, open("/sys/fs/cgroup/" + name).read().strip())
"""
CONFINEMENT = """
print("AppArmor:", open("/proc/self/attr/current").read().strip())
print("".join(line.replace("\\t", " ") for line in open("/proc/self/status")))
try:
    open("/sys/fs/cgroup/pids.max", "w")
except OSError as error:
    print("cgroup:", error.strerror)
"""
MEMORY = "print(len(b'x' * (%d << 20)))"
PROCESSES = """
import os, time
count = 0
try:
    while count < 300:
        if os.fork() == 0:
            time.sleep(100)
        count += 1
except OSError as error:
    print(count, error.strerror)
"""
PROCESSOR = """
import time
while time.process_time() < 1:
    pass
print(*(line.split()[1] for line in open("/sys/fs/cgroup/cpu.stat") if line.startswith("nr_throttled")))
"""


def check_limits(report, service):
    with report.check("AppArmor, seccomp, no capabilities, no new privileges, and the cgroup is read-only"):
        text = service.run(CONFINEMENT)["stdout"]
        wanted = {"AppArmor: docker-default (enforce)", "Seccomp: 2", "NoNewPrivs: 1", "CapEff: 0000000000000000",
                  "CapBnd: 0000000000000000", "cgroup: Read-only file system"}
        expect(wanted <= set(text.splitlines()), text)
    with report.check("a program cannot start more processes than its limit"):
        result = service.run(PROCESSES)
        count, _, reason = result["stdout"].partition(" ")
        expect(50 < int(count) < 100 and reason == "Resource temporarily unavailable\n", str(result))
    # An emulated processor takes a second for some ten megabytes of new memory.
    service.configure(DOCKER_CONTAINER_MEMORY=128 << 20)
    with report.check("a program has memory below its limit"):
        result = service.run(MEMORY % 80)
        expect(result["stdout"] == f"{80 << 20}\n", str(result))
    with report.check("a program that takes more memory than its limit is killed, and its run answered"):
        result = service.run(MEMORY % 200)
        expect(result["stdout"] == "" and result["signal"] == 9, str(result))
    service.configure(DOCKER_CONTAINER_CPUS="0.5")
    with report.check("a program gets no more of the processors than its limit"):
        throttled = service.run(PROCESSOR)["stdout"]
        # Of the twenty periods that a second of half a processor takes.
        expect(int(throttled) > 2, f"throttled {throttled} times")
    with report.check("the cgroup of a container has the limits of the configuration"):
        limits = service.run(CGROUP)["stdout"]
        expect(limits == "memory.max 134217728\nmemory.swap.max 0\npids.max 100\ncpu.max 50000 100000\n", limits)


def check_restarts(report, machine, service):
    with report.check("it runs again after a restart"):
        machine.do("systemctl", "restart", "docker-run.service")
        service.documented_run()
    with report.check("it runs again after a restart of Docker"):
        machine.do("systemctl", "restart", "docker.service")
        service.becomes_good()
    with report.check("Docker stays stopped when docker.socket is stopped too, and runs succeed again when it is back"):
        machine.do("systemctl", "stop", "docker.socket", "docker.service")
        eventually("it is not ready", lambda: "docker.unixsocket" in service.readiness(), SECONDS)
        expect("docker.unixsocket" in machine.do("sh", "-ec", TRY_IT), "a run succeeds")
        expect(machine.state("docker.service") == "inactive", machine.state("docker.service"))
        machine.do("systemctl", "start", "docker.socket", "docker.service")
        service.becomes_good()
    with report.check("Docker that is stopped without docker.socket is started by docker-run's next call"):
        machine.do("systemctl", "stop", "docker.service")
        eventually("it is started", lambda: machine.state("docker.service") == "active", SECONDS)
        service.becomes_good()
    with report.check("it runs after a reboot"):
        machine.reboot()
        service.becomes_good()
        failed = machine.do("systemctl", "list-units", "--failed", "--plain", "--no-legend")
        expect(not failed, failed)


def check_purge(report, machine):
    with report.check("nothing of it is left when it is purged"):
        machine.do("apt-get", "purge", "docker-run")
        eventually("no container is left", lambda: not machine.do("docker", "ps", "--all", "--quiet"), SECONDS)
        # Docker's own package has a manual page of that name.
        left = machine.do("sh", "-c", """
            find / -xdev -name '*docker-run*' -not -path '/root/*' -not -path '/var/log/*' | while read -r path; do
                dpkg -S "$path" >/dev/null 2>&1 || echo "$path"
            done
            getent passwd docker-run; getent group docker-run
            systemctl list-units --all --plain --no-legend 'docker-run*'""")
        expect(not left, left)


def check_podman(report, machine):
    """The libraries that the server needs are still there."""
    machine.do("systemctl", "stop", "docker.socket", "docker.service")
    machine.copy(
        "scripts/test-podman.py", "scripts/harness", "scripts/development.env", "Tests/Fixtures",
        "dist/docker-run", "dist/code-runner")
    say("Podman:")
    done = subprocess.run(
        [*machine.ssh, "/root/scripts/test-podman.py --systemd"], stdin=subprocess.DEVNULL, timeout=2400, check=False)
    with report.check("scripts/test-podman.py has seen what was to be expected"):
        expect(done.returncode == 0, f"it ends with {done.returncode}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--accel", default="tcg,thread=multi,tb-size=1024", help="qemu's -accel, as kvm; default: %(default)s")
    arguments = parser.parse_args()
    be_root()
    end_in_order()
    script("scripts/dependencies", "image", "vm")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="docker-run-vm-", dir="/var/tmp") as directory:
        say("making a disk")
        with VirtualMachine(pathlib.Path(directory), arguments.accel) as machine:
            say("booting")
            machine.await_boot()
            say(machine.do("sh", "-ec", """
                . /etc/os-release
                echo $PRETTY_NAME $(cat /etc/debian_version), Linux $(uname -r), $(systemctl --version | head -n 1), \\
                    $(stat -fc %T /sys/fs/cgroup)"""))
            service = Service(machine)
            install(report, machine, service)
            check_limits(report, service)
            check_restarts(report, machine, service)
            check_purge(report, machine)
            check_podman(report, machine)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
