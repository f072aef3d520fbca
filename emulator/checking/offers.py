"""Which keys, places and names a line to write may have, beside the section's own lines and what was offered before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..dictionary.dictionary import Dictionary
from ..dictionary.entry import FIRST_PRIVATE_ELEMENT, LARGEST_OFFSET, Entry

#: A creator, a group and an offset in its blocks.
Place = tuple[str, int, int]


class Offers:
    """What is taken in a section; what is offered joins it, so that all offers can be written at once."""

    def __init__(self, dictionary: Dictionary, keys: Iterable[str], refused_names: Iterable[str]) -> None:
        """`dictionary` has all lines that the server takes; `refused_names` are those of the other lines."""
        self.dictionary = dictionary
        self.keys = set(keys)
        self.names = set(refused_names) if dictionary.rules.names_are_unique else set()
        self.offered_names: set[str] = set()
        self.places: set[tuple[str | None, int, int]] = (
            set()
        )  # of entries that were offered, and of lines whose tag is taken
        self.in_full: dict[Place, list[str]] = {}
        self.by_offset: dict[Place, tuple[str, str]] = {}  # the key and the name, beside one in full
        self.offset_alone: dict[Place, str] = {}

    def keep_out(self, creator: str | None, tag: int) -> None:
        """Keeps the place of a line that another has taken: it would be taken, were the other spelt otherwise."""
        self.places.add((creator, tag >> 16, tag & 0xFFFF))

    def offer(self, key: str, entry: Entry) -> None:
        """Remembers an entry that is offered, and its key."""
        self.places.add((entry.creator, entry.group, entry.element))
        self.add_key(key, entry)
        if entry.creator is not None and entry.element <= LARGEST_OFFSET:
            self.offset_alone[entry.creator, entry.group, entry.element] = key

    def add_key(self, key: str, entry: Entry) -> None:
        """Remembers the key of an entry, taken or offered."""
        self.keys.add(key)
        if entry.creator is not None and entry.element > LARGEST_OFFSET:
            self.in_full.setdefault((entry.creator, entry.group, entry.element & LARGEST_OFFSET), []).append(key)

    def free_name(self, name: str) -> str:
        """`name`, with a number if an entry has it or it was offered before."""
        number, candidate = 2, name
        while self.dictionary.named(candidate) or candidate in self.names or candidate in self.keys:
            number, candidate = number + 1, f"{name}{number}"
        self.names.add(candidate)
        self.offered_names.add(candidate)
        return candidate

    def is_in_the_way(self, name: str) -> bool:
        """Whether a name is offered already where names are unique, or would change what a key means that is a name."""
        return name in self.keys or (self.dictionary.rules.names_are_unique and name in self.offered_names)

    def is_key_of_another(self, name: str, own: str) -> bool:
        """Whether another line than that with the key `own` is registered under a name."""
        return name != own and name in self.keys

    def free_key(self, own: str, group: int, element: int, *, by_offset: bool = False) -> str | None:
        """A plain spelling of a tag that no other line has; `own` is the key of the line that is replaced."""
        return next(self.free_keys(own, group, element, by_offset=by_offset), None)

    def free_keys(self, own: str, group: int, element: int, *, by_offset: bool = False) -> Iterator[str]:
        return (key for key in spellings(group, element, by_offset=by_offset) if key == own or key not in self.keys)

    def is_free(self, entry: Entry) -> bool:
        """Whether no entry has, nor was offered for, the place of a private entry."""
        known = self.dictionary.find(entry.group, entry.element, entry.creator)
        return known is None and (entry.creator, entry.group, entry.element) not in self.places

    def fits(self, key: str, entry: Entry, own: str) -> bool:
        """Whether the server takes an entry with this key beside all others.

        Of an offset it takes both forms if the key of the one in full comes before, in the order of bytes.
        """
        if (entry.creator, entry.group, entry.element) in self.places:
            return False
        if entry.creator is None:
            return True
        place = entry.creator, entry.group, entry.element & LARGEST_OFFSET
        by_offset = self.by_offset.get(place)
        if entry.element > LARGEST_OFFSET:
            later = [self.offset_alone.get(place), None if by_offset is None else by_offset[0]]
            return all(other is None or key.encode() < other.encode() for other in later)
        others = self.in_full.get(place, ())
        return by_offset is None and all(other == own or other.encode() < key.encode() for other in others)

    def both_keys(self, own: str, creator: str, group: int, element: int) -> tuple[str, str] | None:
        """Keys in full and by offset, in whose order the server takes both entries; None if all are taken."""
        place = creator, group, element & LARGEST_OFFSET
        others = [key.encode() for key in self.in_full.get(place, ()) if key != own]
        offered = self.by_offset.get(place)
        if place in self.offset_alone:
            return None
        for in_full in self.free_keys(own, group, element):
            keys = [offered[0]] if offered else self.free_keys(own, group, place[2])
            for by_offset in keys:
                if by_offset != in_full and all(key < by_offset.encode() for key in [in_full.encode(), *others]):
                    return in_full, by_offset
        return None


def spellings(group: int, element: int, *, by_offset: bool = False) -> Iterator[str]:
    """The plain spellings of a tag; those of an offset may have two digits.

    The hyphen goes before where it makes an entry by offset come after the one in full.
    """
    if by_offset:
        yield f"{group:04x},{element:02x}"
    separators = (",", "-", "") if by_offset or element >= FIRST_PRIVATE_ELEMENT else ("-", "", ",")
    for separator in separators:
        yield f"{group:04x}{separator}{element:04x}"
    for separator in separators:
        upper = f"{group:04X}{separator}{element:04X}"
        if upper != upper.lower():
            yield upper
