"""Programs and libraries from PyPI, each in an environment of its own in .cache.

usage: python3 -m harness.pypi NAME VERSION     prints the path of the program
"""

import hashlib
import importlib
import subprocess
import sys

from harness import root
from harness.process import script


def installed(name, version, pattern):
    """The path in the environment that matches. It is made if it has not been."""
    environment = root / ".cache" / f"{name}-{version}"
    if not list(environment.glob(pattern)):
        script("scripts/dependencies", "pypi")
        print(f"installing {name} {version}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        subprocess.run([environment / "bin" / "pip", "install", "--quiet", f"{name}=={version}"], check=True)
    return next(environment.glob(pattern))


def python(name, *packages):
    """The interpreter of an environment of that name with these packages, each as name==version."""
    environment = root / ".cache" / f"{name}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:8]}"
    if not (environment / "complete").exists():
        script("scripts/dependencies", "pypi")
        print(f"installing {' '.join(packages)}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        subprocess.run([environment / "bin" / "pip", "install", "--quiet", *packages], check=True)
        (environment / "complete").touch()
    return environment / "bin" / "python"


def program(name, version):
    """Its path."""
    return installed(name, version, f"bin/{name}")


def library(name, version):
    """The module of that name, of a package whose name it begins with."""
    package = name.split(".")[0]
    sys.path.append(str(installed(package, version, f"lib/*/site-packages/{package}").parent))
    return importlib.import_module(name)


if __name__ == "__main__":
    print(program(*sys.argv[1:]))
