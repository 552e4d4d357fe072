"""The package of make deb, and how docs/install.md says to use it."""

import pathlib

from harness import root
from harness.process import run


def built_package():
    """Its path from the root of the project."""
    packages = list(pathlib.Path("dist").glob("docker-run_*.deb"))
    if len(packages) != 1:
        raise RuntimeError("make deb leaves one package in dist/")
    return packages[0]


def higher_version(package, directory):
    """The same package, as if it were the next version."""
    tree, made = directory / "next", directory / "next.deb"
    run("dpkg-deb", "--raw-extract", package, tree)
    control = tree / "DEBIAN/control"
    version = run("dpkg-deb", "--field", package, "Version")
    control.write_text(control.read_text().replace(f"Version: {version}\n", f"Version: {version}+next\n"))
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made)
    return made


def documentation(language, start):
    """The first block of code in that language of docs/install.md, which begins so."""
    block = (root / "docs/install.md").read_text().split(f"```{language}\n{start}", 1)[1]
    return start + block.split("```", 1)[0]


def documented_commands():
    """The command that installs, and the two that get the token and run something."""
    block = documentation("sh", "sudo apt install ./docker-run_")
    places = [block.index(start) for start in ("sudo docker pull python:3-slim\n", "token=", "curl ")]
    assert places == sorted(places), block
    return block[:places[0]], block[places[1]:].replace("curl ", "curl -sS ", 1)
