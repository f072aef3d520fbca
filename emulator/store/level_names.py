"""What requests call the levels."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from .level import LEVELS, Level
from .rules import StoreRelease

LEVEL_NAMES = {
    **{level.value.lower(): level for level in LEVELS},
    **{level.plural: level for level in LEVELS},
    "image": Level.INSTANCE,
    "images": Level.INSTANCE,
}


def level_named(name: str, release: StoreRelease) -> Level:
    """The level of a name in any case, singular or plural; raises OrthancError (Parameter out of range)."""
    level = LEVEL_NAMES.get(name.lower())
    if level is None:
        details = f"Invalid resource type '{name}'" if release.store.names_the_invalid_level else None
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    return level
