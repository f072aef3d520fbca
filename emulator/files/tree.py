"""What a server holds as text: patients, studies, series, instances, and their private tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..dicom.element import format_tag
from ..dicom.views import Format
from ..store.level import Level
from ..store.resource import Resource
from ..store.store import Store
from .files import Files

#: The main DICOM tags that tell people which resource it is.
TOLD: dict[Level, tuple[int, ...]] = {
    Level.PATIENT: (0x00100020, 0x00100010),
    Level.STUDY: (0x00080020, 0x00081030),
    Level.SERIES: (0x00080060, 0x00200011, 0x0008103E),
    Level.INSTANCE: (0x00200013,),
}

#: How many characters of a private value are shown.
SHOWN_CHARACTERS = 40

UNKNOWN_NAME = "Unknown Tag & Data"


def tree(store: Store, files: Files | None) -> str:
    """The resources of a store, a line for each, those below a resource under it; with `files` their private tags."""
    with store.reading:
        patients = store.resources(Level.PATIENT)
        if not patients:
            return "nothing is stored"
        return "\n".join(line for patient in patients for line in lines_of(patient, files))


def lines_of(resource: Resource, files: Files | None) -> Iterator[str]:
    """The line of a resource, and those of all below it, indented by level."""
    words = [resource.level.value, *told(resource), resource.id]
    yield f"{'  ' * resource.level.depth}{' '.join(words)}"
    if resource.level is not Level.INSTANCE:
        for child in resource.children.values():
            yield from lines_of(child, files)
    elif files is not None:
        for tag, element in files.view(resource.id, Format.FULL).items():
            if int(tag[:4], 16) % 2 and int(tag[5:], 16) > 0xFF:
                yield f"{'  ' * 4}{private_line(tag, element)}"


def told(resource: Resource) -> list[str]:
    values = (resource.main_tags.get(tag, "") for tag in TOLD[resource.level])
    return [repr(value) if " " in value else value for value in values if value]


def private_line(tag: str, element: dict[str, Any]) -> str:
    """A private element: "(0011,1001) MYLAB MyLabel = 'TRAIN'"."""
    name = "" if element["Name"] == UNKNOWN_NAME else f" {element['Name']}"
    creator = element.get("PrivateCreator") or "(no creator)"
    value = element["Value"]
    if element["Type"] == "Sequence":
        text = f"{len(value)} item{'' if len(value) == 1 else 's'}"
    else:
        text = repr(value) if isinstance(value, str) else element["Type"]
    text = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    return f"({format_tag(int(tag.replace(',', ''), 16))}) {creator}{name} = {text}"
