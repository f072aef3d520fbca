"""What one can regret of an entry's name, by which requests and simplified views know the tag."""

from __future__ import annotations

import re

from ..dictionary.dictionary import PRIVATE_CREATOR_NAME, UNKNOWN_TAG_NAME
from ..dictionary.tag_text import parse_tag
from .regret import Registration, Regret, Section, is_offset, shown_tag

#: A name with which another one can begin: it is read as no path, nor as a number.
NAME_WITHOUT_STEPS = re.compile(r"\w[^.,(]*\w|\w")


def name_unusable(one: Registration, section: Section) -> Regret | None:
    name = one.entry.name
    read = section.dictionary.number(name)
    why = None
    if not name:
        why = "the name is empty: no request can use it"
    elif read is not None:
        why = f'a request reads "{name}" as the number ({read >> 16:04x},{read & 0xFFFF:04x})'
    elif section.release.modification.reads_tag_paths and (name != name.strip() or "." in name or name.startswith("(")):
        why = f'a modify can\'t use "{name}": it strips blanks, and takes a dot for a step into a sequence'
    if why is None:
        return None
    return Regret("name-unusable", why, "choose a name of letters and digits", {"name": usable_name(name)})


def usable_name(name: str) -> str:
    """The letters and digits of a name, if they are no number."""
    letters = re.sub(r"\W", "", name)
    return letters if letters and parse_tag(letters) is None else "MyLabel"


def name_shared(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    others = [
        other
        for other in section.dictionary.named(entry.name)
        if other is not entry and other.name != PRIVATE_CREATOR_NAME
    ]
    if not others or not entry.name:
        return None
    meant = section.dictionary.by_name(entry.name)
    assert meant is not None
    whose = meant if meant is not entry else others[0]
    owner = f'creator "{whose.creator}"' if whose.creator else whose.file or whose.source
    effect = (
        f"it stands for {shown_tag(meant)} of {owner}, not for this entry"
        if meant is not entry
        else f"it stands for this entry, and no longer for {shown_tag(whose)} of {owner}"
    )
    return Regret(
        "name-shared",
        f'"{entry.name}" is the name of {len(others) + 1} entries: in modify and find {effect}',
        "choose a name that is free",
        {"name": f"My{entry.name}" if NAME_WITHOUT_STEPS.fullmatch(entry.name) else f"My{usable_name(entry.name)}"},
    )


def name_collides(one: Registration, section: Section) -> Regret | None:
    name = one.entry.name
    what = {PRIVATE_CREATOR_NAME: "creators", UNKNOWN_TAG_NAME: "elements without an entry"}.get(name)
    if what is None:
        return None
    return Regret(
        "name-collides",
        f'"{name}" is what views call {what}: in simplified-tags one value hides the other',
        "choose another name",
        {"name": "MyLabel"},
    )


def offset_name(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if not is_offset(entry) or section.has_both_forms(entry) or section.dictionary.by_name(entry.name) is not entry:
        return None
    if section.dictionary.is_for_creator_element(entry):
        return None  # a request that reserves the block needs it
    what = "the creator of a block" if entry.element >= 0x10 else "no element of a block"
    what = "a group length" if entry.element == 0 else what
    return Regret(
        "offset-name",
        f'in modify and find "{entry.name}" stands for {shown_tag(entry)}, which is {what}: '
        f"it finds nothing, and writes to the wrong place",
        "best where files have the creator in several blocks: write numbers in requests. For a name in requests, too, "
        "add an entry in full for the most frequent block; spelt like this, both are taken, on every release",
        {"both_forms": True},
    )
