"""`POST /tools/lookup`: the resources that have a DICOM identifier. Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS
from ..store.normalisation import ascii_lower, normalised_identifier
from ..store.resource import Resource
from ..store.store import Store
from .rules import QueryRelease


def look_up(text: str, store: Store, release: QueryRelease) -> list[Resource]:
    """The resources of all levels whose identifier is `text`: PatientID, Study-, Series- or SOPInstanceUID.

    Raises OrthancError (Parameter out of range) for a wildcard. The caller holds the store's lock.
    """
    if "*" in text or "?" in text:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "Wildcards are not allowed on tag 0010,0020")
    matches = identifier_matcher(text, release)
    found: list[Resource] = []
    for level in LEVELS:
        # the table folds more than the release compares: what it names comes into question, and is compared
        resources = [
            resource
            for resource in store.layers.holders(level, level.identifier_tag, [text])
            if matches(resource.main_tags.get(level.identifier_tag))
        ]
        resources.sort(key=lambda resource: resource.number)
        found += sorted(resources, key=lambda resource: resource.id) if release.store.lists_by_identifier else resources
    return found


def identifier_matcher(text: str, release: QueryRelease) -> Callable[[str | None], bool]:
    """How the release compares an identifier with the text asked for."""
    wanted = normalised_identifier(text)
    if release.query.lookup_trims_and_folds:
        return lambda stored: stored is not None and normalised_identifier(stored) == wanted
    folded = ascii_lower(text)
    return lambda stored: (
        stored is not None and (normalised_identifier(stored) == text or ascii_lower(stored) == folded)
    )
