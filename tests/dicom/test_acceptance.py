"""Which files are stored and which are refused.

Measured alike on Orthanc 1.9.1 to 1.13.0 unless a test says otherwise.
"""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

from emulator import Emulator, OrthancError
from emulator.releases import RELEASES
from tests.dicom.files import (
    BIG_ENDIAN,
    DEFLATED,
    EXPLICIT,
    IDENTIFIERS,
    IMPLICIT,
    ITEM_END,
    JPEG,
    SEQUENCE_END,
    UNDEFINED,
    dataset,
    explicit,
    file,
    implicit,
    implicit_dataset,
    item,
    meta,
)

NAME = explicit(0x00100010, "PN", b"A ")
MEANING = explicit(0x00080104, "LO", b"Mean")
SEQUENCE = 0x00081032
LAST_SEQUENCE = 0x00400275
PIXEL_DATA = 0x7FE00010


def deflated(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


def with_vr(vr: str, *, long: bool) -> bytes:
    return file(explicit(0x00080070, vr, b"abcd", long=long))


def sequence(value: bytes, *, tag: int = SEQUENCE, length: int | None = None) -> bytes:
    return file(explicit(tag, "SQ", value, length=length))


def fragments(value: bytes, vr: str = "OB") -> bytes:
    return meta(JPEG) + dataset(explicit(PIXEL_DATA, vr, value, length=UNDEFINED))


ACCEPTED = {
    "sequence and item of defined length": sequence(item(MEANING)),
    "of undefined length": sequence(item(MEANING, length=UNDEFINED) + ITEM_END + SEQUENCE_END, length=UNDEFINED),
    "sequence shorter than its item": sequence(item(MEANING), length=12),
    "item shorter than its element": sequence(item(MEANING, length=6)),
    "item longer than the file": sequence(item(MEANING, length=40), tag=LAST_SEQUENCE),
    "nothing but the header of a sequence": sequence(b"", tag=LAST_SEQUENCE, length=100),
    "delimiter in a sequence of defined length": sequence(item(MEANING) + SEQUENCE_END),
    "UN of undefined length": file(
        explicit(0x00111001, "UN", item(implicit(0x00080104, b"Mean")) + SEQUENCE_END, length=UNDEFINED)
    ),
    "fragments": fragments(item() + item(b"\xff\xd8\xff\xd9") + SEQUENCE_END),
    "fragments without delimiter, the last empty": fragments(item() + item()),
    "elements out of order": meta()
    + b"".join(explicit(tag, vr, value) for tag, (vr, value) in reversed(IDENTIFIERS.items())),
    "odd lengths": file(explicit(0x00080070, "LO", b"abc"), explicit(0x00280010, "US", b"\1\2\3")),
    "no transfer syntax": bytes(128) + b"DICM" + explicit(0x00020012, "UI", b"1.2\0") + dataset(NAME),
    "unknown transfer syntax, explicit": meta("1.2.3.4") + dataset(NAME),
    "unknown transfer syntax, implicit": meta("1.2.3.4") + implicit_dataset(),
    "no meta header, explicit": dataset(NAME),
    "no meta header, implicit": implicit_dataset(),
    "no meta header, big endian": dataset(explicit(0x00100010, "PN", b"A ", order=">"), order=">"),
    "prefix without meta header": bytes(128) + b"DICM" + dataset(NAME),
    "big endian": meta(BIG_ENDIAN) + dataset(order=">"),
    "deflated": meta(DEFLATED) + deflated(dataset(NAME)),
    "GE's transfer syntax is implicit": meta("1.2.840.113619.5.2") + implicit_dataset(),
    "unknown VR of two capitals": with_vr("ZZ", long=True),
    "unknown VR of other characters": with_vr("?a", long=False),
    "item delimiter at the top": file(NAME) + ITEM_END + b"anything",
}

REFUSED = {
    "text": b"hello, this is no DICOM file",
    "prefix alone": bytes(128) + b"DICM",
    "sequence of undefined length without end": sequence(item(MEANING), length=UNDEFINED),
    "sequence longer than the file": sequence(item(MEANING), tag=LAST_SEQUENCE, length=200),
    "sequence without items": sequence(b"abcdefgh"),
    "sequence delimiter in an item": sequence(item(MEANING + SEQUENCE_END)),
    "value beyond the end": file(explicit(0x00204000, "LT", b"ab", length=1000)),
    "cut in a header": file(NAME)[:-3],
    "OB of undefined length": file(explicit(0x00111001, "OB", item() + SEQUENCE_END, length=UNDEFINED)),
    "UN of undefined length with VRs": file(explicit(0x00111001, "UN", item(MEANING) + SEQUENCE_END, length=UNDEFINED)),
    "fragments without delimiter": fragments(item() + item(b"\xff\xd8\xff\xd9")),
    "native pixel data in a compressed syntax": meta(JPEG) + dataset(explicit(PIXEL_DATA, "OB", b"ab")),
    "explicit syntax, implicit data": meta(EXPLICIT) + implicit_dataset(),
    "implicit syntax, explicit data": meta(IMPLICIT) + dataset(NAME),
    "big endian syntax, little endian data": meta(BIG_ENDIAN) + dataset(NAME),
    "deflated, cut": meta(DEFLATED) + deflated(dataset(NAME))[:-4],
    "unknown VR of two capitals, short length": with_vr("ZZ", long=False),
    "unknown VR of other characters, long length": with_vr("?a", long=True),
    "trailing bytes": file(NAME) + b"\0\0",
    "sequence delimiter at the top": file(NAME) + SEQUENCE_END,
}


@pytest.fixture(params=RELEASES)
def orthanc(request: pytest.FixtureRequest) -> Emulator:
    return Emulator(release=request.param)


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_file_is_stored_byte_for_byte(orthanc: Emulator, name: str) -> None:
    stored = orthanc.store(ACCEPTED[name])
    assert stored.status == "Success"
    assert orthanc.file(stored.id) == ACCEPTED[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_file_is_refused_and_nothing_is_stored(orthanc: Emulator, name: str) -> None:
    data = REFUSED[name]
    with pytest.raises(OrthancError) as caught:
        orthanc.store(data)
    assert (caught.value.http_status, int(caught.value.code)) == (400, 15)
    assert caught.value.details == f"Cannot parse an invalid DICOM file (size: {len(data)} bytes)"
    assert orthanc.statistics()["CountPatients"] == 0


@pytest.mark.parametrize(
    ("release", "data", "answer"),
    [
        ("1.10.1", with_vr("\0\0", long=False), "stored"),
        ("1.12.7", with_vr("\0\0", long=False), 15),
        ("1.9.1", with_vr("px", long=False), "stored"),
        ("1.10.1", with_vr("px", long=True), "stored"),
        ("1.10.1", file(NAME) + bytes(8), "stored"),
        ("1.12.7", file(NAME) + bytes(8), 15),
        ("1.10.1", meta("1.2.840.10008.1.2.4.201") + implicit_dataset(), "stored"),  # unknown to it: guessed
        ("1.12.7", meta("1.2.840.10008.1.2.4.201") + implicit_dataset(), 15),
        ("1.12.7", file(explicit(0x00209165, "AT", b"\1\0\2\0\3\0")), "stored"),
        ("1.13.0", file(explicit(0x00209165, "AT", b"\1\0\2\0\3\0")), 15),
        ("1.13.0", file(explicit(0x00640009, "OF", b"ab")), 15),
        ("1.13.0", file(explicit(0x00640009, "OF", b"abc")), "stored"),  # odd: a NUL follows
        ("1.10.1", file(explicit(0x00200013, "SQ")), "stored"),
        ("1.12.7", file(explicit(0x00200013, "SQ")), 5),
        ("1.10.1", file(explicit(0x0020000D, "SQ")), 21),
        ("1.12.7", file(explicit(0x0020000D, "SQ")), 5),
        ("1.12.7", file(explicit(0x0020000D, "UI", b"\0\0")), 15),
        ("1.12.7", file(explicit(0x0020000D, "OB", b"ab")), 5),
        ("1.12.7", file(explicit(0x00100020, "LO", b"1" * 258)), 5),
        ("1.12.7", meta(), 21),
    ],
)
def test_what_depends_on_the_release_or_the_identifiers(release: str, data: bytes, answer: str | int) -> None:
    """Measured on the release named; a number is the error's OrthancStatus."""
    orthanc = Emulator(release=release)
    if answer == "stored":
        assert orthanc.store(data).status == "Success"
        return
    with pytest.raises(OrthancError) as caught:
        orthanc.store(data)
    assert int(caught.value.code) == answer


@pytest.mark.parametrize(
    ("release", "vr", "details"),
    [("1.12.7", "ZZ", "ZZ"), ("1.12.7", "\x1a\0", "\x1a"), ("1.12.7", "OV", "OV"), ("1.13.0", "lo", "lo")],
)
def test_the_first_element_behind_the_prefix_needs_a_known_vr(release: str, vr: str, details: str) -> None:
    """Measured on 1.9.1 to 1.13.0; OV is known from 1.13.0 on."""
    data = bytes(128) + b"DICM" + explicit(0x00020010, vr, b"1.2\0", long=False) + dataset(NAME)
    with pytest.raises(OrthancError) as caught:
        Emulator(release=release).store(data)
    assert int(caught.value.code) == 3
    assert caught.value.details == f"Unsupported value representation encountered: {details}"


def test_a_character_set_of_numbers_is_shown_as_numbers() -> None:
    """Measured on 1.12.7."""
    orthanc = Emulator(release="1.12.7")
    stored = orthanc.store(file(explicit(0x00080005, "SL", b"ISO_IR 192  ")))
    answer = orthanc.client().get(f"/instances/{stored.id}/file", headers={"Accept": "application/dicom+json"})
    assert answer.get_json(force=True)["00080005"] == {"vr": "SL", "Value": [*struct.unpack("<3l", b"ISO_IR 192  ")]}


def test_the_group_length_says_how_far_the_meta_header_reaches(orthanc: Emulator) -> None:
    """What it leaves out of the meta header is shown as part of the dataset."""
    uid = explicit(0x00020010, "UI", EXPLICIT.encode() + b"\0")
    rest = explicit(0x00020016, "AE", b"REST")
    data = bytes(128) + b"DICM" + explicit(0x00020000, "UL", struct.pack("<L", len(uid))) + uid + rest + dataset(NAME)
    stored = orthanc.store(data)
    assert orthanc.simplified_tags(stored.id)["SourceApplicationEntityTitle"] == "REST"


def test_an_item_that_is_too_long_swallows_what_follows(orthanc: Emulator) -> None:
    comments = explicit(0x00204000, "LT", b"next")
    data = file(explicit(0x00201115, "SQ", item(MEANING, length=len(MEANING) + 2)), comments)
    tags = orthanc.simplified_tags(orthanc.store(data).id)
    assert "ImageComments" not in tags


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("CT_small.dcm", None),
        ("ExplVR_BigEnd.dcm", None),
        ("ExplVR_BigEndNoMeta.dcm", None),
        ("image_dfl.dcm", None),
        ("JPEG2000.dcm", None),
        ("priv_SQ.dcm", 21),
        ("no_meta.dcm", 15),
        ("MR_truncated.dcm", 15),
        ("rtplan_truncated.dcm", 15),
        ("SC_rgb_jpeg.dcm", 15),
    ],
)
def test_files_of_pydicom(name: str, code: int | None) -> None:
    """Measured alike on all four releases (of pydicom's 192 files these differ in kind)."""
    path = get_testdata_file(name, download=False)
    if path is None:
        pytest.skip(f"this pydicom has no {name}")
    with open(str(path), "rb") as stream:
        data = stream.read()
    orthanc = Emulator()
    if code is None:
        assert orthanc.file(orthanc.store(data).id) == data
    else:
        with pytest.raises(OrthancError) as caught:
            orthanc.store(data)
        assert int(caught.value.code) == code


WHOLE = file(
    NAME,
    explicit(SEQUENCE, "SQ", item(MEANING + explicit(SEQUENCE, "SQ", item(), length=UNDEFINED) + SEQUENCE_END)),
    explicit(0x00111001, "UN", item(implicit(0x00080104, b"Mean")) + SEQUENCE_END, length=UNDEFINED),
    explicit(PIXEL_DATA, "OB", item() + item(b"ab") + SEQUENCE_END, length=UNDEFINED),
)


@given(
    position=st.integers(128, len(WHOLE)),
    removed=st.integers(0, 8),
    put=st.binary(max_size=6),
    cut=st.booleans(),
    release=st.sampled_from([*RELEASES]),
)
def test_no_damage_makes_more_than_an_error_of_orthanc(
    position: int, removed: int, put: bytes, cut: bool, release: str
) -> None:
    data = WHOLE[:position] + put + (b"" if cut else WHOLE[position + removed :])
    orthanc = Emulator(release=release)
    try:
        stored = orthanc.store(data)
    except OrthancError as raised:
        status = raised.http_status
    else:
        status = 200
        assert orthanc.file(stored.id) == data
        orthanc.tags(stored.id)
    assert status in (200, 400, 404)
    assert orthanc.statistics()["CountInstances"] == (status == 200)


@given(depth=st.integers(1, 60))
def test_deep_nesting_ends_in_an_error(depth: int) -> None:
    """Real servers crash from 48 to 51 levels on; the emulator refuses what is deeper than 47."""
    nested = MEANING
    for _ in range(depth):
        nested = explicit(SEQUENCE, "SQ", item(nested))
    orthanc = Emulator()
    if depth <= 47:
        orthanc.tags(orthanc.store(file(nested)).id)
    else:
        with pytest.raises(OrthancError):
            orthanc.store(file(nested))
