"""Views of tags beside /tags: the meta header, one module of a resource, and the tags of all of its instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from ..dicom.element import Dataset
from ..dicom.views import Format, in_form, view
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from .answers import json_answer
from .arguments import ignored_lengths, tags_format
from .route import Call, Handler, Route, route

#: The tags of the module of each level, as /module shows them (measured alike on 1.9.1 to 1.13.0).
MODULES: Mapping[Level, frozenset[int]] = {
    level: frozenset(int(tag.replace(",", ""), 16) for tag in tags.split())
    for level, tags in {
        Level.PATIENT: "0008,1120 0010,0010 0010,0020 0010,0021 0010,0024 0010,0030 0010,0032 0010,0040 0010,1000 "
        "0010,1001 0010,1002 0010,2160 0010,2201 0010,2202 0010,2292 0010,2293 0010,2294 0010,2297 0010,2298 "
        "0010,2299 0010,4000 0012,0062 0012,0063 0012,0064",
        Level.STUDY: "0008,0020 0008,0030 0008,0050 0008,0051 0008,0090 0008,0096 0008,1030 0008,1032 0008,1048 "
        "0008,1049 0008,1060 0008,1062 0008,1110 0020,000d 0020,0010 0032,1034 0040,1012",
        Level.SERIES: "0008,0021 0008,0031 0008,0060 0008,103e 0008,103f 0008,1050 0008,1052 0008,1070 0008,1072 "
        "0008,1111 0008,1250 0010,2210 0018,0015 0018,1030 0018,5100 0020,000e 0020,0011 0020,0060 0028,0108 "
        "0040,0244 0040,0245 0040,0253 0040,0254 0040,0260 0040,0275 0040,0280",
        Level.INSTANCE: "0008,0005 0008,0012 0008,0013 0008,0014 0008,0016 0008,0018 0008,001a 0008,001b 0008,0110 "
        "0008,0201 0018,a001 0020,0013 0028,0303 0040,a390 0100,0410 0100,0420 0100,0424 0100,0426 0400,0500 "
        "0400,0561 4ffe,0001",
    }.items()
}

#: Elements of the meta header that /header leaves out: the version is binary.
FILE_META_INFORMATION_VERSION = 0x00020001


def shown_instance(resource: Resource, release: Release) -> Resource:
    """The instance whose tags stand for a resource: the first by identifier, or the one that was stored last."""
    instances = resource.descendants(Level.INSTANCE)
    if release.lists_by_identifier:
        return min(instances, key=lambda instance: instance.id)
    return max(instances, key=lambda instance: instance.number)


def header(call: Call) -> Response:
    """The meta header of an instance's file."""
    meta = call.server.dicom(call.path["id"]).meta
    shown = Dataset({tag: element for tag, element in meta.elements.items() if tag != FILE_META_INFORMATION_VERSION})
    return json_answer(
        view(shown, call.server.dictionary, tags_format(call.request), rules=call.server.release.text_rules)
    )


def module(level: Level, shown: Level) -> Handler:
    """The tags of one module, from one instance of a resource."""

    def handler(call: Call) -> Response:
        ignored = ignored_lengths(call.request, call.server.dictionary)
        with call.server.database.lock:
            instance = shown_instance(call.server.database.get(level, call.path["id"]), call.server.release)
            call.server.traffic.read(instance)
            whole = call.server.read_dataset(instance)
        tags = {tag: element for tag, element in whole.elements.items() if tag in MODULES[shown]}
        rules = call.server.release.text_rules
        form = tags_format(call.request)
        return json_answer(view(Dataset(tags), call.server.dictionary, form, ignored, rules=rules))

    return handler


def views_of_instances(
    level: Level, call: Call, form: Format, ignored: frozenset[int] = frozenset()
) -> dict[str, dict[str, Any]]:
    """The tags of every instance below a resource, by identifier; those in `ignored` however long they are."""
    dictionary, rules = call.server.dictionary, call.server.release.text_rules
    with call.server.database.lock:
        instances = call.server.database.get(level, call.path["id"]).descendants(Level.INSTANCE)
        for instance in instances:
            call.server.traffic.read(instance)
        return {
            instance.id: view(call.server.read_dataset(instance), dictionary, form, ignored, rules=rules)
            for instance in instances
        }


def instances_tags(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        ignored = ignored_lengths(call.request, call.server.dictionary)
        return json_answer(views_of_instances(level, call, tags_format(call.request), ignored))

    return handler


def shared_tags(level: Level) -> Handler:
    """The tags that every instance below a resource has, with the same text; no sequence is among them."""

    def handler(call: Call) -> Response:
        by_number = [*views_of_instances(level, call, Format.FULL).values()]
        if not by_number:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        shared = {
            tag: value
            for tag, value in by_number[0].items()
            if value["Type"] == "String" and all(other.get(tag) == value for other in by_number)
        }
        return json_answer(in_form(shared, tags_format(call.request)))

    return handler


ROUTES: tuple[Route, ...] = (
    route("/instances/<id>/header", GET=header),
    route("/studies/<id>/module-patient", GET=module(Level.STUDY, Level.PATIENT)),
    *(route(f"/{level.plural}/<id>/module", GET=module(level, level)) for level in LEVELS),
    *(route(f"/{level.plural}/<id>/instances-tags", GET=instances_tags(level)) for level in LEVELS[:-1]),
    *(route(f"/{level.plural}/<id>/shared-tags", GET=shared_tags(level)) for level in LEVELS[:-1]),
)
