"""Which tags a server knows: DCMTK's tables, read-only and shared, with the registered entries laid over them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from ..errors import ErrorCode, OrthancError
from ..json.printing import string_text
from .entry import Entry
from .names import precedence
from .registration import RefusedEntryError, entry_from_configuration, sorted_section
from .rules import OTHER_PATIENT_IDS, SHOWN_NAMES, DictionaryRules
from .tables import Tables, load
from .tag_text import parse_tag

#: The name of an element that has no entry.
UNKNOWN_TAG_NAME = "Unknown Tag & Data"
PRIVATE_CREATOR_NAME = "PrivateCreator"


#: DCMTK's own codes for VRs that depend on the context, and what an implicit VR file's element is read as.
CONTEXT_VRS = {"ox": "OB", "px": "OW", "xs": "US", "lt": "OW", "up": "UL", "na": "UN"}

PIXEL_DATA = 0x7FE00010

Key = tuple[str | None, int, int]

#: Creator elements of lower odd groups, which PS3.5 section 7.8.1 does not allow, have no name of their own.
FIRST_SHOWN_PRIVATE_GROUP = 0x0009

#: How many tags and texts are kept with what they stand for: they come from strangers, too. DCMTK's tables have some
#: 5,000 standard tags; eight times as many let a process of attacks grow by 30 MiB in ten minutes.
MOST_KEPT = 1 << 13

#: Longer texts are looked up each time: a stranger's would fill the memory.
LONGEST_KEPT = 128


class Shown(NamedTuple):
    """How an element is shown: its tag "gggg,eeee", its name, and the VR that the dictionary gives it ("" for none).

    `head` is what the JSON text of a view in full begins with for it, at the first level; `value_head` the same for
    what is no sequence, and tells its private creator.
    """

    number: str
    name: str
    vr: str
    head: str
    value_head: str


def shown_as(number: str, name: str, vr: str, creator: str | None = None) -> Shown:
    head = f'   "{number}" : \n   {{\n      "Name" : {string_text(name)},\n'
    owner = "" if creator is None else f'      "PrivateCreator" : {string_text(creator)},\n'
    return Shown(number, name, vr, head, head + owner)


def written_vr(tag: int, vr: str) -> str:
    """The VR in which an element is written whose VR depends on the context.

    Of the "ox", overlay data is OW, and so is pixel data, which DCMTK 3.6.5 has among them.
    """
    if vr == "ox" and (tag == PIXEL_DATA or (tag >> 24 == 0x60 and tag & 0xFFFF == 0x3000)):
        return "OW"
    return CONTEXT_VRS.get(vr, vr)


#: The VRs of text, in which a creator element is heeded.
CREATOR_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())

#: The rules of 1.10.1 and, but for what they take more, of later releases.
LATER_RULES = DictionaryRules(names_are_unique=False, shown_names=SHOWN_NAMES)


class Dictionary:
    """The data dictionary of one server.

    An entry's key is (creator, group, element). A private entry whose element is 00ff or less is an offset that
    fits any block of its creator; any other fits that element only.
    """

    def __init__(
        self,
        dcmtk_version: str,
        section: Any = None,
        rules: DictionaryRules = LATER_RULES,
        *,
        tables: Tables | None = None,
        shown_names: Mapping[int, str] | None = None,
    ) -> None:
        """The tables of a DCMTK version with the section "Dictionary" of a configuration registered over them.

        `rules` are those of a release, by default those of 1.10.1. `tables`: what the server has loaded in the place of
        the version's own tables. `shown_names`: the names of standard tags that the views show whatever the dictionary
        says, for None those of the rules. Raises OrthancError for an entry that the server refuses.
        """
        self.rules = rules
        self.shown_names = rules.shown_names if shown_names is None else shown_names
        self.dcmtk_version = dcmtk_version
        self.tables: Tables = load(dcmtk_version) if tables is None else tables
        self.registered: dict[Key, Entry] = {}
        self.tags: dict[str, int] = {}  # the texts that were read as tags
        self.all_shown: dict[int | tuple[int, str], Shown] = {}  # by tag, with a creator by both
        self.registered_names: dict[str, list[Entry]] = {}
        for key, definition in sorted_section(section):
            self.register(key, definition)

    @staticmethod
    def check(configuration: Any, *, release: str | None = None) -> Any:
        """Deprecated: call `emulator.checking.check`, which this does."""
        warnings.warn("call emulator.checking.check in place of Dictionary.check", DeprecationWarning, stacklevel=2)
        checking = import_module("emulator.checking")  # by name: checking is above, and nothing here needs it
        return checking.check(configuration, **({} if release is None else {"release": release}))

    def __len__(self) -> int:
        """The number of entries, those of the tables included."""
        return len(self.tables) + len(self.registered)

    def __iter__(self) -> Iterator[Entry]:
        yield from self.registered.values()
        yield from self.tables

    def register(self, key: str, definition: Any) -> Entry:
        """Registers one line of a section "Dictionary": `key: [VR, name, minimum, maximum, creator]`.

        Raises RefusedEntryError: the server's error, with the key and what to write instead.
        """
        entry = self.checked(key, definition)
        place = (entry.creator, entry.group, entry.element)
        self.all_shown.clear()
        self.tags.clear()
        replaced = self.registered.get(place)
        if replaced is not None:  # only where names, not tags, are unique
            self.registered_names[replaced.name].remove(replaced)
        self.registered[place] = entry
        self.registered_names.setdefault(entry.name, []).append(entry)
        return entry

    def checked(self, key: str, definition: Any) -> Entry:
        """The entry that `register` would register; raises as it does, and changes nothing."""
        tag = self.tag_or_error(key)
        entry = entry_from_configuration(key, definition, tag, registers_long_vrs=self.rules.registers_long_vrs)
        self.check_free(key, entry)
        return entry

    def tag_or_error(self, key: str) -> int | OrthancError:
        try:
            return self.tag(key)
        except OrthancError as error:
            return error

    def check_free(self, key: str, entry: Entry) -> None:
        """Refuses an entry in whose place, by name on 1.9.1 and by tag on later releases, another one stands."""
        if self.rules.names_are_unique:
            if self.named(entry.name):
                error = OrthancError(
                    ErrorCode.ALREADY_EXISTING_TAG,
                    f'Cannot register two tags with the same symbolic name "{entry.name}"',
                )
                raise RefusedEntryError(
                    key, "name-taken", error, "choose another name: this release takes each name once"
                )
        elif self.taken(entry):
            error = OrthancError(
                ErrorCode.ALREADY_EXISTING_TAG,
                f"Cannot register twice the tag ({entry.group:04x},{entry.element:04x}), "
                f'whose symbolic name is "{entry.name}"',
            )
            raise RefusedEntryError(
                key, "tag-taken", error, "leave it out: the dictionary has this tag already, maybe by its offset"
            )

    def taken(self, entry: Entry) -> bool:
        key = (entry.creator, entry.group, entry.element)
        if key in self.registered:
            return True
        if entry.creator is None:
            return self.tables.standard(entry.group, entry.element) is not None
        if (entry.creator, entry.group, entry.element & 0xFF) in self.registered:
            return True
        return self.tables.private(entry.creator, entry.group, entry.element) is not None

    def find(self, group: int, element: int, creator: str | None) -> Entry | None:
        """The entry of an element, or None.

        `creator` is the private creator that reserved the element's block (PS3.5 section 7.8.1), None for a
        standard element and for one outside of any block. In a request it is the one that the request gives, and any
        element of the group may be asked for: an offset fits (0011,0101), too.
        """
        if creator is None:
            return self.registered.get((None, group, element)) or self.tables.standard(group, element)
        return (
            self.registered.get((creator, group, element))
            or self.registered.get((creator, group, element & 0xFF))
            or self.tables.private(creator, group, element)
        )

    def by_name(self, name: str) -> Entry | None:
        """The entry that a name stands for, or None: of several the one that the server takes (see `names`)."""
        return min(self.named(name), key=precedence, default=None)

    def named(self, name: str) -> list[Entry]:
        """All entries with exactly this name, the registered ones first.

        An entry that a registered one replaces has lost its name (only 1.9.1 lets one be replaced).
        """
        tabled = self.tables.named(name)
        free = [one for one in tabled if one.repeating or (one.creator, one.group, one.element) not in self.registered]
        return [*self.registered_names.get(name, ()), *free]

    def tag(self, text: str) -> int:
        """The tag 0xggggeeee that a request names, in numbers or by name.

        A private name that is registered, or tabled, by offset stands for (gggg,00ee): measured on all releases.
        Raises OrthancError (Unknown DICOM tag) whose `details` are the name.
        """
        tag = self.tags.get(text)
        if tag is None:
            tag = self.tag_spelled(text)
            if len(text) > LONGEST_KEPT:
                return tag
            if len(self.tags) >= MOST_KEPT:
                self.tags.clear()
            self.tags[text] = tag
        return tag

    def tag_spelled(self, text: str) -> int:
        tag = self.number(text)
        if tag is not None:
            return tag
        entry = self.by_name(text)
        if entry is None and self.rules.has_other_patient_ids_name and text == "OtherPatientIDs":
            return OTHER_PATIENT_IDS
        if entry is None or not text:
            raise OrthancError(ErrorCode.UNKNOWN_DICOM_TAG, text)
        return entry.group << 16 | entry.element

    def shown(self, tag: int, creator: str | None) -> Shown:
        """How the views show an element: each is looked up once, which is most of the time that a view takes."""
        key = tag if creator is None else (tag, creator)
        shown = self.all_shown.get(key)
        if shown is None:
            shown = self.look_up(tag, creator)
            if creator is not None and len(creator) > LONGEST_KEPT:
                return shown
            if len(self.all_shown) >= MOST_KEPT:
                self.all_shown.clear()
            self.all_shown[key] = shown
        return shown

    def look_up(self, tag: int, creator: str | None) -> Shown:
        group, element = tag >> 16, tag & 0xFFFF
        number = f"{group:04x},{element:04x}"
        if group % 2 and group >= FIRST_SHOWN_PRIVATE_GROUP and 0x10 <= element <= 0xFF:
            return shown_as(number, PRIVATE_CREATOR_NAME, "LO", creator)
        entry = self.find(group, element, creator)
        if entry is None:
            return shown_as(number, UNKNOWN_TAG_NAME, "", creator)
        return shown_as(number, self.shown_name(entry), entry.vr, creator)

    def number(self, text: str) -> int | None:
        """The tag 0xggggeeee that a text spells in numbers, None where it spells none."""
        return parse_tag(text, reads_bare_prefix=self.rules.reads_bare_prefix)

    def name(self, group: int, element: int, creator: str | None) -> str:
        """The name that the views show for an element."""
        entry = self.find(group, element, creator)
        return UNKNOWN_TAG_NAME if entry is None else self.shown_name(entry)

    def shown_name(self, entry: Entry) -> str:
        """The name that the views show for an entry."""
        if entry.creator is None:
            return self.shown_names.get(entry.group << 16 | entry.element, entry.name)
        return entry.name

    def value_representation(self, group: int, element: int, creator: str | None) -> str:
        """The VR in which an element is read from a file without VRs, and written; "UN" without an entry."""
        entry = self.find(group, element, creator)
        if entry is None:
            return "UN"
        return written_vr(group << 16 | element, entry.vr)

    def is_for_creator_element(self, entry: Entry) -> bool:
        """Whether an entry is there for requests that reserve a block: it fits the creator element of a block that its
        creator has entries in, and its VR is one in which a creator element is heeded (measured on all releases).
        """
        block = entry.element
        if entry.creator is None or not 0x10 <= block <= 0xFF or entry.vr not in CREATOR_VRS:
            return False
        places = ((entry.creator, entry.group, block << 8 | offset) for offset in range(0x100))
        return any(place in self.registered for place in places)

    def creators_of(self, group: int, element: int) -> list[str]:
        """The private creators under which an element has an entry, the registered ones first."""
        creators: dict[str, None] = {}
        for entry in self.registered.values():
            if entry.creator is not None and entry.group == group:
                creators.setdefault(entry.creator)
        creators |= dict.fromkeys(self.tables.creators_in(group))
        return [creator for creator in creators if self.find(group, element, creator)]
