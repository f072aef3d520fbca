"""Metadata that are not read from each file: main DICOM tags, and what a few files of a series tell of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..dicom.element import format_tag
from ..dicom.views import Format
from ..server import Server
from ..store.level import Level
from ..store.resource import Resource, study_tags

#: How many files of a series are read.
READ_FILES = 3


def main_tags_shown(instances: list[Resource], tags: tuple[int, ...], server: Server) -> Iterator[dict[str, Any]]:
    """What the index knows of each instance, as the server shows tags in full, with these tags of a few files."""
    guesses: dict[str, dict[str, Any]] = {}
    for instance in instances:
        series = instance.ancestor(Level.SERIES)
        if series.id not in guesses:
            guesses[series.id] = guessed(series, tags, server) if tags else {}
        yield {**index_shown(instance, server), **guesses[series.id]}


def index_shown(instance: Resource, server: Server) -> dict[str, Any]:
    """The main DICOM tags of an instance and of what is above it."""
    shown: dict[str, Any] = {}
    for level in (Level.STUDY, Level.SERIES, Level.INSTANCE):
        resource = instance.ancestor(level)
        texts: Mapping[int, str] = study_tags(resource) if level is Level.STUDY else resource.main_tags
        shown |= {format_tag(tag): {"Type": "String", "Value": text} for tag, text in texts.items()}
        for tag, items in resource.main_sequences.items():
            shown[format_tag(tag)] = {"Type": "Sequence", "Value": items}
    return shown


def guessed(series: Resource, tags: tuple[int, ...], server: Server) -> dict[str, Any]:
    """By tag the most frequent value of the first files of a series, of equally frequent ones the smallest as text."""
    instances = sorted(series.children.values(), key=lambda one: one.id)[:READ_FILES]
    views = [server.files.view(one.id, Format.FULL) for one in instances]
    guesses = {}
    for number in map(format_tag, tags):
        values = [view[number] for view in views if number in view]
        votes = Counter(str(value["Value"]) for value in values)
        if votes:
            best = min(votes, key=lambda text: (-votes[text], text))
            guesses[number] = next(value for value in values if str(value["Value"]) == best)
    return guesses
