"""The log of what changed in a store: what `GET /changes` lists."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from .level import Level

#: So many changes come before a log is sifted, at least.
LEAST_NEW = 4096

#: A log that was forked more often than this is put together again.
MOST_PARTS = 8


class Change(NamedTuple):
    """One change; `number` is its "Seq", `date` in seconds since the epoch."""

    number: int
    kind: str
    level: Level
    id: str
    date: float


class Columns:
    """Changes, the oldest first, a column for each member: 45 bytes a change, where an object each took 90."""

    __slots__ = ("dates", "ids", "kinds", "levels", "numbers")

    def __init__(self) -> None:
        self.numbers = array("q")
        self.kinds: list[str] = []
        self.levels: list[Level] = []
        self.ids: list[str] = []
        self.dates = array("d")

    def add(self, number: int, kind: str, level: Level, identifier: str, date: float) -> None:
        self.kinds.append(kind)
        self.levels.append(level)
        self.ids.append(identifier)
        self.dates.append(date)
        self.numbers.append(number)  # the last: what it counts is whole

    def extend(self, other: Columns) -> None:
        self.kinds += other.kinds
        self.levels += other.levels
        self.ids += other.ids
        self.dates += other.dates
        self.numbers += other.numbers

    def __getitem__(self, place: int) -> Change:
        return Change(self.numbers[place], self.kinds[place], self.levels[place], self.ids[place], self.dates[place])

    def __len__(self) -> int:
        return len(self.numbers)

    def place_after(self, number: int) -> int:
        """The place of the first change after this number."""
        return bisect_right(self.numbers, number)

    def at(self, places: Iterable[int]) -> Iterator[Change]:
        return map(self.__getitem__, places)


class Changes:
    """A log of changes, the oldest first, numbered from 1.

    A fork shares the parts that were written before, which nobody changes any more: forking costs the same however
    long the log is.
    """

    def __init__(self, parts: Sequence[Columns] = (), last: int = 0) -> None:
        self.older = [*parts]
        self.own = Columns()
        self.last = last
        self.kept, self.sifted_at = 0, last  # how many it had when it was sifted, and the number of the last of them

    def add(self, kind: str, level: Level, identifier: str, date: float) -> int:
        """Adds a change and returns its number."""
        self.last += 1
        self.own.add(self.last, kind, level, identifier, date)
        return self.last

    def since(self, number: int) -> Iterator[Change]:
        """The changes after this number, the oldest first."""
        for part in (*self.older, self.own):
            yield from part.at(range(part.place_after(number), len(part)))

    def until(self, number: int) -> Iterator[Change]:
        """The changes up to this number, the newest first."""
        for part in (self.own, *reversed(self.older)):
            yield from part.at(reversed(range(part.place_after(number))))

    def __len__(self) -> int:
        return sum(map(len, self.older)) + len(self.own)

    def __iter__(self) -> Iterator[Change]:
        for part in (*self.older, self.own):
            yield from part.at(range(len(part)))

    def __reversed__(self) -> Iterator[Change]:
        for part in (self.own, *reversed(self.older)):
            yield from part.at(reversed(range(len(part))))

    @property
    def is_due(self) -> bool:
        """Whether it has more than doubled since what nobody will ask for was taken out: so that costs little."""
        return self.last - self.sifted_at > self.kept + LEAST_NEW

    def sift(self, is_known: Callable[[Change], bool]) -> None:
        """Takes out the changes of what is gone, which a server forgets with it."""
        kept = Columns()
        for change in self:
            if is_known(change):
                kept.add(*change)
        self.older, self.own = [], kept
        self.kept, self.sifted_at = len(self.own), self.last

    def clear(self) -> None:
        """Forgets all changes; the numbers go on."""
        self.older, self.own = [], Columns()

    def fork(self) -> Changes:
        """A log that begins with all of this one."""
        if len(self.own):
            self.older, self.own = [*self.older, self.own], Columns()
        if len(self.older) > MOST_PARTS:
            whole = Columns()
            for part in self.older:
                whole.extend(part)
            self.older = [whole]
        other = Changes(self.older, self.last)
        other.kept, other.sifted_at = self.kept, self.sifted_at
        return other
