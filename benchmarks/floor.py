"""The floor: what is left when all that can be done ahead of time has been done by hand.

A container is created, attached and started, and has had the time to get to where it reads. Measured is the time from
the first byte of the payload to the first byte of its output, on a raw socket.
"""

import socket
import time

from original import attach, stdout

# Seconds from the end of what an engine is busy with to a measurement. What waits also needs them to get to where it
# reads, which cannot be seen from outside.
REST = 0.3


class ReadyContainer:
    def __init__(self, engine, specification):
        self.engine = engine
        self.id = engine.call("POST", "/containers/create", specification)["Id"]
        self.connection = None
        try:
            self.connection, self.stream = attach(engine, self.id)
            engine.call("POST", f"/containers/{self.id}/start")
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.connection:
            self.connection.close()
        self.engine.call("DELETE", f"/containers/{self.id}?v=1&force=1")

    def first_output(self, payload):
        """Milliseconds."""
        began = time.monotonic()
        self.connection.sendall(payload)
        self.connection.shutdown(socket.SHUT_WR)
        while len(self.stream) <= 8 and (chunk := self.connection.recv(65536)):  # 8 bytes are the head of a frame
            self.stream += chunk
        return (time.monotonic() - began) * 1000

    def rest(self):
        """What came on stdout, up to its end."""
        while chunk := self.connection.recv(65536):
            self.stream += chunk
        return stdout(self.stream)


def first_output(engine, specification, payload):
    """Milliseconds, and what came on stdout."""
    with ReadyContainer(engine, specification) as container:
        time.sleep(REST)
        milliseconds = container.first_output(payload)
        return milliseconds, container.rest()
