#!/usr/bin/env -S python3 -B
"""Three servers, each with a Docker Engine of its own, behind HAProxy with docs/fleet/haproxy.cfg, under load.

One is killed, another is restarted, and no request may be lost. Then the throughput of the three is told beside that of
one: on one machine they share its processors, so it says what HAProxy costs, not what machines bring.
"""

import contextlib
import http.client
import sys
import time

from harness import root
from harness.checks import Report, expect, say
from harness.dialogue import Dialogue
from harness.engine import engine_of_our_own
from harness.load import Load
from harness.process import script
from harness.server import TOKEN, Proxy, Server, free_port, run_body

WORKERS = 4  # maxconn in docs/fleet/haproxy.cfg
INTERACTIVE = 6
CLIENTS = 8
NAMES = ["fleet-a", "fleet-b", "fleet-c"]
BODY = run_body("docker-run-test/echo", b'{"number":42}')


class KeptConnection:
    """A client that keeps its connection. A refusal closes it."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)

    def __call__(self):
        try:
            self.connection.request("POST", "/run", BODY, {"X-Access-Token": TOKEN, "Content-Type": "application/json"})
            response = self.connection.getresponse()
            body = response.read()
            expect(response.status == 200 and body == b'{"echo":{"number":42}}', f"{response.status} {body}")
        except Exception:
            self.connection.close()
            raise


def load(port):
    return Load([KeptConnection(port) for _ in range(CLIENTS)])


def throughput(port, seconds=10):
    with load(port) as clients:
        clients.await_more(CLIENTS)  # what the pool has ready does not count
        before, began = clients.answered, time.monotonic()
        time.sleep(seconds)
        return (clients.answered - before) / (time.monotonic() - began)


def try_outage(report, servers, port):
    with load(port) as clients:
        clients.await_more(20)
        with report.check("no run is lost when one of three servers is killed"):
            servers[0].process.kill()
            servers[0].process.wait(10)
            clients.await_more(40)
        with report.check("none is lost when another stops in good order"):
            servers[1].process.terminate()
            servers[1].process.wait(60)
            clients.await_more(20)
        for index, name in [(1, "stopped"), (0, "killed")]:
            with report.check(f"none is lost when the {name} one comes back"):
                servers[index] = Server(servers[index].engine.path, WORKERS, port=servers[index].port)
                clients.await_more(40)
    with report.check("none has been lost at the end"):
        clients.expect_none_lost()
    say(f"{clients.answered} runs answered")


def try_talking(report, proxy):
    """More of them at once than the servers' places for runs, which they do not take."""
    command = "printf '? '; read -r line; echo got $line"
    with contextlib.ExitStack() as stack, report.check("runs are talked with through HAProxy"):
        dialogues = [
            stack.enter_context(Dialogue(proxy, {"language": "", "files": [], "command": command},
                                         image="docker-run-test/deaf"))
            for _ in NAMES * (INTERACTIVE - 1)]
        for dialogue in dialogues:
            dialogue.hear_until("? ")
        KeptConnection(proxy.port)()
        for dialogue in dialogues:
            dialogue.type("it\n")
            expect(dialogue.hear_end()[1]["stdout"] == "? got it\n", f"{dialogue.last}")


def main():
    script("scripts/dependencies", "engine", "image", "fleet")
    report, servers = Report(), []
    with contextlib.ExitStack() as stack:
        for index, name in enumerate(NAMES):
            engine = stack.enter_context(engine_of_our_own(name))
            servers.append(Server(engine, WORKERS, INTERACTIVE_MAX_RUNS=str(INTERACTIVE),
                                  RUN_BUILTIN_RUNNER_PATH=f"{root}/dist/code-runner"))
            stack.callback(lambda index=index: servers[index].__exit__())
        port = free_port()
        proxy = stack.enter_context(Proxy(port, [f"127.0.0.1:{server.port}" for server in servers]))
        try_talking(report, proxy)
        try_outage(report, servers, port)
        one, three = throughput(servers[2].port), throughput(port)
        say(f"{CLIENTS} clients: {three:.1f} runs a second by three servers behind HAProxy, {one:.1f} by one alone")
    sys.exit(report.end())


if __name__ == "__main__":
    main()
