"""Files for a user's own dictionary, and one assertion: that its entries do what their author thinks.

Of the emulator this imports what is asked for, when it is asked for: the other strategies don't need it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset

from ..files.datasets import PATIENT_PREFIX, SECONDARY_CAPTURE, uid
from ..files.raw import RawElement, encode_file
from .element_values import sorted_elements, values
from .entries import Entry

if TYPE_CHECKING:
    from emulator import Emulator
    from emulator.configuration import ConfigurationSource

#: The blocks that files are drawn with, the simplest first.
BLOCKS = (0x10, 0x11, 0xFF)

#: VRs whose values a modify takes as text, with one that fits.
TEXTS = {
    "AE": "ORTHANC", "AS": "042Y", "CS": "B", "DA": "20260102", "DS": "2.5", "DT": "20260102", "FD": "2.5", "FL": "2.5",
    "IS": "7", "LO": "b", "LT": "b", "PN": "B^C", "SH": "b", "SL": "7", "SS": "7", "ST": "b", "TM": "101500", "UC": "b",
    "UI": "1.2.3", "UL": "7", "UR": "b", "US": "7", "UT": "b",
}  # fmt: skip


class Drawn(NamedTuple):
    """One private element that a file was drawn with, of an entry: its tag "gggg,eeee"."""

    key: str
    tag: str
    entry: Entry

    def __str__(self) -> str:
        return f'entry "{self.key}": {self.entry}, element ({self.tag})'


class DrawnFile(NamedTuple):
    """A file and the elements in it that entries are for."""

    dataset: Dataset
    drawn: tuple[Drawn, ...]

    def __repr__(self) -> str:
        syntax = "implicit" if self.dataset.file_meta.TransferSyntaxUID.is_implicit_VR else "explicit"
        told = ", ".join(
            f"({one.tag.group:04x},{one.tag.element:04x}) {one.VR} {one.value!r}"
            for one in self.dataset
            if one.tag.is_private
        )
        return f"<a file in {syntax} VR: {told}>"


@st.composite
def files_for(
    draw: st.DrawFn,
    dictionary: Mapping[str, Entry],
    *,
    blocks: Sequence[int] = BLOCKS,
    implicit: bool | None = None,
) -> Dataset:
    """A small file with some of a dictionary's private tags, as a pydicom Dataset that is ready to be saved.

    Each creator stands in one of `blocks`, whatever block an entry in full is for: a device may choose any (PS3.5
    section 7.8.1). Values fit their VRs. `implicit` says whether the file is in implicit VR; for None it may be.

    >>> dataset = files_for({"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}).example()
    >>> [element.private_creator for element in dataset if element.tag.is_private][1:]
    ['MYLAB']
    """
    return draw(drawn_files(dict(dictionary), tuple(blocks), implicit)).dataset


@st.composite
def drawn_files(
    draw: st.DrawFn, dictionary: dict[str, Entry], blocks: tuple[int, ...], implicit: bool | None
) -> DrawnFile:
    """A file and the elements in it that entries are for."""
    private = private_entries(dictionary)
    chosen = draw(st.lists(st.sampled_from(private), min_size=1, max_size=2, unique_by=lambda one: one[0]))
    reserved: dict[tuple[int, str], int] = {}
    taken: set[tuple[int, int]] = set()
    elements: dict[str, RawElement] = {element[0]: element for element in identity()}
    drawn: list[Drawn] = []
    for key, group, offset, entry in chosen:
        creator = entry[4]
        block = reserved.get((group, creator))
        if block is None:
            free = [one for one in blocks if (group, one) not in taken] or [
                one for one in range(0x10, 0x100) if (group, one) not in taken
            ]
            block = draw(st.sampled_from(free))
            taken.add((group, block))
            reserved[group, creator] = block
            tag = f"{group:04x},{block:04x}"
            elements[tag] = (tag, "LO", creator)
        tag = f"{group:04x},{block:02x}{offset:02x}"
        if tag not in elements:
            elements[tag] = (tag, entry[0], draw(values(entry[0])))
            drawn.append(Drawn(key, tag, list(entry)))
    is_implicit = draw(st.booleans()) if implicit is None else implicit
    data = encode_file(sorted_elements([*elements.values()]), implicit=is_implicit)
    return DrawnFile(dcmread(io.BytesIO(data)), tuple(drawn))


def private_entries(dictionary: Mapping[str, Entry]) -> list[tuple[str, int, int, Entry]]:
    """The entries with a creator: key, group, offset in a block, definition. Raises ValueError where there is none."""
    from emulator.dictionary.tag_text import parse_tag

    found = []
    for key, entry in dictionary.items():
        tag = parse_tag(key)
        if tag is not None and len(entry) > 4 and entry[4]:
            found.append((key, tag >> 16, tag & 0xFF, entry))
    if not found:
        raise ValueError("the dictionary has no entry with a private creator")
    return found


def identity() -> list[RawElement]:
    """What makes a file one that a server stores."""
    return [
        ("0008,0016", "UI", SECONDARY_CAPTURE),
        ("0008,0018", "UI", uid("holding", "instance")),
        ("0010,0020", "LO", f"{PATIENT_PREFIX}HOLDING"),
        ("0020,000d", "UI", uid("holding", "study")),
        ("0020,000e", "UI", uid("holding", "series")),
    ]


def assert_dictionary_holds(
    configuration: ConfigurationSource,
    *,
    releases: Iterable[str] | None = None,
    blocks: Sequence[int] = BLOCKS,
    max_examples: int = 100,
) -> None:
    """Fails, with the shortest example, where an entry of a configuration does not do what its author thinks.

    On each release (for None the default one and those after it, as upgrades go): the server starts; an element of an
    entry is shown by the name of one of its creator's entries, in whatever block of `blocks` and in explicit and
    implicit VR; a modify of it, of an instance and of a study, keeps its VR, writes the value and leaves the others
    alone; a query by its number finds the file. Raises AssertionError; OrthancError for what can't be read.

    >>> assert_dictionary_holds({"Dictionary": {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}}, max_examples=5)
    """
    from emulator import DEFAULT_RELEASE, RELEASES
    from emulator.configuration import Configuration

    versions = [*RELEASES]
    asked = [*releases] if releases is not None else versions[versions.index(DEFAULT_RELEASE) :]
    options = dict(Configuration.load(configuration, RELEASES[asked[0]]).options)
    dictionary = options.get("Dictionary", {})
    servers = {version: started(options, version) for version in asked}

    @settings(
        max_examples=max_examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn_files(dictionary, tuple(blocks), None), st.sampled_from(asked))
    def holds(file: DrawnFile, version: str) -> None:
        assert_file_holds(servers[version].fork(), file.dataset, file.drawn, f"Orthanc {version}")

    holds()


def started(options: Mapping[str, Any], version: str) -> Emulator:
    from emulator import Emulator, OrthancError

    try:
        return Emulator(options, release=version)
    except OrthancError as error:
        raise AssertionError(f"Orthanc {version} does not start with this dictionary: {error}") from None


def assert_file_holds(server: Emulator, dataset: Dataset, drawn: Sequence[Drawn], where: str) -> None:
    implicit = dataset.file_meta.TransferSyntaxUID.is_implicit_VR
    where += ", a file in implicit VR" if implicit else ", a file in explicit VR"
    stored = server.store(dataset)
    tags = server.tags(stored.id)
    for one in drawn:
        creator = one.entry[4]
        entry = server.dictionary.find(int(one.tag[:4], 16), int(one.tag[5:], 16), creator)
        assert entry is not None, (
            f"{where}: {one} has no name, because the block of {creator!r} is {one.tag[5:7]} there: "
            f'register the offset, too, as "{one.tag[:4]}-00{one.tag[7:]}"'
        )
        assert tags[one.tag]["Name"] == entry.name, f"{where}: {one} is shown as {tags[one.tag]['Name']}"
    for one in drawn:
        check_edits(server, stored.id, stored.parent_study, one, [other for other in drawn if other != one], where)


def check_edits(server: Emulator, instance: str, study: str, one: Drawn, others: Sequence[Drawn], where: str) -> None:
    representation, creator = one.entry[0], one.entry[4]
    text = TEXTS.get(representation)
    if text is None:
        return  # of sequences and bytes
    request = {"Replace": {one.tag: text}, "PrivateCreator": creator}
    before = dcmread(io.BytesIO(server.file(instance)))
    check_edited(before, server.modify("Instance", instance, request), one, text, others, f"{where}, after a modify")
    known = {*server.resources("Instance")}
    server.modify("Study", study, request)
    copies = [found for found in server.resources("Instance") if found not in known]
    assert copies, f"{where}: the modify of a study makes no copy"
    check_edited(before, server.file(copies[0]), one, text, others, f"{where}, after the modify of a study")
    shown = server.tags(copies[0])[one.tag]["Value"]
    if shown is not None and not set(shown) & set("*?\\"):
        found = server.find("Instance", {one.tag: shown})
        assert copies[0] in found, f"{where}: {one} is not found by its value {shown!r}"


def check_edited(before: Dataset, data: bytes, one: Drawn, text: str, others: Sequence[Drawn], where: str) -> None:
    edited = dcmread(io.BytesIO(data))
    element = edited[int(one.tag[:4], 16), int(one.tag[5:], 16)]
    if not edited.file_meta.TransferSyntaxUID.is_implicit_VR:
        assert one.entry[0] == element.VR, f"{where}: {one} is written as {element.VR}, not {one.entry[0]}"
        assert str(element.value) == text, f"{where}: {one} is {element.value!r}, not {text!r}"
    for other in others:
        tag = int(other.tag[:4], 16), int(other.tag[5:], 16)
        assert edited[tag].value == before[tag].value, f"{where}: {other} changed from {before[tag]} to {edited[tag]}"


__all__ = ["assert_dictionary_holds", "files_for"]
