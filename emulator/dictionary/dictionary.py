"""Which tags a server knows: DCMTK's tables, read-only and shared, with the registered entries laid over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import ErrorCode, OrthancError
from .entry import FIRST_PRIVATE_ELEMENT, Entry
from .names import REPEATED_NAMES
from .registration import entry_from_configuration, refusal, sorted_section
from .tables import Tables, load
from .tag_text import parse_tag

#: The name of an element that has no entry.
UNKNOWN_TAG_NAME = "Unknown Tag & Data"
PRIVATE_CREATOR_NAME = "PrivateCreator"

OTHER_PATIENT_IDS = 0x00101000  # in the tables it is RETIRED_OtherPatientIDs

#: DCMTK's own codes for VRs that depend on the context, and what an implicit VR file's element is read as.
CONTEXT_VRS = {"ox": "OW", "px": "OW", "xs": "US", "lt": "OW", "up": "UL", "na": "UN"}

Key = tuple[str | None, int, int]


def shown_name(entry: Entry) -> str:
    """The name that the views show for an entry: one retired attribute has kept its old name on every release."""
    if entry.group << 16 | entry.element == OTHER_PATIENT_IDS and entry.source == "dicom.dic":
        return "OtherPatientIDs"
    return entry.name


class Dictionary:
    """The data dictionary of one server.

    An entry's key is (creator, group, element). A private entry whose element is 00ff or less is an offset that
    fits any block of its creator; any other fits that element only.
    """

    def __init__(
        self,
        dcmtk_version: str,
        section: Any = None,
        *,
        names_are_unique: bool = False,
        registers_long_vrs: bool = False,
        has_other_patient_ids_name: bool = False,
    ) -> None:
        """The tables of a DCMTK version with the section "Dictionary" of a configuration registered over them.

        `names_are_unique`: Orthanc 1.9.1 refuses a name that is taken, later releases a tag that is.
        `registers_long_vrs`: Orthanc 1.13.0 takes OD, OL, OV, SV, UC, UR and UV, earlier releases refuse them.
        `has_other_patient_ids_name`: from Orthanc 1.12 on the retired "OtherPatientIDs" may be named as such.
        Raises OrthancError for an entry that the server refuses.
        """
        self.has_other_patient_ids_name = has_other_patient_ids_name
        self.tables: Tables = load(dcmtk_version)
        self.names_are_unique = names_are_unique
        self.registers_long_vrs = registers_long_vrs
        self.registered: dict[Key, Entry] = {}
        self.registered_names: dict[str, Entry] = {}
        for key, definition in sorted_section(section):
            self.register(key, definition)

    def __len__(self) -> int:
        """The number of entries, those of the tables included."""
        return len(self.tables) + len(self.registered)

    def __iter__(self) -> Iterator[Entry]:
        yield from self.registered.values()
        yield from self.tables

    def register(self, key: str, definition: Any) -> Entry:
        """Registers one line of a section "Dictionary": `key: [VR, name, minimum, maximum, creator]`.

        Raises OrthancError with the server's message; `hint` names the key and says what to write instead.
        """
        tag = self.tag_or_error(key)
        entry = entry_from_configuration(key, definition, tag, registers_long_vrs=self.registers_long_vrs)
        self.check_free(key, entry)
        place = (entry.creator, entry.group, entry.element)
        replaced = self.registered.get(place)
        if replaced is not None:  # only where names, not tags, are unique
            del self.registered_names[replaced.name]
        self.registered[place] = entry
        self.registered_names.setdefault(entry.name, entry)  # of one name for several tags the first counts
        return entry

    def tag_or_error(self, key: str) -> int | OrthancError:
        try:
            return self.tag(key)
        except OrthancError as error:
            return error

    def check_free(self, key: str, entry: Entry) -> None:
        """Refuses an entry in whose place, by name on 1.9.1 and by tag on later releases, another one stands."""
        if self.names_are_unique:
            if self.name_is_taken(entry.name):
                error = OrthancError(
                    ErrorCode.ALREADY_EXISTING_TAG,
                    f'Cannot register two tags with the same symbolic name "{entry.name}"',
                )
                raise refusal(key, error, "choose another name: this release takes each name once")
        elif self.taken(entry):
            error = OrthancError(
                ErrorCode.ALREADY_EXISTING_TAG,
                f"Cannot register twice the tag ({entry.group:04x},{entry.element:04x}), "
                f'whose symbolic name is "{entry.name}"',
            )
            raise refusal(key, error, "leave it out: the dictionary has this tag already, maybe by its offset")

    def name_is_taken(self, name: str) -> bool:
        """Whether an entry has this name; one that a registered entry replaces has lost it (measured on 1.9.1)."""
        return name in self.registered_names or any(
            entry.repeating or (entry.creator, entry.group, entry.element) not in self.registered
            for entry in self.tables.named(name)
        )

    def taken(self, entry: Entry) -> bool:
        key = (entry.creator, entry.group, entry.element)
        if key in self.registered:
            return True
        if entry.creator is None:
            return self.tables.standard(entry.group, entry.element) is not None
        offset = entry.element & 0xFF
        if entry.element < FIRST_PRIVATE_ELEMENT:
            in_tables = entry.element <= 0xFF and self.tables.private(entry.creator, entry.group, 0x1000 | offset)
        else:
            in_tables = self.tables.private(entry.creator, entry.group, entry.element)
            if (entry.creator, entry.group, offset) in self.registered:
                return True
        return bool(in_tables)

    def find(self, group: int, element: int, creator: str | None) -> Entry | None:
        """The entry of an element, or None.

        `creator` is the private creator that reserved the element's block (PS3.5 section 7.8.1), None for a
        standard element and for one outside of any block.
        """
        if creator is None:
            return self.registered.get((None, group, element)) or self.tables.standard(group, element)
        entry = self.registered.get((creator, group, element))
        if entry is None and (element >= FIRST_PRIVATE_ELEMENT or element <= 0xFF):
            entry = self.registered.get((creator, group, element & 0xFF))
        if entry is not None:
            return entry
        if element <= 0xFF:  # a name registered by offset names this element
            element |= FIRST_PRIVATE_ELEMENT
        return self.tables.private(creator, group, element)

    def by_name(self, name: str) -> Entry | None:
        """The entry that a name stands for, or None: a standard one first, then a registered, then a private one."""
        entries = self.tables.named(name)
        if entries and entries[0].creator is None:  # the files begin with the standard entries
            return entries[0]
        entry = self.registered_names.get(name)
        if entry is not None:
            return entry
        wanted = REPEATED_NAMES.get(name)
        chosen = [entry for entry in entries if entry.group << 16 | entry.element == wanted]
        return next(iter([*chosen, *entries]), None)

    def tag(self, text: str) -> int:
        """The tag 0xggggeeee that a request names, in numbers or by name.

        A private name that is registered, or tabled, by offset stands for (gggg,00ee): measured on all releases.
        Raises OrthancError (Unknown DICOM tag) whose `details` are the name.
        """
        tag = parse_tag(text)
        if tag is not None:
            return tag
        entry = self.by_name(text)
        if entry is None and self.has_other_patient_ids_name and text == "OtherPatientIDs":
            return OTHER_PATIENT_IDS
        if entry is None or not text:
            raise OrthancError(ErrorCode.UNKNOWN_DICOM_TAG, text)
        return entry.group << 16 | entry.element

    def name(self, group: int, element: int, creator: str | None) -> str:
        """The name that the views show for an element."""
        entry = self.find(group, element, creator)
        return UNKNOWN_TAG_NAME if entry is None else shown_name(entry)

    def value_representation(self, group: int, element: int, creator: str | None) -> str:
        """The VR in which an element is read from a file without VRs, and written; "UN" without an entry."""
        entry = self.find(group, element, creator)
        if entry is None:
            return "UN"
        return CONTEXT_VRS.get(entry.vr, entry.vr)

    def creators_of(self, group: int, element: int) -> list[str]:
        """The private creators under which an element has an entry, the registered ones first."""
        creators: dict[str, None] = {}
        for entry in self:
            if entry.creator is not None and entry.group <= group <= entry.upper_group:
                creators.setdefault(entry.creator)
        return [creator for creator in creators if self.find(group, element, creator)]
