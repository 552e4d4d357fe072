#!/usr/bin/env -S python3 -B
"""Runs the tests that need a Docker Engine on others than this host's too, and prints a table of what came of it.

usage: scripts/test-engines.py [--quick] [KIND...]     as of scripts/engine; default: all that are known to be of use

--quick leaves out the suites of what goes on inside containers, of connections, events, dialogues, restarts, monitoring
and load, which take most of the time.

docs/compatibility.md has the table.
"""

import os
import re
import subprocess
import sys

from harness.checks import expect, say
from harness.engine import Engine, engine_of_our_own
from harness.process import end_in_order, run, script

KINDS = ["host", "trixie", "trixie+containerd", "sid", "sid+containerd"]
SECONDS = 1200  # for the tests on one engine, which take 3 to 5 minutes
COLUMNS = ["Debian", "Docker Engine", "API", "containerd", "runc", "Images in", "Tests"]
PASSED = re.compile(
    r"Test run with (\d+) tests? in \d+ suites? (passed|failed) after [\d.]+ seconds( with \d+ issues?)?")


def test(socket_path, suites):
    """Returns whether all passed, and how many there are; says what failed, if something did."""
    try:
        # timeout ends what swift has started, too.
        output = run("timeout", "-k", "10", str(SECONDS), "swift", "test", "--skip-build", "--disable-xctest",
                     "--filter", "IntegrationTests", "--skip", "WithoutEngine", *suites, timeout=None,
                     stderr=subprocess.STDOUT, env={**os.environ, "DOCKER_UNIX_SOCKET_PATH": socket_path})
    except RuntimeError as error:
        output = str(error)
        say(output)
    found = PASSED.search(output)
    expect(found, f"the tests did not run:\n{output}")
    say(found[0])
    # A filter that finds nothing passes as well.
    return found[2] == "passed" and int(found[1]) > 0, f"{found[1]} {found[2]}{found[3] or ''}"


def describe(kind, socket_path):
    engine = Engine(socket_path)
    version, info = engine.call("GET", "/version"), engine.call("GET", "/info")
    components = {one["Name"]: one["Version"] for one in version["Components"]}
    in_containerd = any("io.containerd.snapshotter.v1" in pair for pair in info["DriverStatus"])
    release = kind.split("+")[0]
    return ["of the host" if release == "host" else release, version["Version"], version["ApiVersion"],
            components["containerd"], components["runc"], "containerd" if in_containerd else info["Driver"]]


def test_engine(kind, suites):
    """Returns whether all is well, and the row of the table."""
    say(f"engine {kind}")
    with engine_of_our_own("engines", kind) as socket_path:
        script("scripts/images", "bash", "python", "c", DOCKER_UNIX_SOCKET_PATH=socket_path)
        passed, tests = test(socket_path, suites)
        return passed, [*describe(kind, socket_path), tests]


def main():
    kinds = sys.argv[1:]
    quick = kinds[:1] == ["--quick"]
    if quick:
        kinds.pop(0)
    if any(kind.startswith("-") for kind in kinds):
        sys.exit(__doc__)
    skipped = [
        "BuiltinRunner", "Load/", "Connections/", "Monitoring/", "/Events/", "/Dialogues/", "/Handover/",
    ] if quick else []
    suites = [option for suite in skipped for option in ("--skip", suite)]
    end_in_order()
    run("make", "dist/code-runner", timeout=1800)
    run("swift", "build", "--build-tests", timeout=1800)
    results = {kind: test_engine(kind, suites) for kind in kinds or KINDS}
    say(f"| {' | '.join(COLUMNS)} |\n|{':--|' * len(COLUMNS)}")
    for _, row in results.values():
        say(f"| {' | '.join(row)} |")
    failed = [kind for kind, (passed, _) in results.items() if not passed]
    if failed:
        sys.exit(f"the tests do not pass on {', '.join(failed)}")


if __name__ == "__main__":
    main()
