"""Bytes and requests, damaged by chance: most stay near what is right, where the hard cases are."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from ..asking.exchange import Request

ORTHANC_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{8}){4}")

#: Lengths and numbers at which something may overflow.
EDGES = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)

VRS = b"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT ??".split()

TAGS = (b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0", b"\xe0\x7f\x10\x00", b"\x08\x00\x05\x00")

#: What stands in the place of a value in JSON.
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, 1e308, 2**31, 2**32, 2**63, 2**64, 10**30),
    *(
        "",
        "x",
        "*",
        "?",
        "\\",
        "a\\b",
        "\0",
        "\n",
        "é",
        "\ud800",
        "😀",
        "0010,0010",
        "0011,1001",
        "NotATag",
        "-",
        "1-2",
    ),
    *([], {}, [[]], [{}], {"": ""}, ["0010,0010"], {"0010,0010": "x"}),
)

PARTS = (
    *("", ".", "..", "...", "*", "%00", "%FF", "%2F", "%5c", "+", "%", "x" * 300, "-1", "0", "1", "1.5", "9" * 25, "é"),
    *("0010-0020", "0010,0010", "PatientID", "expand", "dicom", "1024", "frames", "0", "preview", "content", "labels"),
)

ARGUMENTS = ("expand", "since", "limit", "full", "short", "requestedTags", "transcode", "level", "_method")

HEADERS: tuple[tuple[str, str], ...] = (
    *(
        ("Accept", "application/dicom+json"),
        ("Accept", "application/xml"),
        ("Accept", "x" * 500),
        ("If-Match", '"0-x"'),
    ),
    *(("Range", "bytes=1-0"), ("Range", "bytes=0-"), ("Content-Type", "multipart/form-data; boundary=b")),
    *(("Content-Type", "multipart/related; boundary="), ("Content-Encoding", "gzip"), ("Authorization", "Basic eDp5")),
    *(("X-HTTP-Method-Override", "DELETE"), ("Accept-Encoding", "gzip"), ("Expect", "100-continue")),
)


def damaged(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A file with one to four things wrong with it; now and then in a ZIP, or gzipped."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        chance.choice(DAMAGES)(changed, chance, others)
    if chance.random() < 0.04:
        return packed(bytes(changed), chance, others)
    return bytes(changed)


def place(data: bytearray, chance: random.Random) -> int:
    """A position, most often in the first kilobyte, where a file's elements begin."""
    end = len(data) if chance.random() < 0.4 else min(len(data), 1200)
    return chance.randrange(max(end, 1))


def flip(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    if data:
        data[place(data, chance)] ^= 1 << chance.randrange(8)


def overwrite(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    position, size = place(data, chance), chance.choice((1, 2, 4))
    data[position : position + size] = (chance.choice(EDGES) & ((1 << 8 * size) - 1)).to_bytes(size, "little")


def retype(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    """Another VR where one stands."""
    found = [match.start() for match in re.finditer(rb"[A-Z]{2}", bytes(data[:4096]))]
    if found:
        position = chance.choice(found)
        data[position : position + 2] = chance.choice(VRS)


def retag(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    position = place(data, chance)
    data[position : position + 4] = chance.choice(TAGS)


def cut(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    del data[place(data, chance) :]


def drop(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    position = place(data, chance)
    del data[position : position + chance.randrange(1, 64)]


def insert(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    position = place(data, chance)
    data[position:position] = chance.randbytes(chance.randrange(1, 32))


def double(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    position, size = place(data, chance), chance.randrange(1, 400)
    data[position:position] = data[position : position + size]


def splice(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    """The beginning of one file, and the end of another."""
    other = chance.choice(others)
    data[place(data, chance) :] = other[chance.randrange(max(len(other), 1)) :]


DAMAGES: tuple[Callable[[bytearray, random.Random, Sequence[bytes]], None], ...] = (
    *(flip, flip, overwrite, overwrite, overwrite, retype, retype, retag, cut, drop, insert, double, splice),
)


def packed(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A file in a ZIP of which something may be wrong."""
    if chance.random() < 0.3:
        made = bytearray(gzip.compress(data[:20_000], 1))
    else:
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
            for number in range(chance.randrange(1, 4)):
                archive.writestr(f"{number}é", data[:20_000])
        made = bytearray(output.getvalue())
    for _ in range(chance.randrange(3)):
        chance.choice((flip, overwrite, drop, insert, cut))(made, chance, others)
    return bytes(made)


def odd(request: Request, chance: random.Random, identifiers: Sequence[str]) -> Request:
    """A request with resources that are there, and one or two things wrong with it, or none."""
    path, body, headers = request.path, request.body, dict(request.headers)
    method = request.method
    if identifiers:
        path = ORTHANC_ID.sub(lambda _: chance.choice(identifiers), path)
        if len(body) < 20_000 and body[:1] in b"{[":
            text = body.decode("latin-1")
            body = ORTHANC_ID.sub(lambda _: chance.choice(identifiers), text).encode("latin-1")
    for _ in range(chance.choice((0, 1, 1, 1, 2))):
        kind = chance.random()
        if kind < 0.3:
            path = odd_path(path, chance)
        elif kind < 0.85 and body:
            body = odd_body(body, chance)
        elif kind < 0.93:
            headers |= dict([chance.choice(HEADERS)])
        else:
            method = chance.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"))
    return Request(method, path, body, headers)


def odd_path(path: str, chance: random.Random) -> str:
    parts = path.split("/")
    index = chance.randrange(len(parts))
    kind = chance.random()
    if kind < 0.5:
        parts[index] = chance.choice(PARTS)
    elif kind < 0.7:
        parts.insert(index, chance.choice(PARTS))
    elif kind < 0.8:
        del parts[index]
    else:
        separator = "&" if "?" in path else "?"
        name = chance.choice(
            ("expand", "since", "limit", "full", "short", "requestedTags", "transcode", "level", "_method")
        )
        return f"{path}{separator}{name}={chance.choice(PARTS)}"
    changed = "/".join(parts)
    return changed if changed.startswith("/") else f"/{changed}"


def odd_body(body: bytes, chance: random.Random) -> bytes:
    """A body changed as JSON, or as bytes."""
    if chance.random() < 0.6 and body[:1] in b"{[":
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = None
        if value is not None:
            return json.dumps(odd_value(value, chance)).encode("utf-8", "surrogatepass")
    changed = bytearray(body)
    chance.choice((flip, overwrite, cut, drop, insert, double))(changed, chance, (body,))
    return bytes(changed)


def odd_value(value: Any, chance: random.Random) -> Any:
    """JSON with one value, or one name, changed somewhere."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice([*value])
        kind = chance.random()
        if kind < 0.7:
            return {**value, name: odd_value(value[name], chance)}
        if kind < 0.8:
            return {other: one for other, one in value.items() if other != name}
        return {**value, str(chance.choice(VALUES)): value[name]}
    if isinstance(value, list) and value and chance.random() < 0.7:
        index = chance.randrange(len(value))
        return [*value[:index], odd_value(value[index], chance), *value[index + 1 :]]
    if isinstance(value, str) and chance.random() < 0.4:
        position = chance.randrange(len(value) + 1)
        piece = str(chance.choice(VALUES)) * chance.choice((1, 1, 1, 40, 400))
        return value[:position] + piece + value[position:]
    return chance.choice(VALUES)
