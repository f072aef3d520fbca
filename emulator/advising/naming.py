"""VR, name and multiplicity of a private tag, from what is known publicly or, without, from itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from ..dictionary.dictionary import CONTEXT_VRS
from ..dictionary.registration import ALLOWED_VRS, LONG_VRS
from ..dictionary.tables import VERSIONS, load

#: What a name is cut to, without the number that makes it unique.
LONGEST_NAME = 40
LONGEST_MAKER = 16


class PublicEntry(NamedTuple):
    """What a public dictionary says of a private tag."""

    vr: str
    name: str
    source: str


def public_entry(creator: str, group: int, offset: int) -> PublicEntry | None:
    """What DCMTK's tables of any version (the newest first) or pydicom's private dictionary know of a tag."""
    element = 0x1000 | offset
    for version in reversed(VERSIONS):
        entry = load(version).private(creator, group, element)
        if entry is not None:
            return PublicEntry(registrable(entry.vr), entry.name, f"DCMTK {version}")
    from pydicom.datadict import get_private_entry

    try:
        vr, _, name, _ = get_private_entry(group << 16 | element, creator)
    except KeyError:
        return None
    return PublicEntry(registrable(vr), name, "pydicom")


def registrable(vr: str) -> str:
    """The VR that an entry can have of one such as "US or SS", or DCMTK's "xs"; "" for none."""
    vr = CONTEXT_VRS.get(vr, vr)
    return next((word for word in vr.split() if word in ALLOWED_VRS | LONG_VRS), "")


class Names:
    """Gives names that no entry of any release has, nor any line, each once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)

    def name(self, public: PublicEntry | None, creator: str, group: int, offset: int) -> str:
        """A short name: the public one's words, or the creator with group and offset."""
        words = "" if public is None else camel_case(public.name)
        if not words or words.lower().startswith(("unknown", "private", "internal")) or words.isdigit():
            words = f"{camel_case(creator)[:LONGEST_MAKER] or 'My'}_{group:04X}_{offset:02X}"
        return self.free(words[:LONGEST_NAME])

    def free(self, wanted: str) -> str:
        """The name, with a number if it is taken; it is taken from now on."""
        number, name = 2, wanted
        while name in self.taken or name in public_names():
            name, number = f"{wanted}{number}", number + 1
        self.taken.add(name)
        return name


def camel_case(text: str) -> str:
    """The words of a text as one, which begins with a letter: "[Image location]" is ImageLocation."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return joined if not joined or joined[0].isalpha() else f"My{joined}"


@cache
def public_names() -> frozenset[str]:
    """Every name of DCMTK's tables, of all versions: one that a later release has would be shared after an upgrade."""
    return frozenset(line.split("\t", 3)[2] for version in VERSIONS for line in load(version).lines.values())
