"""Writes performance.md and its plots from the results of a run.

To write them anew after a change of the text or the plots, without measuring:

    PYTHONPATH=scripts python3 -B benchmarks/report.py docs/performance
"""

import json
import pathlib
import re
import sys

import awake
import burst
import code_runner
import facades
import front_end
import latency
import memory
import overhead
import streams
import throughput
from markdown import table

SECTIONS = {
    "overhead": overhead, "awake": awake, "latency": latency, "burst": burst, "throughput": throughput,
    "front-end": front_end, "streams": streams, "facades": facades, "memory": memory, "code-runner": code_runner,
}
TEMPLATE = pathlib.Path(__file__).with_name("performance.template.md")
QUICK = (
    "**This is of a quick run, which is for trying the bench: a few samples of each, and nothing to judge by.**")


def bounds(results):
    return [bound for name, result in results["sections"].items() for bound in SECTIONS[name].bounds(result)]


def missed(results):
    """A line for each bound that was missed and for each section that could not be measured."""
    failures = [f"{name} could not be measured: {reason}" for name, reason in results["failures"].items()]
    return failures + [str(bound) for bound in bounds(results) if not bound.held]


def words(results):
    """What stands for what in the template."""
    found = {**results["about"], **{name: str(value) for name, value in results["extent"].items()}}
    found["quick"] = QUICK if results["quick"] else ""
    found["bounds"] = table(
        ["bound", "measured", "wanted", "holds"],
        [[bound.what, bound.measured, bound.wanted, "yes" if bound.held else "**no**"] for bound in bounds(results)]
        + [[f"all of {name}", "could not be measured", "", "**no**"] for name in results["failures"]])
    for name, result in results["sections"].items():
        found.update(SECTIONS[name].tables(result))
    return found


def fill(template, found, images):
    def word(match):
        return str(found.get(match.group(1), "*not measured in this run*"))

    def image(match):
        return match.group(0) if match.group(1) in images else ""

    text = re.sub(r"\{\{([a-z_-]+)\}\}", word, template)
    # A plot that was not drawn is not shown.
    text = re.sub(r"!\[[^\]]*\]\(performance/([^)]+)\)\n", image, text)
    return re.sub(r"\n{3,}", "\n\n", text)


def write(directory):
    """Reads results.json in the directory, draws the plots beside it, and writes the document above it."""
    results = json.loads((directory / "results.json").read_text())
    images = {}
    for name, result in results["sections"].items():
        if hasattr(SECTIONS[name], "plots"):
            images.update(SECTIONS[name].plots(result))
    for old in directory.glob("*.svg"):
        old.unlink()
    for name, svg in images.items():
        (directory / name).write_text(svg)
    document = directory.parent / "performance.md"
    document.write_text(fill(TEMPLATE.read_text(), words(results), images))
    return document


if __name__ == "__main__":
    print(write(pathlib.Path(sys.argv[1])))
