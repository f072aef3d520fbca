"""What narrows a find beside its Query: labels, a parent and metadata (measured on Orthanc 1.12.7 and 1.13.0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from ..store.metadata import metadata_name, stored_metadata
from ..store.normalisation import ascii_lower
from ..store.resource import Resource
from .constraint import Kind, matcher
from .rules import QueryRelease

PARENT_MEMBERS = (("ParentPatient", Level.PATIENT), ("ParentStudy", Level.STUDY), ("ParentSeries", Level.SERIES))

#: Whether a resource has the labels asked for: LabelsConstraint, "All" by default.
LABELS_CONSTRAINTS: Mapping[str, Callable[[frozenset[str], frozenset[str]], bool]] = {
    "All": lambda asked, there: asked <= there,
    "Any": lambda asked, there: not asked.isdisjoint(there),
    "None": lambda asked, there: asked.isdisjoint(there),
}


@dataclass(frozen=True)
class MetadataConstraint:
    """A metadata and the text that it must hold: equality, a list or wildcards, whatever the metadata is."""

    name: str
    text: str
    case_sensitive: bool

    def __str__(self) -> str:
        return f"metadata {self.name} = {self.text!r}"

    @cached_property
    def matches(self) -> Callable[[str], bool]:
        kind = Kind.EQUALITY
        if "\\" in self.text:
            kind = Kind.LIST
        elif "*" in self.text or "?" in self.text:
            kind = Kind.WILDCARD
        return matcher(kind, self.text, str if self.case_sensitive else ascii_lower)


class Filters(NamedTuple):
    """What a resource must have; `parent` is the level and identifier of the resource that it is below, or is."""

    labels: frozenset[str] = frozenset()
    labels_constraint: str = "All"
    is_unlabelled: bool = False  # no label at all
    parent: tuple[Level, str] | None = None
    metadata: tuple[MetadataConstraint, ...] = ()

    def __str__(self) -> str:
        parts = [str(constraint) for constraint in self.metadata]
        if self.labels:
            parts.append(f"{self.labels_constraint.lower()} of the labels {', '.join(sorted(self.labels))}")
        if self.is_unlabelled:
            parts.append("no label")
        if self.parent is not None:
            parts.append(f"below {self.parent[0].value.lower()} {self.parent[1]}")
        return ", ".join(parts)

    def matches(self, resource: Resource) -> bool:
        if self.labels and not LABELS_CONSTRAINTS[self.labels_constraint](self.labels, resource.labels):
            return False
        if self.is_unlabelled and resource.labels:
            return False
        if self.parent is not None and resource.ancestor(self.parent[0]).id != self.parent[1]:
            return False
        if not self.metadata:
            return True
        texts = stored_metadata(resource)
        return all(
            constraint.name in texts and constraint.matches(texts[constraint.name]) for constraint in self.metadata
        )


NO_FILTERS = Filters()


def read_filters(body: Mapping[str, Any], level: Level, release: QueryRelease, *, case_sensitive: bool) -> Filters:
    """The filters of a find whose members have the right types; raises OrthancError in the server's order."""
    metadata = read_metadata_query(body.get("MetadataQuery", {}), release, case_sensitive=case_sensitive)
    labels = body.get("Labels", [])
    if not all(isinstance(label, str) for label in labels):
        raise OrthancError(ErrorCode.BAD_REQUEST, 'Field "Labels" must contain strings')
    labels_constraint = body.get("LabelsConstraint", "All")
    if labels_constraint not in LABELS_CONSTRAINTS:
        raise OrthancError(ErrorCode.BAD_REQUEST, 'Field "LabelsConstraint" must be "All", "Any", or "None"')
    parent = next(((above, body[name]) for name, above in PARENT_MEMBERS if name in body), None)
    if parent is not None and parent[0].depth > level.depth:
        raise OrthancError(ErrorCode.BAD_SEQUENCE_OF_CALLS)
    is_unlabelled = labels_constraint == "None" and not labels and release.query.none_of_no_labels_is_unlabelled
    return Filters(frozenset(labels), labels_constraint, is_unlabelled, parent, metadata)


def read_metadata_query(
    query: Mapping[str, Any], release: QueryRelease, *, case_sensitive: bool
) -> tuple[MetadataConstraint, ...]:
    constraints = []
    for key in sorted(query):
        text = query[key]
        if not isinstance(text, str):
            raise OrthancError(ErrorCode.BAD_REQUEST, f'Tag "{key}" must be associated with a string')
        name = metadata_name(key, release)  # must be one even where nothing is asked of it
        if text:
            constraints.append(MetadataConstraint(name, text, case_sensitive))
    return tuple(constraints)
