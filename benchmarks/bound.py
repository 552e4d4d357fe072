"""A bound that must hold, and what was measured."""

from dataclasses import dataclass


@dataclass
class Bound:
    what: str
    value: float | None  # None: could not be measured, which is as bad as missing it
    limit: float
    at_least: bool = False
    unit: str = ""

    @property
    def held(self):
        if self.value is None:
            return False
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def measured(self):
        return "not measured" if self.value is None else f"{self.value:.3g}{self.unit}"

    @property
    def wanted(self):
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}{self.unit}"

    def __str__(self):
        return f"{self.what}: {self.measured}, {self.wanted}"
