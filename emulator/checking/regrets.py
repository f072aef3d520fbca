"""What the server takes into its dictionary, and a user will wish that it had not.

One function per rule: it says what is wrong with one entry, beside all others. Each was measured on the four releases:
`fixtures/measurements/registration.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from ..dictionary.dictionary import PRIVATE_CREATOR_NAME, UNKNOWN_TAG_NAME, Dictionary
from ..dictionary.entry import FIRST_PRIVATE_ELEMENT, LARGEST_OFFSET, Entry
from ..dictionary.registration import FORBIDDEN_GROUPS
from ..dictionary.tag_text import PLAIN_TAG, parse_tag
from ..releases import Release
from .mending import LARGEST_CREATOR, line_text, plain_creator
from .offers import Offers
from .problem import Problem

#: The spellings of a key that read as they look: gggg,eeee, gggg-eeee, ggggeeee, and gggg,ee for an offset.
OFFSET_KEY = re.compile("[0-9a-f]{4},[0-9a-f]{2}", re.IGNORECASE)

#: A name with which another one can begin: it is read as no path, nor as a number.
NAME_WITHOUT_STEPS = re.compile(r"\w[^.,(]*\w|\w")

#: Stands for a creator that the user has to find in the files; it gets a number where it has the element already.
PLACEHOLDER = "MYLAB"

#: VRs whose values are one text, or one run of bytes, however long (PS3.5 section 6.4).
SINGLE_VALUED_VRS = frozenset({"LT", "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "ST", "UN", "UR", "UT"})

#: What becomes of a text that a request gives for a VR that is none of text or numbers.
VALUES_WITHOUT_TEXT: Mapping[str, tuple[str, str]] = {
    "SQ": (
        "a modify with a text is refused (400), and no find matches a text",
        "nothing can be mended if the elements are sequences: give a list of items in a modify",
    ),
    "OB": (
        "a text in a modify is written as its bytes, and views show no text",
        "nothing can be mended if the elements are bytes: give a data URI in base64 in a modify",
    ),
    "OW": (
        "a text in a modify is written as its bytes, refused if they are odd; 1.13.0 takes numbers",
        "nothing can be mended if the elements are words: give a data URI in base64 in a modify",
    ),
    "UN": ("the entry gives elements no VR: they are written as if it were not there", "write the VR that they have"),
    "AT": ("this release refuses every value of AT in a modify (500, Not implemented yet)", "use a later release"),
}


class Registration(NamedTuple):
    """A line of the section that the server took, and the entry that stood in its place before."""

    key: str
    definition: Sequence[Any]
    entry: Entry
    before: Entry | None


class Section:
    """All lines that the server took, and the dictionary that they made."""

    def __init__(self, registrations: Sequence[Registration], dictionary: Dictionary, release: Release) -> None:
        self.registrations = registrations
        self.dictionary = dictionary
        self.release = release

    @cached_property
    def creators(self) -> dict[tuple[int, str], set[str]]:
        """The creators that have entries in a group, by group and by what is alike in them."""
        found: dict[tuple[int, str], set[str]] = {}
        for entry in self.dictionary:
            if entry.creator is not None and not entry.repeating:
                found.setdefault((entry.group, alike(entry.creator)), set()).add(entry.creator)
        return found

    @cached_property
    def forms(self) -> dict[tuple[str | None, int, int], set[bool]]:
        """The forms that are registered, by offset (True) or in full, by creator, group and offset."""
        found: dict[tuple[str | None, int, int], set[bool]] = {}
        for _, _, entry, _ in self.registrations:
            found.setdefault((entry.creator, entry.group, entry.element & 0xFF), set()).add(is_offset(entry))
        return found

    def has_both_forms(self, entry: Entry) -> bool:
        """Whether the offset of an entry is registered by offset and in full."""
        return len(self.forms[entry.creator, entry.group, entry.element & 0xFF]) == 2


class Regret(NamedTuple):
    """What a rule has to say; `repair` holds the parts of the line to change, see `repaired`."""

    code: str
    message: str
    advice: str
    repair: Mapping[str, Any] = MappingProxyType({})


Rule = Callable[[Registration, Section], "Regret | None"]


def regrets(
    registrations: Sequence[Registration], dictionary: Dictionary, release: Release, offers: Offers
) -> Iterator[Problem]:
    """What a user would regret of the lines that were registered, line by line.

    The problems of a line that can be mended have the same `instead`, which mends them all.
    """
    section = Section(registrations, dictionary, release)
    for one in registrations:
        found = [regret for rule in RULES if (regret := rule(one, section)) is not None]
        repairs: dict[str, Any] = {}
        for regret in found:
            repairs |= regret.repair
        can_go = is_known(one.entry, repairs, dictionary) or any(regret.code == "tag-replaced" for regret in found)
        instead = repaired(one, repairs, offers) if repairs and not can_go else None
        for regret in found:
            mends = instead if regret.repair else None
            yield Problem(regret.code, "regret", regret.message, regret.advice, key=one.key, instead=mends)


def is_known(entry: Entry, repairs: Mapping[str, Any], dictionary: Dictionary) -> bool:
    """Whether another entry has the element, once the creator is mended."""
    creator = repairs.get("creator")
    return (
        entry.creator is not None
        and creator is not None
        and dictionary.find(entry.group, entry.element, creator) is not None
    )


def repaired(one: Registration, repairs: Mapping[str, Any], offers: Offers) -> str | None:
    """The line with other parts; two lines where an element shall be known in every block, and have a usable name.

    None where the keys that it takes are those of other lines.
    """
    entry = one.entry
    creator = repairs.get("creator", entry.creator)
    if entry.creator is None and creator is not None:
        numbered = (f"{creator}{number}" for number in range(2, len(offers.keys) + 3))
        free = (maker for maker in (creator, *numbered) if offers.is_free(entry._replace(creator=maker)))
        creator = next(free, creator)
    if repairs.get("both_forms"):
        return both_forms(one, repairs, creator, offers)
    key: str | None = one.key
    if "key" in repairs:
        key = offers.free_key(one.key, entry.group, entry.element, by_offset=is_offset(entry))
    better = entry._replace(creator=creator)
    moves = key != one.key or creator != entry.creator
    if key is None or (moves and not offers.fits(key, better, one.key)):
        return None
    offers.offer(key, better)
    name = repaired_name(one, repairs, offers, moves=key != one.key)
    return repaired_line(key, one, repairs, creator, name)


def both_forms(one: Registration, repairs: Mapping[str, Any], creator: str, offers: Offers) -> str | None:
    """An entry in full, and after it the one by offset: several in full share the latter."""
    entry = one.entry
    offset = entry.element & LARGEST_OFFSET
    element = entry.element if entry.element >= FIRST_PRIVATE_ELEMENT else FIRST_PRIVATE_ELEMENT | offset
    there = offers.dictionary.registered.get((creator, entry.group, element))
    keys = offers.both_keys(one.key, creator, entry.group, element)
    better = entry._replace(element=element, upper_element=element, creator=creator)
    if keys is None or (there is not None and there is not entry) or not offers.fits(keys[0], better, one.key):
        return None
    name = repaired_name(one, repairs, offers, moves=keys[0] != one.key)
    place = creator, entry.group, offset
    if place not in offers.by_offset:
        suffix = " In Any Block" if " " in name else "InAnyBlock"
        offers.by_offset[place] = keys[1], offers.free_name(name + suffix)
        offers.keys.add(keys[1])
    offers.offer(keys[0], better)
    in_full = repaired_line(keys[0], one, repairs, creator, name)
    by_offset = repaired_line(keys[1], one, repairs, creator, offers.by_offset[place][1])
    return f"{in_full},\n{by_offset}"


def repaired_name(one: Registration, repairs: Mapping[str, Any], offers: Offers, *, moves: bool) -> str:
    """The line's name; another one if that is to be mended, or a refused line has it and would come first (1.9.1)."""
    name: str = repairs.get("name", one.entry.name)
    stays = name == one.entry.name and not (moves and name in offers.names)
    return name if stays else offers.free_name(name)


def repaired_line(key: str, one: Registration, repairs: Mapping[str, Any], creator: str | None, name: str) -> str:
    entry = one.entry
    bounds = [repairs.get("minimum", entry.vm_min), repairs.get("maximum", entry.vm_max or 0)]
    return line_text(key, [repairs.get("vr", entry.vr), name, *bounds, *([creator] if creator else [])])


def alike(creator: str) -> str:
    return " ".join(creator.split()).casefold()


def is_offset(entry: Entry) -> bool:
    """Whether an entry fits every block of its creator."""
    return entry.creator is not None and entry.element <= 0xFF


def shown_tag(entry: Entry) -> str:
    return f"({entry.group:04x},{entry.element:04x})"


def is_plain_key(key: str) -> bool:
    """Whether a key is spelt so that it reads as it looks."""
    return bool(PLAIN_TAG.match(key) or OFFSET_KEY.fullmatch(key))


def plain_key(entry: Entry) -> str:
    element = f"{entry.element:02x}" if is_offset(entry) else f"{entry.element:04x}"
    return f"{entry.group:04x},{element}"


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
        "add an entry by offset; spelt like this, both are taken",
        {"both_forms": True},
    )


def offset_name(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if not is_offset(entry) or section.has_both_forms(entry) or section.dictionary.by_name(entry.name) is not entry:
        return None
    what = "the creator of a block" if entry.element >= 0x10 else "no element of a block"
    what = "a group length" if entry.element == 0 else what
    return Regret(
        "offset-name",
        f'in modify and find "{entry.name}" stands for {shown_tag(entry)}, which is {what}: '
        f"it finds nothing, and writes to the wrong place",
        "in requests, write the number; or add an entry in full, whose name can be used (while the block is 10)",
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


def name_unusable(one: Registration, section: Section) -> Regret | None:
    name = one.entry.name
    read = section.dictionary.number(name)
    why = None
    if not name:
        why = "the name is empty: no request can use it"
    elif read is not None:
        why = f'a request reads "{name}" as the number ({read >> 16:04x},{read & 0xFFFF:04x})'
    elif section.release.reads_tag_paths and (name != name.strip() or "." in name or name.startswith("(")):
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


def creator_impossible(one: Registration, section: Section) -> Regret | None:
    creator = one.entry.creator
    if creator is None:
        return None
    reasons = (
        ("is longer than 64 characters, the most that a creator can have", len(creator) > LARGEST_CREATOR),
        ("has a backslash, which separates values; a creator is one value", "\\" in creator),
        ("has control characters, which no creator can have", any(ord(char) < 32 for char in creator)),
        ("ends with blanks, which the server strips from the creators of files", creator != creator.rstrip(" ")),
        ("begins with blanks: a file whose creator does not is another's", creator != creator.lstrip(" ")),
        (
            "is not ASCII: the server compares bytes, and files in another character set than UTF-8 have others",
            not creator.isascii(),
        ),
    )
    reason = next((text for text, applies in reasons if applies), None)
    if reason is None:
        return None
    repair = {"creator": plain_creator(creator) or "MYLAB"} if creator.isascii() else {}  # another one's, without ö
    return Regret(
        "creator-impossible",
        f'the creator "{printable(creator)}" {reason}',
        "write the creator as the files have it, without padding",
        repair,
    )


def printable(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def creator_alike(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.creator is None:
        return None
    others = section.creators.get((entry.group, alike(entry.creator)), set()) - {entry.creator}
    others = {other for other in others if is_plain(other)}  # what is wrong with one that is not is told of it
    if not others:
        return None
    other = min(others)
    known = section.dictionary.find(entry.group, entry.element, other) is not None
    return Regret(
        "creator-alike",
        f'"{entry.creator}" and "{other}" both have entries in group {entry.group:04x}; to the server they are two',
        f'if they are one, write "{other}"; case and inner blanks matter'
        + (": the element has an entry then" if known else ""),
    )


def is_plain(creator: str) -> bool:
    return creator == plain_creator(creator)


def vr_without_text(one: Registration, section: Section) -> Regret | None:
    vr = one.entry.vr
    if vr not in VALUES_WITHOUT_TEXT or (vr == "AT" and section.release.replaces_attribute_tags):
        return None
    message, advice = VALUES_WITHOUT_TEXT[vr]
    return Regret("vr-without-text", f"{vr}: {message}", advice)


def multiplicity_ignored(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.vr in SINGLE_VALUED_VRS:
        if entry.vm_max == 1 and entry.vm_min == 1:
            return None
        message = f"a value of {entry.vr} is always one, whatever the multiplicity says"
        better = {"minimum": 1, "maximum": 1}
    elif entry.vm_min == 1 and entry.vm_max in (1, None):
        return None
    else:
        message = f"the server takes any number of values, not only {entry.vm}: it never looks at the multiplicity"
        better = {"minimum": 1, "maximum": 0}
    return Regret("multiplicity-ignored", message, "check the number of values in your app", better)


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


RULES: Sequence[Rule] = (
    key_spelling,
    no_creator,
    even_group,
    tag_replaced,
    full_form,
    unreachable,
    name_unusable,
    name_shared,
    name_collides,
    offset_name,
    creator_impossible,
    creator_alike,
    vr_without_text,
    multiplicity_ignored,
)
