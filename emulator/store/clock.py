"""The server's clock, which a test can move."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Tells the time in seconds since the epoch: that of `source`, moved forward by `advance`."""

    def __init__(self, source: Callable[[], float] = time.time, offset: float = 0.0) -> None:
        self.source = source
        self.offset = offset

    def __call__(self) -> float:
        return self.source() + self.offset

    def advance(self, seconds: float) -> None:
        """Moves the clock forward; raises ValueError for a negative number: a server's time does not go back."""
        if not seconds >= 0:
            raise ValueError(f"a clock can't be moved by {seconds} seconds")
        self.offset += seconds
