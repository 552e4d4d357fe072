#!/usr/bin/env -S python3 -B
"""Compares the running server with the description that it serves at GET /openapi.yaml, by requests that schemathesis
invents.

usage: scripts/check-openapi.py [EXAMPLES]     examples a route, 1000 by default

Takes the server in dist/ and the engine at DOCKER_UNIX_SOCKET_PATH, or the one of scripts/engine any, with the images
of the tests.
"""

import os
import subprocess
import sys
import tempfile

from harness import root
from harness.process import script
from harness.pypi import program
from harness.server import TOKEN, Server

# The file, not the route: schemathesis does not test a route from which it has the description.
DESCRIPTION = root / "Sources/Server/openapi.yaml"


def main():
    examples = sys.argv[1] if len(sys.argv) > 1 else "1000"
    script("scripts/dependencies", "image")
    schemathesis = program("schemathesis", "4.32.5")
    engine = script("scripts/engine", "any")
    script("Tests/Fixtures/import", engine)
    facades = {"API_FACADES": "mcp piston sandboxfusion"}
    # The directory is where schemathesis leaves its files.
    with Server(engine, 4, **facades) as server, tempfile.TemporaryDirectory() as directory:
        url = f"http://127.0.0.1:{server.port}"
        done = subprocess.run(
            [
                schemathesis, "run", DESCRIPTION, "--url", url, "--max-examples", examples, "--workers", "2",
                "--header", f"X-Access-Token: {TOKEN}", "--checks", "all", "--phases", "examples,coverage,fuzzing",
                "--generation-deterministic", "--no-color",
            ],
            env={**os.environ, "SCHEMATHESIS_HOOKS": f"{root}/Tests/OpenAPI/hooks.py", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=directory, timeout=1200, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
