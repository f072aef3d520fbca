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

OUTER: WeakSet[WritersLock] = WeakSet()  # of the stores: held while others are taken
INNER: WeakSet[Any] = WeakSet()


def lock() -> threading.RLock:
    """A lock that is whole in a child of the process; nobody takes that of a store while it is held."""
    made = threading.RLock()
    INNER.add(made)
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


class WritersLock:
    """The lock of who writes. Who only reads takes `reading`, which a writer that works apart lets go of.

    It is two locks, and taken in this order: that of writers, of which there is one at a time, and `reading`. A thread
    that reads and then writes lets go of `reading` where it has to wait: what it has read may change meanwhile.
    """

    def __init__(self) -> None:
        self.writing: Any = threading.RLock()
        self.reading: Any = threading.RLock()
        self.views: dict[int, Any] = {}  # what threads look at that see something of their own, by their identifiers
        self.apart = 0  # the thread that writes apart
        OUTER.add(self)

    def __enter__(self) -> bool:
        if self.views and threading.get_ident() in self.views:
            self.enter_apart()
            return True
        if not self.writing.acquire(False):
            self.wait()
        self.reading.acquire()
        return True

    def __exit__(self, *exception: object) -> None:
        if self.apart != threading.get_ident():
            self.reading.release()
        self.writing.release()

    def enter_apart(self) -> None:
        """Takes the lock once more, for a thread that writes apart and lets others read."""
        if self.apart != threading.get_ident():
            raise RuntimeError("a thread that is pinned to what was stored can't write")
        self.writing.acquire()

    def wait(self) -> None:
        """Waits until no other thread writes."""
        is_reader = self.reading._is_owned()
        state = self.reading._release_save() if is_reader else None
        try:
            self.writing.acquire()
        finally:
            if is_reader:
                self.reading._acquire_restore(state)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Takes the lock as `threading.RLock` is taken."""
        if not self.writing.acquire(blocking, timeout):
            return False
        if self.apart == threading.get_ident():
            return True
        if not self.reading.acquire(True, timeout):
            self.writing.release()
            return False
        return True

    def release(self) -> None:
        self.__exit__()

    def is_held(self) -> bool:
        """Whether this thread writes."""
        return bool(self.writing._is_owned())

    def let_go(self) -> tuple[Any, Any]:
        """Lets others at it, however often this thread took it: what `take_again` wants."""
        reading = self.reading._release_save() if self.reading._is_owned() else None
        writing = self.writing._release_save() if self.writing._is_owned() else None
        return writing, reading

    def take_again(self, held: tuple[Any, Any]) -> None:
        writing, reading = held
        if writing is not None:
            self.writing._acquire_restore(writing)
        if reading is not None:
            self.reading._acquire_restore(reading)

    def in_child(self, *, is_held: bool) -> None:
        """Makes it whole in a child of the process, in which no other thread is; `is_held` by the one that forked."""
        me = threading.get_ident()
        for other in [*self.views]:
            if other != me:
                del self.views[other]
        self.apart = self.apart if self.apart == me else 0
        if not is_held:
            self.writing._at_fork_reinit()
            self.reading._at_fork_reinit()


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
            if not isinstance(one, WritersLock):
                one._at_fork_reinit()
        for store in [*OUTER]:
            store.in_child(is_held=not any(one is store for one in self.left))
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

    def __str__(self) -> str:
        """The items, one below the other, the newest last."""
        return "\n".join(map(str, self)) or "nothing"

    def __repr__(self) -> str:
        items = [*self]
        return f"<{len(items)} {type(items[-1]).__name__}, the last: {items[-1]}>" if items else "<nothing>"

    def __reversed__(self) -> Iterator[ItemType]:
        return reversed([*self])
