"""Checks: what is tried has a name, and a line says what came of it."""

import contextlib
import re
import sys
import time


class Failure(Exception):
    """Something is not as expected. Its text says what it is instead."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def eventually(what, condition, seconds=60):
    """Waits until the condition is true. Raises if that takes too long."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def say(text):
    print(text, flush=True)


class Report:
    def __init__(self, deviations=None):
        """deviations: the name of a check, the pattern of the words with which it fails, and why it does."""
        self.deviations = deviations or {}
        self.failed = 0
        self.began = time.monotonic()

    @contextlib.contextmanager
    def check(self, name, needed=False):
        """Prints what comes of the block. Where it fails and is needed for what follows, the script ends."""
        try:
            yield
            failure = None
        except Exception as error:
            failure = str(error) if isinstance(error, Failure) else f"{type(error).__name__}: {error}"
        pattern, reason = self.deviations.get(name, (None, None))
        if failure is None and pattern is None:
            say(f"ok        {name}")
        elif failure is not None and pattern is not None and re.search(pattern, failure, re.DOTALL):
            say(f"deviates  {name}: {reason}")
        else:
            self.failed += 1
            say(f"FAILS     {name}: {failure or 'not any more, see the deviations that are known'}")
            if needed:
                sys.exit(self.end())

    def end(self):
        """Returns the exit status."""
        outcome = f"{self.failed} fail" if self.failed else "all as expected"
        say(f"{outcome}, after {time.monotonic() - self.began:.0f} s")
        return 1 if self.failed else 0
