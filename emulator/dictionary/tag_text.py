"""The spellings of a tag: "0011,1001", "0011-1001", "00111001", and what DCMTK makes of all others."""

from __future__ import annotations

import re

from ..late_pattern import late_pattern

#: The spellings that Orthanc itself reads.
PLAIN_TAG = late_pattern(r"([0-9a-f]{4})[,-]?([0-9a-f]{4})\Z", re.IGNORECASE)

#: A number as C's sscanf reads "%x": up to 1.12.7 the prefix alone is one, in the C library of 1.13.0 it is none.
NUMBER = "[+-]?(?:0x[0-9a-f]*|[0-9a-f]+)"
NUMBER_WITH_DIGITS = "[+-]?(?:0x[0-9a-f]+|(?!0x)[0-9a-f]+)"


def number_pair(number: str) -> re.Pattern[str]:
    """What DCMTK takes for a tag: "%x,%x", which anything may follow."""
    return late_pattern(rf"\s*(?P<group>{number}),\s*(?P<element>{number})", re.IGNORECASE | re.ASCII)


NUMBER_PAIR, NUMBER_PAIR_WITH_DIGITS = number_pair(NUMBER), number_pair(NUMBER_WITH_DIGITS)


def parse_tag(text: str, *, reads_bare_prefix: bool = True) -> int | None:
    """The tag 0xggggeeee that a text spells in numbers, or None where it spells none (it may be a name).

    Measured on Orthanc 1.9.1 to 1.13.0: "0011,01" is (0011,0001), "00110,100" is (0110,0100), "0011,10 1" is
    (0011,0010), numbers are cut to 16 bits. `reads_bare_prefix`: "0x,10" is (0000,0010), on 1.13.0 no number.
    """
    plain = PLAIN_TAG.match(text)
    if plain:
        return int(plain[1], 16) << 16 | int(plain[2], 16)
    pair = (NUMBER_PAIR if reads_bare_prefix else NUMBER_PAIR_WITH_DIGITS).match(text)
    if pair is None:
        return None
    group, element = (hexadecimal(pair[name]) & 0xFFFF for name in ("group", "element"))
    return group << 16 | element


def hexadecimal(text: str) -> int:
    """A number as sscanf reads it; "0x" alone is 0."""
    return int(text + "0", 16) // 16
