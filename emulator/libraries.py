"""The libraries that pictures need: Pillow and numpy, of the extra "images", and a codec for some of the compressed.

They are imported when a picture is asked for, never with `import emulator`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import ErrorCode, OrthancError

#: What brings them, whether or not there is a clone of this project.
EXTRA = "pip install numpy Pillow, or '.[images]' in a clone of the emulator"


def numpy() -> Any:
    """The module numpy; raises OrthancError (501) that names the extra."""
    return library("numpy")


def pillow() -> Any:
    """The module PIL.Image; raises OrthancError (501) that names the extra."""
    return library("PIL.Image")


def library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise not_there(f"The emulator draws no pictures without Pillow and numpy: {EXTRA}") from None


def not_there(details: str) -> OrthancError:
    """The error that says what has to be installed."""
    return OrthancError(ErrorCode.NOT_IMPLEMENTED, details, http_status=501)
