"""Times in milliseconds, taken in turn, and what is said of them."""

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def milliseconds(body):
    """How long it takes, and what it returns."""
    began = time.monotonic()
    result = body()
    return (time.monotonic() - began) * 1000, result


def in_turn(bodies, rounds):
    """Calls them all in every round, each going first as often as any other. Returns by name what each returned."""
    names, found = list(bodies), {name: [] for name in bodies}
    for index in range(rounds):
        first = index % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(bodies[name]())
    return found


def percentile(times, percent):
    """The smallest of the times that at least so many percent do not exceed."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def median(times):
    return statistics.median(times) if times else None


def ratio(times, others):
    """Of the medians; None where one of them was not measured, or is nothing."""
    return median(times) / median(others) if times and others and median(others) else None


def at_once(bodies):
    """Runs each on a thread of its own, all let go in the same moment. Returns what they return, or raises what one
    raised."""
    gate = threading.Barrier(len(bodies))

    def run(body):
        gate.wait()
        return body()

    with ThreadPoolExecutor(len(bodies)) as executor:
        return list(executor.map(run, bodies))


def closed_loop(body, clients, lead, seconds):
    """Calls it from so many clients, one call after the other each, and counts what falls into the seconds after the
    lead: of a call that begins before or ends after them its part, for so few calls fit into a turn that one more or
    less is some percent.

    Returns calls a second. The lead is for the caches and pools of whoever is called to be as they are in the long run.
    The clients begin one after the other within it, so that they do not go on in step.
    """
    begins = time.monotonic() + lead
    ends = begins + seconds
    counts = []

    def client(index):
        time.sleep(lead * index / clients)
        count = 0.0
        while (began := time.monotonic()) < ends:
            body()
            ended = time.monotonic()
            count += max(0.0, min(ended, ends) - max(began, begins)) / (ended - began)
        counts.append(count)

    at_once([lambda index=index: client(index) for index in range(clients)])
    return sum(counts) / seconds
