"""What all measurements share: the engine, how much is to be measured, and a voice."""

import sys
import time
from dataclasses import dataclass

from harness.engine import Engine
from original import original_run, specification
from workload import SHELL


@dataclass(frozen=True)
class Extent:
    """How much is measured. The defaults are what a bound is judged by."""

    pairs: int = 12  # samples of a row of the original's table
    judged_pairs: int = 24  # the same where there is a bound
    slow_pairs: int = 5  # the same with gVisor
    arrivals: int = 80  # at least so many requests at each rate
    judged_arrivals: int = 1000  # the same where there is a bound
    arrival_seconds: float = 8  # and at least so long
    bursts: int = 3
    quiet: float = 60  # seconds before the first burst
    turns: int = 14  # of throughput, where there is a bound
    few_turns: int = 2  # where there is none
    window: float = 2  # seconds of one turn
    rounds: int = 3  # of wrk
    seconds: int = 4  # of each wrk
    runs: int = 500  # for what a run costs the server


QUICK = Extent(
    pairs=3, judged_pairs=3, slow_pairs=2, arrivals=15, judged_arrivals=30, arrival_seconds=2, bursts=1, quiet=3,
    turns=2, few_turns=1, window=1, rounds=1, seconds=2, runs=100)


class Bench:
    def __init__(self, path, extent, languages):
        self.path = path
        self.extent = extent
        self.languages = languages
        self.engine = Engine(path)
        self.began = time.monotonic()
        known = self.engine.call("GET", "/info")["Runtimes"]
        self.runtimes = [runtime for runtime in ["runc", "crun", "runsc"] if runtime in known and self.works(runtime)]

    def works(self, runtime):
        """Whether a container runs with it, which is not certain of a runtime that is installed; of runc it is
        expected."""
        try:
            SHELL.check(original_run(self.engine, specification(SHELL.image, runtime), SHELL.payload))
        except RuntimeError as failure:
            if runtime == "runc":
                raise
            self.say(f"{runtime} is left out, as it does not run: {failure}")
            return False
        return True

    def minutes(self):
        return (time.monotonic() - self.began) / 60

    def say(self, what):
        seconds = int(time.monotonic() - self.began)
        print(f"[{seconds // 60:2}:{seconds % 60:02}] {what}", file=sys.stderr, flush=True)
