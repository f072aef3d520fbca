"""From one private tag as files have it to the line that registers it: VR, name, multiplicity, form, key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..checking.mending import NEAREST_VRS, plain_creator
from ..checking.offers import spellings
from ..dictionary import Dictionary
from ..dictionary.entry import LARGEST_OFFSET
from ..dictionary.registration import LONG_VRS
from ..dictionary.tag_text import parse_tag
from ..releases import Release
from .guessing import common_guess
from .naming import Names, public_entry
from .survey import Found, Key

#: A key, a definition, what tells of its VR, and why it is in full or by offset.
DraftLine = tuple[str, list[Any], str, str]

LARGEST_MULTIPLICITY = 0xFFFF


@dataclass(frozen=True)
class Draft:
    """The lines for one private tag: one, or one in full and one by offset behind it."""

    tag: str
    creator: str
    files: int
    lines: Sequence[DraftLine]


class Drafts:
    """Makes lines that fit beside those of a section and beside each other, on several releases at once."""

    def __init__(
        self,
        section: Mapping[str, Any],
        servers: Sequence[tuple[Release, Dictionary]],
        *,
        both_forms: bool,
    ) -> None:
        self.section = section
        self.servers = servers
        self.both_forms = both_forms
        self.keys = set(section)
        self.names = Names(
            [entry.name for _, dictionary in servers for entry in dictionary.registered.values()] + [*section]
        )
        self.takes_long_vrs = all(release.dictionary.registers_long_vrs for release, _ in servers)
        self.without_long_vrs = [r.version for r, _ in servers if not r.dictionary.registers_long_vrs]

    def draft(self, key: Key, found: Found) -> Draft | str | None:
        """The lines for a tag, why there can be none, or None where each release knows it anyway."""
        creator, group, offset = key
        if creator is None:
            return "no creator element reserves its block: no entry fits"
        blocks = sorted(found.blocks)
        unknown = [
            (release, dictionary)
            for release, dictionary in self.servers
            if any(dictionary.find(group, block << 8 | offset, creator) is None for block in blocks)
        ]
        if not unknown:
            return None
        if blocks[0] < 0x10:
            return f"(gggg,{blocks[0]:02x}00) begins no block: no entry fits"
        if not creator.isascii() or creator != plain_creator(creator):
            return (
                "its creator is none that a server compares with the file's (not ASCII, blanks, or over 64 characters)"
            )
        known = [
            release.version
            for release, dictionary in self.servers
            if dictionary.tables.private(creator, group, 0x1000 | offset) is not None
        ]
        if known:
            return (
                f"Orthanc {', '.join(known)} knows it and would not start with an entry; for "
                f"{', '.join(release.version for release, _ in unknown)} ask with --release"
            )
        return self.written(key, found, unknown[-1][1])

    def written(self, key: Key, found: Found, dictionary: Dictionary) -> Draft | str:
        creator, group, offset = key
        assert creator is not None
        tag = f"{group:04x},xx{offset:02x}"
        public = public_entry(creator, group, offset)
        vr, comments = self.vr(found, public.vr if public else "", public.source if public else "")
        bounds = multiplicity(found)
        registered = sorted(
            element
            for owner, registered_group, element in dictionary.registered
            if (owner, registered_group, element & LARGEST_OFFSET) == (creator, group, offset)
        )
        block, form, reason = self.form(found, registered)
        elements = [block << 8 | offset] if form != "offset" else []
        elements += [offset] if form != "full" else []
        keys = self.free_keys(group, elements, behind=self.keys_of(creator, group, offset))
        if keys is None:
            return "all spellings of its key are taken by entries of other creators"
        self.keys.update(keys)
        name = self.names.name(public, creator, group, offset)
        names = [name] if len(keys) == 1 else [name, self.names.free(f"{name}InAnyBlock")]
        evidence = ["; ".join(comments), "the same, in any other block"]
        lines = [
            (one, [vr, own, *bounds, creator], evidence[index], reason)
            for index, (one, own) in enumerate(zip(keys, names, strict=True))
        ]
        return Draft(tag, creator, found.files, lines)

    def vr(self, found: Found, public: str, source: str) -> tuple[str, list[str]]:
        """The VR and what there is to say of it: the files', else the public one, else a guess."""
        given = {vr: number for vr, number in found.vrs.items() if vr}
        comments = []
        if given:
            vr = max(given, key=lambda one: (given[one], one))
            if len(given) > 1:
                told = ", ".join(
                    f"{one} in {counted(given[one])} ({found.examples[one]})"
                    for one in sorted(given, key=lambda one: -given[one])
                )
                comments.append(f"VRs differ: {told}")
            else:
                comments.append(
                    f"{counted(given[vr])}"
                    if given[vr] == found.files
                    else f"{given[vr]:,} of {counted(found.files)} say so"
                )
        elif public:
            vr = public
            comments.append(f"by {source}: no file says the VR")
        else:
            vr = common_guess(found.guesses)
            comments.append("a guess from the bytes: neither a file nor a public dictionary says the VR")
        if vr in LONG_VRS and not self.takes_long_vrs:
            nearest = NEAREST_VRS[vr]
            comments.append(
                f"{', '.join(self.without_long_vrs)} can't register {vr}: {nearest}, to which an edit changes it"
            )
            vr = nearest
        return vr, comments

    def form(self, found: Found, registered: Sequence[int]) -> tuple[int, str, str]:
        """The block of an entry in full, which form an entry has, and why."""
        blocks = found.blocks
        block = max(blocks, key=lambda one: (blocks[one], -one))
        told = ", ".join(f"{one:02x} in {counted(number)}" for one, number in sorted(blocks.items()))
        if registered:
            others = ", ".join(f"{element >> 8:02x}" for element in registered)
            return block, "offset", f"block {others} is registered, the files have {told}: by offset"
        if self.both_forms:
            return block, "both", f"blocks: {told}"
        if len(blocks) == 1:
            return block, "full", f"all have block {block:02x}: in full, so that requests can use the name"
        return block, "offset", f"blocks differ ({told}): by offset; in requests write numbers, not the name"

    def keys_of(self, creator: str, group: int, offset: int) -> list[str]:
        """The keys of the section's entries in full, behind which one by offset must come."""
        return [
            key
            for key, definition in self.section.items()
            if (tag := parse_tag(key)) is not None
            and tag >> 16 == group
            and tag & LARGEST_OFFSET == offset
            and tag & 0xFFFF > LARGEST_OFFSET
            and isinstance(definition, list | tuple)
            and creator in definition[4:]
        ]

    def free_keys(self, group: int, elements: Sequence[int], behind: Sequence[str]) -> list[str] | None:
        """Free keys for elements, each behind the one before and the last one behind others, in the order of bytes."""
        if len(elements) == 1:
            return next(([key] for key in self.spelt(group, elements[0]) if all(key > one for one in behind)), None)
        for first in self.spelt(group, elements[0]):
            for second in self.spelt(group, elements[1]):
                if first < second and all(second > one for one in behind):
                    return [first, second]
        return None

    def spelt(self, group: int, element: int) -> Iterator[str]:
        return (key for key in spellings(group, element, by_offset=element <= LARGEST_OFFSET) if key not in self.keys)


def multiplicity(found: Found) -> tuple[int, int]:
    """Minimum and maximum of an entry: as seen; one where all are empty."""
    if found.least is None or found.most is None:
        return 1, 1
    return found.least, min(found.most, LARGEST_MULTIPLICITY)


def counted(files: int) -> str:
    return f"{files:,} file{'' if files == 1 else 's'}"
