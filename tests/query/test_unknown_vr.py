"""A value stored as UN is found by the text that the views show: measured on the four releases."""

from __future__ import annotations

import pytest

from conformance.files.raw import encode_file
from emulator import RELEASES, Emulator

DICTIONARY = {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"], "0011,02": ["US", "MyCount", 1, 1, "MYLAB"]}
FILE = encode_file(
    [
        ("0008,0018", "UI", "1.2.3"),
        ("0010,0020", "LO", "1"),
        ("0011,0010", "LO", "MYLAB"),
        ("0011,1001", "UN", b"label\0"),
        ("0011,1002", "UN", b"7\0"),
        ("0011,1009", "UN", b"label\0"),
        ("0020,000d", "UI", "1.2"),
        ("0020,000e", "UI", "1.2.1"),
    ]
)


@pytest.mark.parametrize("release", RELEASES)
def test_only_what_the_dictionary_has_as_text_is_found(release: str) -> None:
    orthanc = Emulator({"Dictionary": DICTIONARY}, release=release)
    orthanc.store(FILE)
    texts = {"0011,1001": "label", "0011,1002": "7", "0011,1009": "label"}
    found = {tag: len(orthanc.find("Instance", {tag: text})) for tag, text in texts.items()}
    assert found == {"0011,1001": 1, "0011,1002": 0, "0011,1009": 0}
