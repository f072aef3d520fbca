"""Numbers in texts of strangers."""

from __future__ import annotations

#: Of more digits no number is made: no server can hold it, and Python itself refuses more than 4,300 of them.
MOST_DIGITS = 400


def whole(text: str) -> int:
    """The number that a text of digits spells, with a sign and blanks around it; 10**400 for any larger one."""
    if len(text) <= MOST_DIGITS:
        return int(text)
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").lstrip("0")
    return sign * (int(digits or "0") if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS)
