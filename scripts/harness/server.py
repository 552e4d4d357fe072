"""docker-run: a client, the server in dist/, and HAProxy in front of servers."""

import contextlib
import ctypes
import json
import os
import pathlib
import socket
import time
import urllib.parse

from harness.engine import Engine
from harness.http import receive, send
from harness.process import Daemon


def settings():
    """What the server requires, with the values of scripts/development.env."""
    lines = pathlib.Path("scripts/development.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


TOKEN = settings()["API_ACCESS_TOKEN"]
CLONE_NEWNET = 0x40000000  # <linux/sched.h>
libc = ctypes.CDLL(None, use_errno=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_body(image, payload, **fields):
    """The body of POST /run. Of a payload in bytes no byte is changed."""
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    return b'%s,"payload":%s}' % (json.dumps({"image": image, **fields}).encode()[:-1], payload)


def enter(network):
    if libc.setns(network.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


@contextlib.contextmanager
def network_of(process):
    """Has this thread in the network of a process: a socket that is made here stays there. None is our own network."""
    if process is None:
        yield
        return
    with open("/proc/thread-self/ns/net") as ours, open(f"/proc/{process}/ns/net") as theirs:
        enter(theirs)
        try:
            yield
        finally:
            enter(ours)


class Client:
    """Asks a server, in the network of a process if one is given."""

    def __init__(self, port, token, host="127.0.0.1", process=None):
        self.host, self.port, self.token, self.network = host, port, token, process

    def begin(self, method, path, body=b"", token=None):
        """Sends a request. Returns the connection, on which the answer comes."""
        with network_of(self.network):
            connection = socket.create_connection((self.host, self.port), 120)
        send(connection, method, path, body, token or self.token)
        return connection

    def ask(self, *request, **options):
        with self.begin(*request, **options) as connection:
            return receive(connection)

    def post(self, image, payload, **fields):
        """POST /run. The fields are those of the request beside these two."""
        return self.ask("POST", "/run", run_body(image, payload, **fields))

    def run(self, image, payload, **fields):
        """The same. An answer that is an error is raised."""
        answer = self.post(image, payload, **fields)
        if answer.status != 200:
            raise RuntimeError(str(answer))
        return answer

    def run_command(self, image, command, stdin=""):
        """The result of a shell command in an image that need not know of code-runner, and whether it was warm."""
        answer = self.run(image, {"language": "", "files": [], "command": command, "stdin": stdin}, runner="builtin")
        return answer.json(), answer.warm

    def answers(self, path="/", token=None):
        """Whether the answer is 200, which it is not where nobody listens."""
        with contextlib.suppress(OSError):
            return self.ask("GET", path, token=token).status == 200
        return False


class Server(Daemon, Client):
    def __init__(self, socket_path, workers, port=None, **changes):
        """changes: variables, which are not set where they are None."""
        Client.__init__(self, port or free_port(), TOKEN)
        environment = {
            # Many seconds, so that nothing ends by itself on a busy machine.
            **settings(), "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "60", "DOCKER_UNIX_SOCKET_WRITE_TIMEOUT": "60",
            "RUN_MAX_EXECUTION_TIME": "60", "SERVER_LISTEN_PORT": str(self.port), "SERVER_WORKER_THREADS": str(workers),
            "DOCKER_UNIX_SOCKET_PATH": socket_path, "DOCKER_CONTAINER_READONLY_ROOTFS": "true",
            "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp", "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot",
        }
        environment.update({name: value for name, value in changes.items() if value})
        self.engine = Engine(socket_path)
        Daemon.__init__(self, "dist/docker-run", env=environment)
        self.await_answer(self.answers)

    def containers(self):
        """Those of the server, as the engine lists them."""
        label = f"docker-run.server={socket.gethostname()}:127.0.0.1:{self.port}"
        filters = urllib.parse.quote(json.dumps({"label": [label]}))
        return self.engine.call("GET", f"/containers/json?all=1&filters={filters}")

    def settle(self, ready=0, seconds=30):
        """Waits until nothing is being made or removed, and at least so many containers wait for a payload.

        To be called when nothing runs. Returns whether it came to that.
        """
        ends = time.monotonic() + seconds
        before, since = None, 0.0
        while time.monotonic() < ends:
            now = {container["Id"]: container["State"] for container in self.containers()}
            if now != before:
                before, since = now, time.monotonic()
            # A container that has been started still has to get to where it reads, and the pool begins to fill spare
            # places when nothing has happened for a quarter of a second.
            elif len(now) >= ready and set(now.values()) <= {"running"} and time.monotonic() - since > 0.5:
                return True
            time.sleep(0.03)
        return False

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Proxy(Daemon, Client):
    """HAProxy with docs/fleet/haproxy.cfg, as it stands."""

    def __init__(self, port, servers):
        """servers: HOST:PORT of up to three. One that is not there refuses."""
        Client.__init__(self, port, "")
        names = zip("ABC", [*servers, "127.0.0.1:9", "127.0.0.1:9"])
        environment = {f"FLEET_{name}": server for name, server in names}
        environment.update({"PATH": os.environ["PATH"], "FLEET_LISTEN": f"127.0.0.1:{port}"})
        Daemon.__init__(self, "haproxy", "-db", "-f", "docs/fleet/haproxy.cfg", env=environment)
        self.await_answer(self.answers)
