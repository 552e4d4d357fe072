#!/usr/bin/env -S python3 -B
"""A page in headless Chromium talks with a program, and one of another origin is kept out.

Takes the server in dist/ and the engine at DOCKER_UNIX_SOCKET_PATH, or the one of scripts/engine any, with the image of
Python.
"""

import http.server
import json
import os
import queue
import sys
import tempfile
import threading

from harness import root
from harness.checks import Report, expect
from harness.process import Daemon, end_in_order, script
from harness.server import TOKEN, Server

# What becomes of it is posted to where the page came from.
PAGE = """<!doctype html><script>
const server = "127.0.0.1:%d", token = "%s";
const payload = {language: "python", terminal: {columns: 80, rows: 24},
    files: [{name: "main.py", content: "print('Hello', input('Name? '))"}]};
const run = {image: "docker-run/python", runner: "builtin", payload};
const outcome = {printed: ""};
const socket = new WebSocket("ws://" + server + "/run");
socket.onopen = () => { socket.send(JSON.stringify({token})); socket.send(JSON.stringify(run)); };
socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.stdout) outcome.printed += message.stdout.text;
    if (outcome.printed.endsWith("Name? ")) socket.send(JSON.stringify({stdin: {text: "Ada\\u00e9\\n"}}));
    if (message.result) outcome.result = message.result;
};
socket.onclose = async (event) => {
    Object.assign(outcome, {code: event.code, wasClean: event.wasClean});
    const headers = {"X-Access-Token": token, "Content-Type": "application/json"};
    delete payload.terminal;
    try {
        const body = JSON.stringify({...run, payload: {...payload, stdin: "Bob"}});
        const answer = await fetch("http://" + server + "/run", {method: "POST", headers, body});
        outcome.answer = await answer.json();
    } catch (error) { outcome.error = String(error); }
    await fetch("/outcome", {method: "POST", body: JSON.stringify(outcome)});
};
</script>"""


class Site(http.server.ThreadingHTTPServer):
    """Has the page, and gets what becomes of it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SiteHandler)
        self.page, self.outcomes = "", queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class SiteHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(self.server.page.encode())

    def do_POST(self):
        self.server.outcomes.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(b"")

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def outcome(site):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, Daemon(
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
            f"--user-data-dir={profile}", site.origin,
            env={**os.environ, "TMPDIR": profile}) as browser:  # it leaves directories there
        try:
            return site.outcomes.get(timeout=120)
        except queue.Empty:
            raise RuntimeError(f"the page has not ended: {browser.words()}") from None


def main():
    end_in_order()
    script("scripts/dependencies", "image", "browser")
    engine = script("scripts/engine", "any")
    report, ours, foreign = Report(), Site(), Site()
    runner = f"{root}/dist/code-runner"
    with Server(engine, 2, RUN_BUILTIN_RUNNER_PATH=runner, SERVER_CORS_ORIGINS=ours.origin) as server:
        ours.page = foreign.page = PAGE % (server.port, TOKEN)
        with report.check("a page of an origin that may talks with a program"):
            found = outcome(ours)
            expect(found["printed"] == "Name? Adaé\r\nHello Adaé\r\n", f"{found}")
            expect((found["code"], found["wasClean"]) == (1000, True), f"{found}")
            expect(found["answer"]["stdout"] == "Name? Hello Bob\n", f"{found}")
        with report.check("a page of another origin gets no WebSocket and no answer"):
            found = outcome(foreign)
            expect(found["code"] == 1006 and "error" in found and "answer" not in found, f"{found}")
    sys.exit(report.end())


if __name__ == "__main__":
    main()
