"""Load: clients that each ask again as soon as they have their answer."""

import threading
import time

from harness.checks import eventually, expect


class Load:
    def __init__(self, clients):
        """clients: what each of them calls, again and again. What raises is lost."""
        self.answered, self.lost = 0, []
        self.stopping, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self.work, args=(client,), daemon=True) for client in clients]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def work(self, client):
        while not self.stopping.is_set():
            began = time.monotonic()
            try:
                client()
                lost = []
            except Exception as error:
                lost = [f"{type(error).__name__} after {time.monotonic() - began:.2f} s: {error}"]
            with self.lock:
                self.answered += not lost
                self.lost += lost

    def await_more(self, count=None):
        """Until so many more have been answered, by default two of each client."""
        goal = self.answered + (count or 2 * len(self.threads))
        eventually("the load goes on", lambda: self.answered >= goal or self.lost, 120)
        self.expect_none_lost()

    def expect_none_lost(self):
        first = "\n".join(self.lost[:10])
        expect(not self.lost, f"{self.answered} answered, {len(self.lost)} lost:\n{first}")
