"""Docker Compose on an Engine of its own, whose images are made here: there need not be a registry."""

import json
import os
import pathlib
import re
import shutil
import subprocess

from harness import root
from harness.engine import Engine
from harness.machine import debian_root
from harness.process import Daemon, run
from harness.swarm import CONTAINERD

SOCKET = "/run/docker.sock"
# In namespaces that have been made already. /run and /etc/docker are its own; the resolver is that of slirp4netns.
# Where cgroups are the hybrid layout, crun refuses to run unless v2 is unmounted.
ENGINE = """
mount --make-rslave /
mount -t tmpfs tmpfs /run
mkdir -p /etc/docker
mount -t tmpfs tmpfs /etc/docker
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
echo nameserver 10.0.2.3 >resolv.conf
mount --bind resolv.conf /etc/resolv.conf
ip link set lo up
containerd --config="$PWD/containerd.toml" >/dev/null 2>&1 &
until [ -S /run/containerd.sock ]; do sleep 0.05; done
exec dockerd --config-file="$PWD/daemon.json"
"""
# Of the toolchain, what building a package does not need.
LEFT_OUT = ["lldb*", "liblldb*", "libsourcekitd*", "sourcekit-lsp", "clangd", "docc", "swift-format", "wasmkit"]
# What swift:6.3-bookworm has beside it.
FOR_SWIFT = ("binutils,ca-certificates,git,libc6-dev,libcurl4,libedit2,libgcc-12-dev,libncurses6,libsqlite3-0,"
             "libstdc++-12-dev,libxml2,libzstd1,tzdata,zlib1g-dev")
HOOKS = "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"


def made_images():
    """Tars by the names of the images that the Dockerfile and compose.yaml name. That of Swift is still without it."""
    return {
        "debian:bookworm-slim": debian_root("slim", "bookworm", "--variant=minbase"),
        "swift:6.3-bookworm": debian_root("swift", "bookworm", "--variant=minbase", f"--include={FOR_SWIFT}"),
        "python:3-slim": debian_root("python", "bookworm", "--variant=minbase", "--include=python3-minimal"),
    }


def compose_plugin():
    """A tar that has the plugins of Debian 13: Debian 12 has none."""
    return debian_root("compose", "trixie", "--variant=extract", "--include=docker-compose,docker-buildx", HOOKS)


class ComposeEngine(Daemon):
    """Wants namespaces of its own, a directory, and the name of a cgroup."""

    def __init__(self, directory, cgroup):
        self.directory = pathlib.Path(directory)
        (self.directory / "containerd.toml").write_text(CONTAINERD.format(directory))
        (self.directory / "daemon.json").write_text(json.dumps({
            "hosts": [f"unix://{SOCKET}"], "containerd": "/run/containerd.sock", "data-root": f"{directory}/docker",
            "exec-root": "/run/docker", "pidfile": "/run/dockerd.pid", "cgroup-parent": f"/{cgroup}",
            "exec-opts": ["native.cgroupdriver=cgroupfs"], "shutdown-timeout": 5,
        }))
        self.environment = {**os.environ, "DOCKER_HOST": f"unix://{SOCKET}", "DOCKER_CONFIG": f"{directory}/client"}
        super().__init__("sh", "-euc", ENGINE, cwd=directory)
        self.await_answer(Engine(SOCKET).answers)

    def docker(self, *arguments, **options):
        return run("docker", *arguments, env=self.environment, **options)

    def install_plugins(self, tar):
        run("tar", "-C", self.directory, "-xf", tar, "./usr/libexec/docker/cli-plugins")
        client = self.directory / "client"
        client.mkdir()
        (client / "cli-plugins").symlink_to(self.directory / "usr/libexec/docker/cli-plugins")

    def take_images(self, tars):
        for name, tar in tars.items():
            with open(tar) as stdin:
                self.docker("import", "--change", 'CMD ["bash"]', "-", name, stdin=stdin)
        self.put_swift_into("swift:6.3-bookworm")

    def put_swift_into(self, image):
        """The toolchain of this host, and where its git looks in place of github.com."""
        name = self.docker("create", image)
        toolchain = pathlib.Path(shutil.which("swift")).resolve().parents[2]
        self.copy_into(name, "/", "-C", toolchain, *(f"--exclude={pattern}" for pattern in LEFT_OUT), "usr")
        for directory, url in substitutes():
            packages = re.findall(f'"{url}(.*?)"', (root / "Package.swift").read_text())
            self.copy_into(name, "/opt", "-C", directory, *(f"{package}.git" for package in packages))
            config = self.directory / "gitconfig"
            run("git", "config", "--file", config, "url./opt/.insteadOf", url)
            self.docker("cp", config, f"{name}:/etc/gitconfig")
        self.docker("commit", name, image)
        self.docker("rm", name)

    def copy_into(self, container, directory, *files):
        tar = subprocess.Popen(["tar", "-c", "--owner=0", "--group=0", *files], stdout=subprocess.PIPE)
        with tar:
            self.docker("cp", "-", f"{container}:{directory}", stdin=tar.stdout)


def substitutes():
    """Directories that this host's git takes in place of a URL, and the URL."""
    lines = run("sh", "-c", "git config --get-regexp '^url[.]/.*[.]insteadof$' || true").splitlines()
    pairs = [line.split(" ", 1) for line in lines]
    return [(key[len("url."):-len(".insteadof")], url) for key, url in pairs if url.startswith("https://")]
