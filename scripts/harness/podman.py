"""Podman's service in the place of a Docker Engine."""

import contextlib
import glob
import os
import subprocess
import tempfile

from harness.checks import eventually
from harness.engine import Engine
from harness.process import Daemon, run


class Podman(Daemon):
    """Podman's service in namespaces that begin with a shell; it ends, and they with it, when our end of its stdin
    closes.

    They have a network, a /run, a /var/lib and a /var/tmp of their own, and no cgroup v2 beside v1 (the hybrid layout),
    where crun refuses to run. bash, not sh: it reaps what processes leave behind while it waits for a line.
    """

    NAMESPACES = ("unshare", "--mount", "--propagation", "slave", "--net", "--pid", "--fork", "--mount-proc")
    SHELL = """
        for directory in /run /var/lib /var/tmp /etc/cni; do
            if [ -d $directory ]; then mount -t tmpfs tmpfs $directory; fi
        done
        if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
        start() {
            podman --cgroup-manager=cgroupfs --events-backend=file "${@:2}" system service --time=0 "unix://$1" &
        }
        cd /run # conmon leaves a file, "oom", where it is when a container has run out of memory
        start "$@"
        while read -r command; do
            case $command in
            stop) kill -KILL $!; wait $! ;;
            start) start "$@" ;;
            esac
        done
    """

    def __init__(self, *options):
        self.directory = tempfile.TemporaryDirectory(prefix="docker-run-podman-")
        self.socket = f"{self.directory.name}/podman.sock"
        self.cgroups = find_cgroups()
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/run"}
        super().__init__(
            *self.NAMESPACES, "bash", "-uc", self.SHELL, "bash", self.socket, *options, env=environment,
            stdin=subprocess.PIPE, text=True, bufsize=1)
        self.await_answer(Engine(self.socket).answers)

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)  # the kernel lets it go when the last process of its namespace is gone
        finally:
            for path in sorted(find_cgroups() - self.cgroups, reverse=True):
                with contextlib.suppress(OSError):
                    os.rmdir(path)
            self.directory.cleanup()

    def start(self):
        self.process.stdin.write("start\n")

    def stop(self):
        self.process.stdin.write("stop\n")


def find_cgroups():
    """Podman puts containers into cgroups of a name that is the same for all."""
    paths = glob.glob("/sys/fs/cgroup/libpod_parent") + glob.glob("/sys/fs/cgroup/*/libpod_parent")
    return {directory for path in paths for directory, _, _ in os.walk(path)}


class SystemdPodman:
    """Podman's service as podman.socket and podman.service of its package start it."""

    socket = "/run/podman/podman.sock"

    def __enter__(self):
        self.start()
        eventually("Podman's service answers", Engine(self.socket).answers)
        return self

    def __exit__(self, *_):
        pass

    def start(self):
        run("systemctl", "start", "podman.socket")

    def stop(self):
        """The service ends by itself when it is idle, so the socket is what has to go."""
        run("systemctl", "stop", "podman.socket", "podman.service")

    def words(self):
        return run("journalctl", "--no-pager", "-n", "15", "-u", "podman.service")
