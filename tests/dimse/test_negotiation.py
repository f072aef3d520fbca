"""Requests for associations, most of them odd: each is answered byte for byte as the real servers answer it."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.upper_layer.negotiation import (
    Answer,
    BadRequestError,
    Context,
    Implementation,
    Proposed,
    Request,
    read_answer,
    read_request,
    write_answer,
    write_request,
)

from .clients import threads

RECORDED = Path(__file__).parent.parent.parent / "fixtures/dimse/associations.jsonl"

#: The DCMTK of each release, as its answers name it; the recorded ones all name that of 1.10.1.
DCMTK = {"1.9.1": "3.6.5", "1.10.1": "3.6.7", "1.12.7": "3.6.9", "1.13.0": "3.7.0"}


def requests() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RECORDED.read_text().splitlines()]


def answer_to(address: Any, request: bytes) -> bytes:
    """The first PDU that comes, b"" where the connection is closed."""
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while len(answer) < 6 or len(answer) < 6 + int.from_bytes(answer[2:6], "big"):
                part = connection.recv(1 << 16)
                if not part:
                    break
                answer += part
        except ConnectionResetError:
            pass
        return answer


def as_recorded(answer: bytes, release: str) -> bytes:
    version = DCMTK[release]
    answer = answer.replace(f"1.2.276.0.7230010.3.0.{version}".encode(), b"1.2.276.0.7230010.3.0.3.6.7")
    return answer.replace(b"OFFIS_DCMTK_" + version.replace(".", "").encode(), b"OFFIS_DCMTK_367")


@pytest.mark.parametrize("release", RELEASES)
def test_each_request_is_answered_as_on_the_real_server(release: str) -> None:
    """What the real server leaves unanswered, with the connection open, is not answered here either, but closed."""
    different = {}
    with Emulator({"DicomAlwaysAllowFind": True}, release=release).serve_dicom() as address:
        for one in requests():
            expected = one["answers"].get("all") or one["answers"].get(release, "")
            answer = as_recorded(answer_to(address, bytes.fromhex(one["request"])), release).hex()
            if answer != expected:
                different[one["name"]] = (answer, expected)
    assert different == {}
    assert threads() == set()


CONTEXTS = (
    Proposed("1.2.840.10008.1.1", ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2"), 1),
    Proposed("1.2", ("1.3",), 3),
)
REQUEST = Request("CALLED", "CALLING", CONTEXTS, 4096, {"1.2": (False, True)})
IMPLEMENTATION = Implementation("3.6.7")


def test_what_is_written_is_read_the_same() -> None:
    read = read_request(write_request(REQUEST, IMPLEMENTATION))
    assert (read.called_aet, read.calling_aet, read.contexts) == ("CALLED", "CALLING", CONTEXTS)
    assert (read.maximum_length, read.roles) == (4096, {"1.2": (False, True)})
    contexts = (Context(1, "1.2.840.10008.1.1", "1.2.840.10008.1.2"), Context(3, "1.2", "1.3", 3))
    answer = Answer(contexts, 1024)
    assert read_answer(write_answer(read, answer, IMPLEMENTATION), REQUEST) == answer


def test_bytes_cut_short_are_refused_wherever_they_end() -> None:
    whole = write_request(REQUEST, IMPLEMENTATION)
    for size in range(len(whole)):
        try:
            read_request(whole[:size])
        except BadRequestError:
            continue
        assert whole[size] in (0x20, 0x50), "only a further context, or the user information, may be missing"
    answer = write_answer(REQUEST, Answer((Context(1, "1.2.840.10008.1.1", "1.2.840.10008.1.2"),)), IMPLEMENTATION)
    for size in range(68):
        with pytest.raises(BadRequestError):
            read_answer(answer[:size], REQUEST)
