"""Numbers with a point, as the server reads them from files and arguments."""

from __future__ import annotations

import re

NUMBER = re.compile(
    r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z|[+-]?(nan|inf|infinity)\Z", re.IGNORECASE | re.ASCII
)


def number_of(text: str) -> float | None:
    """The number that a text is, None for none, and for one that is too large."""
    if not NUMBER.match(text) or len(text) > 400:
        return None
    number = float(text)
    is_written = "n" in text.lower()  # as a word
    return None if number in (float("inf"), float("-inf")) and not is_written else number
