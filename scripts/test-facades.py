#!/usr/bin/env -S python3 -B
"""Clients that others wrote for MCP, Piston and SandboxFusion, from PyPI, each as it comes: Tests/Clients.

usage: scripts/test-facades.py [--fetch | CLIENT...]     only installs them; these instead of all

Takes the server in dist/ and the engine at DOCKER_UNIX_SOCKET_PATH, or the one of scripts/engine any, with the images
of bash, c, go and python.
"""

import os
import subprocess
import sys

from harness import root
from harness.process import end_in_order, script
from harness.pypi import python
from harness.server import TOKEN, Server

CLIENTS = {
    "mcp1": ["mcp==1.30.0"],
    "mcp2": ["mcp==2.3.0"],
    "piston": ["ultra-piston==1.0.1", "aiopyston==1.2.1", "piston-rspy==0.4.3"],
    "sandboxfusion": ["sandbox-fusion==0.3.7"],
}
# For newer interpreters there is no wheel of it, and it would take Rust to build.
if sys.version_info >= (3, 13):
    CLIENTS["piston"].pop()


def main():
    end_in_order()
    only_fetches = sys.argv[1:] == ["--fetch"]
    wanted = list(CLIENTS) if only_fetches else sys.argv[1:] or list(CLIENTS)
    interpreters = {name: python(f"client-{name}", *CLIENTS[name]) for name in wanted}
    if only_fetches:
        return
    engine = script("scripts/engine", "any")
    failed = []
    # SandboxFusion's client can send no token.
    facades = {"API_FACADES": "mcp piston sandboxfusion", "API_PUBLIC_FACADES": "sandboxfusion"}
    with Server(engine, 4, RUN_MAX_OUTPUT_SIZE="4000000", **facades) as server:
        for name, interpreter in interpreters.items():
            print(f"{name}: {', '.join(CLIENTS[name])}", flush=True)
            arguments = [f"http://127.0.0.1:{server.port}"] + ([] if name == "sandboxfusion" else [TOKEN])
            environment = {**os.environ, "PYTHONPATH": str(root / "scripts"), "PYTHONDONTWRITEBYTECODE": "1"}
            program = root / "Tests" / "Clients" / f"{name}.py"
            done = subprocess.run([interpreter, program, *arguments], env=environment, timeout=300, check=False)
            if done.returncode != 0:
                failed.append(name)
    sys.exit(f"not as expected: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
