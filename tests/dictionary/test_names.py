"""Of several entries with one name, the server takes one: measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0."""

from __future__ import annotations

import pytest

from emulator.dictionary import Dictionary
from emulator.dictionary.rules import DictionaryRules
from emulator.dictionary.tables import VERSIONS

#: The tag 0xggggeeee that each of these names of private.dic stands for; none is the first one of the file.
REPEATED_NAMES: dict[str, int] = {
    "APOffcenter": 0x0019110D,
    "AcquisitionDelay": 0x00190080,
    "AcquisitionMode": 0x00210001,
    "Angulation": 0x001900A0,
    "Brightness": 0x00190005,
    "CCOffcenter": 0x0019110C,
    "CRBarCodeNumber": 0x00230060,
    "CREDRMode": 0x00230020,
    "CRGroupNumber": 0x00230040,
    "CRImageSerialNumber": 0x00230050,
    "CRLatitude": 0x00230030,
    "ChemicalShift": 0x00191081,
    "DelayAfterTrigger": 0x00210052,
    "Dose": 0x00210005,
    "Dummy": 0x70050010,
    "EPIFactor": 0x001910D9,
    "EstimatedRetrieveTime": 0x00290054,
    "ExposureChannel": 0x00190070,
    "FloatSlop": 0x0021005E,
    "Focus": 0x00190034,
    "ImageOrientation": 0x00210055,
    "ImageText": 0x00510010,
    "IntegerSlop": 0x0021005A,
    "Internal": 0x00190018,
    "LROffcenter": 0x0019110B,
    "LowerRangeOfPixels": 0x00290016,
    "MIPStartColumn": 0x00210048,
    "NumberOfChemicalShifts": 0x00191080,
    "NumberOfEchoes": 0x00210070,
    "NumberOfImages": 0x00410060,
    "NumberOfStacks": 0x00191100,
    "PatientHospitalStatus": 0x00110040,
    "PhaseNumber": 0x00190012,
    "PixelOffset": 0x00410012,
    "ProjectionAlgorithm": 0x001900D3,
    "RawDataType": 0x00430030,
    "SeriesFromWhichPrescribed": 0x00210035,
    "SeriesUniqueIdentifier": 0x00210012,
    "SliceGap": 0x00211221,
    "SliceOrientation": 0x0019100A,
    "StackType": 0x00191101,
    "Unknown": 0x00090012,
    "ViewDirection": 0x00190009,
    "WaterFatShift": 0x001910D2,
}


@pytest.mark.parametrize("version", VERSIONS)
def test_names_that_stand_several_times_in_the_tables(version: str) -> None:
    dictionary = Dictionary(version)
    for name, tag in REPEATED_NAMES.items():
        entry = dictionary.by_name(name)
        assert entry is not None
        if entry.creator is not None:
            assert (name, entry.group << 16 | entry.element) == (name, tag)


#: The offsets of group 0011 in the order in which "Same" stands for them, when all are registered under that name.
ORDER_OF_OFFSETS = {
    "MYLAB": "01 03 02 05 04 07 06 09 08 21 20 23 22 25 24 27 26",
    "A": "01 02 03 04 05 06 07 08 09 20 21 22 23 24 25 26 27",
    "BA": "01 02 03 04 05 06 07 08 09 20 21 22 23 24 25 26 27",
}
#: ... and the groups with offset 01.
ORDER_OF_GROUPS = {
    "MYLAB": "2b 27 1f 0b 2d 11 0d 2f 13 0f 21 19 15 23 1b 17 29 25 1d 09",
    "A": "25 0f 1b 27 11 1d 29 13 1f 09 2b 15 21 0b 2d 17 23 0d 2f 19",
}


@pytest.mark.parametrize(
    ("creator", "order"),
    [
        *((creator, [f"0011,{offset}" for offset in order.split()]) for creator, order in ORDER_OF_OFFSETS.items()),
        *((creator, [f"00{group},01" for group in order.split()]) for creator, order in ORDER_OF_GROUPS.items()),
    ],
)
def test_names_that_are_registered_several_times(creator: str, order: list[str]) -> None:
    while order:
        dictionary = Dictionary("3.6.9", {key: ["LO", "Same", 1, 1, creator] for key in sorted(order)})
        assert dictionary.tag("Same") == dictionary.tag(order.pop(0))


@pytest.mark.parametrize(
    ("section", "name", "tag"),
    [
        # the order of registration does not matter: the entry by offset is the one that is meant
        ({"0011,1001": ["LO", "Pair", 1, 1, "MYLAB"], "0011-0001": ["LO", "Pair", 1, 1, "MYLAB"]}, "Pair", "0011,0001"),
        # a standard name is meant whatever has it, too
        ({"005f,2001": ["LO", "PatientName", 1, 1]}, "PatientName", "0010,0010"),
        ({"0011,2001": ["LO", "OverlayData", 1, 1, "MYLAB"]}, "OverlayData", "6000,3000"),
        ({"0014,f7f1": ["LO", "Even", 1, 1], "0041,f7f1": ["LO", "Even", 1, 1]}, "Even", "0014,f7f1"),
        # a name of private.dic changes hands or does not
        ({"000b,21": ["LO", "StackSequence", 1, 1, "ACME"]}, "StackSequence", "000b,0021"),
        ({"0009,21": ["LO", "StackSequence", 1, 1, "ACME"]}, "StackSequence", "2001,005f"),
        ({"0009,21": ["LO", "FullFidelity", 1, 1, "ACME"]}, "FullFidelity", "0009,0001"),
        ({"0011,2001": ["LO", "ChemicalShift", 1, 1]}, "ChemicalShift", "0011,2001"),
        # bytes beyond ASCII count as signed numbers
        ({f"{group:04x},03": ["LO", "M", 1, 1, "Labé"] for group in range(0x41, 0x61, 2)}, "M", "0057,0003"),
        ({f"{group:04x},03": ["LO", "M", 1, 1, "日本"] for group in range(0x41, 0x61, 2)}, "M", "0053,0003"),
    ],
)
def test_names_of_entries_and_tables(section: dict[str, list[object]], name: str, tag: str) -> None:
    dictionary = Dictionary("3.6.9", section)
    assert dictionary.tag(name) == dictionary.tag(tag)


def test_a_replaced_entry_has_lost_its_name() -> None:
    """Only 1.9.1 lets an entry replace another."""
    section = {"0010,4000": ["US", "MyComments", 1, 1]}
    dictionary = Dictionary("3.6.5", section, DictionaryRules(names_are_unique=True))
    assert dictionary.by_name("PatientComments") is None
    assert dictionary.tag("MyComments") == 0x00104000
