"""Where and with what the figures were measured."""

import os
import platform
import re
import subprocess
import time


def first_line(*command):
    """What a program says first of itself, on stdout or stderr; nothing if it is not there."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.partition("\n")[0]  # wrk ends with 1 when it has told its version


def field(path, name):
    with open(path) as file:
        found = re.search(rf"^{name}\s*[:=]\s*\"?([^\"\n]*)", file.read(), re.MULTILINE)
    return found.group(1) if found else "unknown"


def describe(bench):
    version = bench.engine.call("GET", "/version")
    components = {each["Name"]: each["Version"] for each in version.get("Components") or []}
    programs = {runtime: first_line(runtime, "--version") for runtime in bench.runtimes}
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": first_line("git", "describe", "--always", "--dirty"),
        "cpu": f"{os.cpu_count()} × {field('/proc/cpuinfo', 'model name')}",
        "memory": f"{int(field('/proc/meminfo', 'MemTotal').split()[0]) / (1 << 20):.0f} GiB",
        "system": f"{field('/etc/os-release', 'PRETTY_NAME')}, Linux {os.uname().release}, {os.uname().machine}",
        "engine": f"Docker Engine {version['Version']}, containerd {components.get('containerd', 'unknown')}",
        "runtimes": "; ".join(line or name for name, line in programs.items()),
        "tools": "; ".join([
            first_line("wrk", "-v").split(" Copyright")[0], first_line("nginx", "-v"),
            f"Python {platform.python_version()}",
        ]),
    }
