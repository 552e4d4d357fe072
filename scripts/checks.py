"""What the scripts share that try the server on an engine or in a machine, and say what comes of it, a line each."""

import contextlib
import http.client
import pathlib
import re
import subprocess
import time

root = pathlib.Path(__file__).resolve().parent.parent


class Failure(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


def eventually(condition, seconds=30):
    """Whether it came to that in time."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


def run(*command, timeout=300, **options):
    """Runs a command and returns what it prints; says all of it if it fails."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} fails with {done.returncode}:\n{done.stdout}")
    return done.stdout


def documented_commands():
    """The four commands of docs/install.md: install, pull, token, run."""
    block = (root / "docs/install.md").read_text().split("```sh\n", 1)[1].split("```", 1)[0]
    starts = ("sudo apt install ./docker-run_", "sudo docker pull python:3-slim\n", "token=", "curl ")
    places = [block.index(start) for start in starts]
    assert places[0] == 0 and places == sorted(places), block
    return [block[place:end] for place, end in zip(places, [*places[1:], len(block)])]


class Report:
    def __init__(self, deviations=None):
        """deviations: the name of a check, the pattern of the words with which it fails, and why it does."""
        self.deviations = deviations or {}
        self.failed = 0

    @contextlib.contextmanager
    def check(self, name):
        """Prints what comes of the block."""
        try:
            yield
            failure = None
        except (AssertionError, Failure, RuntimeError, OSError, ValueError, KeyError, IndexError,
                http.client.HTTPException, subprocess.TimeoutExpired) as error:
            failure = str(error) if isinstance(error, Failure) else f"{type(error).__name__}: {error}"
        pattern, reason = self.deviations.get(name, (None, None))
        if failure is None and pattern is None:
            print(f"ok        {name}", flush=True)
        elif failure is not None and pattern is not None and re.search(pattern, failure, re.DOTALL):
            print(f"deviates  {name}: {reason}", flush=True)
        else:
            self.failed += 1
            print(f"FAILS     {name}: {failure or 'not any more, see the deviations that are known'}", flush=True)

    def end(self):
        """Returns the exit status."""
        print(f"{self.failed} fail" if self.failed else "all as expected", flush=True)
        return 1 if self.failed else 0
