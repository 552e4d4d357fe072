"""Programs from PyPI, each in an environment of its own in .cache.

usage: python3 -m harness.pypi NAME VERSION     prints the path of the program
"""

import subprocess
import sys

from harness import root
from harness.process import script


def program(name, version):
    """Its path. It is installed if it has not been."""
    environment = root / ".cache" / f"{name}-{version}"
    path = environment / "bin" / name
    if not path.exists():
        script("scripts/dependencies", "pypi")
        print(f"installing {name} {version}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        subprocess.run([environment / "bin" / "pip", "install", "--quiet", f"{name}=={version}"], check=True)
    return path


if __name__ == "__main__":
    print(program(*sys.argv[1:]))
