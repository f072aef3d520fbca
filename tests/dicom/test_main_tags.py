"""The main DICOM tags that the store takes from a file."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import Emulator
from tests.dicom.files import explicit, file, item

DESCRIPTION = 0x0008103E
REQUEST_ATTRIBUTES = 0x00400275


def series_tags(release: str, *elements: bytes) -> dict[str, Any]:
    orthanc = Emulator({"Dictionary": {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}}, release=release)
    stored = orthanc.store(file(*elements))
    tags = orthanc.resource("Series", stored.parent_series)["MainDicomTags"]
    assert tags.pop("SeriesInstanceUID") == "1.3"
    assert isinstance(tags, dict)
    return tags


@pytest.mark.parametrize(
    ("vr", "value", "stored"),
    [
        ("LO", b" ab ", " ab"),
        ("LO", b"", ""),
        ("LO", b"a" * 256, "a" * 256),
        ("LO", b"a" * 258, None),
        ("US", b"\1\0" * 200, "\\".join(["1"] * 200)),  # numbers are never too long for the index
        ("US", b"", None),
        ("OB", b"ab", None),
        ("AT", b"\x10\0\x10\0", "0010,0010"),
        ("UN", b"ab  ", "ab  "),
    ],
)
def test_a_main_tag_is_the_text_that_the_views_show(vr: str, value: bytes, stored: str | None) -> None:
    """Measured on 1.9.1 to 1.13.0."""
    for release in ("1.9.1", "1.10.1", "1.12.7", "1.13.0"):
        assert series_tags(release, explicit(DESCRIPTION, vr, value)).get("SeriesDescription") == stored, release


def test_sequences_are_main_tags_from_1_12_7_on() -> None:
    inner = (
        explicit(0x00110010, "LO", b"MYLAB ") + explicit(0x00111001, "LO", b"x ") + explicit(0x00400007, "LO", b"step")
    )
    sequence = explicit(REQUEST_ATTRIBUTES, "SQ", item(inner) + item())
    assert series_tags("1.10.1", sequence) == {}
    items = [{"MyLabel": "x", "PrivateCreator": "MYLAB", "ScheduledProcedureStepDescription": "step"}, {}]
    assert series_tags("1.12.7", sequence) == {"RequestAttributesSequence": items}


def test_a_text_main_tag_that_is_a_sequence() -> None:
    sequence = explicit(DESCRIPTION, "SQ", item())
    assert series_tags("1.10.1", sequence) == {}
    assert series_tags("1.12.7", sequence) == {"SeriesDescription": [{}]}


@pytest.mark.parametrize("value", [b"", b"  ", b"\0\0"])
def test_a_patient_without_an_identifier(value: bytes) -> None:
    """The SHA-1 of nothing: measured on 1.9.1 to 1.13.0."""
    stored = Emulator().store(file(explicit(0x00100020, "LO", value)))
    assert stored.parent_patient == "da39a3ee-5e6b4b0d-3255bfef-95601890-afd80709"


@pytest.mark.parametrize(("release", "identifier"), [("1.12.7", "  p  "), ("1.13.0", "  p")])
def test_blanks_of_an_identifier_of_odd_length(release: str, identifier: str) -> None:
    orthanc = Emulator(release=release)
    stored = orthanc.store(file(explicit(0x00100020, "LO", b"  p  ")))
    assert orthanc.resource("Patient", stored.parent_patient)["MainDicomTags"]["PatientID"] == identifier
