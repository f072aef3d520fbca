"""Images as data URIs: what they need, and that their size is bounded."""

from __future__ import annotations

import base64
import struct
import sys

import pytest

from conformance.scenarios.jpeg_and_pam import COLOUR, GREY
from emulator import Emulator, OrthancError


def created(data: bytes, mime_type: str = "image/jpeg") -> str:
    """The identifier of a file with this image."""
    uri = f"data:{mime_type};base64,{base64.b64encode(data).decode('ascii')}"
    return Emulator().create({"Tags": {"PatientID": "P"}, "Content": uri})["ID"]


def test_without_pillow_a_jpeg_is_a_501_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(OrthancError, match=r"'\.\[images\]'") as refused:
        created(GREY)
    assert refused.value.http_status == 501


@pytest.mark.parametrize("image", [GREY, COLOUR])
def test_a_huge_jpeg_is_refused_before_it_is_decoded(image: bytes) -> None:
    start = image.index(b"\xff\xc0") if b"\xff\xc0" in image else image.index(b"\xff\xc1")
    huge = image[: start + 5] + struct.pack(">HH", 65000, 65000) + image[start + 9 :]
    with pytest.raises(OrthancError, match="memory"):
        created(huge)


def test_a_pam_without_end_is_refused() -> None:
    with pytest.raises(OrthancError, match="Bad file format"):
        created(b"P7\n" + b"WIDTH 5\n" * 100_000, "image/x-portable-arbitrarymap")
