"""The parts of a multipart request, as the plugin reads them while they come in (RFC 2046 section 5.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import ErrorCode, OrthancError
from .rules import DicomWebRules

LINE, BLANK_LINE = b"\r\n", b"\r\n\r\n"


def read_parts(body: bytes, boundary: str, rules: DicomWebRules) -> Iterator[tuple[str, bytes]]:
    """The Content-Type and the bytes of each part; what is before the first boundary and behind the last is none.

    A part ends where the next boundary begins: without one it is none. The body is walked through once, whatever it
    claims.
    """
    mark = b"--" + boundary.encode("latin-1", errors="replace")
    position = body.find(mark)
    while position >= 0:
        position += len(mark)
        if body.startswith(b"--", position):
            return
        if not body.startswith(LINE, position):
            if rules.refuses_bad_streams and position < len(body):
                raise OrthancError(ErrorCode.NETWORK_PROTOCOL)
            return
        end = body.find(BLANK_LINE, position + len(LINE))  # so a part without headers ends where the next has begun
        if end < 0:
            return
        headers = part_headers(body[position + 2 : end])
        start = end + len(BLANK_LINE)
        if rules.refuses_bad_streams and body.startswith(mark, start):  # an empty part without headers
            raise OrthancError(ErrorCode.NETWORK_PROTOCOL)
        stop = part_end(body, start, headers.get("content-length"), LINE + mark, rules)
        if stop is None:
            return
        yield headers.get("content-type", ""), body[start:stop]
        position = stop + len(LINE)


def part_headers(block: bytes) -> dict[str, str]:
    """The headers of a part, their names in lower case."""
    pairs = (line.partition(":") for line in block.decode("latin-1").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def part_end(body: bytes, start: int, length: str | None, mark: bytes, rules: DicomWebRules) -> int | None:
    """Where a part ends, None where it does not: at the next boundary or, where it tells its length, behind that."""
    if length is None:
        end = body.find(mark, start)
        return None if end < 0 else end
    if not length.isascii() or not length.isdigit() or len(length) > 20:
        if rules.refuses_bad_streams:
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
        return None
    end = start + int(length)
    if body.startswith(mark, end):
        return end
    if end + len(mark) <= len(body) and rules.refuses_bad_streams:
        raise OrthancError(ErrorCode.NETWORK_PROTOCOL)
    return None
