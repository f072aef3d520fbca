"""The data dictionaries of the DCMTK versions that Orthanc is built with, for look-up by tag and by name.

The data are in the folder ``tables``, which `emulator.dictionary.build_tables` writes from DCMTK's dicom.dic
and private.dic. One version is stored in full and each other version as its changes against that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path

from .entry import Entry, parse_entry

VERSIONS = ("3.6.5", "3.6.7", "3.6.9", "3.7.0")
"""The DCMTK versions of Orthanc 1.9.1, 1.10.1, 1.12.7 and 1.13.0 in Debian, oldest first."""

BASE_VERSION = "3.6.7"
"""The version that is stored in full."""

FOLDERS = {
    "3.6.5": "/usr/share/libdcmtk15",
    "3.6.7": "/usr/share/libdcmtk17",
    "3.6.9": "/usr/share/dcmtk",
    "3.7.0": "/usr/share/dcmtk",
}
"""Where the dictionaries of a version are on the server, from which it loads them."""

FOLDER = Path(__file__).parent / "tables"
BASE_FILE = f"{BASE_VERSION}.txt"


class Tables:
    """The data dictionary of one DCMTK version. Read-only, and safe to share between threads.

    Iteration yields every entry in the order of the files: first dicom.dic, then private.dic. A tag that a
    file defines more than once counts once, with its last definition: later entries override earlier ones.
    """

    def __init__(self, lines: Iterable[str], base: Tables | None = None) -> None:
        """Index `lines`, each in the format of `parse_entry`; a later line overrides one of the same tag.

        They are laid over `base`, which they override too. Lines become entries only when they are asked for:
        parsing all of them takes 18 ms, this 0.8 ms (CPython 3.11).
        """
        self.lines = {line.partition("\t")[0]: line for line in lines}
        self.base = base

    def __len__(self) -> int:
        """The number of entries."""
        if self.base is None:
            return len(self.lines)
        return sum(1 for _ in self.all_lines())

    def __iter__(self) -> Iterator[Entry]:
        """Every entry, in the order of the files."""
        return map(parse_entry, self.all_lines())

    def all_lines(self) -> Iterator[str]:
        """The lines of what is below, without those that are overridden, and the own ones."""
        if self.base is not None:
            yield from (line for line in self.base.all_lines() if line.partition("\t")[0] not in self.lines)
        yield from self.lines.values()

    def line(self, tag: str) -> str | None:
        """The line of a tag as the tables write it."""
        line = self.lines.get(tag)
        return self.base.line(tag) if line is None and self.base is not None else line

    def standard(self, group: int, element: int) -> Entry | None:
        """The entry of dicom.dic for a tag (PS3.6 section 6), or None.

        An entry for exactly this tag goes before those for a range of tags, among which the first in the file
        counts. Private tags have none, except for their group lengths and creators ("PrivateCreator").
        """
        line = self.line(f"{group:04X},{element:04X}")
        if line is not None:
            return parse_entry(line)
        return self.first_repeating(None, group, element)

    def private(self, creator: str, group: int, element: int) -> Entry | None:
        """The entry of private.dic for a private tag in a block that `creator` reserves, or None.

        `creator` must be equal to the dictionary's, including case and inner spaces, so pass it without
        padding. The block number in `element` (``xx`` of ``gggg,xxee``, PS3.5 section 7.8.1) does not matter,
        except for the few entries of private.dic that give a whole element number; nor whether it is one of a block.
        """
        prefix = f'{group:04X},"{creator}",'
        line = self.line(f"{prefix}{element:04X}") or self.line(f"{prefix}{element & 0xFF:02X}")
        if line is not None:
            return parse_entry(line)
        return self.first_repeating(creator, group, element)

    def named(self, name: str) -> tuple[Entry, ...]:
        """All entries with exactly this name, in the order of the files; empty if there are none.

        Standard names are unique. Private ones are not, and some equal a standard name.
        """
        return tuple(map(parse_entry, self.lines_named(name)))

    def lines_named(self, name: str) -> list[str]:
        own = self.lines_by_name.get(name, [])
        if self.base is None:
            return own
        below = self.base.lines_named(name)
        return [line for line in below if line.partition("\t")[0] not in self.lines] + own

    def first_repeating(self, creator: str | None, group: int, element: int) -> Entry | None:
        """The first entry of this creator (None for standard entries) whose range of tags covers the tag."""
        for entry in self.repeating.get(creator, ()):
            if entry.matches(group, element):
                return entry
        return None

    @cached_property
    def repeating(self) -> dict[str | None, list[Entry]]:
        """The entries for ranges of tags by creator, in the order of the files."""
        repeating: dict[str | None, list[Entry]] = {} if self.base is None else dict(self.base.repeating)
        for tag, line in self.lines.items():
            # A range has a hyphen; so have some creators.
            if "-" in tag and (entry := parse_entry(line)).repeating:
                repeating[entry.creator] = with_range(repeating.get(entry.creator, []), entry)
        return repeating

    def creators_in(self, group: int) -> list[str]:
        """The private creators with entries in a group, in the order of the files."""
        in_ranges = [(place, creator) for place, creator, low, high in self.creators[1] if low <= group <= high]
        return [creator for _, creator in sorted([*self.creators[0].get(group, ()), *in_ranges])]

    @cached_property
    def creators(self) -> tuple[dict[int, list[tuple[int, str]]], list[tuple[int, str, int, int]]]:
        """The places of the private creators in the files, by group, and of those of a range of groups."""
        by_group: dict[int, dict[str, int]] = {}
        ranges: list[tuple[int, str, int, int]] = []
        for place, entry in enumerate(self):
            if entry.creator is not None and entry.group == entry.upper_group:
                by_group.setdefault(entry.group, {}).setdefault(entry.creator, place)
            elif entry.creator is not None:
                ranges.append((place, entry.creator, entry.group, entry.upper_group))
        return {group: [(place, name) for name, place in all_.items()] for group, all_ in by_group.items()}, ranges

    @cached_property
    def lines_by_name(self) -> dict[str, list[str]]:
        """The lines of the tables by the name that they define."""
        by_name: dict[str, list[str]] = {}
        for line in self.lines.values():
            by_name.setdefault(line.split("\t", 3)[2], []).append(line)
        return by_name


def with_range(ranges: list[Entry], new: Entry) -> list[Entry]:
    """The ranges with one more: it goes before those that contain it, and in the place of an equal one.

    Measured with overlapping ranges on Orthanc 1.9.1 to 1.13.0: the narrower one is found, whichever came first.
    """
    for index, old in enumerate(ranges):
        if old.contains(new):
            return [*ranges[:index], new, *ranges[index + new.contains(old) :]]
    return [*ranges, new]


@cache
def load(dcmtk_version: str) -> Tables:
    """The dictionary of a DCMTK version, one of `VERSIONS`. Each is read once per process and shared.

    Raises ValueError when there are no tables for this version.
    """
    if dcmtk_version not in VERSIONS:
        raise ValueError(f"no data dictionary of DCMTK {dcmtk_version!r}; there are {', '.join(VERSIONS)}")
    return Tables(read_lines(dcmtk_version))


@cache
def part(dcmtk_version: str, name: str) -> Tables:
    """What a version's file `name` defines, "dicom.dic" or "private.dic"; read once per process and shared."""
    is_private = name == "private.dic"
    lines = load(dcmtk_version).lines
    return Tables(line for tag, line in lines.items() if ('"' in tag) == is_private)


def read_lines(dcmtk_version: str) -> list[str]:
    """The lines of one version's dictionary, as stored in the folder ``tables``.

    Raises FileNotFoundError when the version has not been built.
    """
    base = read_file(BASE_FILE)
    if dcmtk_version == BASE_VERSION:
        return base
    return apply_changes(base, read_file(changes_file(dcmtk_version)))


def read_file(name: str) -> list[str]:
    """The lines of a file in the folder ``tables``."""
    return (FOLDER / name).read_text(encoding="ascii").splitlines()


def changes_file(dcmtk_version: str) -> str:
    """The name of the file with the changes that make the base version's lines into this version's."""
    return f"{dcmtk_version}.changes"


def apply_changes(base: list[str], changes: Iterable[str]) -> list[str]:
    """Replace some lines of `base`.

    In `changes`, a line "@20 3" means that the three lines from index 20 of `base` go out, and that the lines
    which follow it, up to the next one with "@", come in.
    """
    lines: list[str] = []
    position = 0
    for change in changes:
        if change.startswith("@"):
            first, removed = map(int, change[1:].split())
            lines += base[position:first]
            position = first + removed
        else:
            lines.append(change)
    return lines + base[position:]
