"""Requests in other tags and names, and answers put back: what comes back is what would have come without them."""

from __future__ import annotations

import json

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from conformance.asking.configurations import DICTIONARY
from conformance.asking.stand_ins import StandIns, permutation
from conformance.files import datasets
from conformance.targets.stand_in_search import stand_ins
from emulator import Emulator
from emulator.releases import RELEASES

BLOCK = StandIns("WARD 7", 0x0099, {0x01: 0x21, 0x04: 0x22}, {"MyLabel": "WardLabel", "MySequence": "WardSequence"})


def small_file() -> Dataset:
    inner = Dataset()
    datasets.add_private(inner, "MYLAB", [(0x0011, 0x01, "LO", "inner")])
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = datasets.SECONDARY_CAPTURE, "2.25.1"
    made.PatientID, made.Rows = "ORTHANC-EMULATOR-X", 2
    datasets.add_private(made, "MYLAB", [(0x0011, 0x01, "LO", "label"), (0x0011, 0x04, "SQ", [inner])])
    datasets.add_private(made, "OTHER", [(0x0011, 0x01, "LO", "theirs"), (0x0099, 0x01, "LO", "there before")])
    return made


def test_every_offset_has_one_of_its_own() -> None:
    offsets = permutation({0x01: 0x21, 0x04: 0x22})
    assert sorted(offsets) == sorted(offsets.values()) == list(range(0x100))
    assert offsets[0x05] == 0x05


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_file_goes_out_in_other_tags_and_comes_back_as_it_was(syntax: str) -> None:
    data = datasets.to_bytes(small_file(), syntax)
    sent = BLOCK.out.body(data)
    assert BLOCK.back.body(sent) == data
    read = datasets.read(sent)
    assert read is not None
    assert read[0x0099, 0x0010].value == "WARD 7"
    assert read[0x0099, 0x1021].value in ("label", b"label ")  # bytes in implicit VR, where the tag has no VR
    assert b"inner" in sent
    assert (0x0011, 0x1001) in read  # what stood in the other group stands in this one
    assert list(read.keys()) == sorted(read.keys())


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"\0" * 128 + b"DICM", b"\0" * 128 + b"DICM\x02\0\x10\0UI\xff\xff"])
def test_what_is_no_file_stays(data: bytes) -> None:
    assert BLOCK.out.body(data) == data


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/instances/x/content/0011-1001", "/instances/x/content/0099-1021"),
        (
            '{"Replace": {"0011,1001": "a"}, "PrivateCreator": "MYLAB"}',
            '{"Replace": {"0099,1021": "a"}, "PrivateCreator": "WARD 7"}',
        ),
        ('{"MyLabel": "MyLabels"}', '{"WardLabel": "MyLabels"}'),
        ('{"00111001": ""}', '{"00991021": ""}'),
        ("/instances/00111001-00111001-00111001-00111001-00111001", None),
        ('"2.25.00111001.1"', None),
        ('"\\u00111001"', None),
    ],
)
def test_texts(here: str, there: str | None) -> None:
    assert BLOCK.out.text(here) == (there or here)
    assert BLOCK.back.text(there or here) == here


def test_a_list_of_tags_comes_back_in_order() -> None:
    listed = json.dumps(["0020-0011", "0099-0010", "0099-1021"]).encode()
    assert json.loads(BLOCK.back.body(listed)) == ["0011-0010", "0011-1001", "0020-0011"]


@pytest.mark.parametrize("release", RELEASES)
def test_the_tables_of_each_release_have_a_block_with_nearly_all(release: str) -> None:
    best, *_ = stand_ins(Emulator(release=release).server.dictionary, DICTIONARY)
    assert {DICTIONARY[key][0] for key in best.keys} == {"LO", "US", "SQ", "DS", "CS"}
    assert best.offsets[0x99] not in (0x99, *(best.offsets[offset] for offset in range(1, 9)))
