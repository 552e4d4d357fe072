"""Headless Chromium, driven by the DevTools protocol as somebody would: clicks, keys, and looks at the page."""

import base64
import contextlib
import json
import os
import pathlib
import tempfile
import urllib.request

from harness.checks import eventually
from harness.dialogue import client
from harness.process import Daemon

CONTROL = 2
SHIFT = 8
# Of keys that are no letters: the code of the key, and what it types.
KEYS = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), "Backspace": (8, "")}
# Before anything else of a page: what its policy forbids is to be seen, and so is a script that should not have run.
WATCH = """window.violations = []; window.hacked = false;
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));"""


class Browser(Daemon):
    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        super().__init__(
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
            "--remote-debugging-port=0", f"--user-data-dir={self.profile.name}", "about:blank",
            env={**os.environ, "TMPDIR": self.profile.name})  # it leaves directories there
        self.port_file = pathlib.Path(self.profile.name) / "DevToolsActivePort"
        self.await_answer(lambda: self.port_file.is_file() and "/" in self.port_file.read_text())

    def open(self, address=None):
        port = self.port_file.read_text().split()[0]
        request = urllib.request.Request(f"http://127.0.0.1:{port}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(request, timeout=60) as answer:
            target = json.load(answer)["webSocketDebuggerUrl"]
        page = Page(self.stack.enter_context(client.connect(target, max_size=None)))
        if address:
            page.go(address)
        return page

    def end(self, seconds=60):
        self.stack.close()
        super().end(seconds)
        self.profile.cleanup()


class Page:
    def __init__(self, connection):
        self.connection = connection
        self.number, self.events = 0, []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    def call(self, method, **parameters):
        self.number += 1
        self.connection.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.connection.recv(60))
            if message.get("id") != self.number:
                self.events.append(message)
            elif "error" in message:
                raise RuntimeError(f"{method}: {message['error']}")
            else:
                return message["result"]

    def go(self, address):
        self.call("Page.navigate", url=address)
        eventually(f"{address} is there", lambda: self.value("document.readyState") == "complete")

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def text(self, selector):
        return self.value(f"document.querySelector({json.dumps(selector)})?.innerText")

    def wait(self, expression, seconds=60):
        eventually(f"{expression}; the page says: {self.text('#status')}", lambda: self.value(expression), seconds)

    def click(self, selector):
        where = self.value(f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            element.scrollIntoView({{ block: "center" }});
            const {{ x, y, width, height }} = element.getBoundingClientRect();
            return {{ x: x + width / 2, y: y + height / 2 }};
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **where)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def fill(self, selector, text):
        """Puts the text in the place of what is in a field."""
        self.click(selector)
        self.press("a", CONTROL)
        self.type(text)

    def press(self, key, modifiers=0):
        code, text = KEYS.get(key) or (ord(key.upper()), key)
        # A key with Ctrl types nothing.
        typed = {} if modifiers & CONTROL or not text else {"text": text}
        commands = ["selectAll"] if (key, modifiers) == ("a", CONTROL) else []
        name = key if key in KEYS else f"Key{key.upper()}"
        about = {"key": key, "code": name, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown", commands=commands, **about, **typed)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def requests(self):
        """Method and address of each request so far, WebSockets included."""
        self.value("0")
        sent = [event["params"] for event in self.events if event["method"] == "Network.requestWillBeSent"]
        sockets = [event["params"]["url"] for event in self.events if event["method"] == "Network.webSocketCreated"]
        return [(one["request"]["method"], one["request"]["url"]) for one in sent] + [("GET", url) for url in sockets]

    def complaints(self):
        """What the browser has logged, and exceptions that nobody caught."""
        self.value("0")
        return [
            event["params"] for event in self.events
            if event["method"] in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled",
                                   "Page.javascriptDialogOpening")
        ]
