"""Specific Character Set: which text a value is, measured on Orthanc 1.9.1 to 1.13.0 with every pair of bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import Emulator
from emulator.releases import RELEASES
from tests.dicom.files import explicit, file, item


def shown(value: bytes, terms: str | None, release: str = "1.12.7", vr: str = "LO") -> str:
    elements = [explicit(0x00080070, vr, value)]
    if terms is not None:
        elements.append(explicit(0x00080005, "CS", terms.encode() + b" " * (len(terms) % 2)))
    orthanc = Emulator(release=release)
    text = orthanc.tags(orthanc.store(file(*elements)).id, "short")["0008,0070"]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    ("terms", "value", "text"),
    [
        (None, b"\xe9t\xe9", "été"),
        ("", b"\xe9t\xe9", "été"),
        ("ISO_IR 100", b"\x80\x9f", "\x80\x9f"),
        ("ISO_IR 144", b"\xbf\xe0", "Пр"),
        ("ISO_IR 166", b"\x80\xa1a", "กa"),
        ("ISO_IR 6", b"a\xe9\tb", "ab"),
        ("UNKNOWN", b"a\xe9\nb", "a\nb"),
        ("iso_ir 192", "é漢".encode(), "é漢"),
        ("ISO_IR 192", b"a\xffb", "ab"),
        ("ISO_IR 192", b"\xe9t\xe9", ""),  # a lead byte takes what is no trail byte with it
        ("ISO_IR 192", b"\xed\xa0\x80a", "a"),
        ("GB18030", "漢字".encode("gb18030"), "漢字"),
        ("GB18030", b"\x81\x30Z", "0Z"),
        ("GBK", b"\xa6\xd9", "\ufe10"),
        ("\\ISO 2022 IR 149", b"\x1b$)C\xb1\xe8", "김"),
        ("ISO 2022 IR 149", b"\xc3\x7bZ", "Z"),
        ("ISO 2022 IR 149", b"\x80\xff", "\x80\uf8f7"),
        ("\\ISO 2022 IR 87", b"\x1b$B;3ED\x1b(B^", "山田^"),
        ("\\ISO 2022 IR 87", b"\x1b$B-j\x1b(B", "㈱"),
        ("ISO_IR 100\\ISO_IR 192", b"a\x1b(Bb\x1b-Ac\x0e", "abc"),
        ("ISO_IR 100", b"a\x1b(Bb", "a\x1b(Bb"),
        ("\\", b"\xe9\x1b$)C", "é"),
        ("X\\ISO_IR 192", "é".encode(), ""),
    ],
)
def test_the_first_term_that_is_not_empty_decides(terms: str | None, value: bytes, text: str) -> None:
    """Measured alike on all four releases."""
    for release in RELEASES:
        assert shown(value, terms, release) == text, release


@pytest.mark.parametrize(
    ("release", "terms", "vr", "value", "text"),
    [
        ("1.10.1", "ISO_IR_100", "LO", b"\xe9a", "a"),
        ("1.12.7", "ISO_IR_100", "LO", b"\xe9a", "éa"),
        ("1.12.7", "ISO_IR 13", "LO", b"a\\b~\x83\x5c", "a¥b‾ソ"),
        ("1.13.0", "ISO_IR 13", "LO", b"a\\b~\x83\x5c", "a\\b‾\\"),  # split before it is decoded
        ("1.13.0", "ISO_IR 13", "LT", b"a\\b~\x83\x5c", "a¥b‾ソ"),  # never several values
        ("1.10.1", "GB18030", "LO", b"\xfe\x51", "\U00020087"),
        ("1.12.7", "GB18030", "LO", b"\xfe\x51", "\ue816"),
    ],
)
def test_what_differs_between_releases(release: str, terms: str, vr: str, value: bytes, text: str) -> None:
    assert shown(value, terms, release, vr) == text


def test_the_character_set_of_an_item_is_not_heeded() -> None:
    inner = explicit(0x00080005, "CS", b"ISO_IR 100") + explicit(0x00080104, "LO", "é".encode())
    data = file(explicit(0x00080005, "CS", b"ISO_IR 192"), explicit(0x00081032, "SQ", item(inner)))
    orthanc = Emulator()
    assert orthanc.tags(orthanc.store(data).id, "short")["0008,1032"][0]["0008,0104"] == "é"


@pytest.mark.parametrize(
    ("vr", "value", "text"),
    [
        ("OB", b"ISO_IR 192", ""),
        ("UN", b"ISO_IR 192", ""),
        ("UN", b"", "Ã©"),
        ("FD", b"\0\0", "Ã©"),
        ("US", b"\1\0", ""),
    ],
)
def test_a_character_set_that_is_no_text(vr: str, value: bytes, text: str) -> None:
    """A value makes it an unknown one, no value the default; measured on all four releases."""
    orthanc = Emulator()
    stored = orthanc.store(file(explicit(0x00080005, vr, value), explicit(0x00080070, "LO", "é".encode())))
    assert orthanc.tags(stored.id, "short")["0008,0070"] == text


def test_a_patient_is_identified_by_decoded_text() -> None:
    """The identifier is the SHA-1 of the UTF-8 text: measured on 1.12.7."""
    utf_8 = file(explicit(0x00080005, "CS", b"ISO_IR 192"), explicit(0x00100020, "LO", "Été ".encode()))
    latin = file(explicit(0x00080005, "CS", b"ISO_IR 100"), explicit(0x00100020, "LO", "Été ".encode("latin-1")))
    assert Emulator().store(utf_8).parent_patient == Emulator().store(latin).parent_patient


@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30).map(str.rstrip),
    release=st.sampled_from([*RELEASES]),
)
def test_valid_utf_8_is_shown_as_it_is(text: str, release: str) -> None:
    value = text.encode("utf-8")
    assert shown(value + b" " * (len(value) % 2), "ISO_IR 192", release) == text.rstrip(" ")


@given(value=st.binary(max_size=60), terms=st.sampled_from(["ISO_IR 13", "ISO_IR 166", "ISO_IR 192", "GB18030"]))
def test_any_bytes_have_a_text(value: bytes, terms: str) -> None:
    for terms_of_value in (terms, f"\\{terms}", "ISO 2022 IR 149", "\\ISO 2022 IR 87"):
        for release in RELEASES:
            shown(value, terms_of_value, release).encode("utf-8")
