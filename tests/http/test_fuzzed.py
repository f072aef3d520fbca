"""Bytes of all kinds: each gets an answer or none, in time, with nothing logged and no thread left."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.attacking.wire import STATUS_LINE, WORDS

MESSAGES = st.lists(st.sampled_from(WORDS) | st.binary(max_size=6), max_size=14).map(b"".join)


@pytest.mark.parametrize("release", ["1.9.1", "1.12.7"])
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=MESSAGES)
def test_any_bytes(
    release: str, sent: bytes, ask_release: Callable[[str, bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    before = threading.active_count()
    with caplog.at_level(logging.WARNING):
        answer = ask_release(release, sent)
    assert not answer or STATUS_LINE.match(answer)
    assert b"Traceback" not in answer
    assert b"The emulator failed" not in answer
    assert not [record for record in caplog.records if record.exc_info]
    assert threading.active_count() <= before


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bodies=st.lists(st.tuples(st.binary(min_size=1, max_size=300), st.integers(0, 40)), min_size=1, max_size=5),
    tail=st.sampled_from([b"", b"GET", b"\0"]),
)
def test_bodies_come_whole_whatever_their_form(
    bodies: list[tuple[bytes, int]], tail: bytes, ask_release: Callable[[str, bytes], bytes]
) -> None:
    """One after the other on a connection, of a length (0) or in chunks of a size: each file is refused by its size."""
    sent = b"".join(message(body, size) for body, size in bodies) + tail
    told = re.findall(rb"\(size: (\d+) bytes\)", ask_release("1.12.7", sent))
    assert [int(size) - 8 for size in told] == [len(body) for body, _ in bodies]


def message(body: bytes, size: int) -> bytes:
    body = b"no DICOM" + body
    head = b"POST /instances HTTP/1.1\r\nHost: x\r\n"
    if not size:
        return head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in [*parts, b""])
