"""A clean Debian that runs systemd as its init, in a container of systemd-nspawn with a network of its own."""

import contextlib
import os
import pathlib

from harness.process import Daemon, run, script


def debian_root(purpose, release, *options):
    """The path of a tar that mmdebstrap makes with these options."""
    return script("scripts/debian-root", purpose, release, *options)


def machine_root(release):
    """That of a Machine, before anything is installed into it."""
    return debian_root("machine", release, "--variant=apt", "--include=systemd-sysv,curl,adduser")


class Machine:
    """It has the curl of the documentation; and adduser, which every installed Debian has: where it comes with the
    package, apt does not take it away again."""

    def __init__(self, directory, release, socket_path):
        """The Engine at the path is the machine's, as far as it can tell."""
        self.root = directory / "root"
        self.root.mkdir()
        run("tar", "-C", self.root, "-xf", machine_root(release))
        self.name = f"docker-run-test-{os.getpid()}"
        # No scope and no registration: there need not be a systemd outside.
        self.nspawn = [
            "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={self.root}",
            f"--machine={self.name}"]
        self.socket_path = socket_path
        self.daemon = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.daemon:
            self.daemon.end(30)  # SIGTERM tells the machine to power off
        with contextlib.suppress(OSError):
            os.rmdir(f"/run/systemd/nspawn/propagate/{self.name}")

    def do_without_booting(self, *command):
        """Runs a command with the network of this host."""
        return run(*self.nspawn, "--pipe", *command)

    def boot(self):
        self.daemon = Daemon(
            *self.nspawn, "--boot", "--private-network", "--kill-signal=SIGRTMIN+3",
            f"--bind={self.socket_path}:/run/docker.sock")
        self.daemon.await_answer(self.is_up)

    def is_up(self):
        pid = self.daemon.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children:
            return False
        self.leader = children[0]
        with contextlib.suppress(RuntimeError):
            return self.do("systemctl", "is-system-running") == "running"
        return False

    def do(self, *command):
        """Runs a command in the machine, as root."""
        enter = ["nsenter", f"--target={self.leader}", "--all", "--root", "sh", "-c", 'cd / && exec "$@"', "sh"]
        environment = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
        return run(*enter, *command, env={**environment, "LC_ALL": "C.UTF-8"})

    def properties(self, unit, *names):
        """What systemd says of a unit, by name."""
        lines = self.do("systemctl", "show", *(f"--property={name}" for name in names), unit).splitlines()
        return dict(line.split("=", 1) for line in lines)

    @contextlib.contextmanager
    def unit_settings(self, unit, lines):
        """Has these lines in the section Service of the unit, which is restarted before and after."""
        directory = f"/etc/systemd/system/{unit}.d"
        self.do("mkdir", directory)
        (self.root / directory[1:] / "test.conf").write_text(f"[Service]\n{lines}\n")
        self.do("systemctl", "daemon-reload")
        self.do("systemctl", "restart", unit)
        yield
        self.do("rm", "-r", directory)
        self.do("systemctl", "daemon-reload")
        self.do("systemctl", "restart", unit)

    def files(self):
        """Every path of the machine, but for what a package system and a running system leave anyway."""
        excepted = ["/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/log", "/var/cache", "/var/lib/apt",
                    "/var/lib/dpkg", "/var/lib/systemd/catalog", "/var/lib/systemd/random-seed", "/etc/.pwd.lock"]
        prune = [argument for path in excepted for argument in ("-path", path, "-o")][:-1]
        found = self.do("find", "/", "-xdev", "(", *prune, ")", "-prune", "-o", "-print").splitlines()
        # The copies of passwd(5) and others from before the last change.
        return set(found) - {"/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-"}

    def accounts(self):
        files = [self.root / "etc" / name for name in ("passwd", "group", "shadow", "gshadow")]
        return [sorted(file.read_text().splitlines()) for file in files]
