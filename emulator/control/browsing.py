"""What the page shows of the store: resources page by page, and the tags of an instance with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..dicom.character_sets import CharacterSet, character_set_of
from ..dicom.element import Dataset, Element, format_tag
from ..dicom.reader import DicomFile
from ..dicom.text import element_text
from ..dicom.views import up_to_pixel_data
from ..server import Server
from ..store.level import LEVELS, Level
from ..store.metadata import metadata_of
from ..store.resource import Resource
from .members import ControlError, Member
from .route import ControlCall, ControlRoute

#: How many resources, and how many elements, one answer tells at most.
MOST_RESOURCES = 500
MOST_ELEMENTS = 5000

#: How many characters of a value are told.
TOLD_CHARACTERS = 2000

BY_NAME = {level.value.lower(): level for level in LEVELS}

#: How the private tags that the page marks are told: each state with what it means, and what to do.
STATES = {
    "known": "An entry of the dictionary under this creator gives its name and VR.",
    "unknown": 'The dictionary has no entry for it under this creator: views call it "Unknown Tag & Data". Register '
    'it in the section "Dictionary" of the configuration.',
    "orphan": "No creator element reserves its block, so nobody can tell whose it is. The file should have the creator "
    "element (gggg,00bb).",
    "another-block": "The dictionary has an entry for the same offset in another block only. Register it by its "
    "offset, with the creator, so that it fits every block.",
    "written-as-un": "Its VR is UN: whoever wrote it had no entry for it under the creator that it gave. A modify must "
    'name the creator in "PrivateCreator", and the dictionary must have an entry of that creator.',
    "creator": "It reserves a block of its group for a creator.",
}


def resources(call: ControlCall) -> Any:
    """A page of the resources of a level, or of those below another; the newest first."""
    server, values = call.controlled.server, call.values
    level = BY_NAME[values["level"]]
    folded = values["search"].strip().lower()
    with server.store.reading:
        if values["parent"]:
            parent = found(server, values["parent"])
            if parent.level.depth >= level.depth:
                raise ControlError(400, f'"parent" is a {parent.level.value.lower()}: none is above one', "parent")
            all_there = parent.descendants(level)
        else:
            all_there = server.store.resources(level)[::-1]
        if folded:
            all_there = [one for one in all_there if folded in words_of(one)]
        since = values["since"]
        shown = all_there[since : since + min(values["limit"], MOST_RESOURCES)]
        return {"total": len(all_there), "resources": [told(server, one) for one in shown]}


def found(server: Server, identifier: str) -> Resource:
    from ..errors import OrthancError

    try:
        return server.store.find(identifier)
    except OrthancError:
        raise ControlError(404, f"There is no resource {identifier[:80]}") from None


def words_of(resource: Resource) -> str:
    above = resource.parent
    words = [*resource.main_tags.values(), *resource.labels, resource.id]
    return " ".join(words).lower() + (f" {words_of(above)}" if above is not None else "")


def told(server: Server, resource: Resource) -> dict[str, Any]:
    name = server.dictionary.name
    children = resource.children
    return {
        "id": resource.id,
        "level": resource.level.value,
        "parent": None if resource.parent is None else resource.parent.id,
        "tags": {name(tag >> 16, tag & 0xFFFF, None): value for tag, value in resource.main_tags.items()},
        "patient": dict_of(server, resource.parent) if resource.level is Level.STUDY and resource.parent else {},
        "children": len(children),
        "labels": sorted(resource.labels),
    }


def dict_of(server: Server, resource: Resource) -> dict[str, str]:
    return {server.dictionary.name(tag >> 16, tag & 0xFFFF, None): value for tag, value in resource.main_tags.items()}


def details(call: ControlCall) -> Any:
    """A resource with all above it, its labels and metadata."""
    server = call.controlled.server
    with server.store.reading:
        resource = found(server, call.path["id"])
        above = [told(server, resource.ancestor(level)) for level in LEVELS[: resource.level.depth]]
        return {**told(server, resource), "above": above, "metadata": metadata_of(resource, server.release)}


# Tags


def tags(call: ControlCall) -> Any:
    server = call.controlled.server
    with server.store.reading:
        resource = found(server, call.path["id"])
        if resource.level is not Level.INSTANCE:
            raise ControlError(404, f"{resource.id} is a {resource.level.value.lower()}: ask for one of its instances")
        file = server.files.read(resource)
    return {"id": resource.id, "rows": rows_of_file(server, file), "states": STATES}


def rows_of_file(server: Server, file: DicomFile) -> list[dict[str, Any]]:
    """The elements of a file in order, those of items behind their sequence and deeper."""
    dataset = up_to_pixel_data(file.dataset)
    codes = character_set_of(dataset, server.release.dicom.text)
    rows: list[dict[str, Any]] = []
    for row in rows_of(server, dataset, codes, "", 0):
        if len(rows) >= MOST_ELEMENTS:
            break
        rows.append(row)
    return rows


def rows_of(server: Server, dataset: Dataset, codes: CharacterSet, path: str, depth: int) -> Iterator[dict[str, Any]]:
    for element in dataset:
        creator = dataset.private_creator(element.tag)
        here = f"{path}{format_tag(element.tag)}"
        shown = server.dictionary.shown(element.tag, creator)
        yield {
            "tag": format_tag(element.tag),
            "path": here,
            "depth": depth,
            "vr": element.vr,
            "name": shown.name,
            "creator": creator,
            "private": element.is_private,
            "state": state_of(server, element, creator) if element.is_private else None,
            "source": source_of(server, element, creator),
            "value": value_of(element, codes, shown.vr),
            "items": None if element.items is None else len(element.items),
        }
        for index, item in enumerate(element.items or ()):
            yield from rows_of(server, item, codes, f"{here}[{index}].", depth + 1)


def state_of(server: Server, element: Element, creator: str | None) -> str:
    """What is known of a private element: a key of `STATES`."""
    if element.is_private_creator:
        return "creator"
    if creator is None:
        return "orphan"
    dictionary = server.dictionary
    if element.vr == "UN":
        return "written-as-un"
    number = element.tag & 0xFFFF
    if dictionary.find(element.group, number, creator) is not None:
        return "known"
    blocks = (block << 8 | number & 0xFF for block in range(0x10, 0x100))
    if any(dictionary.registered.get((creator, element.group, other)) for other in blocks):
        return "another-block"
    return "unknown"


def source_of(server: Server, element: Element, creator: str | None) -> str | None:
    if element.is_private_creator:
        return None
    entry = server.dictionary.find(element.group, element.tag & 0xFFFF, creator)
    return None if entry is None or not element.is_private else entry.source


def value_of(element: Element, codes: CharacterSet, dictionary_vr: str) -> str:
    if element.items is not None:
        return ""
    text = element_text(element, codes, dictionary_vr)
    if text is None:
        shown = element.value[:64].decode("ascii", "replace").rstrip("\0 ")
        is_text = shown.isprintable() and "\ufffd" not in shown and shown
        return f"{len(element.value):,} bytes" + (f": {shown}" if is_text else "")
    shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return shown if len(shown) <= TOLD_CHARACTERS else f"{shown[:TOLD_CHARACTERS]}…"


NO_RESOURCE = {404: "There is no such resource"}

ROUTES = (
    ControlRoute(
        "GET",
        "/resources",
        resources,
        "A page of the resources of a level, the newest first, or of those below a resource.",
        (
            Member("level", "text", "the level", "study", choices=[*BY_NAME]),
            Member("parent", "text", "only what is below the resource of this identifier", ""),
            Member("search", "text", "only what has this text in a main DICOM tag, a label or its identifier", ""),
            Member("since", "integer", "how many are left out", 0),
            Member("limit", "integer", "how many at most, up to 500", 50),
        ),
        answer="How many there are, and a page of them",
        statuses=NO_RESOURCE,
    ),
    ControlRoute(
        "GET",
        "/resources/<id>",
        details,
        "A resource, what is above it, its labels and its metadata.",
        answer="The resource",
        statuses=NO_RESOURCE,
    ),
    ControlRoute(
        "GET",
        "/instances/<id>/tags",
        tags,
        "The elements of an instance, in order: tag, VR, name, creator, value and, of private ones, what is known.",
        answer="Elements, and what the states mean",
        statuses=NO_RESOURCE,
    ),
)
