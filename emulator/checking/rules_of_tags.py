"""What one can regret of the tag that an entry is for, and of the key that spells it."""

from __future__ import annotations

import re

from ..dictionary.dictionary import UNKNOWN_TAG_NAME
from ..dictionary.entry import FIRST_PRIVATE_ELEMENT, Entry
from ..dictionary.registration import FORBIDDEN_GROUPS
from ..dictionary.tag_text import PLAIN_TAG
from .regret import PLACEHOLDER, Registration, Regret, Section, is_offset, shown_tag

#: The spellings of a key that read as they look: gggg,eeee, gggg-eeee, ggggeeee, and gggg,ee for an offset.
OFFSET_KEY = re.compile("[0-9a-f]{4},[0-9a-f]{2}", re.IGNORECASE)


def key_spelling(one: Registration, section: Section) -> Regret | None:
    if is_plain_key(one.key):
        return None
    how = "is a name of the dictionary, and stands for" if section.dictionary.number(one.key) is None else "is read as"
    return Regret(
        "key-spelling",
        f'"{one.key}" {how} {shown_tag(one.entry)}',
        'write the tag as "gggg,eeee", or "gggg,ee" for an offset',
        {"key": plain_key(one.entry)},
    )


def is_plain_key(key: str) -> bool:
    """Whether a key is spelt so that it reads as it looks."""
    return bool(PLAIN_TAG.match(key) or OFFSET_KEY.fullmatch(key))


def plain_key(entry: Entry) -> str:
    element = f"{entry.element:02x}" if is_offset(entry) else f"{entry.element:04x}"
    return f"{entry.group:04x},{element}"


def no_creator(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.creator is not None or entry.group % 2 == 0 or entry.group in FORBIDDEN_GROUPS:
        return None  # elements of groups 0001 to 0007 are in no block: the entry is theirs
    return Regret(
        "no-creator",
        f"{shown_tag(entry)} is private, but the entry has no creator: an element in a block is shown as "
        f'"{UNKNOWN_TAG_NAME}" all the same, and a modify writes it as UN',
        "add the private creator that stands in (gggg,0010-00ff) of your files",
        {"creator": PLACEHOLDER},
    )


def even_group(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.group % 2 or one.before is not None:
        return None
    return Regret(
        "even-group",
        f"{shown_tag(entry)} belongs to the standard, which does not define it as of DCMTK "
        f"{section.dictionary.dcmtk_version}; once DCMTK does, the server will not start",
        "if the tag is yours, use an odd group and a creator",
    )


def tag_replaced(one: Registration, section: Section) -> Regret | None:
    before = one.before
    if before is None or is_offset(one.entry) != is_offset(before):
        return None
    owner = "an earlier entry" if before.source == "configuration" else before.file or f"{before.source} of DCMTK"
    return Regret(
        "tag-replaced",
        f'{owner} has {shown_tag(one.entry)} as {before.vr} "{before.name}", which this entry replaces',
        "leave it out: what is there already will do",
    )


def full_form(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.creator is None or entry.element < FIRST_PRIVATE_ELEMENT or section.has_both_forms(entry):
        return None
    block = entry.element >> 8
    if section.dictionary.tables.private(entry.creator, entry.group, entry.element ^ 0x0100) is not None:
        return None  # 1.9.1: the tables have the offset
    return Regret(
        "full-form",
        f'only {shown_tag(entry)} is known, and only while block {block:02x} is "{entry.creator}": where a file has '
        f"the creator in another block, the element is unknown",
        "best where all files have this block: the name works in requests. For any block, too, add an entry by offset "
        "behind it; spelt like this, both are taken, on every release",
        {"both_forms": True},
    )


def unreachable(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.creator is None or not 0x100 <= entry.element < FIRST_PRIVATE_ELEMENT:
        return None
    return Regret(
        "unreachable",
        f"{shown_tag(entry)} lies in no block: no element is ever known by this entry",
        "blocks are (gggg,1000) to (gggg,ffff): write the offset in the block",
        {"both_forms": True},
    )
