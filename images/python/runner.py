#!/usr/bin/python3 -IS
"""code-runner: runs the Python program in a JSON payload on stdin, prints what came of it as JSON on stdout.

    {"language": "python", "files": [{"name": "main.py", "content": "print(42)"}], "stdin": null, "command": null}
    {"stdout": "42\n", "stderr": "", "error": "", "duration": 15000000}

The first file is the program. A command, if there is one, is run by sh in its place. What is wrong with the payload is
said on stderr; then the exit code is 1 and stdout is empty. The duration is in nanoseconds.

A run waits for these imports, so they are few: subprocess and tempfile alone would double them.
"""

import json
import os
import select
import signal
import sys
import time


class Refused(Exception):
    """The payload cannot be run; the message says why."""


def main():
    try:
        payload = parse(sys.stdin.buffer.read())
        os.chdir(work_directory(sys.argv[1:]))
        for file in payload["files"]:
            write(file["name"], file["content"])
        result = run(command_of(payload), encode(payload.get("stdin") or ""))
    except (Refused, OSError) as error:
        sys.exit(f"code-runner: {error}")
    sys.stdout.buffer.write(json.dumps(result, ensure_ascii=False).encode())


def parse(data):
    try:
        payload = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Refused(f"the payload is not JSON: {error}") from None

    def check(condition, message):
        if not condition:
            raise Refused(f"bad payload: {message}")

    check(isinstance(payload, dict), "not an object")
    check(isinstance(payload.get("language"), str), "language is not a string")
    check(payload["language"] == "python", f"unknown language {payload['language']!r}, here is only 'python'")
    for key in ("stdin", "command"):
        check(isinstance(payload.get(key), (str, type(None))), f"{key} is not a string")
    check("\0" not in (payload.get("command") or ""), "command contains a zero byte")
    check(isinstance(payload.get("files"), list), "files is not a list")
    check(payload["files"] or payload.get("command"), "no files")
    for file in payload["files"]:
        check(isinstance(file, dict), "a file is not an object")
        check(isinstance(file.get("name"), str) and file["name"], "a file has no name")
        check("\0" not in file["name"], "the name of a file contains a zero byte")
        check(isinstance(file.get("content"), str), f"the content of {file['name']!r} is not a string")
        file["name"] = encode(file["name"]).decode()
    return payload


def work_directory(arguments):
    """The directory after --path if it can be used, else a fresh one for temporary files."""
    if arguments[:1] == ["--path"] and len(arguments) == 2:
        try:
            os.makedirs(arguments[1], exist_ok=True)
            if os.access(arguments[1], os.W_OK | os.X_OK):
                return arguments[1]
        except OSError:
            pass
    elif arguments:
        raise Refused("usage: code-runner [--path DIRECTORY]")
    fresh = f"{os.environ.get('TMPDIR') or '/tmp'}/code-runner-{os.getpid()}-{time.time_ns()}"
    os.mkdir(fresh, 0o700)
    return fresh


def write(name, content):
    here = os.getcwd()
    path = os.path.normpath(os.path.join(here, name))
    if not path.startswith(here + "/"):
        raise Refused(f"the file name {name!r} leaves the directory")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(encode(content))


def command_of(payload):
    if payload.get("command"):
        return payload["command"]
    name = payload["files"][0]["name"]
    if name.startswith("-"):
        name = "./" + name
    # exec: the shell would turn death by a signal into an exit code.
    return "exec python3 '" + name.replace("'", "'\\''") + "'"


def run(command, stdin):
    """Runs the command by sh, serving its three pipes at once, until it exits; not until what it left running does."""
    # A child that exits wakes the loop below: the handler is never of use but has to be there.
    wake, wake_end = os.pipe()
    os.set_blocking(wake_end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_end)

    pipes = [os.pipe() for _ in range(3)]
    theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
    ours = [pipes[0][1], pipes[1][0], pipes[2][0]]
    started = time.monotonic_ns()
    child = os.posix_spawn(
        "/bin/sh",
        ["sh", "-c", encode(command)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(theirs)],
        setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # Python ignores these two; its children should not
    )
    for end in theirs:
        os.close(end)
    for end in ours:
        os.set_blocking(end, False)

    outputs = {ours[1]: bytearray(), ours[2]: bytearray()}
    rest = memoryview(stdin)
    poll = select.poll()
    poll.register(wake, select.POLLIN)
    poll.register(ours[0], select.POLLOUT)
    for end in outputs:
        poll.register(end, select.POLLIN)

    def close(end):
        poll.unregister(end)
        os.close(end)

    def feed(end):
        nonlocal rest
        try:
            rest = rest[os.write(end, rest) :] if rest else rest
        except BrokenPipeError:  # it closed its stdin unread, as it may
            rest = b""
        if not rest:
            close(end)

    def read(end):
        data = os.read(end, 65536)
        outputs[end] += data
        if not data:
            close(end)

    exited = False
    while not exited:
        for end, _ in poll.poll():
            if end == wake:
                os.read(wake, 512)
                exited, status = os.waitpid(child, os.WNOHANG)
            elif end in outputs:
                read(end)
            else:
                feed(end)
    duration = time.monotonic_ns() - started

    # What is in the pipes by now. Something left running may go on writing, so not until they are empty.
    for end in outputs:
        try:
            for _ in range(16):
                read(end)
        except OSError:  # empty, or closed before
            pass
    stdout, stderr = (bytes(output).decode(errors="replace") for output in outputs.values())
    return {"stdout": stdout, "stderr": stderr, "error": error_of(status), "duration": duration}


def error_of(status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            return f"Killed by signal {number} ({signal.Signals(number).name})"
        except ValueError:
            return f"Killed by signal {number}"
    code = os.WEXITSTATUS(status)
    return f"Exit code: {code}" if code else ""


def encode(text):
    """JSON can hold halves of surrogate pairs, UTF-8 cannot."""
    return text.encode(errors="replace")


main()
