"""Ctrl-C at the right moment: a request that changes a server is answered first, so that what it made is known."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)

#: So many of them end even what is postponed to.
IMPATIENT = 3


@contextmanager
def postponed() -> Iterator[None]:
    """Postpones Ctrl-C and SIGTERM to the end of the block, where they raise KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if len(received) >= IMPATIENT:
            raise KeyboardInterrupt

    former = {number: signal.signal(number, remember) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    if received:
        raise KeyboardInterrupt
