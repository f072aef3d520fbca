"""What a request for many resources names: `/tools/bulk-modify`, `/tools/bulk-anonymize`, `/tools/bulk-delete`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ErrorCode, OrthancError, unhandled
from ..jobs.options import strings
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.store import Store
from .rules import ModificationRelease


def bulk_level(body: Mapping[str, Any], release: ModificationRelease) -> Level:
    """What gets new identifiers: "Level", an instance by default; raises OrthancError for a wrong one."""
    named = body.get("Level", Level.INSTANCE.value)
    if not isinstance(named, str):
        raise unhandled()
    for level in LEVELS:
        if named.lower() in (level.value.lower(), level.plural):
            return level
    details = f"Invalid resource type '{named}'" if release.store.names_the_invalid_level else None
    raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)


@dataclass(frozen=True)
class Sources:
    """What a modification goes over: resources, and identifiers of none that a release takes for instances."""

    resources: tuple[Resource, ...]
    missing: tuple[str, ...] = ()

    @property
    def named(self) -> Sequence[Resource | None]:
        """All that a request names, None for what is not there."""
        return [*self.resources, *(None for _ in self.missing)]


def bulk_sources(body: Any, store: Store, release: ModificationRelease) -> Sources:
    """The resources of a bulk modification, each once; raises OrthancError for one that is not there.

    1.13.0 takes the identifiers in alphabetical order, and the level of the first for that of all that it does not
    know: what is missing among instances is noticed when its turn comes.
    """
    found = {identifier: resource_of(identifier, store) for identifier in strings(body, "Resources")}
    sources = Sources(
        tuple(resource for resource in found.values() if resource is not None),
        tuple(identifier for identifier, resource in found.items() if resource is None),
    )
    if not sources.missing:
        return sources
    first = found[min(found)] if release.modification.bulk_goes_by_first else None
    if first is None:
        unknown = release.modification.bulk_goes_by_first
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE if unknown else ErrorCode.UNKNOWN_RESOURCE)
    if first.level is not Level.INSTANCE:
        raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
    return sources


def resource_of(identifier: str, store: Store) -> Resource | None:
    """A resource of any level."""
    return next((there[identifier] for there in store.levels.values() if identifier in there), None)


def delete_all(body: Any, store: Store, release: ModificationRelease) -> None:
    """Deletes the resources that a body names; what is not there is passed over. Raises OrthancError (400)."""
    identifiers = resources_to_delete(body, release)
    with store.lock, store.apart(len(identifiers)):
        for identifier in identifiers:
            resource = resource_of(identifier, store)
            if resource is not None:
                store.delete(resource)


def resources_to_delete(body: Any, release: ModificationRelease) -> Sequence[str]:
    if not isinstance(body, Mapping):
        raise OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a JSON object")
    if not release.modification.bulk_delete_wants_array:
        return strings(body, "Resources")
    named = body.get("Resources")
    if not isinstance(named, list):
        raise OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a Resources array")
    if not all(isinstance(identifier, str) for identifier in named):
        raise OrthancError(ErrorCode.BAD_REQUEST, "Invalid payload")
    return named
