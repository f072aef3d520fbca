"""Bodies of several parts (multipart/related, RFC 2387): made for STOW-RS, and taken apart to be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable

BOUNDARY = "conformance"
DICOM_TYPE = "application/dicom"
CONTENT_TYPE = f'multipart/related; type="{DICOM_TYPE}"; boundary={BOUNDARY}'

BOUNDARY_PARAMETER = re.compile(r'boundary="?([^";,\s]+)"?')


def multipart(files: Iterable[bytes], content_type: str | None = DICOM_TYPE) -> bytes:
    """The body whose parts are these files, each with the media type."""
    head = "" if content_type is None else f"Content-Type: {content_type}\r\n"
    parts = (f"--{BOUNDARY}\r\n{head}\r\n".encode() + file + b"\r\n" for file in files)
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def boundary_of(content_type: str) -> str | None:
    """The boundary that a header names, None for a body that has no parts."""
    found = BOUNDARY_PARAMETER.search(content_type)
    return found[1] if found and content_type.lower().startswith("multipart/related") else None


def split(body: bytes, boundary: str) -> list[tuple[dict[str, str], bytes]]:
    """The headers, in their order, and the bytes of each part; the last is cut where the body is."""
    _, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    found = []
    for part in parts:
        head, separator, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if separator:
            lines = (line.partition(": ") for line in head.decode("latin-1").split("\r\n"))
            found.append(({name: value for name, _, value in lines}, data))
    return found


def is_closed(body: bytes, boundary: str) -> bool:
    """Whether the last boundary stands at the end."""
    return body.endswith(f"--{boundary}--\r\n".encode())
