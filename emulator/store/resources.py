"""The resources of one server as its answers show them, and their deletion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..dicom.views import Format
from .description import Descriptions
from .level import LEVELS, Level
from .resource import Resource, reference
from .store import Store


@dataclass(frozen=True, eq=False, repr=False)
class Resources:
    """Lists, describes and deletes what a server stores."""

    store: Store
    descriptions: Descriptions

    def listed(self, level: Level) -> list[Resource]:
        """All resources of a level, in the release's order."""
        return self.descriptions.listed(self.store.resources(level))

    def answer(self, level: Level, identifier: str) -> dict[str, Any]:
        """`GET /{level}/{id}`; raises OrthancError (Unknown resource)."""
        with self.store.reading:
            return self.describe(self.store.get(level, identifier))

    def describe(self, resource: Resource, form: Format = Format.SIMPLIFY) -> dict[str, Any]:
        """The answer for one resource."""
        return self.descriptions.describe(resource, self.store.clock(), form)

    def delete(self, level: Level, identifier: str) -> dict[str, Any]:
        """`DELETE /{level}/{id}`: deletes a resource with all below it; raises OrthancError (Unknown resource)."""
        with self.store.lock:
            remaining = self.store.delete(self.store.get(level, identifier))
            return {"RemainingAncestor": None if remaining is None else reference(remaining)}

    def statistics(self) -> dict[str, Any]:
        """How much is stored (`GET /statistics`)."""
        with self.store.reading:
            size, stored_size = self.store.size, self.store.stored_size
            counts = {f"Count{level.plural.capitalize()}": self.store.count(level) for level in LEVELS}
        return {
            **counts,
            "TotalDiskSize": str(stored_size),
            "TotalDiskSizeMB": stored_size >> 20,
            "TotalUncompressedSize": str(size),
            "TotalUncompressedSizeMB": size >> 20,
        }
