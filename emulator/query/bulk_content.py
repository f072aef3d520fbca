"""`POST /tools/bulk-content`: many resources in one answer (measured on Orthanc 1.10.1 to 1.13.0)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..archives.request import boolean, wrong_type
from ..dicom.views import Format
from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from ..store.level_names import level_named
from ..store.resource import Resource
from ..store.store import Store
from .rules import QueryRelease


@dataclass(frozen=True)
class BulkContentRequest:
    """Which resources are asked for: as they are named or, with `level`, those of one level above or below them."""

    resources: tuple[str, ...]
    level: Level | None
    form: Format
    has_metadata: bool

    def chosen(self, store: Store) -> list[Resource]:
        """The resources to answer; unknown identifiers are passed over. The caller holds the store's lock."""
        named = [
            resource
            for identifier in self.resources
            for resource in (store.levels[level].get(identifier) for level in LEVELS)
            if resource is not None
        ]
        if self.level is None:
            return named
        found = {relative.id: relative for resource in named for relative in relatives(resource, self.level)}
        return [found[identifier] for identifier in sorted(found)]


def relatives(resource: Resource, level: Level) -> Iterable[Resource]:
    """What is at a level above or below a resource."""
    if level.depth <= resource.level.depth:
        return (resource.ancestor(level),)
    return resource.descendants(level)


def parse_bulk_content(body: Any, release: QueryRelease) -> BulkContentRequest:
    """Reads a body; raises OrthancError: Bad request, Bad file format, Parameter out of range for a level."""
    if not isinstance(body, Mapping):
        raise OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a JSON object")
    level = body.get("Level")
    if "Level" in body and not isinstance(level, str):
        raise wrong_type("String", "Level")
    is_short, is_full = (boolean(body, name, default=False) for name in ("Short", "Full"))
    has_metadata = boolean(body, "Metadata", default=True)
    named = None if level is None else level_named(level, release)
    resources = body.get("Resources")
    if not isinstance(resources, list) or not all(isinstance(one, str) for one in resources):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "List of strings expected in field: Resources")
    return BulkContentRequest(
        resources=tuple(resources),
        level=named,
        form=Format.SHORT if is_short else Format.FULL if is_full else Format.SIMPLIFY,
        has_metadata=has_metadata,
    )
