"""A file that is known to be flat is written and looked through as any other."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from conformance.files.datasets import to_bytes
from conformance.strategies import datasets
from emulator.dicom.element import Element
from emulator.dicom.reader import read_file
from emulator.dicom.writer import write_file
from emulator.dictionary import Dictionary
from emulator.modification.writable import has_fragments, outgrows_buffer
from emulator.releases import RELEASES

RELEASE = RELEASES["1.12.7"]
DICTIONARY = Dictionary(RELEASE.dcmtk_version)

ODD_ELEMENTS = (
    Element(0x00100000, "UL", bytes(4)),  # a group length
    Element(0x00081140, "SQ", items=[]),
    Element(0x7FE00010, "OB", bytes.fromhex("feff00e000000000feffdde000000000"), undefined_length=True),
    Element(0x00040000, "UL", bytes(4)),
    Element(0x00030010, "LO", b"no group"),  # of which nothing is written
    Element(0xFFFF0010, "LO", b"no group"),
    Element(0x00100010, "PN", b"Doe^Jane"),
)


@given(datasets(), st.sampled_from([ExplicitVRLittleEndian, ImplicitVRLittleEndian]), st.sampled_from(ODD_ELEMENTS))
def test_what_is_flat_is_written_as_any_other(dataset: Dataset, syntax: str, put: Element) -> None:
    file = read_file(to_bytes(dataset, syntax), DICTIONARY, RELEASE.dicom.files)
    copy = file.dataset.copy()
    assert copy.is_flat == file.dataset.is_flat
    copy.put(put)
    for held in (file.dataset, copy):
        looked_at = replace(held, is_flat=False)
        both = [write_file(replace(file, dataset=one), RELEASE.dcmtk_version) for one in (held, looked_at)]
        assert both[0] == both[1]
        assert has_fragments(held) == has_fragments(looked_at)
        assert outgrows_buffer(held, syntax) == outgrows_buffer(looked_at, syntax)


def test_most_files_are_flat() -> None:
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    dataset.PatientName = "Doe^Jane"
    file = read_file(to_bytes(dataset, ExplicitVRLittleEndian), DICTIONARY, RELEASE.dicom.files)
    assert file.dataset.is_flat
    for odd in ODD_ELEMENTS[:-1]:
        copy = file.dataset.copy()
        copy.put(odd)
        assert not copy.is_flat
