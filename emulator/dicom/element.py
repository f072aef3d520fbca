"""The raw form in which a DICOM file is kept: elements whose values are bytes, not typed values.

Orthanc shows and edits the bytes of a value as text ("1.50" stays "1.50"), so nothing is converted on reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

#: VRs whose length stands in four bytes in explicit VR files (PS3.5 section 7.1.2).
LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})

#: VRs whose value is text.
TEXT_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())

#: Bytes per value of the VRs that hold binary numbers (PS3.5 section 6.2); AT is two numbers of two bytes.
NUMBER_SIZES = {"AT": 2, "FD": 8, "FL": 4, "SL": 4, "SS": 2, "SV": 8, "UL": 4, "US": 2, "UV": 8}

#: Bytes per word of the VRs that hold a stream of words.
WORD_SIZES = {"OD": 8, "OF": 4, "OL": 4, "OV": 8, "OW": 2}

#: What is written for an element of an implicit VR file whose VR depends on the context.
UNDECIDED_VRS = {"lt": "OW", "up": "UL", "xs": "US"}

#: Stands for a VR that is none, or that the context did not decide: never shown, written as UN.
UNSUPPORTED_VR = "??"

#: Between these tags every group is written: below them are those of the command, the meta header and directories.
LOWEST_WRITTEN, ABOVE_WRITTEN = 0x00080000, 0xFFFF0000

PIXEL_DATA = 0x7FE00010
SPECIFIC_CHARACTER_SET = 0x00080005


@dataclass(slots=True)
class Element:
    """One data element.

    `value` is little endian whatever the file's transfer syntax, its padding included. A sequence has `items` and
    no value. `undefined_length` tells how the file wrote a sequence, or that `value` holds the fragments of
    encapsulated pixel data up to their delimiter (PS3.5 annex A.4).
    """

    tag: int
    vr: str
    value: bytes = b""
    items: list[Dataset] | None = None
    undefined_length: bool = False

    @property
    def group(self) -> int:
        return self.tag >> 16

    @property
    def is_private(self) -> bool:
        """Whether the group is odd (PS3.5 section 7.8)."""
        return bool(self.tag & 0x10000)

    @property
    def is_private_creator(self) -> bool:
        """Whether the element reserves a block: (gggg,0010-00ff) of an odd group (PS3.5 section 7.8.1)."""
        return self.is_private and 0x10 <= self.tag & 0xFFFF <= 0xFF

    @property
    def is_flat(self) -> bool:
        """Whether it is written as it is: no sequence, no fragments, no group length, and in no group that is not."""
        return (
            self.items is None
            and not self.undefined_length
            and self.tag & 0xFFFF != 0
            and LOWEST_WRITTEN <= self.tag < ABOVE_WRITTEN
        )

    @property
    def bytes_shown(self) -> bytes:
        """The value as views show its bytes: of words, which may be of odd length, all that the file has."""
        return self.value if UNDECIDED_VRS.get(self.vr, self.vr) == "OW" else even(self.value)


class OddWords(Element):
    """An OW of odd length in a big endian file.

    As it is written anew a NUL was put behind it before its bytes were swapped, so that the NUL stands before the last
    byte; as it is shown there is none (measured on Orthanc 1.9.1 to 1.13.0).
    """

    __slots__ = ()

    @property
    def bytes_shown(self) -> bytes:
        return self.value[:-2] + self.value[-1:]


class OddPixels(Element):
    """Pixel data as OB, of odd length in a big endian file: written in implicit VR, they are swapped as words are.

    So are those of an icon, but none of even length (measured on Orthanc 1.9.1 to 1.13.0).
    """

    __slots__ = ()


@dataclass(slots=True)
class Dataset:
    """Elements by tag, in ascending order of their tags.

    `is_flat`: it is known to have no sequence, no fragments, no group length and nothing that is left out of a file, so
    that nobody need look at each element for one; most files are.

    Two things remain of the order in a file: `late_creators`, which stand behind an element of a higher tag and are not
    heeded, and `from_pixel_data_on`, the pixel data of a file that the server reads up to there only, and what stands
    behind it (measured on Orthanc 1.9.1 to 1.13.0).
    """

    held: dict[int, Element] = field(default_factory=dict)  # in any order until `elements` is asked for
    late_creators: frozenset[int] = frozenset()
    from_pixel_data_on: frozenset[int] = frozenset()
    is_in_order: bool = field(default=True, repr=False, compare=False)
    is_flat: bool = field(default=False, repr=False, compare=False)

    @property
    def elements(self) -> dict[int, Element]:
        """The elements by tag, those sorted in that were put behind their place."""
        if not self.is_in_order:
            self.held, self.is_in_order = dict(sorted(self.held.items())), True
        return self.held

    def __iter__(self) -> Iterator[Element]:
        return iter(self.elements.values())

    def __len__(self) -> int:
        return len(self.held)

    def __contains__(self, tag: int) -> bool:
        return tag in self.held

    def get(self, tag: int) -> Element | None:
        """The element at `tag`, a number 0xggggeeee, or None."""
        return self.held.get(tag)

    def put(self, element: Element) -> None:
        """Adds an element, or puts it in the place of the one that has its tag."""
        if element.tag not in self.held and self.held and next(reversed(self.held)) > element.tag:
            self.is_in_order = False  # sorted once, when the order is asked for: many are put one after the other
        if self.is_flat and not element.is_flat:
            self.is_flat = False
        self.held[element.tag] = element

    def remove(self, tag: int) -> None:
        """Removes the element at `tag` if there is one."""
        self.held.pop(tag, None)

    def private_creator(self, tag: int) -> str | None:
        """The creator that reserved the block of a private element, or None (PS3.5 section 7.8.1)."""
        creator = self.creator_element(tag)
        return None if creator is None else plain_text(creator.value)

    def creator_element(self, tag: int) -> Element | None:
        """The element that reserves the block of a private element, or None (PS3.5 section 7.8.1)."""
        if not tag & 0x10000 or tag & 0xFFFF < 0x1000:
            return None
        creator_tag = (tag & 0xFFFF0000) | (tag >> 8 & 0xFF)
        return None if creator_tag in self.late_creators else self.held.get(creator_tag)

    def copy(self) -> Dataset:
        """A dataset that can be edited without touching this one; elements that are no sequences are shared."""
        if self.is_flat:
            return Dataset(self.elements.copy(), is_flat=True)
        return Dataset(
            {tag: element if element.items is None else copy_element(element) for tag, element in self.elements.items()}
        )


def copy_element(element: Element) -> Element:
    """A copy of an element down to its last item."""
    items = [item.copy() for item in element.items or ()]
    return Element(element.tag, element.vr, b"", items, element.undefined_length)


def in_tag_order(dataset: Dataset) -> Dataset:
    """The same dataset, its elements sorted from the order of a file, which may not be that of the tags."""
    elements = dataset.held
    in_order = sorted(elements)
    if in_order != [*elements]:
        dataset.held = {tag: elements[tag] for tag in in_order}
    return dataset


def has_pixels(element: Element) -> bool:
    """Whether pixel data are any to the server: OB, OW, or fragments."""
    return element.undefined_length or UNDECIDED_VRS.get(element.vr, element.vr) in ("OB", "OW")


def even(value: bytes) -> bytes:
    """A value of odd length is read as if a NUL followed."""
    return value + b"\0" if len(value) % 2 else value


def plain_text(value: bytes) -> str:
    """The text of a value of the default repertoire, without the padding (PS3.5 section 6.2)."""
    return value.rstrip(b" \0").decode("latin-1")


def format_tag(tag: int) -> str:
    """`0x00111001` as Orthanc writes it: "0011,1001"."""
    return f"{tag >> 16:04x},{tag & 0xFFFF:04x}"
