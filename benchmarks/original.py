"""The calls of the original docker-run, replayed: each on a connection of its own, in its order.

create, start, attach, payload, frames up to the end of the stream, remove; only then is the client answered. The
original wrote the payload and left stdin open; here it is closed, as images that read to the end need it.
"""

import socket
import struct

from harness.server import settings


def original_run(engine, specification, payload):
    """One run as the original does it. Returns what came on stdout."""
    container = engine.call("POST", "/containers/create", specification)["Id"]
    try:
        engine.call("POST", f"/containers/{container}/start")
        return talk(engine, container, payload)
    finally:
        engine.call("DELETE", f"/containers/{container}?v=1&force=1")


def attach(engine, container):
    """Returns the connection, which is the stream from here on, and what of the stream has come already."""
    connection = engine.connect()
    connection.sendall(
        f"POST /containers/{container}/attach?stream=1&stdout=1&stdin=1&stderr=1 HTTP/1.1\r\n"
        "Host: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n".encode()
    )
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            raise RuntimeError(f"the engine does not attach: {received.decode(errors='replace')}")
        received += chunk
    return connection, received.partition(b"\r\n\r\n")[2]


def talk(engine, container, payload):
    connection, stream = attach(engine, container)
    with connection:
        connection.sendall(payload)
        connection.shutdown(socket.SHUT_WR)
        while chunk := connection.recv(65536):
            stream += chunk
    return stdout(stream)


def stdout(stream):
    result = b""
    while stream:
        kind, size = struct.unpack(">B3xI", stream[:8])
        if kind == 1:
            result += stream[8 : 8 + size]
        stream = stream[8 + size :]
    return result


def specification(image, runtime=None):
    """The settings that scripts/harness/server.py gives to the server."""
    host = {
        "Memory": 536870912, "MemorySwap": 536870912, "Privileged": False, "CapAdd": [], "CapDrop": ["ALL"],
        "Ulimits": [
            {"Name": "nofile", "Soft": 90, "Hard": 100}, {"Name": "nproc", "Soft": 1000, "Hard": 1200},
        ],
        "ReadonlyRootfs": True, "SecurityOpt": ["no-new-privileges"], "LogConfig": {"Type": "none"}, "PidsLimit": 512,
        "Tmpfs": {
            "/tmp": "rw,noexec,nosuid,size=65536k", "/home/glot": "rw,exec,nosuid,size=131072k",
        },
    }
    if runtime:
        host["Runtime"] = runtime
    return {
        "Hostname": "glot", "User": settings()["DOCKER_CONTAINER_USER"], "AttachStdin": True, "AttachStdout": True,
        "AttachStderr": True, "Tty": False, "OpenStdin": True, "StdinOnce": True, "Image": image,
        "NetworkDisabled": True, "HostConfig": host,
    }
