"""What a request for many resources names: `/tools/bulk-modify`, `/tools/bulk-anonymize`, `/tools/bulk-delete`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ErrorCode, OrthancError, unhandled
from ..jobs.options import strings
from ..releases import Release
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.store import Store


def bulk_level(body: Mapping[str, Any], release: Release) -> Level:
    """What gets new identifiers: "Level", an instance by default; raises OrthancError for a wrong one."""
    named = body.get("Level", Level.INSTANCE.value)
    if not isinstance(named, str):
        raise unhandled()
    for level in LEVELS:
        if named.lower() in (level.value.lower(), level.plural):
            return level
    details = f"Invalid resource type '{named}'" if release.names_the_invalid_level else None
    raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)


def bulk_resources(body: Any, store: Store, release: Release) -> list[Resource]:
    """The resources of a bulk modification, each once; raises OrthancError for one that is not there."""
    found = [resource_of(identifier, store) for identifier in dict.fromkeys(strings(body, "Resources"))]
    if None in found:
        unknown = release.unknown_cascades_are_out_of_range and len(found) == 1
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE if unknown else ErrorCode.UNKNOWN_RESOURCE)
    return [resource for resource in found if resource is not None]


def resource_of(identifier: str, store: Store) -> Resource | None:
    """A resource of any level."""
    return next((there[identifier] for there in store.levels.values() if identifier in there), None)


def delete_all(body: Any, store: Store, release: Release) -> None:
    """Deletes the resources that a body names; what is not there is passed over. Raises OrthancError (400)."""
    for identifier in resources_to_delete(body, release):
        with store.lock:
            resource = resource_of(identifier, store)
            if resource is not None:
                store.delete(resource)


def resources_to_delete(body: Any, release: Release) -> Sequence[str]:
    if not isinstance(body, Mapping):
        raise OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a JSON object")
    if not release.bulk_delete_wants_array:
        return strings(body, "Resources")
    named = body.get("Resources")
    if not isinstance(named, list):
        raise OrthancError(ErrorCode.BAD_REQUEST, "The body must contain a Resources array")
    if not all(isinstance(identifier, str) for identifier in named):
        raise OrthancError(ErrorCode.BAD_REQUEST, "Invalid payload")
    return named
