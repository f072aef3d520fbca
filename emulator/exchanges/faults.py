"""Requests that fail on purpose, to test what an app does then: `Emulator.fail_next`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from ..threads import lock
from .exchange import fits

#: How a request fails: with a status, with no answer at all, or with a connection that is closed.
Failure = int | Literal["timeout", "disconnect"]

#: How long the answer of a "timeout" is held back on a port, in seconds, unless the emulator is closed before.
HELD_BACK_SECONDS = 60.0


class HeldBackError(TimeoutError):
    """The answer does not come: what a client in process gets at once, and one on a port after its own timeout.

    `released` is set when nobody waits for the answer any more.
    """

    def __init__(self, released: threading.Event) -> None:
        super().__init__("the emulator was told to hold this answer back (fail_next)")
        self.released = released

    def hold_back(self) -> None:
        """Waits until nobody waits for the answer any more, 60 s at most."""
        self.released.wait(HELD_BACK_SECONDS)


class DisconnectedError(ConnectionResetError):
    """The connection was closed without an answer."""

    def __init__(self, reason: str = "the emulator was told to close this connection (fail_next)") -> None:
        super().__init__(reason)


@dataclass
class Fault:
    """How the next requests of a method and path fail; `remaining` says how many."""

    failure: Failure
    method: str
    path: str
    remaining: int
    carried_out: bool = False
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def concerns(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fits(path, self.path)


class Faults:
    """What the next requests will fail with; safe to use from several threads."""

    def __init__(self) -> None:
        self.lock = lock()
        self.pending: list[Fault] = []
        self.released = threading.Event()
        self.servers = 0  # those that hold answers back

    def add(self, fault: Fault) -> None:
        if isinstance(fault.failure, int):
            if not 400 <= fault.failure <= 599:
                raise ValueError(f"a request fails with a status from 400 to 599, not {fault.failure}")
        elif fault.failure not in ("timeout", "disconnect"):
            raise ValueError(f'status must be a number, "timeout" or "disconnect", not {fault.failure!r}')
        if fault.remaining < 1:
            raise ValueError("times must be at least 1")
        with self.lock:
            self.pending.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that concerns a request, the oldest first; it is used up."""
        if not self.pending:
            return None
        with self.lock:
            for fault in self.pending:
                if fault.concerns(method, path):
                    fault.remaining -= 1
                    if not fault.remaining:
                        self.pending.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """No further request fails."""
        with self.lock:
            self.pending.clear()

    def error_of(self, fault: Fault) -> HeldBackError | DisconnectedError:
        """What is raised in the place of an answer."""
        return HeldBackError(self.released) if fault.failure == "timeout" else DisconnectedError()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """A server holds answers back meanwhile; at its end those are let go and, if no other is left, all to come."""
        with self.lock:
            if not self.servers:
                self.released = threading.Event()
            self.servers += 1
        try:
            yield
        finally:
            self.release()
            with self.lock:
                self.servers -= 1
                if self.servers:
                    self.released = threading.Event()

    def release(self) -> None:
        """Lets go of the answers that are held back."""
        with self.lock:
            self.released.set()
