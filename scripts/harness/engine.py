"""A Docker Engine: one of our own, and calls of its API."""

import contextlib
import json
import socket

from harness.http import receive, send
from harness.process import script


class Engine:
    def __init__(self, path):
        self.path = path

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(self.path)
        return connection

    def call(self, method, path, body=None):
        """Returns the decoded answer, or None if it has no body."""
        with self.connect() as connection:
            send(connection, method, path, b"" if body is None else json.dumps(body).encode())
            answer = receive(connection)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer}")
        return answer.json() if answer.body.strip() else None

    def answers(self):
        with contextlib.suppress(OSError, RuntimeError):
            return bool(self.call("GET", "/version"))
        return False


@contextlib.contextmanager
def engine_of_our_own(name, *kind):
    """The socket of an engine with the images of the tests, which is gone afterwards. The kind is one of
    scripts/engine."""
    try:
        path = script("scripts/engine", "up", name, *kind)
        script("Tests/Fixtures/import", path)
        yield path
    finally:
        script("scripts/engine", "down", name)
