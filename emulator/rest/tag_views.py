"""Views of tags beside /tags: the meta header, one module of a resource, and the tags of all of its instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dicom.character_sets import character_set_of
from ..dicom.element import Dataset
from ..dicom.views import Format, in_form, view
from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from ..store.modules import MODULES, shown_instance
from ..store.readable import readable_instance
from ..store.resource import Resource
from .answers import json_answer
from .arguments import ignored_lengths, tags_format
from .response import Response
from .route import Call, Handler, Route, route

#: Elements of the meta header that /header leaves out: the version is binary.
FILE_META_INFORMATION_VERSION = 0x00020001


def header(call: Call) -> Response:
    """The meta header of an instance's file."""
    server = call.server
    instance = readable_instance(server.store, call.path["id"], server.release, server.release.rest.header_reads)
    parses = server.release.store.traffic.parses_headers
    server.store.traffic.parse(instance) if parses else server.store.traffic.read(instance)
    meta = server.files.read(instance).meta
    shown = Dataset({tag: element for tag, element in meta.elements.items() if tag != FILE_META_INFORMATION_VERSION})
    return json_answer(view(shown, server.dictionary, tags_format(call.request), rules=server.release.dicom.text))


def resource_of(level: Level, call: Call) -> Resource:
    """The resource that the path names; above instances some releases take one of any level."""
    if level is Level.INSTANCE or call.server.release.rest.tag_views_check_level:
        return call.server.store.get(level, call.path["id"])
    return call.server.store.find(call.path["id"])


def module(level: Level, shown: Level) -> Handler:
    """The tags of one module, from one instance of a resource."""

    def handler(call: Call) -> Response:
        ignored = ignored_lengths(call.request, call.server.dictionary)
        with call.server.store.reading:
            instance = shown_instance(resource_of(level, call), call.server.release)
            call.server.store.traffic.read(instance)
            whole = call.server.files.dataset(instance)
        tags = {tag: element for tag, element in whole.elements.items() if tag in MODULES[shown]}
        rules = call.server.release.dicom.text
        form, text = tags_format(call.request), character_set_of(whole, rules)
        shown_tags = view(Dataset(tags), call.server.dictionary, form, ignored, rules=rules, character_set=text)
        return json_answer(shown_tags)

    return handler


def views_of_instances(
    level: Level, call: Call, form: Format, ignored: frozenset[int] = frozenset()
) -> dict[str, dict[str, Any]]:
    """The tags of every instance below a resource, by identifier; those in `ignored` however long they are."""
    dictionary, rules = call.server.dictionary, call.server.release.dicom.text
    with call.server.store.reading:
        instances = resource_of(level, call).descendants(Level.INSTANCE)
        with call.server.store.pinned(len(instances)):
            for instance in instances:
                call.server.store.traffic.read(instance)
            return {
                instance.id: view(call.server.files.dataset(instance), dictionary, form, ignored, rules=rules)
                for instance in instances
            }


def instances_tags(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        ignored = ignored_lengths(call.request, call.server.dictionary)
        return json_answer(views_of_instances(level, call, tags_format(call.request), ignored))

    return handler


def shared_tags(level: Level) -> Handler:
    """The tags that every instance below a resource has, with the same text; no sequence is among them.

    Names and creators are not compared: they are those of the instance that stands for the resource.
    """

    def handler(call: Call) -> Response:
        if not call.server.annotation_options.stores_dicom:
            resource_of(level, call)  # is looked up all the same
            return json_answer({})
        views = views_of_instances(level, call, Format.FULL)
        if not views:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        with call.server.store.reading:
            shown = shown_instance(resource_of(level, call), call.server.release).id
        shared = {
            tag: value
            for tag, value in views[shown].items()
            if value["Type"] == "String" and all(is_alike(other.get(tag), value) for other in views.values())
        }
        return json_answer(in_form(shared, tags_format(call.request)))

    return handler


def is_alike(tag: Any, other: Mapping[str, Any]) -> bool:
    """Whether the tag of one instance has the type and the value of another's."""
    return tag is not None and tag["Type"] == other["Type"] and tag["Value"] == other["Value"]


ROUTES: tuple[Route, ...] = (
    route("/instances/<id>/header", GET=header),
    route("/studies/<id>/module-patient", GET=module(Level.STUDY, Level.PATIENT)),
    *(route(f"/{level.plural}/<id>/module", GET=module(level, level)) for level in LEVELS),
    *(route(f"/{level.plural}/<id>/instances-tags", GET=instances_tags(level)) for level in LEVELS[:-1]),
    *(route(f"/{level.plural}/<id>/shared-tags", GET=shared_tags(level)) for level in LEVELS[:-1]),
)
