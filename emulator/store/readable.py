"""The instance whose file a request reads."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from .level import LEVELS, Level
from .resource import Resource
from .rules import StoreRelease
from .store import Store


def readable_instance(store: Store, identifier: str, release: StoreRelease, what: str = "attachment dicom") -> Resource:
    """The instance with this identifier.

    Raises OrthancError: Unknown resource; Internal error for an id of another level where the release looks at none
    (measured on 1.9.1 and 1.10.1): it is found, and has no such file, `what` in the server's words.
    """
    if (
        not release.store.instances_are_checked
        and identifier not in store.levels[Level.INSTANCE]
        and any(identifier in store.levels[level] for level in LEVELS[:-1])
    ):
        raise OrthancError(ErrorCode.INTERNAL_ERROR, f"Unable to read {what} of instance {identifier}")
    return store.get(Level.INSTANCE, identifier)
