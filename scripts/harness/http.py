"""HTTP as far as docker-run and Docker's Engine are asked: one request on a connection of its own.

By hand: the time of a client library would be part of what is measured.
"""

import json
from dataclasses import dataclass


@dataclass
class Answer:
    status: int
    body: bytes
    warm: bool  # whether the run found a container that waited for it

    def __str__(self):
        return f"{self.status} {self.body[:600].decode(errors='replace')}"

    def json(self):
        return json.loads(self.body)


def send(connection, method, path, body=b"", token=None):
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", "Content-Type: application/json",
            f"Content-Length: {len(body)}"]
    if token:
        head.append(f"X-Access-Token: {token}")
    connection.sendall("\r\n".join([*head, "", ""]).encode() + body)


def receive(connection):
    head, end, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    if not end:
        raise ConnectionError("the connection is closed before an answer")
    status, *lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    if "chunked" in fields.get("transfer-encoding", ""):
        body = unchunked(body)
    elif len(body) != int(fields.get("content-length", 0)):
        raise ConnectionError("the connection is closed within an answer")
    return Answer(int(status.split(" ")[1]), body, fields.get("server-timing", "").startswith("warm"))


def unchunked(data):
    result = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        count = int(size, 16)
        result += data[:count]
        data = data[count + 2 :]
    return result
