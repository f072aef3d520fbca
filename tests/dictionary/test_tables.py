"""The data dictionaries of DCMTK: look-up by tag and by name."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.dictionary.build_tables import read_dictionaries
from emulator.dictionary.entry import Entry, parse_entry
from emulator.dictionary.tables import VERSIONS, Tables, load, read_lines

# The entries in dicom.dic and private.dic, less the repetitions of a tag.
COUNTS = {
    "3.6.5": (4799, 2835 - 3),
    "3.6.7": (4996, 2836 - 3),
    "3.6.9": (5284 - 1, 2836 - 3),
    "3.7.0": (5343, 2836 - 3),
}

ROOTS = Path(os.environ.get("ORTHANC_ROOTS", "/opt/orthancs"))
DCMTK_FOLDERS = {
    "3.6.5": ROOTS / "bullseye/usr/share/libdcmtk15",
    "3.6.7": Path("/usr/share/libdcmtk17"),
    "3.6.9": ROOTS / "trixie/usr/share/dcmtk",
    "3.7.0": ROOTS / "sid/usr/share/dcmtk",
}

versions = st.sampled_from(VERSIONS)
numbers = st.integers(0, 0xFFFF)
blocks = st.integers(0x10, 0xFF)
some_entries = st.sampled_from(list(load("3.7.0")))


def name_of(entry: Entry | None) -> str | None:
    return None if entry is None else entry.name


@pytest.fixture(params=VERSIONS)
def tables(request: pytest.FixtureRequest) -> Tables:
    return load(request.param)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_has_all_entries_of_its_files(version: str) -> None:
    sources = [entry.source for entry in load(version)]
    assert (sources.count("dicom.dic"), sources.count("private.dic")) == COUNTS[version]
    assert len(load(version)) == len(sources)


@pytest.mark.parametrize("version", VERSIONS)
def test_tables_equal_the_files_of_dcmtk(version: str) -> None:
    folder = DCMTK_FOLDERS[version]
    if not (folder / "dicom.dic").exists():
        pytest.skip(f"DCMTK {version} is not installed")
    assert read_lines(version) == read_dictionaries(folder)


def test_a_version_is_loaded_once() -> None:
    assert load("3.6.7") is load("3.6.7")


def test_unknown_version() -> None:
    with pytest.raises(ValueError, match=r"'3\.6\.0'.*3\.6\.5, 3\.6\.7, 3\.6\.9, 3\.7\.0"):
        load("3.6.0")


def test_standard_entry(tables: Tables) -> None:
    entry = tables.standard(0x0010, 0x0020)
    assert entry == Entry(
        group=0x0010,
        upper_group=0x0010,
        group_parity="any",
        element=0x0020,
        upper_element=0x0020,
        element_parity="any",
        creator=None,
        vr="LO",
        name="PatientID",
        vm="1",
        vm_min=1,
        vm_max=1,
        source="dicom.dic",
    )


def test_private_entry(tables: Tables) -> None:
    entry = tables.private("GEMS_IDEN_01", 0x0009, 0x1001)
    assert entry == Entry(
        group=0x0009,
        upper_group=0x0009,
        group_parity="any",
        element=0x01,
        upper_element=0x01,
        element_parity="any",
        creator="GEMS_IDEN_01",
        vr="LO",
        name="FullFidelity",
        vm="1",
        vm_min=1,
        vm_max=1,
        source="private.dic",
    )


# The names are those that dcmdump 3.6.7 prints for these tags.
@pytest.mark.parametrize(
    ("group", "element", "name"),
    [
        (0x6000, 0x3000, "OverlayData"),
        (0x6002, 0x3000, "OverlayData"),
        (0x60FE, 0x3000, "OverlayData"),
        (0x6001, 0x3000, None),
        (0x6100, 0x3000, None),
        (0x5000, 0x3000, "RETIRED_CurveData"),
        (0x7F02, 0x0040, "RETIRED_VariableCoefficientsSDDN"),
        (0x0020, 0x3100, "RETIRED_SourceImageIDs"),
        (0x0020, 0x31FE, "RETIRED_SourceImageIDs"),
        (0x0020, 0x3101, None),
        (0x0009, 0x0000, "PrivateGroupLength"),
        (0x0003, 0x0000, "IllegalGroupLength"),
        (0x6000, 0x0000, "GenericGroupLength"),
        (0x0002, 0x0000, "FileMetaInformationGroupLength"),
        (0x0009, 0x0010, "PrivateCreator"),
        (0x0003, 0x0010, "IllegalPrivateCreator"),
        (0x7FDF, 0x00FF, "PrivateCreator"),
        (0x7FDF, 0x000F, None),
        (0x7FDF, 0x0100, None),
        (0x0009, 0x1001, None),
        (0x0010, 0xFFFF, None),
    ],
)
def test_standard_names(tables: Tables, group: int, element: int, name: str | None) -> None:
    assert name_of(tables.standard(group, element)) == name


# The names are those that dcmdump 3.6.7 and Orthanc 1.10.1 give to these tags in a block of these creators.
@pytest.mark.parametrize(
    ("creator", "group", "element", "name"),
    [
        ("GEMS_IDEN_01", 0x0009, 0x1401, "FullFidelity"),
        ("GEMS_IDEN_01", 0x0009, 0x0001, "FullFidelity"),  # as a modify that gives the creator sees it
        ("GEMS_IDEN_01", 0x0009, 0x0101, "FullFidelity"),
        ("GEMS_IDEN_01", 0x000B, 0x1001, None),
        ("gems_iden_01", 0x0009, 0x1001, None),
        (" GEMS_IDEN_01", 0x0009, 0x1001, None),
        ("NOBODY", 0x0009, 0x1001, None),
        ("PAPYRUS 3.0", 0x6001, 0x1000, "OverlayID"),
        ("PAPYRUS 3.0", 0x6003, 0x1000, "OverlayID"),
        ("PAPYRUS 3.0", 0x6002, 0x1000, None),
        ("PHILIPS MR/PART", 0x0021, 0x1110, "ScanTime"),
        ("PHILIPS MR/PART", 0x0021, 0x1010, "ImageType"),
        ("PHILIPS MR/PART", 0x0019, 0x1081, "ChemicalShift"),
        ("PHILIPS MR/PART", 0x0019, 0x0181, None),
        ("PHILIPS MR/PART", 0x0021, 0x1210, None),
        ("OCULUS Optikgeraete GmbH", 0x0029, 0x1010, "OriginalMeasuringData"),
        ("OCULUS Optikgeraete GmbH", 0x0029, 0x1110, None),
        ("PAPYRUS", 0x0041, 0x10B3, "InternalOffsetToImage"),
        ("FDMS 1.0", 0x2011, 0x1011, "ImagePositionSpecifyingFlag"),
        ("SIEMENS CM VA0  LAB", 0x0009, 0x1012, "X-RayTubeIdentificationLabel"),
    ],
)
def test_private_names(tables: Tables, creator: str, group: int, element: int, name: str | None) -> None:
    assert name_of(tables.private(creator, group, element)) == name


def test_dictionaries_differ_between_versions() -> None:
    assert name_of(load("3.6.5").standard(0x0008, 0x0400)) is None
    assert name_of(load("3.6.9").standard(0x0008, 0x0400)) == "ScopeOfInventorySequence"
    assert name_of(load("3.6.9").standard(0x0010, 0x2160)) == "EthnicGroup"
    assert name_of(load("3.7.0").standard(0x0010, 0x2160)) == "RETIRED_EthnicGroup"
    movie = ("GEMS_Ultrasound_MovieGroup_001", 0x7FE1, 0x1060)
    assert name_of(load("3.6.5").private(*movie)) is None
    assert name_of(load("3.6.7").private(*movie)) == "IllegalPrivatePixelSequence"


def test_entries_with_one_name(tables: Tables) -> None:
    assert tables.named("SOPInstanceUID") == (tables.standard(0x0008, 0x0018),)
    assert tables.named("sopinstanceuid") == ()
    acquisition_numbers = tables.named("AcquisitionNumber")
    assert acquisition_numbers[0] == tables.standard(0x0020, 0x0012)
    assert {entry.source for entry in acquisition_numbers[1:]} == {"private.dic"}
    assert list(tables.named("Unknown")) == [entry for entry in tables if entry.name == "Unknown"]


@pytest.mark.parametrize(
    ("group", "element", "vr", "bounds"),
    [
        (0x0028, 0x0106, "xs", (1, 1)),
        (0x0028, 0x3006, "lt", (1, None)),
        (0x5400, 0x1010, "ox", (1, 1)),
        (0x0004, 0x1200, "up", (1, 1)),
        (0xFFFE, 0xE000, "na", (1, 1)),
        (0x0008, 0x0008, "CS", (2, None)),
        (0x0020, 0x0032, "DS", (3, 3)),
        (0x3006, 0x0050, "DS", (3, None)),
    ],
)
def test_vr_and_multiplicity(tables: Tables, group: int, element: int, vr: str, bounds: tuple[int, int | None]) -> None:
    entry = tables.standard(group, element)
    assert entry is not None
    assert (entry.vr, (entry.vm_min, entry.vm_max)) == (vr, bounds)


@pytest.mark.parametrize(
    "line", ["", "0010,0020", "0010\tLO\tName\t1", "0010,002\tLO\tName\t1", "0010,0020\tLO\tName\tn"]
)
def test_lines_that_are_no_entry(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kind of error is the promise
        parse_entry(line)


@given(versions, numbers, numbers)
def test_a_standard_entry_covers_the_tag_that_finds_it(version: str, group: int, element: int) -> None:
    entry = load(version).standard(group, element)
    assert entry is None or (entry.creator is None and entry.matches(group, element))


@given(some_entries, blocks)
def test_every_entry_is_found_by_its_tag(entry: Entry, block: int) -> None:
    tables = load("3.7.0")
    element = entry.element if entry.element > 0xFF else block << 8 | entry.element
    if entry.creator is None:
        found = tables.standard(entry.group, entry.element)
        assert found == entry or entry.name == "GenericGroupLength"  # for which every group has a better one
    else:
        assert tables.private(entry.creator, entry.group, element) == entry
    assert entry in tables.named(entry.name)
