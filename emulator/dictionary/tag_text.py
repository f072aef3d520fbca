"""The spellings of a tag: "0011,1001", "0011-1001", "00111001", and what DCMTK makes of all others."""

from __future__ import annotations

import re

#: The spellings that Orthanc itself reads.
PLAIN_TAG = re.compile(r"([0-9a-f]{4})[,-]?([0-9a-f]{4})\Z", re.IGNORECASE)

#: What DCMTK takes for a number pair: as C's sscanf reads "%x,%x", anything may follow.
NUMBER_PAIR = re.compile(
    r"\s*(?P<group>[+-]?(?:0x[0-9a-f]*|[0-9a-f]+)),\s*(?P<element>[+-]?(?:0x[0-9a-f]*|[0-9a-f]+))",
    re.IGNORECASE | re.ASCII,
)


def parse_tag(text: str) -> int | None:
    """The tag 0xggggeeee that a text spells in numbers, or None where it spells none (it may be a name).

    Measured on Orthanc 1.9.1 to 1.13.0: "0011,01" is (0011,0001), "00110,100" is (0110,0100), "0011,10 1" is
    (0011,0010), "0x,10" is (0000,0010), numbers are cut to 16 bits.
    """
    plain = PLAIN_TAG.match(text)
    if plain:
        return int(plain[1], 16) << 16 | int(plain[2], 16)
    pair = NUMBER_PAIR.match(text)
    if pair is None:
        return None
    group, element = (hexadecimal(pair[name]) & 0xFFFF for name in ("group", "element"))
    return group << 16 | element


def hexadecimal(text: str) -> int:
    """A number as sscanf reads it; "0x" alone is 0 (measured up to 1.12.7)."""
    return int(text + "0", 16) // 16
