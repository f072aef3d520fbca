"""The forms in which the server's database compares text."""

from __future__ import annotations

from functools import lru_cache

from ..late_pattern import late_pattern
from .level import LEVELS

#: The main DICOM tags that the database keeps in a normalised form.
NORMALISED_TAGS = frozenset({0x00100010, 0x00081030, 0x00080050, *(level.identifier_tag for level in LEVELS)})

#: The main DICOM tags that the database keeps as identifiers, dates among them (measured on 1.12.7).
IDENTIFIERS = NORMALISED_TAGS | {0x00100030, 0x00080020}

ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

#: In SQL both stand for other text: the database keeps a blank in their place.
SQL_WILDCARDS = late_pattern(r"[%_]")

#: Longer identifiers, which no valid file has, are normalised each time: a stranger's would fill the memory.
LONGEST_KEPT = 128

NOT_PRINTABLE_ASCII = late_pattern(r"[^\x20-\x7e]")


def ascii_lower(text: str) -> str:
    """A text with the case of its ASCII letters folded."""
    return text.lower() if text.isascii() else text.translate(ASCII_LOWER)


def normalised_identifier(text: str) -> str:
    """An identifier as the database keeps it: printable ASCII in upper case, trimmed (measured on 1.9.1 to 1.13.0)."""
    return kept_normalised(text) if len(text) <= LONGEST_KEPT else normalised(text)


@lru_cache(maxsize=1 << 12)
def kept_normalised(text: str) -> str:
    return normalised(text)


def normalised(text: str) -> str:
    return NOT_PRINTABLE_ASCII.sub("", SQL_WILDCARDS.sub(" ", text)).strip(" ").upper()


def database_key(tag: int, text: str) -> str:
    """What texts of a main DICOM tag have in common that the database may take for equal."""
    return normalised_identifier(text) if tag in NORMALISED_TAGS else text.lower()
