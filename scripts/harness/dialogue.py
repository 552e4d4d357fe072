"""Runs that are talked with, by the client of PyPI's websockets."""

import base64
import contextlib
import json

from harness.pypi import library
from harness.server import TOKEN, run_body

VERSION = "17.4"
client = library("websockets.sync.client", VERSION)
exceptions = library("websockets.exceptions", VERSION)


class Dialogue:
    """A WebSocket with one run, which code-runner runs."""

    def __init__(self, server, payload=None, image="docker-run/python", token=TOKEN, **fields):
        headers = {"X-Access-Token": token} if token else {}
        self.stack = contextlib.ExitStack()
        self.connection = self.stack.enter_context(client.connect(
            f"ws://127.0.0.1:{server.port}/run", additional_headers=headers, open_timeout=60, max_size=None,
            close_timeout=30))
        self.stdout, self.last = "", None
        if payload is not None:
            self.say(json.loads(run_body(image, payload, runner="builtin", **fields)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stack.close()

    def say(self, value):
        self.connection.send(json.dumps(value))

    def type(self, text):
        self.say({"stdin": {"text": text}})

    def hear(self, seconds=60):
        """The next event, as its name and its value."""
        ((name, value),) = json.loads(self.connection.recv(seconds)).items()
        if name == "stdout":
            self.stdout += value.get("text") or base64.b64decode(value["base64"]).decode("latin-1")
        if name in ("result", "error"):
            self.last = name, value
        return name, value

    def hear_until(self, text):
        while text not in self.stdout:
            self.hear()

    def hear_end(self):
        """The result or the error, after which the connection is closed."""
        while self.last is None:
            self.hear()
        return (*self.last, self.close_code())

    def close_code(self):
        try:
            while True:
                self.connection.recv(60)
        except exceptions.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
