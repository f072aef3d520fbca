"""Layers that are shared for a while, and put together again, hold what one layer would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from emulator import Emulator
from emulator.store.contents import Contents
from emulator.store.layers import Layer
from emulator.store.level import LEVELS, Level
from emulator.store.store import Store

PATIENTS, INSTANCES = 3, 4
PATIENT_ID = 0x00100020

Step = tuple[str, int, int]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["store", "store", "delete", "label", "pin", "unpin", "apart", "come back", "fork"]),
        st.integers(0, PATIENTS - 1),
        st.integers(0, INSTANCES - 1),
    ),
    max_size=40,
)


def told(contents: Contents) -> Any:
    """All that is stored, level by level in order, and what the inverted index finds."""
    layers = contents.layers
    listed = [
        [
            (one.id, one.number, one.labels, [*one.children], one.parent and one.parent.id)
            for one in layers.levels[level].in_order()
        ]
        for level in LEVELS
    ]
    found = [[one.id for one in layers.holders(Level.PATIENT, PATIENT_ID, [f"P{index}"])] for index in range(PATIENTS)]
    return listed, found, [len(layers.levels[level]) for level in LEVELS], len([*contents.changes])


def is_whole(contents: Contents) -> bool:
    """Whether what is above and below each resource is what the tables hold."""
    levels = contents.layers.levels
    return all(
        (one.parent is None or levels[one.parent.level][one.parent.id] is one.parent)
        and all(levels[child.level][child.id] is child for child in one.children.values())
        for table in levels.values()
        for one in table.in_order()
    )


class Players:
    """One store that is read and written as by many threads, and one that only one thread writes."""

    def __init__(self, small_file: Callable[..., bytes]) -> None:
        self.small_file = small_file
        self.emulators = [Emulator(clock=lambda: 0.0) for _ in range(2)]
        self.store: Store = self.emulators[0].server.store
        self.pins: list[tuple[Contents, tuple[Layer, ...], Any]] = []
        self.forks: list[tuple[Contents, Any]] = []
        self.outside: tuple[Contents, Any] | None = None  # what others see while one writes apart

    def play(self, step: Step) -> None:
        name, patient, index = step
        if name == "store":
            for one in self.emulators:
                one.store(self.small_file(f"P{patient}", f"1.{patient}", f"1.{patient}.1", f"1.{patient}.1.{index}"))
        elif name in ("delete", "label"):
            for one in self.emulators:
                found = one.server.store.resources(Level.INSTANCE if name == "delete" or index % 2 else Level.PATIENT)
                if found:
                    self.change(one.server.store, name, found[index % len(found)])
        elif name == "fork":
            if self.outside is None:
                contents = self.store.fork().kept
                self.forks.append((contents, told(contents)))
        else:
            getattr(self, name.replace(" ", "_"))()

    def change(self, store: Store, name: str, resource: Any) -> None:
        if name == "delete":
            store.delete(resource)
        else:
            store.set_labels(resource, resource.labels | {f"l{len(resource.labels)}"})

    def pin(self) -> None:
        contents = self.store.kept if self.outside is None else self.outside[0]
        shared = (contents.layers.own, *contents.layers.older)
        for layer in shared:
            layer.readers += 1
        above = contents.above()
        if self.outside is None:
            self.store.kept = above
        else:
            self.outside = above, self.outside[1]
        self.pins.append((contents, shared, told(contents)))

    def unpin(self) -> None:
        if not self.pins:
            return
        contents, shared, before = self.pins.pop(0)
        assert told(contents) == before
        for layer in shared:
            layer.readers -= 1
        if self.outside is None:
            self.store.kept.layers = self.store.kept.layers.folded()

    def apart(self) -> None:
        if self.outside is None:
            self.outside = self.store.kept, told(self.store.kept)
            self.store.kept = self.store.kept.above()

    def come_back(self) -> None:
        if self.outside is not None:
            contents, before = self.outside
            assert told(contents) == before
            self.outside = None
            self.store.kept.layers = self.store.kept.layers.folded()

    def check(self) -> None:
        assert told(self.store.kept) == told(self.emulators[1].server.store.kept)
        assert is_whole(self.store.kept)


@given(steps=STEPS)
def test_layers_hold_what_one_layer_would(small_file: Callable[..., bytes], steps: list[Step]) -> None:
    players = Players(small_file)
    for step in steps:
        players.play(step)
        players.check()
    players.come_back()
    for _ in [*players.pins]:
        players.unpin()
    players.check()
    assert all(told(contents) == before for contents, before in players.forks)
    assert players.forks or not players.store.layers.older
