"""One definition of a data dictionary: the tags that it covers and what it says about them."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from ..late_pattern import late_pattern

Parity = Literal["any", "even", "odd"]
Source = Literal["dicom.dic", "private.dic", "configuration", "external"]

PARITIES: dict[str | None, Parity] = {None: "even", "e": "even", "o": "odd", "u": "any"}
"""DCMTK's notation of which numbers of a range count; a plain range such as ``6000-60FF`` has even ones."""

HEXADECIMAL = "[0-9A-F]{4}"
OFFSET_OR_ELEMENT = "(?:[0-9A-F]{4}|[0-9A-F]{2})"
TAG = late_pattern(
    rf"(?P<group>{HEXADECIMAL})(?P<group_range>-(?:(?P<group_parity>[eou])-)?(?P<upper_group>{HEXADECIMAL}))?"
    rf',(?:"(?P<creator>[^"]*)",)?'
    rf"(?P<element>{OFFSET_OR_ELEMENT})"
    rf"(?P<element_range>-(?:(?P<element_parity>[eou])-)?(?P<upper_element>{OFFSET_OR_ELEMENT}))?"
)

LARGEST_OFFSET = 0xFF
"""A private entry with a number up to here is an offset: it fits (gggg,xxee) for every xx."""

FIRST_PRIVATE_ELEMENT = 0x1000
"""Private data elements begin here; what is below are creators and reserved numbers (PS3.5 section 7.8.1)."""


class Entry(NamedTuple):
    """One definition of a data dictionary.

    A named tuple because thousands are created; equality and hash are by value.

    - ``group`` and ``upper_group`` are the first and last group, equal unless it repeats (``6000-60FF``).
    - ``group_parity`` says which groups of that range count: "even" (DCMTK's default), "odd" (``-o-``) or
      "any" (``-u-``). It is "any" when there is no range.
    - ``element``, ``upper_element`` and ``element_parity`` say the same of the element. For a private entry,
      a number up to 0x00FF is an offset that fits every block which the creator reserves (``gggg,xxee``), and
      a higher number is a whole element number (DCMTK's private.dic explains these two forms).
    - ``creator`` is the private creator, exactly as the dictionary writes it, or None for a standard entry.
    - ``vr`` is as the dictionary writes it, including DCMTK's own codes for what depends on the context:
      "ox" (OB or OW), "xs" (US or SS), "lt" (US, SS or OW), "px" (pixel data), "up" (UL, an offset in a
      DICOMDIR) and "na" (items and delimiters).
    - ``name`` is as DCMTK reports it; retired attributes begin with "RETIRED_".
    - ``vm`` is the value multiplicity as written ("1", "1-n", "2-2n"); ``vm_min`` and ``vm_max`` are its
      bounds, with None for "n" and its multiples.
    - ``source`` is where the entry comes from: DCMTK's own "dicom.dic" or "private.dic", "external" for a file of
      the user's in DCMTK's format, "configuration" for a line of the section "Dictionary".
    - ``file`` is the path of the user's file as it is configured, None for every other source.
    """

    group: int
    upper_group: int
    group_parity: Parity
    element: int
    upper_element: int
    element_parity: Parity
    creator: str | None
    vr: str
    name: str
    vm: str
    vm_min: int
    vm_max: int | None
    source: Source
    file: str | None = None

    @property
    def repeating(self) -> bool:
        """Whether the entry covers a range of groups or elements, not just one tag or one private offset."""
        return self.group != self.upper_group or self.element != self.upper_element

    def contains(self, other: Entry) -> bool:
        """Whether the ranges of `other` lie within those of this entry, with equal parities; both have one creator."""
        return (
            self.group <= other.group
            and other.upper_group <= self.upper_group
            and self.group_parity == other.group_parity
            and self.element <= other.element
            and other.upper_element <= self.upper_element
            and self.element_parity == other.element_parity
        )

    def matches(self, group: int, element: int) -> bool:
        """Whether this entry defines the tag (group, element).

        For a private entry the caller has already checked that the tag's block belongs to ``creator``.
        """
        if self.creator is not None and self.upper_element <= LARGEST_OFFSET:
            element &= LARGEST_OFFSET
        return in_range(group, self.group, self.upper_group, self.group_parity) and in_range(
            element, self.element, self.upper_element, self.element_parity
        )


def in_range(number: int, lowest: int, highest: int, parity: Parity) -> bool:
    """Whether `number` lies between `lowest` and `highest`, both included, and has that parity."""
    if not lowest <= number <= highest:
        return False
    return parity == "any" or (number % 2 == 1) == (parity == "odd")


# Unbounded: it holds at most one entry per line of the shipped tables, most of which the versions share, and of the
# files that a user configures.
@cache
def parse_entry(line: str) -> Entry:
    """Parse one line of the tables: tag, VR, name and VM, and the path of a user's file, separated by tabs.

    The tag is written as in DCMTK's dictionaries without the parentheses, with hexadecimal digits in upper
    case: ``0010,0020``, ``6000-60FF,3000``, ``0009-o-FFFF,0010-u-00FF`` or ``0009,"GEMS_IDEN_01",01``. The
    lines of the shipped tables have no path.

    Raises ValueError when the line is anything else.
    """
    fields = line.split("\t", 4)
    if len(fields) < 4:
        raise ValueError(f"expected tag, VR, name and VM separated by tabs: {line!r}")
    tag, vr, name, vm = fields[:4]
    file = fields[4] if len(fields) > 4 else None
    shipped: Source = "private.dic" if '"' in tag else "dicom.dic"
    match = TAG.fullmatch(tag)
    if match is None:
        raise ValueError(f"not a tag of a DCMTK dictionary: {tag!r}")
    parts = match.groupdict()
    vm_min, vm_max = parse_multiplicity(vm)
    return Entry(
        group=int(parts["group"], 16),
        upper_group=int(parts["upper_group"] or parts["group"], 16),
        group_parity=PARITIES[parts["group_parity"]] if parts["group_range"] else "any",
        element=int(parts["element"], 16),
        upper_element=int(parts["upper_element"] or parts["element"], 16),
        element_parity=PARITIES[parts["element_parity"]] if parts["element_range"] else "any",
        creator=parts["creator"],
        vr=vr,
        name=name,
        vm=vm,
        vm_min=vm_min,
        vm_max=vm_max,
        source=shipped if file is None else "external",
        file=file,
    )


@cache
def parse_multiplicity(vm: str) -> tuple[int, int | None]:
    """The bounds of a value multiplicity (PS3.5 section 6.4): "2-2n" is (2, None), as it has no upper bound.

    Raises ValueError when `vm` is not a value multiplicity.
    """
    lowest, _, highest = vm.partition("-")
    if highest.endswith("n"):
        return int(lowest), None
    return int(lowest), int(highest or lowest)
