"""What stands in texts of strangers: numbers of any length, and characters that would forge a line of a log."""

from __future__ import annotations

from .late_pattern import late_pattern

#: Of more digits no number is made: no server can hold it, and Python itself refuses more than 4,300 of them.
MOST_DIGITS = 400

CONTROL_CHARACTER = late_pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def whole(text: str) -> int:
    """The number that a text of digits spells, with a sign and blanks around it; 10**400 for any larger one."""
    if len(text) <= MOST_DIGITS:
        return int(text)
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").lstrip("0")
    return sign * (int(digits or "0") if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS)


def one_line(text: str) -> str:
    """A text whose line ends and control characters are escaped: it can neither forge a line nor steer a terminal."""
    return CONTROL_CHARACTER.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
