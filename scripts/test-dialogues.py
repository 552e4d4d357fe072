#!/usr/bin/env -S python3 -B
"""Runs that are seen and talked with while they go on, with the client of PyPI's websockets.

usage: scripts/test-dialogues.py [--all]     ten thousand streamed and five hundred interactive runs, of which some lose
                                             their clients or containers, and a thousand silent connections; otherwise a
                                             hundredth of the runs, and a tenth of the connections

Takes the server in dist/ and the engine at DOCKER_UNIX_SOCKET_PATH, or the one of scripts/engine any, with the image of
Python.
"""

import base64
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time

from harness import root
from harness.checks import Report, eventually, expect
from harness.dialogue import VERSION, Dialogue, exceptions
from harness.process import end_in_order, script
from harness.pypi import program
from harness.server import TOKEN, Server, run_body

ALL = "--all" in sys.argv
IMAGE = "docker-run/python"


WAIT = "import time\nprint('ready', flush=True)\ntime.sleep(600)\n"


def python(code, **members):
    return {"language": "python", "files": [{"name": "main.py", "content": code}], **members}


def try_talking(report, server):
    ask = python("name = input('Name? ')\nprint('Hello', name)", terminal={"columns": 80, "rows": 24})
    with report.check("a Python program asks, and is answered, with a terminal"), Dialogue(server, ask) as dialogue:
        dialogue.hear_until("Name? ")
        dialogue.type("Ada\n")
        name, value, code = dialogue.hear_end()
        expect((name, code) == ("result", 1000) and value["stdout"] == "Name? Ada\r\nHello Ada\r\n", f"{value} {code}")
    with report.check("and without one"), Dialogue(server, python("print('Hello', input('Name? '))")) as dialogue:
        dialogue.hear_until("Name? ")
        dialogue.type("Ada\n")
        expect(dialogue.hear_end()[1]["stdout"] == "Name? Hello Ada\n", f"{dialogue.last}")
    endless = ("import time\nprint('ready', flush=True)\n"
               "try:\n    time.sleep(600)\nexcept KeyboardInterrupt:\n    print('stopped')")
    for name, interrupt in (("Ctrl-C", {"stdin": {"text": "\x03"}}), ("SIGINT", {"signal": "SIGINT"})):
        terminal = {"terminal": {"columns": 80, "rows": 24}} if name == "Ctrl-C" else {}
        with report.check(f"{name} interrupts it"), Dialogue(server, python(endless, **terminal)) as dialogue:
            dialogue.hear_until("ready")
            dialogue.say(interrupt)
            expect("stopped" in dialogue.hear_end()[1]["stdout"], f"{dialogue.last}")
    # Blocked, so that it waits where it comes before the program waits for it.
    resize = ("import os, signal\nsignal.signal(signal.SIGWINCH, lambda *_: None)\nsizes = {signal.SIGWINCH}\n"
              "signal.pthread_sigmask(signal.SIG_BLOCK, sizes)\nprint('ready')\nsignal.sigwait(sizes)\n"
              "print(*os.get_terminal_size())")
    sized = python(resize, terminal={"columns": 80, "rows": 24})
    with report.check("it sees another size"), Dialogue(server, sized) as dialogue:
        dialogue.hear_until("ready")
        dialogue.say({"terminal": {"columns": 132, "rows": 43}})
        expect("132 43" in dialogue.hear_end()[1]["stdout"], f"{dialogue.last}")
    with report.check("a token may be the first message"), Dialogue(server, token=None) as dialogue:
        dialogue.say({"token": TOKEN})
        dialogue.say(json.loads(run_body(IMAGE, python("print(42)"), runner="builtin")))
        expect(dialogue.hear_end()[1]["stdout"] == "42\n", f"{dialogue.last}")


def try_documented_command(report, server):
    text = (root / "docs/api.md").read_text()
    address, *messages = text.partition("```\nwebsockets ")[2].partition("```")[0].splitlines()
    command = [program("websockets", VERSION), address.replace("127.0.0.1:8088", f"127.0.0.1:{server.port}")]
    with report.check("the command that docs/api.md prints does what it says"), subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as typed:
        try:
            for message in messages:
                typed.stdin.write(message.replace("development-token", TOKEN).encode() + b"\n")
            typed.stdin.flush()
            printed = b""
            while b'"stdout":"Name? Hello Ada\\n"' not in printed:
                chunk = os.read(typed.stdout.fileno(), 65536)
                expect(chunk, f"it ends with {printed}")
                printed += chunk
        finally:
            typed.kill()


def try_limits(report, server):
    with report.check("what nobody reads ends the run with an error, and costs the server little"):
        server.settle()
        before = server.resident_bytes()
        with Dialogue(server, python(WAIT)) as dialogue:
            dialogue.hear_until("ready")
            with contextlib.suppress(exceptions.ConnectionClosed):
                for _ in range(200):
                    dialogue.type("x" * 100_000)
            name, value, _ = dialogue.hear_end()
            expect(name == "result" and "have not been read" in value["error"], f"{value}")
        grown = server.resident_bytes() - before
        expect(grown < 8_000_000, f"{grown} bytes more")
    with report.check("an image whose runner cannot be talked with is an error"), Dialogue(server) as dialogue:
        dialogue.say({"image": "docker-run-test/echo", "payload": {}})
        name, value, code = dialogue.hear_end()
        expect((name, value["error"], code) == ("error", "request.interactive", 1000), f"{value} {code}")
    with report.check("a client that leaves takes its container along"):
        with Dialogue(server, python(WAIT)) as dialogue:
            dialogue.hear_until("ready")
            dialogue.connection.socket.shutdown(socket.SHUT_RDWR)
        eventually("its container is gone", lambda: all("warm" in c["Names"][0] for c in server.containers()))


def try_garbage(report, server):
    def masked(opcode, payload):
        return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload

    for what, garbage, code in (
        ("a frame without a mask", b"\x81\x02{}", 1002), ("a bit that is reserved", b"\xc1\x82\0\0\0\0{}", 1002),
        ("a binary message", masked(2, b"{}"), 1003), ("text that is not UTF-8", masked(1, b"\xff"), 1007),
        ("a message that is not JSON", masked(1, b"no"), 1007),
        ("a message that is too long", b"\x81\xff\0\0\0\0\x7f\xff\xff\xff\0\0\0\0", 1009),
    ):
        with report.check(f"{what} is answered with {code}"), Dialogue(server) as dialogue:
            dialogue.connection.socket.sendall(garbage)
            expect((was := dialogue.close_code()) == code, f"{was}")
    with report.check("a wrong token is answered with 1008"), Dialogue(server, token=None) as dialogue:
        dialogue.say({"token": "wrong"})
        expect((code := dialogue.close_code()) == 1008, f"{code}")
    with report.check("and 401 where it comes in the header"):
        try:
            Dialogue(server, token="wrong").stack.close()
            raise AssertionError("it is accepted")
        except exceptions.InvalidStatus as refusal:
            expect(refusal.response.status_code == 401, f"{refusal}")
    with report.check("none of it costs anybody else anything"):
        expect(server.run(IMAGE, python("print(1)"), runner="builtin").json()["stdout"] == "1\n", "no run")


def try_silence(report, server, count):
    with report.check(f"{count} connections that never send a request are closed after 10 s, and cost little"):
        before = server.resident_bytes()
        key = base64.b64encode(bytes(16)).decode()
        head = (f"GET /run HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
        began = time.monotonic()
        sockets = []
        for _ in range(count):
            sockets.append(socket.create_connection(("127.0.0.1", server.port), 60))
            sockets[-1].sendall(head)
        for connection in sockets:
            expect(connection.recv(4096).startswith(b"HTTP/1.1 101 "), "no WebSocket")
        each = (server.resident_bytes() - before) / count
        expect(server.run(IMAGE, python("print(1)"), runner="builtin").status == 200, "no run meanwhile")
        for connection in sockets:
            frame = connection.recv(4096)
            expect(frame[:1] == b"\x88" and frame[2:4] == b"\x03\xf0", f"{frame}")
            connection.close()
        passed = time.monotonic() - began
        expect(passed > 9, f"closed after {passed:.1f} s")
        expect(each < 20_000, f"{each:.0f} bytes each")


def try_places(report, engine, count):
    settings = {"RUN_BUILTIN_RUNNER_PATH": f"{root}/dist/code-runner", "INTERACTIVE_MAX_RUNS": str(count)}
    name = f"beside {count} dialogues there is no place for another, and others run meanwhile"
    with report.check(name), Server(engine, 2, **settings) as server, contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(Dialogue(server, python("input('? ')"))).hear_until("? ")
        with Dialogue(server, python("1")) as one_more:
            name, value, code = one_more.hear_end()
            expect((value["error"], code) == ("server.overloaded", 1013), f"{value} {code}")
        expect(server.run(IMAGE, python("print(1)"), runner="builtin").status == 200, "no run meanwhile")
    with report.check(f"{count} dialogues in which nothing happens are ended"), Server(
            engine, 2, **settings, INTERACTIVE_IDLE_TIME="2") as server, contextlib.ExitStack() as stack:
        dialogues = [stack.enter_context(Dialogue(server, python("input('? ')"))) for _ in range(count)]
        for dialogue in dialogues:
            name, value, _ = dialogue.hear_end()
            expect((name, value.get("error")) == ("error", "limits.idle_time"), f"{name} {value}")
        expect(server.run(IMAGE, python("print(1)"), runner="builtin").status == 200, "no run after it")


class Chaos:
    """Runs of which some lose their clients, and some their containers. What is printed is right as far as it comes."""

    def __init__(self, server):
        self.server, self.faults, self.lock = server, [], threading.Lock()

    def lines(self, seed, count):
        return "".join(f"{seed}-{number}\n" for number in range(count))

    def streamed(self, chance):
        seed, count = chance.randrange(10**9), chance.randrange(1, 2000)
        command = f"i=0; while [ $i -lt {count} ]; do echo {seed}-$i; i=$((i + 1)); done"
        body = run_body(IMAGE, {"language": "", "files": [], "command": command}, runner="builtin")
        connection = socket.create_connection(("127.0.0.1", self.server.port), 120)
        with connection:
            head = f"POST /run HTTP/1.1\r\nHost: localhost\r\nX-Access-Token: {TOKEN}\r\nAccept: text/event-stream\r\n"
            connection.sendall(f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            leaves_after = chance.randrange(4000) if chance.random() < 0.3 else None
            text = b""
            while chunk := connection.recv(65536):
                text += chunk
                if leaves_after is not None and len(text) > leaves_after:
                    return
        blocks = [block for block in self.unchunked(text).split("\n\n") if block.startswith("event: ")]
        events = [(name, json.loads("".join(data))) for name, *data in (block.split("\ndata: ") for block in blocks)]
        printed = "".join(data["text"] for name, data in events if name == "event: stdout")
        name, data = events[-1]
        self.judge(printed, seed, count, name.removeprefix("event: "), data)

    def unchunked(self, text):
        _, _, rest = text.partition(b"\r\n\r\n")
        result = b""
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            result += rest[: int(size, 16)]
            rest = rest[int(size, 16) + 2 :]
        return result.decode()

    def interactive(self, chance):
        seed, count = chance.randrange(10**9), chance.randrange(1, 30)
        echo = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"
        with Dialogue(self.server, python(echo)) as dialogue:
            try:
                for number in range(count):
                    dialogue.type(f"{seed}-{number}\n")
                    if chance.random() < 0.02:
                        return dialogue.connection.socket.shutdown(socket.SHUT_RDWR)
                dialogue.say({"eof": True})
                name, value, _ = dialogue.hear_end()
            except exceptions.ConnectionClosed:
                # The container was killed: what had come until then was heard or not.
                return None
            return self.judge(dialogue.stdout, seed, count, name, value)

    def judge(self, printed, seed, count, name, value):
        whole = self.lines(seed, count)
        if name == "result" and value["stdout"] == whole == printed:
            return
        # Of a container that was killed.
        killed = ("docker.container.stream.read", "coderunner.stdout.decode", "docker.container.start")
        if name == "error" and value["error"] in killed and whole.startswith(printed):
            return
        with self.lock:
            self.faults.append(f"{name} {value} after {printed[-100:]!r} of {count}")

    def work(self, kind, count, seed):
        chance = random.Random(seed)
        for _ in range(count):
            try:
                kind(chance)
            except Exception as error:
                with self.lock:
                    self.faults.append(f"{kind.__name__}: {type(error).__name__}: {error}")

    def kill(self, until):
        chance = random.Random(1)
        while not until.wait(0.2):
            containers = self.server.containers()
            if containers and chance.random() < 0.5:
                with contextlib.suppress(Exception):
                    self.server.engine.call("POST", f"/containers/{chance.choice(containers)['Id']}/kill")


    def run(self, streamed, interactive):
        done = threading.Event()
        work = [(self.streamed, streamed // 3, seed) for seed in range(3)] + [(self.interactive, interactive, 9)]
        threads = [threading.Thread(target=self.work, args=args) for args in work]
        killer = threading.Thread(target=self.kill, args=(done,))
        for thread in [*threads, killer]:
            thread.start()
        for thread in threads:
            thread.join()
        done.set()
        killer.join()
        expect(not self.faults, f"{len(self.faults)} faults:\n" + "\n".join(self.faults[:10]))
        eventually("no container is left but those that wait",
                   lambda: all("docker-run-warm" in c["Names"][0] for c in self.server.containers()))
        self.server.settle()


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def try_chaos(report, server, streamed, interactive):
    with report.check(f"{streamed} streamed and {interactive} interactive runs, of which some lose their clients or "
                      "containers, print no wrong byte and leave nothing"):
        chaos = Chaos(server)
        # Connections to the Engine are kept, as many as were needed at once.
        chaos.run(50, 3)
        before = descriptors(server)
        chaos.run(streamed, interactive)
        # As many more connections may have been needed at once as there are workers.
        eventually(f"no descriptor is left; before there were {before}", lambda: descriptors(server) <= before + 16)


def main():
    end_in_order()
    script("scripts/dependencies", "image")
    engine = script("scripts/engine", "any")
    script("Tests/Fixtures/import", engine)
    report = Report()
    with Server(engine, 4, RUN_BUILTIN_RUNNER_PATH=f"{root}/dist/code-runner", INTERACTIVE_MAX_RUNS="4",
                POOL_MAX_IDLE="4") as server:
        try_talking(report, server)
        try_documented_command(report, server)
        try_limits(report, server)
        try_garbage(report, server)
        try_silence(report, server, 1000 if ALL else 100)
        try_chaos(report, server, *((10_000, 500) if ALL else (100, 5)))
    try_places(report, engine, 100 if ALL else 10)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
