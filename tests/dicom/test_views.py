"""What /tags, ?short and /simplified-tags show of a file."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exploring.odd_files import oddities
from conformance.files.raw import RawElement, encode_file
from emulator import Emulator
from emulator.json.printing import json_text
from emulator.releases import RELEASES
from tests.dicom.files import (
    DEFLATED,
    EXPLICIT,
    IDENTIFIERS,
    IMPLICIT,
    dataset,
    explicit,
    file,
    implicit,
    implicit_dataset,
    item,
    meta,
)
from tests.dicom.test_acceptance import deflated

CONFIGURATION = {
    "Dictionary": {
        "0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"],
        "0011,02": ["US", "MyCount", 1, 1, "MYLAB"],
        "0015,1001": ["LO", "NoCreator", 1, 1],
    }
}
CREATOR = explicit(0x00110010, "LO", b"MYLAB ")
LABEL = 0x00111001
TEXT_VRS = "AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split()
OLD = ("1.9.1", "1.10.1", "1.12.7")
NEW = ("1.13.0",)
ALL = (*OLD, *NEW)


def tags_of(data: bytes, release: str = "1.12.7", form: str = "full") -> dict[str, Any]:
    orthanc = Emulator(CONFIGURATION, release=release)
    return orthanc.tags(orthanc.store(data).id, form)


def shown(release: str, vr: str, value: bytes, tag: int = 0x00080070) -> Any:
    """The value of one element; None where the views show none."""
    return tags_of(file(explicit(tag, vr, value)), release, "short")[f"{tag >> 16:04x},{tag & 0xFFFF:04x}"]


@pytest.mark.parametrize(
    ("releases", "vr", "value", "text"),
    [
        (ALL, "LO", b"", ""),
        (ALL, "LO", b"  a b   ", "  a b"),
        (OLD, "LO", b"a  ", "a  "),  # odd: the NUL that follows hides the blanks
        (NEW, "LO", b"a  ", "a"),
        (OLD, "LO", b"AET \0", "AET "),
        (NEW, "LO", b"AET \0", "AET"),
        (ALL, "LO", b"AE\0T", "AE"),
        (ALL, "LO", b"\0AET", ""),
        (ALL, "DS", b"1.50", "1.50"),
        (ALL, "IS", b"0012", "0012"),
        (ALL, "DA", b"no date!", "no date!"),
        (ALL, "UI", b" 1. 2\t.3\n\\\v4", "1.2.3\\4"),
        (ALL, "US", b"\x01\x00\xff\xff", "1\\65535"),
        (ALL, "US", b"\x01\x00\x01", "1\\1"),
        (ALL, "US", b"", None),
        (ALL, "SS", b"\xfb", "251"),
        (ALL, "UL", b"\1\0\0\0\2\0", "1"),
        (ALL, "UL", b"\1\0\0\0\2\0\0\0\3\0", "1"),  # bytes left over: the first number alone
        (ALL, "FL", struct.pack("<f", 0.1), "0.10000000149011612"),
        (ALL, "FD", struct.pack("<d", 1e17), "1e+17"),
        (ALL, "FD", struct.pack("<dd", float("-inf"), -0.0), "-inf\\-0"),
        (ALL, "FD", struct.pack("<Q", 0xFFF8000000000000), "-nan"),
        (OLD, "AT", b"\x18\x00\x63\x10\x10\x00\x10\x00", "0018,1063"),
        (NEW, "AT", b"\x18\x00\x63\x10\x10\x00\x10\x00", "0018,1063\\0010,0010"),
        (OLD, "AT", b"", None),
        (NEW, "AT", b"", ""),
        (OLD, "OF", b"\1\2\3\4", None),
        (NEW, "OF", b"\1\2\3\4", "1.53998961e-36"),
        (NEW, "OD", b"", ""),
        (NEW, "SV", b"", None),
        (NEW, "SV", struct.pack("<q", -5), "-5"),
        (NEW, "UV", struct.pack("<QQ", 1, 2), "1\\2"),
        (ALL, "OB", b"ab", None),
        (ALL, "OW", b"ab", None),
        (ALL, "UN", b"a   ", "a   "),  # a standard text tag: shown, blanks and all
        (ALL, "UN", b"a\0\0\0", "a\0\0"),
        (ALL, "??", b"abcd", None),
    ],
)
def test_the_text_of_a_value(releases: tuple[str, ...], vr: str, value: bytes, text: str | None) -> None:
    """Measured on the releases named."""
    for release in releases:
        assert shown(release, vr, value) == text, release


@given(
    release=st.sampled_from([*RELEASES]),
    vr=st.sampled_from(TEXT_VRS),
    text=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40),
    padding=st.sampled_from([b"", b" "]),
)
def test_text_is_shown_as_it_was_written(release: str, vr: str, text: str, padding: bytes) -> None:
    value = text.encode("ascii")
    assert shown(release, vr, value + padding * (len(value) % 2)) == text


@given(vr=st.sampled_from(["US", "SS", "UL", "SL", "FD"]), data=st.data())
def test_numbers_are_shown_as_they_were_written(vr: str, data: st.DataObject) -> None:
    code = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FD": "d"}[vr]
    size = struct.calcsize("<" + code)
    numbers = st.floats() if vr == "FD" else st.integers(-(1 << 8 * size - 1), (1 << 8 * size) - 1)
    bounds = {"H": (0, 0xFFFF), "L": (0, 0xFFFFFFFF), "h": (-0x8000, 0x7FFF), "l": (-0x80000000, 0x7FFFFFFF)}
    if vr != "FD":
        numbers = st.integers(*bounds[code])
    values = data.draw(st.lists(numbers, min_size=1, max_size=5))
    text = shown("1.12.7", vr, struct.pack(f"<{len(values)}{code}", *values))
    parts = text.split("\\")
    assert [repr(float(part)) for part in parts] == [repr(float(value)) for value in values]


@pytest.mark.parametrize(
    ("vr", "value", "kind"),
    [
        ("LO", b"a" * 256, "String"),
        ("LO", b"a" * 257, "TooLong"),
        ("LO", b"ab" + b" " * 256, "String"),
        ("LO", b"\xe9" * 129, "TooLong"),  # 258 bytes of UTF-8
        ("US", bytes(256), "String"),  # 255 characters
        ("US", bytes(260), "TooLong"),
        ("OB", bytes(1000), "Null"),
    ],
)
def test_more_than_256_bytes_of_text_are_too_long(vr: str, value: bytes, kind: str) -> None:
    """Measured on 1.9.1 to 1.13.0."""
    element = tags_of(file(explicit(0x00080070, vr, value)))["0008,0070"]
    assert element["Type"] == kind
    assert (element["Value"] is None) == (kind != "String")


def test_a_text_that_was_kept_is_that_of_its_vr_and_character_set() -> None:
    value = b"\xc3\xa912"
    orthanc = Emulator()
    for number, (charset, vr, text) in enumerate(
        [
            (b"ISO_IR 100", "LO", "\u00c3\u00a912"),
            (b"ISO_IR 192", "LO", "\u00e912"),
            (b"ISO_IR 192", "UL", str(int.from_bytes(value, "little"))),
            (b"ISO_IR 192", "OB", None),
            (b"ISO_IR 192", "UN", "\u00e912"),
        ]
        * 2
    ):
        uid = explicit(0x00080018, "UI", b"1.2.3.%02d" % number)
        data = file(explicit(0x00080005, "CS", charset), uid, explicit(0x00080070, vr, value))
        assert orthanc.tags(orthanc.store(data).id, "short")["0008,0070"] == text


def test_private_elements_take_their_name_from_the_block_of_their_creator() -> None:
    data = file(
        CREATOR,
        explicit(LABEL, "LO", b"x "),
        explicit(0x00110011, "LO", b"MYLAB "),
        explicit(0x00111102, "US", b"\5\0"),
        explicit(0x00111099, "LO", b"y "),
        explicit(0x00130010, "UN", b"MYLAB "),
        explicit(0x00131001, "LO", b"z "),
        explicit(0x00151001, "LO", b"w "),
    )
    tags = tags_of(data)
    assert tags["0011,0010"] == {"Name": "PrivateCreator", "Type": "String", "Value": "MYLAB"}
    assert tags["0011,1001"] == {"Name": "MyLabel", "PrivateCreator": "MYLAB", "Type": "String", "Value": "x"}
    assert tags["0011,1102"]["Name"] == "MyCount"
    assert tags["0011,1099"]["Name"] == "Unknown Tag & Data"
    assert tags["0011,1099"]["PrivateCreator"] == "MYLAB"
    assert "PrivateCreator" not in tags["0013,1001"]  # a creator of VR UN is not heeded
    assert tags["0015,1001"]["Name"] == "NoCreator"


@pytest.mark.parametrize(
    ("elements", "name"),
    [
        ((CREATOR, explicit(LABEL, "LO", b"x ")), "MyLabel"),
        ((explicit(LABEL, "LO", b"x "), CREATOR), "Unknown Tag & Data"),
        ((explicit(0x00130010, "LO", b"MYLAB "), CREATOR, explicit(LABEL, "LO", b"x ")), "Unknown Tag & Data"),
        ((CREATOR, explicit(0x00130010, "LO", b"MYLAB "), explicit(LABEL, "LO", b"x ")), "MyLabel"),
        ((CREATOR, explicit(0x00110010, "LO", b"OTHER "), explicit(LABEL, "LO", b"x ")), "MyLabel"),
    ],
)
def test_a_creator_behind_a_higher_tag_is_not_heeded(elements: tuple[bytes, ...], name: str) -> None:
    """Measured on 1.9.1 to 1.13.0, here in an item."""
    tags = tags_of(file(explicit(0x00081032, "SQ", item(b"".join(elements)))))
    assert tags["0008,1032"]["Value"][0]["0011,1001"]["Name"] == name


def test_a_private_creator_is_not_decoded() -> None:
    """Its bytes stand in the JSON as if they were UTF-8, whatever the file's character set; measured on all four."""
    data = file(explicit(0x00080005, "CS", b"ISO_IR 100"), explicit(0x00110010, "LO", b"A\xe9"), explicit(LABEL, "LO"))
    assert tags_of(data)["0011,1001"]["PrivateCreator"] == "A\ufffd"
    assert tags_of(data, form="short")["0011,0010"] == "A\xe9"


@pytest.mark.parametrize(("value", "creator"), [(b"MYLAB   ", "MYLAB"), (b"  ", ""), (b"\0\0", ""), (b"", None)])
def test_a_blank_creator_is_shown_an_empty_one_is_not(value: bytes, creator: str | None) -> None:
    """Measured on 1.9.1 to 1.13.0."""
    tags = tags_of(file(explicit(0x00110010, "LO", value), explicit(LABEL, "LO", b"x ")))
    assert tags["0011,1001"].get("PrivateCreator") == creator


def test_a_private_un_is_text_only_if_it_is_printable() -> None:
    def label(value: bytes) -> Any:
        return tags_of(file(CREATOR, explicit(LABEL, "UN", value)), form="short")["0011,1001"]

    assert label(b"abc\n \0") == "abc\n "
    assert label(b"a\tb ") is None
    assert label(b"\xe9a") is None


def test_the_first_of_two_elements_wins_and_views_are_sorted() -> None:
    data = meta() + dataset() + explicit(0x00100010, "PN", b"A ") + explicit(0x00100010, "PN", b"B ")
    tags = tags_of(data, form="short")
    assert tags["0010,0010"] == "A"
    assert [*tags] == sorted(tags)


def test_of_several_elements_with_one_name_the_last_remains() -> None:
    data = file(
        CREATOR, explicit(LABEL, "LO", b"1 "), explicit(0x00110011, "LO", b"MYLAB "), explicit(0x00111101, "LO", b"2 ")
    )
    assert tags_of(data, form="simplify")["MyLabel"] == "2"


PIXEL_DATA = explicit(0x7FE00010, "LO", b"ab")
LATE = explicit(0x00204000, "LT", b"late")


@pytest.mark.parametrize(
    ("data", "pixel_data", "late"),
    [
        (meta() + dataset() + PIXEL_DATA + LATE, None, None),
        (dataset() + PIXEL_DATA + LATE, "ab", "late"),
        (meta("1.2.3.4") + dataset() + PIXEL_DATA + LATE, "ab", "late"),
        (meta(DEFLATED) + deflated(dataset() + PIXEL_DATA + LATE), "ab", "late"),
        (meta() + dataset() + explicit(0x7FE10010, "LO", b"x ") + PIXEL_DATA + LATE, "ab", "late"),
    ],
    ids=["read up to the pixel data", "no meta header", "unknown syntax", "deflated", "a higher tag before"],
)
def test_what_stands_behind_the_pixel_data(data: bytes, pixel_data: str | None, late: str | None) -> None:
    """Measured on 1.9.1 to 1.13.0."""
    tags = tags_of(data, form="short")
    assert tags["7fe0,0010"] == pixel_data
    assert tags.get("0020,4000") == late
    assert not [tag for tag in tags if tag > "7fe0,0010"]


def test_implicit_elements_have_the_vr_of_the_dictionary() -> None:
    data = meta(IMPLICIT) + implicit_dataset(
        implicit(0x00110010, b"MYLAB "),
        implicit(LABEL, b"x "),
        implicit(0x00111099, b"y "),
        implicit(0x00150010, b"OTHER "),
        implicit(0x00151001, b"z "),
        implicit(0x00280010, b"\5\0"),
    )
    tags = tags_of(data, form="short")
    assert (tags["0011,1001"], tags["0011,1099"], tags["0028,0010"]) == ("x", None, "5")
    assert tags["0015,1001"] == "z"  # registered without a creator: its VR holds in any block


@pytest.mark.parametrize(
    ("representation", "text"), [(b"\0\0", "65535"), (b"\1\0", "-1"), (b"\2\0", "65535"), (b"", None)]
)
def test_pixel_representation_decides_between_signed_and_unsigned(representation: bytes, text: str | None) -> None:
    """Measured on 1.9.1 to 1.13.0."""
    data = meta(IMPLICIT) + implicit_dataset(implicit(0x00280103, representation), implicit(0x00280106, b"\xff\xff"))
    assert tags_of(data, form="short")["0028,0106"] == text


def test_group_lengths_and_retired_names() -> None:
    data = meta(EXPLICIT) + dataset(explicit(0x00080000, "UL", b"\x3c\0\0\0"), explicit(0x00080010, "SH", b"ACR "))
    tags = tags_of(data, form="simplify")
    assert tags["GenericGroupLength"] == "60"
    assert tags["RETIRED_RecognitionCode"] == "ACR"
    assert tags_of(file(explicit(0x00101000, "LO", b"x ")), form="simplify")["OtherPatientIDs"] == "x"


def test_all_identifiers_are_in_the_view() -> None:
    assert {int(tag.replace(",", ""), 16) for tag in tags_of(file())} == {*IDENTIFIERS}


#: What every file has, and elements that are shown in each way: texts, numbers, too long, as items, with a creator.
SHOWN: list[RawElement] = [
    ("0008,0018", "UI", "1.2.3.4"),
    ("0010,0020", "LO", "ID"),
    ("0011,0010", "LO", "MYLAB"),
    ("0011,1001", "LO", 'a "label"\x7f'),
    ("0011,1002", "US", b"\x01\x00\x02\x00"),
    ("0011,1003", "LO", "x" * 300),
    ("0020,000d", "UI", "1.2"),
    ("0020,000e", "UI", "1.3"),
    ("0040,0275", "SQ", [[("0011,0010", "LO", "OTHER"), ("0011,1001", "UN", b"z"), ("0040,0008", "SQ", [[], []])]]),
    ("0040,a730", "SQ", []),
]


@given(oddities(), st.sampled_from(["full", "short", "simplify"]), st.sampled_from([*RELEASES]))
def test_the_text_over_http_is_that_of_the_view(odd: list[RawElement], form: str, release: str) -> None:
    """The one is printed without making the other."""
    elements = {element[0]: element for element in (*SHOWN, *odd)}
    data = encode_file([elements[tag] for tag in sorted(elements)])
    orthanc = Emulator(CONFIGURATION, release=release)
    client = orthanc.client()
    response = client.post("/instances", data=data)
    if response.status_code == 200:
        instance = response.get_json()["ID"]
        printed = client.get(f"/instances/{instance}/tags?{form}").get_data(as_text=True)
        assert printed == json_text(orthanc.tags(instance, form))
