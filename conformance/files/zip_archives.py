"""A ZIP archive of an answer as JSON: its members in order, a DICOMDIR among them record by record."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from typing import Any

from . import elements

#: The elements of a DICOMDIR that hold the position of a record in the file.
OFFSETS = {"0004,1200", "0004,1202", "0004,1400", "0004,1420"}
FIRST_RECORD = "0004,1200"

#: Its length depends on that of the UID that the server generates.
META_LENGTH = "0002,0000"

#: What a member may unpack to, in bytes.
MAXIMUM_SIZE = 1 << 26


def parse(data: bytes) -> list[Any]:
    """The members as [name, content]; one that is cut off is "(cut off)".

    The content is the size and digest of a file, or the elements of a DICOMDIR as texts.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        return [archive.comment.decode("latin-1"), *(member(archive, one) for one in archive.infolist())]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return ["(cut off)", *first_name(data)]


def first_name(data: bytes) -> list[str]:
    """The name of the first member, from its local header."""
    length = struct.unpack_from("<H", data, 26)[0] if len(data) >= 30 else 0
    return [data[30 : 30 + length].decode("utf-8", "replace")]


def member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> list[Any]:
    if one.file_size > MAXIMUM_SIZE:
        return [one.filename, f"{one.file_size} bytes"]
    content = archive.read(one)
    if one.filename == "DICOMDIR":
        return [one.filename, directory(content)]
    return [one.filename, f"{len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()[:16]}…"]


def directory(content: bytes) -> list[str]:
    """The elements of a DICOMDIR; positions count from the first record, as the meta header's length varies."""
    parsed = elements.parse(content)
    first = next((number(one) for one in parsed["dataset"] if one["tag"] == FIRST_RECORD), 0)
    lines = [text(one, first) for one in parsed["meta"] if one["tag"] != META_LENGTH]
    for one in parsed["dataset"]:
        if "items" not in one:
            lines.append(text(one, first))
        for item in one.get("items", []):
            lines.append(" | ".join(text(element, first) for element in item))
    return lines


def text(element: dict[str, Any], first: int) -> str:
    value = element["value"]
    if element["tag"] in OFFSETS:
        position = number(element)
        value = f"+{position - first}" if position else "none"
    return f"{element['tag']} {element['vr']} {value}"


def number(element: dict[str, Any]) -> int:
    return int(struct.unpack("<L", element["value"].encode("latin-1"))[0])
