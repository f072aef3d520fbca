"""The four levels of Orthanc's tree: patients > studies > series > instances."""

from __future__ import annotations

from enum import Enum


class Level(Enum):
    """A level; its value is the name that requests and answers use ("Type", "Level")."""

    PATIENT = "Patient"
    STUDY = "Study"
    SERIES = "Series"
    INSTANCE = "Instance"

    @property
    def depth(self) -> int:
        """0 for patients, 3 for instances."""
        return DEPTHS[self]

    @property
    def plural(self) -> str:
        """The name in paths: "patients", "studies", "series", "instances"."""
        return PLURALS[self]

    @property
    def parent(self) -> Level | None:
        return LEVELS[self.depth - 1] if self.depth else None

    @property
    def child(self) -> Level | None:
        return LEVELS[self.depth + 1] if self.depth < 3 else None

    @property
    def identifier_tag(self) -> int:
        """The tag that identifies a resource of this level within its parent."""
        return IDENTIFIER_TAGS[self]


LEVELS = tuple(Level)
DEPTHS = {level: depth for depth, level in enumerate(LEVELS)}
PLURALS = {
    Level.PATIENT: "patients",
    Level.STUDY: "studies",
    Level.SERIES: "series",
    Level.INSTANCE: "instances",
}
IDENTIFIER_TAGS = {
    Level.PATIENT: 0x00100020,
    Level.STUDY: 0x0020000D,
    Level.SERIES: 0x0020000E,
    Level.INSTANCE: 0x00080018,
}
