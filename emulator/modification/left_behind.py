"""What sources had beside their files, and their copies have not: labels, metadata and attachments of users.

The server copies files alone, and says nothing of the rest: measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..diagnostics import Diagnostic
from ..store.level import LEVELS, Level
from ..store.numbered_names import USER_NUMBERS
from ..store.resource import Resource
from ..store.store import Store
from .rules import ModificationRelease

#: How many names are told of one level.
NAMED = 8

#: A kind of what users add to a resource, and the name or number of one.
Belonging = tuple[str, str | int]

LABEL, METADATA, ATTACHMENT = "label", "metadata", "attachment"


def belongings(resource: Resource) -> frozenset[Belonging]:
    """What users have added to a resource."""
    found: list[Belonging] = [(LABEL, label) for label in resource.labels]
    found += [(METADATA, int(key)) for key in resource.metadata if key.isdecimal()]  # those built in have names
    found += [(ATTACHMENT, number) for number in resource.attachments if number in USER_NUMBERS]
    return frozenset(found)


@dataclass
class LeftBehind:
    """Notes what the sources of one cascade have, before they are copied, and finds what is nowhere afterwards."""

    seen: set[str] = field(default_factory=set)
    owned: dict[str, tuple[Level, frozenset[Belonging]]] = field(default_factory=dict)
    copies: dict[str, dict[str, None]] = field(default_factory=dict)  # of what owns something

    def twin(self) -> LeftBehind:
        return LeftBehind({*self.seen}, {**self.owned}, {source: {**made} for source, made in self.copies.items()})

    def note(self, source: Resource) -> None:
        """Notes what an instance, and what is above it, has."""
        resource: Resource | None = source
        while resource is not None and resource.id not in self.seen:  # what is above one that was seen was, too
            self.seen.add(resource.id)
            if found := belongings(resource):
                self.owned[resource.id] = resource.level, found
            resource = resource.parent

    def copied(self, sources: Mapping[Level, str], made: Resource) -> None:
        """Notes the copy of an instance; `sources` are the instance and what was above it."""
        if not self.owned:  # as nearly always
            return
        for level, source in sources.items():
            if source in self.owned:
                self.copies.setdefault(source, {})[made.ancestor(level).id] = None

    def lost(self, store: Store) -> dict[Level, list[frozenset[Belonging]]]:
        """What neither a source that is still there nor one of its copies has: by level, for each source."""
        found: dict[Level, list[frozenset[Belonging]]] = {}
        for source, (level, owned) in self.owned.items():
            there = (store.levels[level].get(identifier) for identifier in (source, *self.copies.get(source, ())))
            if lost := owned.difference(*(belongings(one) for one in there if one is not None)):
                found.setdefault(level, []).append(lost)
        return {level: found[level] for level in LEVELS if level in found}

    def warnings(self, store: Store, release: ModificationRelease, *, keeps_labels: bool) -> Iterator[Diagnostic]:
        """Tells what is lost, once for the whole request."""
        lost = self.lost(store) if self.owned else {}
        if not lost:
            return
        names = {level: frozenset().union(*those) for level, those in lost.items()}
        told = (f"{named(names[level], release)} of {counted(level, len(those))}" for level, those in lost.items())
        labels = [level for level, those in names.items() if any(kind == LABEL for kind, _ in those)]
        again = "read them before the request, and write them on the copies"
        if labels and labels[0] is not Level.INSTANCE and release.modification.has_keep_labels and not keeps_labels:
            is_all = Level.INSTANCE not in labels and all(
                kind == LABEL for kind, _ in frozenset().union(*names.values())
            )
            keep = '"KeepLabels": true keeps the labels of patients, studies and series'
            again = keep if is_all else f"{keep}; of the rest: {again}"
        happened = f"the sources are gone, and what was beside their files is not at the copies: {'; '.join(told)}"
        yield Diagnostic("left-behind", happened, again)


def counted(level: Level, count: int) -> str:
    return f"the {level.value.lower()}" if count == 1 else f"{count} {level.plural}"


def named(belongings: frozenset[Belonging], release: ModificationRelease) -> str:
    """What users have added, in words: `label "urgent", metadata 1024, attachment report`."""
    texts = [f'{LABEL} "{name}"' for name in sorted(str(name) for kind, name in belongings if kind == LABEL)]
    for kind, names in (
        (METADATA, release.store.metadata_names),
        (ATTACHMENT, release.annotations.attachment_names),
    ):
        texts += [
            f"{kind} {names.name(number)}"
            for number in sorted(int(name) for other, name in belongings if other == kind)
        ]
    return ", ".join(texts if len(texts) <= NAMED else [*texts[:NAMED], f"{len(texts) - NAMED} more"])
