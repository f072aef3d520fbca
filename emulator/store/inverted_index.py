"""The inverted index: the text of a main DICOM tag -> the resources that have it, without a look at all of them.

A table is made when its tag is first asked for and kept up to date from then on: what nobody asks costs no memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .level import Level
from .normalisation import database_key
from .resource import Resource, study_tag

#: A text that one resource alone has points at it, one that several have at all of them by identifier: most texts of
#: instances are their own, and a dict of one resource takes 230 bytes.
Table = dict[str, Resource | dict[str, Resource]]

#: The level whose resources hold a tag, the level whose tag it is (a study has those of its patient, too), the tag.
TableKey = tuple[Level, Level, int]


class InvertedIndex:
    """The tables of one layer of resources, which tells it what comes and goes, under the store's lock."""

    def __init__(self, levels: Mapping[Level, Mapping[str, Resource | None]]) -> None:
        self.levels = levels
        self.tables: dict[TableKey, Table] = {}

    def holders(self, level: Level, tag: int, texts: Iterable[str], *, patient_copy: bool = False) -> list[Resource]:
        """The resources of `level` whose tag the database may take for one of `texts`.

        With `patient_copy` they are studies, and the tag is among those of their patient.
        """
        holder = Level.STUDY if patient_copy else level
        table = self.table((holder, level, tag))
        return [resource for key in {database_key(tag, text) for text in texts} for resource in bucket(table, key)]

    def table(self, key: TableKey) -> Table:
        table = self.tables.get(key)
        if table is None:
            table = {}
            for resource in self.levels[key[0]].values():
                if resource is not None:
                    insert(table, key, resource)
            self.tables[key] = table  # only when whole: stores that share these resources may ask at the same time
        return table

    def add(self, resource: Resource) -> None:
        for key, table in self.tables.items():
            if key[0] is resource.level:
                insert(table, key, resource)

    def remove(self, resource: Resource) -> None:
        """Forgets a resource; its tags must still be those with which it was added."""
        for key, table in self.tables.items():
            if key[0] is not resource.level:
                continue
            text = text_of(resource, key)
            if text is None:
                continue
            found = table[database_key(key[2], text)]
            if isinstance(found, dict):
                del found[resource.id]
            if isinstance(found, Resource) or not found:
                del table[database_key(key[2], text)]


def insert(table: Table, key: TableKey, resource: Resource) -> None:
    text = text_of(resource, key)
    if text is None:
        return
    place = database_key(key[2], text)
    found = table.get(place)
    if isinstance(found, dict):
        found[resource.id] = resource
    else:
        table[place] = resource if found is None else {found.id: found, resource.id: resource}


def bucket(table: Table, key: str) -> Iterator[Resource]:
    found = table.get(key)
    if isinstance(found, dict):
        yield from found.values()
    elif found is not None:
        yield found


def text_of(resource: Resource, key: TableKey) -> str | None:
    tag = key[2]
    return study_tag(resource, tag) if resource.level is Level.STUDY else resource.main_tags.get(tag)
