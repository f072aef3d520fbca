"""The log of what changed in a store: what `GET /changes` lists."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .level import Level

#: So many changes come before a log is sifted, at least.
LEAST_NEW = 4096

#: A log that was forked more often than this is put together again.
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `number` is its "Seq", `date` in seconds since the epoch."""

    number: int
    kind: str
    level: Level
    id: str
    date: float


def number_of(change: Change) -> int:
    return change.number


class Changes:
    """A log of changes, the oldest first, numbered from 1.

    A fork shares the parts that were written before, which nobody changes any more: forking costs the same however
    long the log is.
    """

    def __init__(self, parts: Sequence[list[Change]] = (), last: int = 0) -> None:
        self.older = [*parts]
        self.own: list[Change] = []
        self.last = last
        self.kept, self.sifted_at = 0, last  # how many it had when it was sifted, and the number of the last of them

    def add(self, kind: str, level: Level, identifier: str, date: float) -> int:
        """Adds a change and returns its number."""
        self.last += 1
        self.own.append(Change(self.last, kind, level, identifier, date))
        return self.last

    def since(self, number: int) -> Iterator[Change]:
        """The changes after this number, the oldest first."""
        for part in (*self.older, self.own):
            if part and part[-1].number > number:
                yield from part[bisect_right(part, number, key=number_of) :]

    def until(self, number: int) -> Iterator[Change]:
        """The changes up to this number, the newest first."""
        for part in (self.own, *reversed(self.older)):
            if part and part[0].number <= number:
                yield from reversed(part[: bisect_right(part, number, key=number_of)])

    def __len__(self) -> int:
        return sum(map(len, self.older)) + len(self.own)

    def __iter__(self) -> Iterator[Change]:
        for part in (*self.older, self.own):
            yield from part

    def __reversed__(self) -> Iterator[Change]:
        for part in (self.own, *reversed(self.older)):
            yield from reversed(part)

    @property
    def is_due(self) -> bool:
        """Whether it has more than doubled since what nobody will ask for was taken out: so that costs little."""
        return self.last - self.sifted_at > self.kept + LEAST_NEW

    def sift(self, is_known: Callable[[Change], bool]) -> None:
        """Takes out the changes of what is gone, which a server forgets with it."""
        self.older, self.own = [], [change for change in self if is_known(change)]
        self.kept, self.sifted_at = len(self.own), self.last

    def clear(self) -> None:
        """Forgets all changes; the numbers go on."""
        self.older, self.own = [], []

    def fork(self) -> Changes:
        """A log that begins with all of this one."""
        if self.own:
            self.older, self.own = [*self.older, self.own], []
        if len(self.older) > MOST_PARTS:
            self.older = [[*self]]
        other = Changes(self.older, self.last)
        other.kept, other.sifted_at = self.kept, self.sifted_at
        return other
