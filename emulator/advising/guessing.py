"""A VR for bytes that came without one: a guess, and to be told as one."""

from __future__ import annotations

import re
import struct
from collections import Counter

UID = re.compile(rb"[012](\.(0|[1-9]\d*))+\0?")
#: Tab, line feed, form feed, carriage return, escape, and what can be printed; other characters of a set from 80 on.
TEXT = re.compile(rb"[\t\n\f\r\x1b\x20-\x7e\x80-\xff]+")
ASCII = re.compile(rb"[\t\n\f\r\x1b\x20-\x7e]+")
LONGEST_LO = 64
LONGEST_UID = 64

#: Guesses that fit together are the later one's: a UID may be a text, a short text a long one.
WIDER = ("UI", "LO", "UT")


def guessed_vr(value: bytes) -> str:
    """What the bytes of one value look like; "" where they are none."""
    stripped = value.rstrip(b"\0 ")
    if not stripped:
        return "" if not value.strip(b" ") or len(value) not in (2, 4, 8) else {2: "US", 4: "UL", 8: "OB"}[len(value)]
    if value.startswith(b"\xfe\xff\x00\xe0"):
        return "SQ"
    if len(value) <= LONGEST_UID and UID.fullmatch(value):
        return "UI"
    printable = ASCII if len(value) < 16 else TEXT
    if printable.fullmatch(stripped):
        short = all(len(part) <= LONGEST_LO for part in stripped.split(b"\\")) and not set(stripped) & set(b"\n\r\f\t")
        return "LO" if short else "UT"
    return number_vr(value)


def number_vr(value: bytes) -> str:
    if len(value) == 2:
        return "US"
    if len(value) == 4:
        return "FL" if is_plausible(struct.unpack("<f", value)[0]) else "UL" if value[3] != 0xFF else "SL"
    if len(value) == 8 and is_plausible(struct.unpack("<d", value)[0]):
        return "FD"
    return "OB"


def is_plausible(number: float) -> bool:
    """Whether a floating-point number is one that people measure."""
    return 1e-6 < abs(number) < 1e9


def common_guess(guesses: Counter[str]) -> str:
    """One VR for all values of a tag: of texts the widest, of numbers the same, else OB; UN where all are empty."""
    kinds = {guess for guess in guesses if guess}
    if not kinds:
        return "UN"
    if kinds <= set(WIDER):
        return max(kinds, key=WIDER.index)
    if len(kinds) == 1:
        return kinds.pop()
    if kinds <= {"FL", "UL"}:  # a float may be 0
        return "FL"
    return "OB"
