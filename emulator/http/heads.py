"""The head of a request: its line and its headers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .manners import Manners
from .pages import BAD_REQUEST, INVALID_URI, MALFORMED, NoAnswerError, RefusedError

#: The largest head, in bytes.
MOST_BYTES = 16384

#: How many headers are heeded: those that follow are passed over.
MOST_HEADERS = 64

#: The largest block of headers that is remembered, in bytes: a client sends the same again and again.
MOST_REMEMBERED = 1024

CONTROL = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
PLAIN_LINE = re.compile(rb"([A-Z]+) (/[!-~]*) HTTP/1\.([01])\Z")
WORDS = re.compile(r"([!-~]+) +([!-~]+) +([!-~]+)")
NAMED = re.compile(r"[!-9;-~]")
HEADER = re.compile(r"([!-9;-~]+)( *):[ \t]*([^\r\n]*)\Z")
NUMBER = re.compile(r"\s*([+-]?\d+)")
WHOLE_NUMBER = re.compile(r"[+-]?\d+\Z")
ABSOLUTE = re.compile(r"(?:https?|wss?)://[^/]*?(?::([^/:]*))?/", re.IGNORECASE)

#: Headers that WSGI has under names without HTTP_.
UNPREFIXED = {"CONTENT-TYPE": "CONTENT_TYPE", "CONTENT-LENGTH": "CONTENT_LENGTH"}


class Fields(NamedTuple):
    """The headers of a request, as WSGI names them, and what they say of its body and its connection."""

    environ: dict[str, str]
    #: How long the body is; None for a length that is no number.
    length: int | None
    #: Whether the length is one that a POST or PUT may have.
    is_plain: bool
    #: The name of a transfer coding, "" without one.
    coding: str
    #: Whether the client wants the connection kept; None where it says nothing.
    keeps: bool | None


class Head(NamedTuple):
    """A request without its body."""

    method: str
    target: str
    is_newest: bool  # HTTP/1.1
    fields: Fields
    size: int
    #: What stands where the client's next request should, None for what it sent: the server reads on too early.
    follows: bytes | None = None

    @property
    def is_kept(self) -> bool:
        """Whether another request may follow on this connection."""
        return self.is_newest if self.fields.keeps is None else self.fields.keeps


def read_head(data: bytes, manners: Manners) -> Head | None:
    """The head at the start of `data`, None for one that has no end yet. Raises RefusedError, NoAnswerError."""
    end = data.find(b"\r\n\r\n")
    if 0 < end <= MOST_REMEMBERED:  # nearly always
        line_end = data.find(b"\r\n")
        line = PLAIN_LINE.match(data[:line_end])
        if line is not None:
            method, target, minor = line[1].decode("ascii"), line[2].decode("ascii"), line[3]
            fields = known_fields(data[line_end + 2 : end + 2], manners.takes_blanks_before_colons)
            if fields is not None and fields.length is not None and not fields.coding and method in manners.methods:
                return Head(method, target, minor == b"1", fields, end + 4)
    return read_any_head(data, manners)


def read_any_head(data: bytes, manners: Manners) -> Head | None:
    """The same for all that is not plain."""
    unread = manners.unread_version
    end = end_of(data)
    size = len(data) if end is None else end
    if CONTROL.search(data, 0, min(size, MOST_BYTES)) or size > MOST_BYTES or (end is None and size >= MOST_BYTES):
        raise RefusedError(unread, MALFORMED)
    if end is None:
        return None
    follows = None
    start = len(data) - len(data.lstrip(b" \r\n"))
    if (
        size <= start < min(len(data), MOST_BYTES)
    ):  # lines without anything end a head, and the request is that behind them
        follows = data[size:start] + data[start:].replace(b" ", b"\0", 1)
        request = data[start : end_of(data, start)]
        if CONTROL.search(request):
            raise RefusedError(unread)
        text = request.decode("latin-1")
    else:
        text = data[:size].decode("latin-1").lstrip(" \r\n")
    method, target, version, rest = read_line(text, manners)
    fields = read_fields(rest.split("\n"), blanks=manners.takes_blanks_before_colons)
    if fields is None:
        raise RefusedError(version)
    if fields.coding and fields.coding != "chunked":
        raise RefusedError(version)
    if not fields.coding and fields.length is None:
        raise RefusedError(version, BAD_REQUEST, 411)
    if version not in ("1.0", "1.1"):
        raise RefusedError(version, f"Bad HTTP version: [{version}]", 505)
    check_target(target, version)
    return Head(method, target, version == "1.1", fields, size, follows)


def end_of(data: bytes, start: int = 0) -> int | None:
    """The position behind the first empty line from `start` on, None without one."""
    ends = [(at, at + len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := data.find(mark, start)) >= 0]
    return min(ends)[1] if ends else None


def read_line(text: str, manners: Manners) -> tuple[str, str, str, str]:
    """Method, target and version of a head, and what follows its line. Raises RefusedError."""
    words = WORDS.match(text)
    if words is None:
        raise RefusedError(manners.unread_version)
    method, target, version = words.groups()
    if manners.reads_methods_first and method not in manners.methods:
        raise RefusedError(manners.unread_version)
    rest = text[words.end() :]
    if not rest.startswith(("\r", "\n")):
        raise RefusedError(text[words.start(3) : -1])  # the web server itself shows all that is left
    if not version.startswith("HTTP/"):
        raise RefusedError(version)
    if method not in manners.methods:
        raise RefusedError(version[5:])
    return method, target, version[5:], rest.lstrip("\r\n ")


def check_target(target: str, version: str) -> None:
    """Raises RefusedError for a target that is no path, NoAnswerError for a whole URL."""
    if target.startswith("/"):
        return
    if target == "*":
        raise NoAnswerError
    absolute = ABSOLUTE.match(target)
    if absolute is None or not is_port(absolute[1]):
        raise RefusedError(version, INVALID_URI)
    raise NoAnswerError


def is_port(text: str | None) -> bool:
    return text is None or (text.isdecimal() and 0 < int(text[:9]) <= 0xFFFF)


@lru_cache(maxsize=256)
def known_fields(block: bytes, blanks: bool) -> Fields | None:
    """The headers in a block of lines that end with CR and LF; None for what is not plain."""
    if CONTROL.search(block) or b"\n\n" in block or block.startswith((b"\n", b"\r", b" ")):
        return None
    return read_fields(block.decode("latin-1").split("\n"), blanks=blanks)


def read_fields(lines: list[str], *, blanks: bool) -> Fields | None:
    """The headers in lines, the first of those with one name; None where one of them is none.

    A line without a name ends them: one that begins with a colon, a blank, or no ASCII (measured on all releases).
    """
    found: dict[str, str] = {}
    for number, ended in enumerate(lines):
        line = ended.removesuffix("\r")
        if not NAMED.match(line):
            break
        header = HEADER.match(line)
        if header is None or (header[2] and not blanks):
            return None
        if number < MOST_HEADERS:
            found.setdefault(header[1].upper(), header[3])
    length = found.get("CONTENT-LENGTH")
    coding = found.pop("TRANSFER-ENCODING", None)
    connection = found.get("CONNECTION")
    if coding is not None and coding.lower() == "identity":
        coding = None
    named = {name: text for name, text in found.items() if name and "_" not in name}  # else one could stand for another
    return Fields(
        {UNPREFIXED.get(name) or f"HTTP_{name.replace('-', '_')}": text for name, text in named.items()},
        length_of(length),
        length is None or is_whole(length),
        "" if coding is None else coding.lower() or "none",
        None if connection is None else keeps(connection),
    )


def length_of(text: str | None) -> int | None:
    """The length that a header tells: the number that it begins with, None where there is none."""
    if text is None:
        return 0
    number = NUMBER.match(text)
    length = -1 if number is None else int(number[1][:30])
    return None if length < 0 else length


def is_whole(text: str) -> bool:
    """Whether a length is a number of 64 bits and nothing else."""
    return WHOLE_NUMBER.match(text) is not None and len(text) <= 30 and int(text) < 1 << 63


def keeps(connection: str) -> bool:
    """Whether a header Connection names keep-alive."""
    return "keep-alive" in (word.strip().lower() for word in connection.split(","))
