"""The header Range: which bytes of a file are asked for (1.12 on).

Measured on Orthanc 1.12.7 and 1.13.0, which know one form, `bytes=FIRST-LAST`: both limits are counted from the start
and can be left out. So `bytes=-3` asks for the first four bytes, unlike elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ErrorCode, OrthancError
from ..releases import Release

PREFIX = "bytes="
NUMBER = re.compile(r" *\+?([0-9]{1,20}) *\Z")


@dataclass(frozen=True)
class ByteRange:
    """The first byte and the last one that are asked for, from 0; None for a limit that is left out."""

    first: int | None
    last: int | None

    def of(self, size: int) -> range:
        """The bytes of a file of this size; raises OrthancError (416) where it has not all of them."""
        first = 0 if self.first is None else self.first
        last = size - 1 if self.last is None else self.last
        if not first <= last < size:
            raise OrthancError(ErrorCode.BAD_RANGE)
        return range(first, last + 1)


def parse_range(header: str, release: Release) -> ByteRange:
    """Reads the header; raises OrthancError: 416 for what is no range, 500 for one that ends before it begins."""
    text = header.lstrip(" ")
    limits = text.removeprefix(PREFIX).split("-")
    if not text.startswith(PREFIX) or len(limits) != 2:
        raise OrthancError(ErrorCode.BAD_RANGE)
    first, last = (limit(one, release) for one in limits)
    if first is not None and last is not None and last < first:
        raise OrthancError(ErrorCode.BAD_SEQUENCE_OF_CALLS)
    return ByteRange(first, last)


def limit(text: str, release: Release) -> int | None:
    """One limit, None where it is left out, or for 1.12.7 no number of 64 bits."""
    match = NUMBER.match(text)
    if match is not None and int(match[1]) < 1 << 64:
        return int(match[1])
    if text and release.rest.ranges_are_strict:
        raise OrthancError(ErrorCode.BAD_RANGE)
    return None
