"""Which tags are known: entries by creator, group and offset; the registration rules; DCMTK's tables."""

from importlib import import_module
from typing import Any

from .dictionary import PRIVATE_CREATOR_NAME, UNKNOWN_TAG_NAME, Dictionary
from .entry import Entry

__all__ = ["PRIVATE_CREATOR_NAME", "UNKNOWN_TAG_NAME", "Dictionary", "Entry"]


def __getattr__(name: str) -> Any:
    """`emulator.dictionary.suggest` is `emulator.advising.suggest`, a room above: imported when asked for, by name."""
    if name == "suggest":
        return import_module("emulator.advising").suggest
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
