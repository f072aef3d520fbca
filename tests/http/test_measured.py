"""What real servers answer to bytes, whether HTTP or not: fixtures/measurements/wire.json has each question."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES

MEASURED = json.loads((Path(__file__).parents[2] / "fixtures/measurements/wire.json").read_text())

LONG = b"GET /nope HTTP/1.1\r\nHost: x\r\nX-A: %s\r\n\r\n"


def undated(answer: bytes) -> bytes:
    return re.sub(rb"\r\nDate: [^\r]*", b"\r\nDate: X", answer)


@pytest.mark.parametrize("question", MEASURED, ids=[one["name"] for one in MEASURED])
def test_bytes_are_answered_as_by_the_server(question: Any, ask_release: Callable[[str, bytes], bytes]) -> None:
    sent = question["sent"].encode("latin-1")
    expected = {release: answer for names, answer in question["answers"].items() for release in names.split(", ")}
    answers = {release: undated(ask_release(release, sent)).decode("latin-1") for release in expected}
    assert answers == expected


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("size", "status"), [(16384, b"404 Not Found"), (16385, b"400 Bad Request")])
def test_the_largest_head(release: str, size: int, status: bytes, ask_release: Callable[[str, bytes], bytes]) -> None:
    sent = LONG % (b"a" * (size - len(LONG) + 2))
    assert len(sent) == size
    line, _, rest = ask_release(release, sent).partition(b"\r\n")
    assert line.endswith(status)
    assert rest.endswith(b"Malformed message") == (size > 16384)


def test_a_head_without_end_is_refused_as_soon_as_it_is_too_large(ask_release: Callable[[str, bytes], bytes]) -> None:
    sent = (LONG % (b"a" * 20_000))[:16384]
    assert ask_release("1.12.7", sent).endswith(b"Malformed message")
