"""Which tag a key of a query names: measured with find on 1.9.1 to 1.13.0, names with modify too."""

from __future__ import annotations

import pytest

from emulator import Emulator, OrthancError
from tests.query.query_servers import Serve, found, instance

RELEASES = ("1.9.1", "1.10.1", "1.12.7", "1.13.0")


@pytest.mark.parametrize(
    "key",
    [
        "PatientName",
        "0010,0010",
        "0010-0010",
        "00100010",
        "10,10",
        " 0010,0010",
        "0010, 0010",
        "0x10,+10",
        "0010,0010x",
        "10010,0010",
    ],
)
def test_spellings_of_one_tag(serve: Serve, key: str) -> None:
    for release in RELEASES:
        orthanc = serve(release, [instance("A", 1, 1, 1, PatientName="A^A")])
        assert found(orthanc, "Patient", {key: "A^A"}) == ["A"], release


@pytest.mark.parametrize(
    "key",
    [
        "(0010,0010)",
        "0010 ,0010",
        "0010 0010",
        "0010",
        "patientname",
        "PatientName ",
        "PatientsName",
        "",
        "\u00a00010,0010",
    ],
)
def test_what_names_no_tag(serve: Serve, key: str) -> None:
    for release in RELEASES:
        with pytest.raises(OrthancError, match="Unknown DICOM tag"):
            serve(release, []).find("Patient", {key: "x"})


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("ImageType", 0x00080008),  # private.dic has two more of this name
        ("Unknown", 0x00090012),  # one of 643
        ("Dose", 0x00210005),
        ("StackType", 0x00191101),
        ("StackSequence", 0x2001005F),  # by its offset
        ("OverlayData", 0x60003000),  # the first of a range
        ("PrivateCreator", 0x00090010),
    ],
)
def test_names_in_dictionaries(name: str, tag: int) -> None:
    for release in RELEASES:
        assert Emulator(release=release).dictionary.tag(name) == tag, release


def test_a_registered_name_yields_to_a_standard_one() -> None:
    """Measured on 1.10.1 and later; 1.9.1 refuses the entry."""
    section = {"0011,01": ["LO", "PatientName", 1, 1, "MYLAB"], "0011,02": ["LO", "Same", 1, 1, "MYLAB"]}
    section["0013,01"] = ["LO", "Same", 1, 1, "MYLAB"]
    dictionary = Emulator({"Dictionary": section}, release="1.12.7").dictionary
    assert dictionary.tag("PatientName") == 0x00100010
    assert dictionary.tag("Same") == 0x00110002
