"""The log of what was sent to other servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .level import LEVELS, Level
from .resource import Resource

#: What an entry calls the DICOM identifiers of a resource and of what is above it.
NAMES = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")


class Export(NamedTuple):
    """A resource that was sent to a server; `number` is its "Seq", `date` in seconds since the epoch."""

    number: int
    level: Level
    id: str
    server: str
    identifiers: Mapping[str, str]
    date: float


def export_of(number: int, resource: Resource, server: str, now: float) -> Export:
    identifiers = {
        name: resource.ancestor(level).main_tags.get(level.identifier_tag, "")
        for level, name in zip(LEVELS[: resource.level.depth + 1], NAMES, strict=False)
    }
    return Export(number, resource.level, resource.id, server, identifiers, now)
