"""The server that is measured: the release binary in dist/, on a free port, its log in a file."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
from dataclasses import dataclass

from original import Engine

TOKEN = "benchmark"


@dataclass
class Answer:
    status: int
    body: bytes
    warm: bool  # whether the run found a container that waited for it


def request_body(image, payload):
    """The payload as it is, byte for byte."""
    return b'{"image":%s,"payload":%s}' % (json.dumps(image).encode(), payload)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def receive(connection):
    """What comes next. An end of the connection is a fault: more was announced."""
    if not (received := connection.recv(65536)):
        raise ConnectionError("the server closes the connection within an answer")
    return received


class Server:
    def __init__(self, socket_path, workers, port=None, **changes):
        self.port = port or free_port()
        environment = {
            "SERVER_LISTEN_ADDR": "127.0.0.1", "SERVER_LISTEN_PORT": str(self.port), "SERVER_WORKER_THREADS": str(workers),
            "API_ACCESS_TOKEN": TOKEN, "DOCKER_UNIX_SOCKET_PATH": socket_path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "60",
            "DOCKER_UNIX_SOCKET_WRITE_TIMEOUT": "60", "DOCKER_CONTAINER_HOSTNAME": "glot", "DOCKER_CONTAINER_USER": "glot",
            "DOCKER_CONTAINER_MEMORY": "536870912", "DOCKER_CONTAINER_NETWORK_DISABLED": "true",
            "DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT": "90", "DOCKER_CONTAINER_ULIMIT_NOFILE_HARD": "100",
            "DOCKER_CONTAINER_ULIMIT_NPROC_SOFT": "1000", "DOCKER_CONTAINER_ULIMIT_NPROC_HARD": "1200",
            "DOCKER_CONTAINER_CAP_DROP": "ALL", "DOCKER_CONTAINER_READONLY_ROOTFS": "true",
            "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp", "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot",
            "RUN_MAX_EXECUTION_TIME": "60", "RUN_MAX_OUTPUT_SIZE": "1000000",
        }
        environment.update({name: value for name, value in changes.items() if value})
        self.engine = Engine(socket_path)
        self.log = tempfile.NamedTemporaryFile()
        self.process = subprocess.Popen(["dist/docker-run"], env=environment, stderr=self.log, stdin=subprocess.DEVNULL)
        self.wait_until_it_listens()

    def wait_until_it_listens(self):
        end = time.monotonic() + 30
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the server does not start: {open(self.log.name).read()}")
                time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    def post(self, image, payload):
        """One POST /run on a connection of its own. A raw socket, as those of the original's calls and of the floor are: a
        client library's own time would be part of what is measured."""
        body = request_body(image, payload)
        with socket.create_connection(("127.0.0.1", self.port), 120) as connection:
            connection.sendall(
                b"POST /run HTTP/1.1\r\nHost: localhost\r\nX-Access-Token: %s\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (TOKEN.encode(), len(body), body))
            received = receive(connection)
            while b"\r\n\r\n" not in received:
                received += receive(connection)
            head, _, body = received.partition(b"\r\n\r\n")
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            while len(body) < int(fields[b"Content-Length"]):
                body += receive(connection)
        warm = fields.get(b"Server-Timing", b"").split(b",")[0] == b"warm"
        return Answer(int(head.split(b" ")[1]), body, warm)

    def run(self, image, payload):
        """The same. Returns the body; an error is raised."""
        answer = self.post(image, payload)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.body.decode()}")
        return answer.body

    def containers_path(self):
        """Where the engine lists the server's containers."""
        label = f"docker-run.server={socket.gethostname()}:127.0.0.1:{self.port}"
        return "/containers/json?all=1&filters=" + urllib.parse.quote(json.dumps({"label": [label]}))

    def settle(self, ready=0, seconds=30):
        """Waits until nothing is being made or removed, and at least so many containers wait for a payload.

        To be called when nothing runs. Returns whether it came to that.
        """
        ends = time.monotonic() + seconds
        before, since = None, 0.0
        while time.monotonic() < ends:
            now = {container["Id"]: container["State"] for container in self.engine.call("GET", self.containers_path())}
            if now != before:
                before, since = now, time.monotonic()
            # A container that has been started still has to get to where it reads.
            elif len(now) >= ready and set(now.values()) <= {"running"} and time.monotonic() - since > 0.2:
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
