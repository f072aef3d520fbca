"""What `dictionary suggest` makes of files: lines that every release takes, that name each tag and keep its VR."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

import emulator.dictionary
from conformance.strategies import dictionaries
from conformance.strategies.stored_files import datasets
from emulator import RELEASES, Emulator
from emulator.advising import Suggestion, suggest
from emulator.checking import check
from emulator.dictionary import UNKNOWN_TAG_NAME
from emulator.testing import dicom_bytes

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
FILES = [
    FIXTURES / "ct_small.dcm",
    FIXTURES / "cr_agfa.dcm",
    FIXTURES / "ct_ge_cardiac.dcm",
    FIXTURES / "nm_ge_genie.dcm",
]
ALL = list(RELEASES)


def saved(folder: Path, *files: Any) -> Path:
    """A folder with files of these private tags each."""
    folder.mkdir(exist_ok=True)
    for index, private in enumerate(files):
        (folder / f"{index}.dcm").write_bytes(dicom_bytes(private=private))
    return folder


def lines(suggestion: Suggestion) -> dict[str, list[Any]]:
    return suggestion.dictionary


def test_one_block_is_registered_in_full(tmp_path: Path) -> None:
    found = suggest(saved(tmp_path, {("MYLAB", 0x0011, 0x01): ("LO", "a")}, {("MYLAB", 0x0011, 0x01): ("LO", "b\\c")}))
    assert found.dictionary == {"0011,1001": ["LO", "MYLAB_0011_01", 1, 2, "MYLAB"]}
    assert str(found) == (
        "{\n"
        '  "Dictionary": {\n'
        '    // "MYLAB", group 0011: all have block 10: in full, so that requests can use the name\n'
        '    "0011,1001": ["LO", "MYLAB_0011_01", 1, 2, "MYLAB"]  // 2 files\n'
        "  }\n"
        "}\n"
    )


def test_several_blocks_are_registered_by_offset(tmp_path: Path) -> None:
    first = {("OTHER", 0x0011, 0x01): ("LO", "a"), ("MYLAB", 0x0011, 0x01): ("LO", "b")}
    found = suggest(saved(tmp_path, {("MYLAB", 0x0011, 0x01): ("LO", "a")}, first), both_forms=False)
    assert found.dictionary["0011,01"] == ["LO", "MYLAB_0011_01", 1, 1, "MYLAB"]
    assert "10 in 1 file, 11 in 1 file" in str(found)
    with_both = suggest(tmp_path, both_forms=True)
    assert [
        one for one in check({"Dictionary": with_both.dictionary}) if one.code in ("full-form", "offset-name")
    ] == []


def test_vrs_that_differ_are_told_with_a_file_of_each(tmp_path: Path) -> None:
    tag = ("MYLAB", 0x0011, 0x01)
    found = suggest(saved(tmp_path, {tag: ("LO", "a")}, {tag: ("LO", "a")}, {tag: ("DS", "1")}))
    assert found.dictionary["0011,1001"][0] == "LO"
    (line,) = found.lines
    assert line.evidence.startswith("VRs differ: LO in 2 files (")
    assert "DS in 1 file (" in line.evidence
    assert str(tmp_path / "2.dcm") in line.evidence


def test_a_vr_is_public_or_a_guess_where_no_file_says_it(tmp_path: Path) -> None:
    agfa = {("AGFA", 0x0019, 0x62): ("SH", "STATION"), ("MYLAB", 0x0011, 0x01): ("UI", "1.2.3")}
    (tmp_path / "implicit.dcm").write_bytes(dicom_bytes(private=agfa, transfer_syntax=ImplicitVRLittleEndian))
    found = {line.key: line for line in suggest(tmp_path).lines}
    assert found["0019,1062"].definition[0] == "SH"
    assert found["0019,1062"].evidence == "by pydicom: no file says the VR"
    assert found["0011,1001"].definition[0] == "UI"
    assert found["0011,1001"].evidence.startswith("a guess from the bytes")


def test_a_vr_that_a_release_cannot_register_is_told(tmp_path: Path) -> None:
    saved(tmp_path, {("MYLAB", 0x0011, 0x01): ("UC", "a" * 100)})
    assert suggest(tmp_path, releases=["1.13.0"]).dictionary["0011,1001"][0] == "UC"
    (line,) = suggest(tmp_path, releases=["1.12.7", "1.13.0"]).lines
    assert line.definition[0] == "UT"
    assert "1.12.7 can't register UC" in line.evidence


def test_what_a_configuration_has_is_not_suggested(tmp_path: Path) -> None:
    saved(tmp_path, {("MYLAB", 0x0011, 0x01): ("LO", "a"), ("MYLAB", 0x0011, 0x02): ("LO", "b")})
    section = {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}
    assert [*suggest(tmp_path, {"Dictionary": section}).dictionary] == ["0011,1002"]


def test_an_entry_of_another_block_is_completed_by_offset(tmp_path: Path) -> None:
    saved(tmp_path, {("MYLAB", 0x0011, 0x01): ("LO", "a")})
    section = {"0011,1101": ["LO", "MyLabel", 1, 1, "MYLAB"]}
    added = suggest(tmp_path, {"Dictionary": section}).dictionary
    assert [*added] == ["0011-0001"]
    for release in ALL:
        orthanc = Emulator({"Dictionary": {**section, **added}}, release=release)
        assert orthanc.dictionary.find(0x0011, 0x1001, "MYLAB") is not None


def test_two_creators_in_one_block_get_keys_of_their_own(tmp_path: Path) -> None:
    saved(tmp_path, *({(f"LAB{number}", 0x0011, 0x01): ("LO", "a")} for number in range(3)))
    found = suggest(tmp_path, releases=ALL)
    assert {definition[4] for definition in found.dictionary.values()} == {"LAB0", "LAB1", "LAB2"}


def test_orphans_get_no_line(tmp_path: Path) -> None:
    dataset = dcmread(io.BytesIO(dicom_bytes()))
    dataset.add_new(0x00111001, "LO", "whose?")
    dataset.save_as(tmp_path / "orphan.dcm")
    found = suggest(tmp_path)
    assert found.lines == []
    assert [str(one) for one in found.left_out] == [
        "0011,xx01 of no creator, in 1 file: no creator element reserves its block: no entry fits"
    ]


def test_it_can_be_asked_for_in_the_room_of_the_dictionary() -> None:
    assert emulator.dictionary.suggest is suggest


@pytest.mark.parametrize("release", ALL)
def test_fixtures_are_named_and_leave_check_nothing_to_warn_of(release: str) -> None:
    found = suggest(FILES, releases=[release])
    configuration = {"Dictionary": found.dictionary}
    assert [one for one in check(configuration, release=release) if one.severity != "note"] == []
    orthanc = Emulator(configuration, release=release)
    for stored in orthanc.load(*FILES):
        assert unnamed(orthanc.tags(stored.id)) == []


def unnamed(tags: dict[str, Any]) -> list[str]:
    """The private tags in reserved blocks that have no name, those of items too."""
    found = []
    for number, shown in tags.items():
        if int(number[3], 16) % 2 and shown["Name"] == UNKNOWN_TAG_NAME and "PrivateCreator" in shown:
            found.append(number)
        if shown["Type"] == "Sequence":
            for item in shown["Value"]:
                found += unnamed(item)
    return found


FILES_OF_ONE_LAB = dictionaries().flatmap(lambda dictionary: st.lists(datasets(dictionary), min_size=1, max_size=3))


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    files=FILES_OF_ONE_LAB | st.lists(datasets(), min_size=1, max_size=3),
    release=st.sampled_from(ALL),
    both=st.booleans(),
)
def test_every_tag_of_a_block_gets_a_name_and_an_edit_keeps_its_vr(
    tmp_path_factory: pytest.TempPathFactory, files: Sequence[Dataset], release: str, both: bool
) -> None:
    folder = tmp_path_factory.mktemp("files")
    for index, dataset in enumerate(files):
        dataset.save_as(folder / f"{index}.dcm")
    found = suggest(folder, releases=[release], both_forms=both)
    configuration = {"Dictionary": found.dictionary, "OverwriteInstances": True}
    assert [one for one in check(configuration, release=release) if one.severity != "note"] == []
    taken = {one.tag for one in found.left_out if "all spellings" in one.reason}
    orthanc = Emulator(configuration, release=release)
    for path in sorted(folder.iterdir()):
        stored = orthanc.store(path)
        unknown = [tag for tag in unnamed(orthanc.tags(stored.id)) if f"{tag[:4]},xx{tag[7:]}" not in taken]
        assert unknown == []
        check_edits(orthanc, stored.id, path, found)


def check_edits(orthanc: Emulator, instance: str, path: Path, found: Suggestion) -> None:
    """Removes each private value that a text can take, and looks at the VR of what is written in its place."""
    dataset = dcmread(path)
    if dataset.file_meta.TransferSyntaxUID.is_implicit_VR:
        return
    for key, seen in found.survey.tags.items():
        element = next(
            (
                one
                for one in dataset
                if one.tag.group == key.group
                and one.tag.element & 0xFF == key.offset
                and one.tag.is_private
                and one.private_creator == key.creator
                and one.tag.element > 0xFF
            ),
            None,
        )
        if element is None or key.creator is None or len([vr for vr in seen.vrs if vr]) > 1:
            continue
        if element.VR not in ("LO", "SH", "ST", "LT", "UT", "DS", "IS", "US", "CS") or found_without(
            found, key.creator
        ):
            continue
        request = {
            "Replace": {f"{element.tag.group:04x},{element.tag.element:04x}": "1"},
            "PrivateCreator": key.creator,
        }
        edited = dcmread(io.BytesIO(orthanc.modify("Instance", instance, request)))
        assert edited[element.tag].VR == element.VR


def found_without(found: Suggestion, creator: str) -> bool:
    return any(one.creator == creator for one in found.left_out)


# Bad input


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    saved(tmp_path / "files", {("MYLAB", 0x0011, 0x01): ("LO", "a")})
    (tmp_path / "files" / "notes.txt").write_text("no DICOM")
    (tmp_path / "files" / "empty.dcm").touch()
    (tmp_path / "files" / "circle").symlink_to(tmp_path / "files")
    (tmp_path / "files" / "nowhere").symlink_to(tmp_path / "missing")
    found = suggest([tmp_path / "files", tmp_path / "missing"])
    assert [*found.dictionary] == ["0011,1001"]
    assert sorted(str(one).rsplit("/", 1)[1] for one in found.survey.unread) == [
        "empty.dcm: is empty",
        "missing: there is no such file or folder",
        "notes.txt: is no DICOM file that a server could read",
        "nowhere: is a link that leads nowhere",
    ]
    assert found.survey.failed


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is readable for root")
def test_an_unreadable_folder_is_told(tmp_path: Path) -> None:
    tmp_path.joinpath("closed").mkdir(mode=0)
    found = suggest(tmp_path)
    assert [str(one).rsplit("/", 1)[1] for one in found.survey.unread] == ["closed: cannot be read: Permission denied"]


def test_two_gigabytes_of_pixel_data_are_not_read(tmp_path: Path) -> None:
    head = dicom_bytes(private={("MYLAB", 0x0011, 0x01): ("LO", "a")})
    big = tmp_path / "big.dcm"
    with big.open("wb") as file:
        file.write(head + b"\xe0\x7f\x10\x00OW\0\0\xf0\xff\xff\x7f")
        file.truncate(len(head) + 12 + 0x7FFFFFF0)  # sparse
    assert [*suggest(big).dictionary] == ["0011,1001"]


def test_no_private_tag_at_all_is_no_error(tmp_path: Path) -> None:
    saved(tmp_path, {})
    found = suggest(tmp_path)
    assert (found.lines, found.left_out, found.survey.files) == ([], [], 1)
    json.loads(str(found))


def test_many_processes_find_what_one_does(tmp_path: Path) -> None:
    tag = ("MYLAB", 0x0011, 0x01)
    saved(tmp_path, *({tag: ("LO", "a")} for _ in range(600)))
    alone, together = suggest(tmp_path), suggest(tmp_path, processes=2)
    assert alone.survey == together.survey
    assert str(alone) == str(together)
