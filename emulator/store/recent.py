"""What was made lately and may be wanted again: a bounded cache."""

from __future__ import annotations

from collections import OrderedDict
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
        #: The one that was used last at the end. The first of a plain dict is found behind all that were taken from its
        #: front: it took 45 µs of a store of CT_small.dcm.
        self.values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        with self.lock:
            found = self.values.get(key)
            if found is None:
                return None
            self.values.move_to_end(key)
            return found[0]

    def shrink(self) -> None:
        while self.weight > self.capacity:
            self.weight -= self.values.popitem(last=False)[1][1]

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


class RecentKeys(Generic[Key]):
    """Keys alone, those that were used last; together they weigh at most `capacity` bytes.

    Beside `Recent` a key takes half the memory: of a large store each file has one. Safe to use from several threads.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.weight = 0
        self.lock = lock()
        self.weights: dict[Key, int] = {}  # the one that was used last at the end

    def use_all(self, weights: Iterable[tuple[Key, int]]) -> tuple[int, int, int]:
        """Uses each of the keys, which weighs so many bytes.

        Returns how many were there, how many not, and what those weigh. One lock for all: 0.3 µs a key instead of 1.5.
        """
        hits = misses = missing = 0
        with self.lock:
            kept = self.weights
            for key, weight in weights:
                found = kept.pop(key, None)
                if found is not None:
                    kept[key] = found
                    hits += 1
                    continue
                misses += 1
                missing += weight
                if weight <= self.capacity:
                    kept[key] = weight
                    self.weight += weight
                    self.shrink()
        return hits, misses, missing

    def shrink(self) -> None:
        while self.weight > self.capacity:
            self.weight -= self.weights.pop(next(iter(self.weights)))

    def discard(self, key: Key) -> None:
        with self.lock:
            self.weight -= self.weights.pop(key, 0)

    def put(self, key: Key, weight: int) -> None:
        """Uses a key that weighs so many bytes; one that alone is too heavy is not kept."""
        if weight > self.capacity:
            return
        with self.lock:
            self.weight += weight - self.weights.pop(key, 0)
            self.weights[key] = weight
            self.shrink()

    def __contains__(self, key: object) -> bool:
        return key in self.weights

    def __len__(self) -> int:
        return len(self.weights)
