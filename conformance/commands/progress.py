"""How far a run of scenarios is: on a terminal one line that changes, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

from ..scenarios.scenario import Scenario

#: After how many seconds a line is printed where there is no terminal.
EVERY_SECONDS = 15.0
#: So long nothing is told of the time that is left.
FIRST_SECONDS = 3.0


@dataclass
class Progress:
    """Called with the number of a scenario, how many there are, and the scenario."""

    begun: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def __call__(self, number: int, count: int, scenario: Scenario) -> None:
        now = time.monotonic()
        text = f"{number}/{count} {scenario.title}{self.left(number - 1, count, now)}"
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
        elif now - self.told >= EVERY_SECONDS:
            self.told = now
            print(text, file=sys.stderr, flush=True)

    def left(self, done: int, count: int, now: float) -> str:
        """The time that the rest takes, if it goes on as it did."""
        passed = now - self.begun
        if not done or passed < FIRST_SECONDS:
            return ""
        seconds = round(passed / done * (count - done))
        return f", about {seconds // 60} min {seconds % 60} s left" if seconds >= 60 else f", about {seconds} s left"


def clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
