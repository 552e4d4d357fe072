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


def send(connection, method, path, body=b"", token=None, accept="*/*"):
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", "Content-Type: application/json",
            f"Accept: {accept}", f"Content-Length: {len(body)}"]
    if token:
        head.append(f"X-Access-Token: {token}")
    connection.sendall("\r\n".join([*head, "", ""]).encode() + body)


def receive(connection):
    """Returns as soon as everything is there that was announced; where no length was, at the end of the connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        if not (chunk := connection.recv(65536)):
            raise ConnectionError("the connection is closed before an answer")
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    length = fields.get("content-length")
    while length is None or len(body) < int(length):
        if not (chunk := connection.recv(65536)):
            break
        body += chunk
    if length is not None and len(body) != int(length):
        raise ConnectionError("the connection is closed within an answer")
    if "chunked" in fields.get("transfer-encoding", ""):
        body = unchunked(body)
    return Answer(int(status.split(" ")[1]), body, fields.get("server-timing", "").startswith("warm"))


def unchunked(data):
    result = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        count = int(size, 16)
        result += data[:count]
        data = data[count + 2 :]
    return result
