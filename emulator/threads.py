"""What several threads share, and what a process that forks leaves whole: locks, and the last of many."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakSet

ItemType = TypeVar("ItemType")

#: How long a fork of the process waits, in seconds, for requests that are under way in other threads.
FORK_SECONDS = 5.0

OUTER: WeakSet[Any] = WeakSet()  # of the stores: held while others are taken
INNER: WeakSet[Any] = WeakSet()


def lock(*, is_outer: bool = False) -> threading.RLock:
    """A lock that is whole in a child of the process; an outer one may be held while others are taken."""
    made = threading.RLock()
    (OUTER if is_outer else INNER).add(made)
    return made


#: glibc's name for how many heaps the threads of a process share.
ARENAS = -8


def share_one_heap() -> None:
    """Lets all threads of this process take memory from one heap, where the C library is glibc.

    It gives the first threads a heap each, and does not put together what is free in several: a process with many
    connections grew from 135 to 160 MiB in 900 emulators, with one heap it keeps its 122 MiB. Python's threads take
    memory one after the other anyway. For processes that are the emulator's own.
    """
    import ctypes

    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(ARENAS, 1)


class Forking:
    """What is done around `os.fork()`: no lock is held by a thread that the child does not have."""

    def __init__(self) -> None:
        self.held: list[Any] = []
        self.left: list[Any] = []

    def before(self) -> None:
        """Waits until no request is half done, at most for a while."""
        end = time.monotonic() + FORK_SECONDS
        for locks in (OUTER, INNER):
            for one in [*locks]:
                taken = one.acquire(timeout=max(end - time.monotonic(), 0.001))
                (self.held if taken else self.left).append(one)

    def after_in_parent(self) -> None:
        for one in reversed(self.held):
            one.release()
        self.held, self.left = [], []

    def after_in_child(self) -> None:
        for one in self.left:
            one._at_fork_reinit()
        self.after_in_parent()


FORKING = Forking()

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=FORKING.before, after_in_parent=FORKING.after_in_parent, after_in_child=FORKING.after_in_child
    )


class Last(deque[ItemType]):
    """The last of many items, which may be read while other threads add to them: who iterates has a copy.

    At most `count` are kept, and no more than weigh `capacity` bytes together, but for the newest.
    """

    def __init__(self, count: int, weigh: Callable[[ItemType], int], capacity: int) -> None:
        super().__init__()
        self.count_kept, self.weigh, self.capacity = count, weigh, capacity
        self.weight = 0
        self.lock = lock()

    def append(self, item: ItemType) -> None:
        with self.lock:
            super().append(item)
            self.weight += self.weigh(item)
            while len(self) > self.count_kept or (self.weight > self.capacity and len(self) > 1):
                self.weight -= self.weigh(self.popleft())

    def clear(self) -> None:
        with self.lock:
            super().clear()
            self.weight = 0

    def __iter__(self) -> Iterator[ItemType]:
        while True:
            try:
                return iter([*super().__iter__()])
            except RuntimeError:  # one was added meanwhile
                continue

    def __reversed__(self) -> Iterator[ItemType]:
        return reversed([*self])
