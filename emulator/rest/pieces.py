"""Files that come in pieces, one form each: put together by the headers X-File-Name and X-File-Size.

Measured on Orthanc 1.9.1 to 1.13.0. "Content-Range" is not read: pieces are put together as they arrive.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import ErrorCode, OrthancError
from .request import RequestHeaders

NAME, SIZE, REQUESTED_WITH = "X-File-Name", "X-File-Size", "X-Requested-With"
BROWSER = "XMLHttpRequest"
INTEGER = re.compile(r"\s*[+-]?[0-9]{1,18}\s*\Z", re.ASCII)


class Piece(NamedTuple):
    """To which file a form belongs, and how many bytes that has."""

    name: str
    size: int


def piece_of(headers: RequestHeaders) -> Piece | None:
    """What the headers of a form say of it, None for one that is whole.

    Raises OrthancError (Error in the network protocol) for headers that say half, or that no browser sends.
    """
    if headers.get(REQUESTED_WITH, BROWSER) != BROWSER:
        raise wrong_header(f'HTTP header "{REQUESTED_WITH}" should be "{BROWSER}" in multipart uploads')
    name, size = headers.get(NAME), headers.get(SIZE)
    if name is None and size is None:
        return None
    if name is None or size is None:
        raise wrong_header(f'HTTP header "{NAME if name is None else SIZE}" is missing')
    if not INTEGER.match(size):
        raise wrong_header(f'HTTP header "{SIZE}" is not an integer')
    return Piece(name, int(size))


def wrong_header(details: str) -> OrthancError:
    return OrthancError(ErrorCode.NETWORK_PROTOCOL, details)


class Pieces:
    """The files that are not whole yet, by name; together they have at most `most` bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.files: dict[str, bytes] = {}

    def add(self, piece: Piece, content: bytes) -> bytes | None:
        """The whole file, if this is its last piece; a file that has more bytes than it should is dropped."""
        content = self.files.pop(piece.name, b"") + content
        if len(content) == piece.size:
            return content
        if len(content) < piece.size:
            if sum(map(len, self.files.values())) + len(content) > self.most:
                details = f"The emulator keeps at most {self.most} bytes of files that come in pieces"
                raise OrthancError(ErrorCode.NOT_ENOUGH_MEMORY, details, http_status=413)
            self.files[piece.name] = content
        return None
