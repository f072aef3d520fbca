"""Which instances go into an archive, in which order, and the number in the name of each.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..store.index import whole_number
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from .rules import ArchiveRelease


@dataclass(frozen=True)
class Member:
    """An instance of an archive and the number in its file name."""

    instance: Resource
    number: int


@dataclass
class Node:
    """A patient, study or series of which something goes into the archive: all, or what is below it here."""

    resource: Resource
    whole: bool = False
    nodes: dict[str, Node] = field(default_factory=dict)
    instances: list[Resource] = field(default_factory=list)  # of a series, one by one, as often as they were named


class Selection:
    """The resources that were asked for, as a tree; one that is there as a whole takes in what is below it."""

    def __init__(self) -> None:
        self.patients: dict[str, Node] = {}

    def add(self, resource: Resource) -> None:
        nodes = self.patients
        for level in LEVELS[:-1]:
            ancestor = resource.ancestor(level)
            node = nodes.setdefault(ancestor.id, Node(ancestor))
            if node.whole:
                return
            if ancestor is resource:
                node.whole = True
                node.nodes, node.instances = {}, []
                return
            nodes = node.nodes
        node.instances.append(resource)

    def series(self, release: ArchiveRelease) -> Iterator[tuple[Resource, list[Member]]]:
        """Each series with its members: patients, studies and series in order of their Orthanc identifiers."""
        for node in series_nodes(self.patients, Level.PATIENT):
            if node.whole:
                yield node.resource, numbered([*node.resource.children.values()], release)
            else:
                yield node.resource, named_one_by_one(node.instances, release)


def series_nodes(nodes: dict[str, Node], level: Level) -> Iterator[Node]:
    for _, node in sorted(nodes.items()):
        if level is Level.SERIES:
            yield node
            continue
        below = node.nodes
        if node.whole:
            below = {identifier: Node(child, whole=True) for identifier, child in node.resource.children.items()}
        yield from series_nodes(below, LEVELS[level.depth + 1])


def numbered(instances: list[Resource], release: ArchiveRelease) -> list[Member]:
    """The members of a whole series.

    Counted as they arrived or, later, in order of InstanceNumber, which is then the number if no two have the same.
    """
    if not release.archives.numbers_archived_files:
        return counted(instances)
    in_order = sorted(instances, key=lambda instance: (instance_number(instance), instance.id))
    numbers = [instance_number(instance) for instance in in_order]
    if len(set(numbers)) < len(numbers):
        return counted(in_order)
    return [Member(*pair) for pair in zip(in_order, numbers, strict=True)]


def named_one_by_one(instances: list[Resource], release: ArchiveRelease) -> list[Member]:
    """The members of a series that were named one by one: in that order."""
    if not release.archives.numbers_archived_files:
        return counted(instances)
    return [Member(instance, instance_number(instance)) for instance in instances]


def counted(instances: list[Resource]) -> list[Member]:
    return [Member(instance, number) for number, instance in enumerate(instances)]


def instance_number(instance: Resource) -> int:
    """The number of an instance in 32 bits, 0 for what is no natural number of 64."""
    number = whole_number(instance.metadata.get("IndexInSeries"))
    return number % (1 << 32) if number is not None and 0 <= number < 1 << 64 else 0
