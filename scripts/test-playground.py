#!/usr/bin/env -S python3 -B
"""The page at /playground in headless Chromium, by clicks and keys: it runs programs, is typed into, shows files, opens
links without running them, and hostile links and programs do nothing to it.

usage: scripts/test-playground.py [--pictures]     --pictures writes those of docs/playground.md

Takes the server in dist/ and the engine at DOCKER_UNIX_SOCKET_PATH, or the one of scripts/engine any, with the image of
Python.
"""

import base64
import json
import sys
import zlib

from harness import root
from harness.browser import CONTROL, SHIFT, Browser
from harness.checks import Report, expect
from harness.process import end_in_order, script
from harness.server import TOKEN, Server

HOSTILE = "<img src=x onerror=hacked=true>"
GREET = "import sys\nprint('Hello', input(), sys.argv[1:])\nprint('\\033[31mred', file=sys.stderr)\n"
TALK = """import os, time
print(os.environ["TERM"])
print("\\033]0;title\\033\\\\\\033[2J\\033[1;32mgreen\\033", end="", flush=True)
time.sleep(0.3)
print("[0m")
try:
    print("Hello", input("Name? "))
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
"""
# Draws what the function says, in three bytes a point.
PNG = """import struct, zlib

def png(width, height, color):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = [b"\\0" + b"".join(bytes(color(x, y)) for x in range(width)) for y in range(height)]
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    return b"\\x89PNG\\r\\n\\x1a\\n" + b"".join(chunk(*part) for part in parts)

"""
FILES = PNG + f"""
open("plot.png", "wb").write(png(2, 2, lambda x, y: (255, 0, 0)))
open("a.svg", "w").write('<svg xmlns="http://www.w3.org/2000/svg" onload="hacked=true"/>')
open({HOSTILE!r}, "w").write({HOSTILE!r} + "<script>hacked=true</script>")
print({HOSTILE!r})
"""


SHOWN = PNG + """def color(x, y):
    z = c = complex(x / 120 - 2.1, y / 75 - 1.2)
    for count in range(40):
        if abs(z) > 2:
            return 6 * count, 3 * count, 80 + 4 * count
        z = z * z + c
    return 15, 18, 30

name = input()
with open("set.png", "wb") as file:
    file.write(png(360, 180, color))
print(f"\\033[1;34mHello, {name}!\\033[0m See set.png below.")
"""


# What is read the same however it is cut, and what is read.
EVENTS = ': comment\r\nevent: stdout\rdata: {"a":\ndata:  1}\n\nid: 1\ndata\n\nevent: lost\n\ndata: unfinished'
PRINTED = "a\x1b]0;t\x07b\x1b[38;5;196mc\x1b[0;1;38:2::1:2:3md\x1b(B\x1b[?25l\x1b[2J\x1bP1$q\x1b\\e\r\n\x07\b\t"
READ_IN_PIECES = """async (sent, printed) => {
    const { EventParser } = await import("/playground/events.js");
    const { TerminalReader } = await import("/playground/terminal.js");
    const parsed = (pieces) => {
        const parser = new EventParser();
        return pieces.flatMap((piece) => [...parser.take(piece)]);
    };
    const shown = (pieces) => {
        const calls = [];
        const screen = new Proxy({}, { get: (_, name) => (...values) => calls.push([name, ...values]) });
        const reader = new TerminalReader(screen);
        for (const piece of pieces) reader.take(piece);
        return calls;
    };
    for (const [text, read] of [[sent, parsed], [printed, shown]]) {
        const whole = JSON.stringify(read([text]));
        const cuts = [...text].map((_, index) => [text.slice(0, index), text.slice(index)]);
        for (const pieces of [[...text], ...cuts]) {
            if (JSON.stringify(read(pieces)) !== whole) return JSON.stringify(pieces);
        }
    }
    return { events: parsed([sent]), calls: shown([printed]) };
}"""


def fragment(value):
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return "#z=" + base64.urlsafe_b64encode(squeezed.compress(text) + squeezed.flush()).decode().rstrip("=")


def program(content, **fields):
    return {"language": "python", "files": [{"name": "main.py", "content": content}], **fields}


HOSTILE_FRAGMENTS = [
    "#z=", "#z=AAAA", "#j=AAAA", f"#{HOSTILE}", "#z=" + "A" * 500_000, "#j=" + "A" * 1_500_000,
    fragment(b"\xff"), fragment(None), fragment([]), fragment({"files": 1}), fragment({"files": [None]}),
    fragment(program(1)), fragment({**program(""), "language": {}}), fragment(b" " * 100_000_000),
]


def run(page, content, outputs="", stdin="", arguments=""):
    page.value("document.getElementById('inputs').open = true")
    for selector, text in (("#code", content), ("#stdin", stdin), ("#args", arguments), ("#outputs", outputs)):
        page.fill(selector, text)
        if not text:
            page.press("Backspace")
    page.press("Enter", CONTROL)


def ended(page):
    page.wait("!document.getElementById('run').disabled && document.getElementById('facts').innerText !== ''")


def try_token(page):
    page.wait("document.getElementById('ask').open")
    page.type("wrong")
    page.press("Enter")
    page.wait("document.getElementById('question').textContent.startsWith('That is not')")
    page.type(TOKEN)
    page.press("Enter")
    page.wait("document.getElementById('language').value === 'python'")
    expect("python 3" in page.text("#language"), page.text("#language"))
    expect(page.value("document.getElementById('code').value") == 'print("Hello, World!")\n', "no sample")
    expect(page.text("#tabs") == "main.py", page.text("#tabs"))


def try_run(page):
    run(page, GREET, stdin="Ada", arguments="two words\nb")
    ended(page)
    # Two pipes, of which either may be read first.
    printed = sorted(page.text("#output").split("\n")[:2])
    expect(printed == ["Hello Ada ['two words', 'b']", "red"], page.text("#output"))
    expect(page.text("#output .error") == "red", "stderr looks like stdout")
    facts = page.text("#facts")
    for word in ("Time", "Processor", "Memory", "Exit code", "ms", "MB"):
        expect(word in facts, facts)
    expect("Ended well" in page.text("#status"), page.text("#status"))


def try_stop(page):
    run(page, "print('begun', flush=True)\nwhile True: pass\n")
    page.wait("document.getElementById('output').innerText.includes('begun')")
    page.click("#stop")
    page.wait("document.getElementById('status').innerText === 'Stopped.'")


def try_error(page):
    run(page, "raise SystemExit(3)")
    ended(page)
    expect("Exit code: 3" in page.text("#status"), page.text("#status"))
    run(page, "print(1)", outputs="../x")
    page.wait("!document.getElementById('run').disabled")
    expect(".." in page.text("#status"), page.text("#status"))


def try_conversation(page):
    page.click("#interactive")
    run(page, TALK)
    page.wait("document.getElementById('output').innerText.includes('Name? ')")
    page.type("Adax")
    page.press("Backspace")
    page.type("é")
    page.press("Enter")
    page.wait("document.getElementById('output').innerText.includes('Hello Adaé')")
    lines = page.text("#output").split("\n")
    expect(lines[:4] == ["dumb", "green", "Name? Adaé", "Hello Adaé"], f"{lines}")
    expect(page.text("#output .bold") == "green", "nothing is bold")
    page.press("c", CONTROL)
    ended(page)
    # What is printed is drawn a moment later.
    page.wait("document.getElementById('output').innerText.includes('interrupted')")
    page.click("#interactive")


def try_files(page):
    run(page, FILES, outputs="*")
    ended(page)
    page.wait("document.querySelector('#files img')?.naturalWidth === 2")
    expect(page.value("document.querySelectorAll('#files img').length") == 1, "more is a picture than the PNG")
    names = page.value("[...document.querySelectorAll('#files h2')].map((element) => element.textContent)")
    expect({"plot.png", "a.svg", HOSTILE} <= set(names), f"{names}")
    downloads = page.value("[...document.querySelectorAll('#files a')].map((element) => element.download)")
    expect("img src=x onerror=hacked=true" in downloads, f"{downloads}")
    expect(HOSTILE in page.text("#output"), page.text("#output"))
    expect(not page.value("hacked"), "a program's output has run in the page")


def try_link(browser, page, address):
    page.click("#link")
    page.wait("location.hash.startsWith('#z=')")
    link = page.value("location.href")
    expect(TOKEN not in link and link.startswith(f"{address}#"), link)
    other = browser.open(link)
    other.wait("document.getElementById('status').innerText.includes('from a link')")
    other.wait("!document.getElementById('language').disabled")
    expect(other.value("document.getElementById('code').value") == FILES, "another program is there")
    expect(other.value("document.getElementById('outputs').value") == "*", "the patterns are lost")
    expect("from a link" in other.text("#status"), other.text("#status"))
    expect(all(not url.endswith("/run") for _, url in other.requests()), f"it has run: {other.requests()}")
    expect_harmless(other, address)


def try_hostile_links(browser, address):
    for text in HOSTILE_FRAGMENTS:
        page = browser.open(address + text)
        page.wait("document.getElementById('language').value === 'python'")
        expect("no program that can be read" in page.text("#status"), f"{text[:80]}: {page.text('#status')}")
        expect_harmless(page, address)
    page = browser.open(address + fragment({
        "language": HOSTILE, "files": [{"name": HOSTILE, "content": f"</textarea>{HOSTILE}"}], "stdin": HOSTILE,
    }))
    page.wait("document.getElementById('status').innerText.includes('has no language')")
    expect(page.text("#tabs") == HOSTILE, page.text("#tabs"))
    expect_harmless(page, address)


def expect_harmless(page, address):
    """Nothing was refused that the page's policy forbids, nothing has failed, and nothing was asked of anybody else."""
    expect(page.value("violations.length === 0 && !hacked"), f"{page.value('violations')}")
    # What a wrong token is answered, the browser logs by itself.
    complaints = [one for one in page.complaints() if "status of 401" not in one.get("entry", {}).get("text", "")]
    expect(complaints == [], f"{complaints}"[:2000])
    server = address.removesuffix("/playground").removeprefix("http")
    for _, url in page.requests():
        expect(url.startswith((f"http{server}/", f"ws{server}/", "data:", "blob:")), url)


def try_keyboard(page):
    page.fill("#code", "x")
    page.press("Tab")
    expect(page.value("document.getElementById('code').value") == "x    ", "Tab does not indent")
    page.press("Escape")
    page.press("Tab")
    expect(page.value("document.activeElement.id") != "code", "the text cannot be left")
    page.press("Tab", SHIFT)
    expect(page.value("document.activeElement.id") == "code", "the text cannot be come back to")


def try_pieces(page):
    read = page.value(f"({READ_IN_PIECES})({json.dumps(EVENTS)}, {json.dumps(PRINTED)})")
    expect(isinstance(read, dict), f"read otherwise in these pieces: {read}")
    events = [{"name": "stdout", "data": '{"a":\n 1}'}, {"name": "message", "data": ""}]
    expect(read["events"] == events, f"{read['events']}")
    plain, red = {"isError": False}, {"isError": False, "ink": "rgb(255 0 0)"}
    bold = {"isError": False, "bold": True, "ink": "rgb(1 2 3)"}
    characters = [["put", *one] for one in (("a", plain), ("b", plain), ("c", red), ("d", bold), ("e", bold))]
    controls = [["carriageReturn"], ["lineFeed"], ["backspace"], ["tab"]]
    expect(read["calls"] == characters + controls, f"{read['calls']}")


def try_telephone(page):
    page.call("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True)
    expect(page.value("document.documentElement.scrollWidth") <= 390, "the page is wider than a telephone")
    page.call("Emulation.clearDeviceMetricsOverride")


def take_pictures(browser, address):
    for theme in ("light", "dark"):
        page = browser.open(address)
        page.call("Emulation.setDeviceMetricsOverride", width=1200, height=760, deviceScaleFactor=1, mobile=False)
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        page.wait("document.getElementById('language').value === 'python'")
        run(page, SHOWN, outputs="*.png", stdin="Ada")
        ended(page)
        page.wait("document.querySelector('#files img')?.naturalWidth > 0")
        page.value("scrollTo(0, 0); document.getElementById('code').scrollTop = 0")
        page.picture(f"docs/playground/{theme}.png")


def main():
    end_in_order()
    script("scripts/dependencies", "image", "browser")
    engine = script("scripts/engine", "any")
    report = Report()
    with Server(engine, 2, RUN_BUILTIN_RUNNER_PATH=f"{root}/dist/code-runner") as server, Browser() as browser:
        address = f"http://127.0.0.1:{server.port}/playground"
        page = browser.open(address)
        with report.check("the token is asked for, and the languages and a sample come", needed=True):
            try_token(page)
        if sys.argv[1:] == ["--pictures"]:
            take_pictures(browser, address)
            sys.exit(report.end())
        for name, attempt in {
            "a program runs by Ctrl-Enter, and its output and times are shown": try_run,
            "a program is stopped": try_stop,
            "what goes wrong is said": try_error,
            "a program is typed into, Ctrl-C included": try_conversation,
            "a picture is shown, and hostile names and outputs are text": try_files,
            "a keyboard indents, and leaves": try_keyboard,
            "the page fits a telephone": try_telephone,
            "events and sequences may come in pieces": try_pieces,
        }.items():
            with report.check(name):
                attempt(page)
        with report.check("a link brings the program, and runs nothing"):
            page.fill("#code", FILES)
            try_link(browser, page, address)
        with report.check("hostile links do no harm"):
            try_hostile_links(browser, address)
        with report.check("nothing was forbidden, has failed, or was asked of another server"):
            expect_harmless(page, address)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
