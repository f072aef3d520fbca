"""What was made lately and may be wanted again: a bounded cache."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from ..threads import lock

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by key, those that were used last; together they weigh at most `capacity` bytes.

    Safe to use from several threads.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.weight = 0
        self.lock = lock()
        self.values: dict[Key, tuple[Value, int]] = {}  # the one that was used last at the end

    def get(self, key: Key) -> Value | None:
        with self.lock:
            found = self.values.pop(key, None)
            if found is None:
                return None
            self.values[key] = found
            return found[0]

    def use_all(self, weights: Iterable[tuple[Key, int]], value: Value) -> tuple[int, int, int]:
        """Gets each of the keys or, where it is not there, puts `value`, which weighs so many bytes.

        Returns how many were there, how many not, and what those weigh. One lock for all: 0.3 µs a key instead of 1.5.
        """
        hits = misses = missing = 0
        with self.lock:
            values = self.values
            for key, weight in weights:
                found = values.pop(key, None)
                if found is not None:
                    values[key] = found
                    hits += 1
                    continue
                misses += 1
                missing += weight
                if weight <= self.capacity:
                    values[key] = value, weight
                    self.weight += weight
                    self.shrink()
        return hits, misses, missing

    def shrink(self) -> None:
        while self.weight > self.capacity:
            self.weight -= self.values.pop(next(iter(self.values)))[1]

    def discard(self, key: Key) -> None:
        with self.lock:
            self.weight -= self.values.pop(key, (None, 0))[1]

    def put(self, key: Key, value: Value, weight: int) -> None:
        """Keeps a value that weighs so many bytes; one that alone is too heavy is not kept."""
        if weight > self.capacity:
            return
        with self.lock:
            self.weight += weight - self.values.pop(key, (None, 0))[1]
            self.values[key] = value, weight
            self.shrink()

    def __len__(self) -> int:
        return len(self.values)
