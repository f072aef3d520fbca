"""Answers of several parts (multipart/related, RFC 2387), as the plugin writes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from ..rest.answers import StreamedAnswer, bytes_answer
from ..rest.response import Response


class Part(NamedTuple):
    """A part of an answer: its media type, its bytes, and the URL that it is for, if that is told."""

    content_type: str
    data: bytes
    location: str | None = None


def new_boundary() -> str:
    """A boundary of 70 characters, made of two UUIDs."""
    return f"{uuid.uuid4()}-{uuid.uuid4()}"[:70]


def multipart_answer(content_type: str, parts: Iterable[Part], *, is_whole: bool = True) -> Response:
    """An answer of parts; one that is not whole ends after the last part, without the last boundary."""
    boundary = new_boundary()
    texts = [part_text(part, boundary) for part in parts]
    if is_whole:
        texts.append(f"--{boundary}--\r\n".encode())
    kind = f'multipart/related; type="{content_type}"; boundary={boundary}'
    if len(texts) <= 2 and is_whole:  # the server keeps the first part until there is another
        return bytes_answer(b"".join(texts), kind)
    answer = StreamedAnswer(b"".join(texts))
    answer.headers["Content-Type"] = kind
    return answer


def part_text(part: Part, boundary: str) -> bytes:
    location = "" if part.location is None else f"Content-Location: {part.location}\r\n"
    head = (
        f"--{boundary}\r\n{location}Content-Type: {part.content_type}\r\n"
        f"Content-Length: {len(part.data)}\r\nMIME-Version: 1.0\r\n\r\n"
    )
    return head.encode("utf-8") + part.data + b"\r\n"
