"""Which tags a server knows: DCMTK's tables, read-only and shared, with the registered entries laid over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import ErrorCode, OrthancError
from .entry import FIRST_PRIVATE_ELEMENT, Entry
from .registration import entry_from_configuration, sorted_section
from .tables import Tables, load
from .tag_text import parse_tag

#: The name of an element that has no entry.
UNKNOWN_TAG_NAME = "Unknown Tag & Data"
PRIVATE_CREATOR_NAME = "PrivateCreator"

#: DCMTK's own codes for VRs that depend on the context, and what an implicit VR file's element is read as.
CONTEXT_VRS = {"ox": "OW", "px": "OW", "xs": "US", "lt": "OW", "up": "UL", "na": "UN"}

Key = tuple[str | None, int, int]


class Dictionary:
    """The data dictionary of one server.

    An entry's key is (creator, group, element). A private entry whose element is 00ff or less is an offset that
    fits any block of its creator; any other fits that element only.
    """

    def __init__(self, dcmtk_version: str, section: Any = None, *, names_are_unique: bool = False) -> None:
        """The tables of a DCMTK version with the section "Dictionary" of a configuration registered over them.

        `names_are_unique`: Orthanc 1.9.1 refuses a name that is taken, later releases a tag that is.
        Raises OrthancError for an entry that the server refuses.
        """
        self.tables: Tables = load(dcmtk_version)
        self.names_are_unique = names_are_unique
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

        Raises OrthancError with the server's message; `hint` names the key.
        """
        try:
            entry = entry_from_configuration(key, definition, self.tag_or_error(key))
            self.check_free(entry)
        except OrthancError as error:
            error.hint = error.hint or f'in the entry "{key}" of "Dictionary"'
            raise
        self.registered[entry.creator, entry.group, entry.element] = entry
        self.registered_names[entry.name] = entry
        return entry

    def tag_or_error(self, key: str) -> int | OrthancError:
        try:
            return self.tag(key)
        except OrthancError as error:
            return error

    def check_free(self, entry: Entry) -> None:
        """Refuses an entry in whose place, by name on 1.9.1 and by tag on later releases, another one stands."""
        if self.names_are_unique:
            if entry.name in self.registered_names or self.tables.named(entry.name):
                raise OrthancError(
                    ErrorCode.ALREADY_EXISTING_TAG,
                    f'Cannot register two tags with the same symbolic name "{entry.name}"',
                )
        elif self.taken(entry):
            raise OrthancError(
                ErrorCode.ALREADY_EXISTING_TAG,
                f"Cannot register twice the tag ({entry.group:04x},{entry.element:04x}), "
                f'whose symbolic name is "{entry.name}"',
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
        """The entry that a name stands for, or None."""
        entry = self.registered_names.get(name)
        if entry is not None:
            return entry
        entries = self.tables.named(name)
        return entries[0] if entries else None

    def tag(self, text: str) -> int:
        """The tag 0xggggeeee that a request names, in numbers or by name.

        A private name that is registered, or tabled, by offset stands for (gggg,00ee): measured on all releases.
        Raises OrthancError (Unknown DICOM tag) whose `details` are the name.
        """
        tag = parse_tag(text)
        if tag is not None:
            return tag
        entry = self.by_name(text)
        if entry is None:
            raise OrthancError(ErrorCode.UNKNOWN_DICOM_TAG, text)
        return entry.group << 16 | entry.element

    def name(self, group: int, element: int, creator: str | None) -> str:
        """The name that the views show for an element."""
        entry = self.find(group, element, creator)
        return UNKNOWN_TAG_NAME if entry is None else entry.name

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
