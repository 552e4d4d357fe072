"""A Docker Swarm on this machine. A node is a dockerd in a network namespace of its own, which a veth and a bridge join
to ours."""

import contextlib
import json
import os

from harness import root
from harness.checks import eventually
from harness.engine import Engine
from harness.process import Daemon, run
from harness.server import Client

BRIDGE = "fleet"
IMAGE = "docker-run:2.0.0"  # of docs/fleet/stack.yml

# What a node does: /run, /etc/docker and /usr/lib/docker-run are its own. Its resolver refuses at once, as there is no
# registry. Where cgroups are the hybrid layout, crun refuses to run unless v2 is unmounted.
NODE = """
mount --make-rslave /
mount -t tmpfs tmpfs /run
mkdir -p /etc/docker
mount -t tmpfs tmpfs /etc/docker
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
mkdir upper work
mount -t overlay -o lowerdir=/usr/lib,upperdir="$PWD/upper",workdir="$PWD/work" overlay /usr/lib
install -D "$1" /usr/lib/docker-run/code-runner
if [ -e /etc/resolv.conf ]; then echo nameserver 127.0.0.1 >resolv.conf; mount --bind resolv.conf /etc/resolv.conf; fi
ip link set lo up
hostname "$2"
containerd --config="$PWD/containerd.toml" >/dev/null 2>&1 &
until [ -S /run/containerd.sock ]; do sleep 0.05; done
exec dockerd --config-file="$PWD/daemon.json"
"""
CONTAINERD = """
version = 2
root = "{0}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]

[grpc]
  address = "/run/containerd.sock"

[plugins."io.containerd.internal.v1.opt"]
  path = "{0}/opt"
"""


def make_bridge():
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "address", "add", "10.77.0.254/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")


class Node(Daemon):
    def __init__(self, number, directory, cgroup):
        self.address = f"10.77.0.{number}"
        self.client = Client(8088, "first", self.address)
        name = f"node-{number}"
        self.directory = directory / name
        self.directory.mkdir()
        self.socket = self.directory / "docker.sock"
        (self.directory / "containerd.toml").write_text(CONTAINERD.format(self.directory))
        (self.directory / "daemon.json").write_text(json.dumps({
            "hosts": ["unix:///run/docker.sock", f"unix://{self.socket}"], "containerd": "/run/containerd.sock",
            "data-root": f"{self.directory}/docker", "exec-root": "/run/docker", "pidfile": "/run/dockerd.pid",
            "cgroup-parent": f"/{cgroup}", "exec-opts": ["native.cgroupdriver=cgroupfs"], "shutdown-timeout": 5,
        }))
        super().__init__(
            "unshare", "--mount", "--net", "--uts", "sh", "-euc", NODE, "sh", root / "dist/code-runner", name,
            cwd=self.directory)
        own = os.readlink("/proc/self/ns/net")
        eventually("the node has a network", lambda: os.readlink(f"/proc/{self.process.pid}/ns/net") != own)
        in_network = ["nsenter", f"--target={self.process.pid}", "--net"]
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", str(self.process.pid))
        run("ip", "link", "set", name, "master", BRIDGE, "up")
        run(*in_network, "ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        run(*in_network, "ip", "link", "set", "eth0", "up")

    def docker(self, *arguments, **options):
        return run("docker", "--host", f"unix://{self.socket}", *arguments, **options)

    def is_ready(self):
        return self.client.answers("/readyz")

    def server(self):
        """The container of the service's task that runs here, or nothing."""
        label = "label=com.docker.swarm.service.name=docker-run_server"
        return self.docker("ps", "--quiet", "--no-trunc", "--filter", label)

    def runs(self):
        """The containers that servers have made here."""
        return set(self.docker("ps", "--all", "--quiet", "--filter", "label=docker-run.server").split())


class Swarm:
    def __init__(self, nodes):
        self.nodes = nodes
        self.manager = nodes[0]

    def make(self, image):
        manager, worker = self.nodes
        for node in self.nodes:
            node.await_answer(Engine(str(node.socket)).answers)
        manager.docker("swarm", "init", "--advertise-addr", manager.address)
        token = manager.docker("swarm", "join-token", "--quiet", "worker")
        worker.docker("swarm", "join", "--token", token, f"{manager.address}:2377")
        for node in self.nodes:
            with open(image) as tar:
                node.docker("import", "--change", 'ENTRYPOINT ["docker-run"]', "-", IMAGE, stdin=tar)
            run("Tests/Fixtures/import", str(node.socket))

    def create_secret(self, name, text):
        self.manager.docker("secret", "create", name, "-", input=text)

    def deploy(self, stack):
        self.manager.docker(
            "stack", "deploy", "--resolve-image", "never", "--compose-file", "-", "docker-run", input=stack)

    def update(self, *options):
        self.manager.docker("service", "update", "--detach", *options, "docker-run_server")

    def servers(self):
        return [node.server() for node in self.nodes]

    def await_ready(self):
        eventually("all are ready", lambda: all(node.is_ready() for node in self.nodes))

    def await_others(self, before):
        """Until every node has another server than before."""
        eventually("all are replaced", lambda: not {"", *before} & set(self.servers()))
        self.await_ready()

    def await_update(self, state):
        template = "{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}"
        inspect = ["service", "inspect", "--format", template, "docker-run_server"]
        eventually(f"the update is {state}", lambda: self.manager.docker(*inspect) == state)

    def words(self):
        with contextlib.suppress(RuntimeError):
            return self.manager.docker("service", "ps", "--no-trunc", "docker-run_server") + "\n" \
                + self.manager.docker("service", "logs", "--tail", "20", "docker-run_server")
        return ""
