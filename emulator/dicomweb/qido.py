"""QIDO-RS (PS3.18 section 10.6): a search is a find, of which the plugin keeps what it knows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..configuration.dicom_web import known_tag
from ..diagnostics import Diagnostic
from ..dicom.character_sets import character_set_of_terms, term_of
from ..dicom.dicomweb import key_of
from ..dicom.element import SPECIFIC_CHARACTER_SET, Element, format_tag
from ..dicom.views import Format
from ..errors import ErrorCode, OrthancError
from ..query.computed import computed_text
from ..rest.response import Response
from ..rest.route import Call
from ..server import Server
from ..store.level import Level
from ..store.resource import Resource
from . import core
from .models import Model, file_model, json_list, shown_dataset, text_value, xml_list
from .paths import instances_of, settings_of, study_path
from .rules import KEPT, OWN_TAGS
from .urls import base_url

INTEGER = re.compile(r"[+-]?[0-9]{1,20}\Z")

#: Header values for which a search answers XML.
XML_TYPES = frozenset({"application/dicom+xml", "application/xml", "text/xml"})
READ_AS_XML = "application/xml"

RETRIEVE_URL = 0x00081190
STUDY_UID, SERIES_UID, INSTANCE_UID = 0x0020000D, 0x0020000E, 0x00080018
#: What the plugin counts itself where the server does not compute it.
COUNTED = {Level.STUDY: (0x00080061, 0x00201206, 0x00201208), Level.SERIES: (0x00201209,), Level.INSTANCE: ()}


@dataclass
class Search:
    """What a search asks for; `ignored` are the names that the plugin passes over without a word."""

    query: dict[int, str] = field(default_factory=dict)
    fields: set[int] = field(default_factory=set)
    limit: int = 0
    offset: int = 0
    asked: set[int] = field(default_factory=set)
    ignored: list[tuple[str, str]] = field(default_factory=list)


def search(level: Level) -> Any:
    """The handler of a search for studies, series or instances."""

    def handler(call: Call) -> Response:
        server = call.server
        wanted = read_search(call)
        server.tell(ignored_keys(wanted, server))
        wanted.asked = asked_tags(level, wanted, server)
        for tag, name in ((STUDY_UID, "study"), (SERIES_UID, "series")):
            if name in call.path:
                wanted.query[tag] = call.path[name]
        accept = call.request.headers.get("Accept", "")
        models = found(call, level, wanted, accept)
        return xml_list(models, server) if accepts_xml(accept, server) else json_list(models)

    return handler


def asked_tags(level: Level, wanted: Search, server: Server) -> set[int]:
    """The tags of the levels down to this one, but of those whose UID is a filter, and the fields that are named."""
    rules = server.release.dicomweb
    asked = {*KEPT[level.value], *wanted.fields}
    for above, uid in ((Level.STUDY, STUDY_UID), (Level.SERIES, SERIES_UID), (Level.INSTANCE, INSTANCE_UID)):
        if above is level or (above.depth < level.depth and uid not in wanted.query):
            asked |= rules.qido_tags[above.value]
    return asked


def accepts_xml(accept: str, server: Server) -> bool:
    if accept in XML_TYPES:
        return True
    kind, *parameters = (part.strip() for part in accept.split(";"))
    named = (parameter.partition("=") for parameter in parameters)
    types = [value.strip('"') for name, _, value in named if name.strip() == "type"]
    return (
        server.release.dicomweb.reads_multipart_xml
        and kind == "multipart/related"
        and types == ["application/dicom+xml"]
    )


def read_search(call: Call) -> Search:
    """The arguments in their order, of which the last of a name counts; raises OrthancError."""
    wanted = Search()
    blank_plus = call.server.release.dicomweb.plus_is_blank_at_last
    for name, value in call.request.arguments:
        read_argument(name, value.replace("+", " ") if blank_plus else value, wanted, call.server)
    return wanted


def read_argument(name: str, value: str, wanted: Search, server: Server) -> None:
    if name == "limit":
        wanted.limit = whole_number(value)
    elif name == "offset":
        wanted.offset = whole_number(value)
    elif name == "fuzzymatching":
        if value not in ("true", "false"):
            details = f"Not a proper value for fuzzy matching (true or false): {value}"
            raise OrthancError(ErrorCode.BAD_REQUEST, details)
    elif name == "includefield":
        for text in value.split(","):
            read_field(text, wanted, server)
    else:
        tag = known_tag(name, server.dictionary)
        if tag is None:
            wanted.ignored.append((name, value))
        else:
            wanted.query[tag] = value.replace("\\", "").replace(",", "\\")
            wanted.fields.add(tag)


def read_field(text: str, wanted: Search, server: Server) -> None:
    tag = known_tag(text, server.dictionary)
    if tag is not None:
        wanted.fields.add(tag)
    elif text and text.lower() != "all":
        wanted.ignored.append(("includefield", text))


def whole_number(text: str) -> int:
    """A limit: a whole number of 32 bits, of a negative one what is left of it."""
    if not INTEGER.match(text) or abs(int(text)) >= 1 << 32:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    return int(text) % (1 << 32)


def ignored_keys(wanted: Search, server: Server) -> list[Diagnostic]:
    """What a search passes over: told for private tags, and for names that look as if they should be tags."""
    told = []
    for name, text in wanted.ignored:
        spelled = text if name == "includefield" else name
        try:
            tag: int | None = server.dictionary.tag(spelled[:9] if spelled[4:5] == "," else spelled)
        except OrthancError:
            tag = None
        if tag is None and not looks_like_tag(spelled):
            continue
        kind = "private" if tag is not None and tag & 0x10000 else "unknown"
        what = "brings nothing" if name == "includefield" else "filters nothing: all is found"
        told.append(
            Diagnostic(
                "key-ignored",
                f"QIDO-RS passes over the {kind} tag {spelled}, which {what}",
                "ask POST /tools/find, which reads private tags from the files, or filter the answers",
                tag=None if tag is None else format_tag(tag),
            )
        )
    return told


#: Names of arguments that viewers send and that are no tags.
NO_TAGS = frozenset({"_", "accept", "callback", "orderby", "emptyvaluematching", "multiplevaluematching"})


def looks_like_tag(name: str) -> bool:
    return name[:1].isupper() or name[:1].isdigit() if name.lower() not in NO_TAGS else False


def found(call: Call, level: Level, wanted: Search, accept: str) -> list[Model]:
    server, rules = call.server, call.server.release.dicomweb
    body: dict[str, Any] = {
        "Level": level.value,
        "Query": {format_tag(tag): text for tag, text in sorted(wanted.query.items())},
        "Limit": wanted.limit,
        "Since": wanted.offset,
        "Expand": rules.finds_expanded,
    }
    if settings_of(call).is_case_sensitive:
        body["CaseSensitive"] = True
    told = {tag for tag in wanted.asked if tag in wanted.fields or OWN_TAGS.get(tag, level.value) == level.value}
    if rules.finds_expanded:
        body |= {"Full": True, "RequestedTags": [format_tag(tag) for tag in sorted(wanted.asked)]}
    with server.store.reading:
        with core.core_call(rules, core.GET):
            answers = server.queries.find(body)
        if accept.partition(";")[0] == READ_AS_XML and rules.passes_accept_on:
            raise core.core_error(ErrorCode.BAD_FILE_FORMAT, rules, core.READ_JSON)
        base = base_url(call.request, settings_of(call), rules)
        if rules.finds_expanded:
            resources = [server.store.get(level, answer["ID"]) for answer in answers]
            shown = [answer.get("RequestedTags", {}) for answer in answers]
        else:
            resources = [server.store.get(level, answer) for answer in answers]
            shown = [shown_of_file(resource, server) for resource in resources]
        return [model_of(resource, tags, told, base, server) for resource, tags in zip(resources, shown, strict=True)]


def shown_of_file(resource: Resource, server: Server) -> dict[str, Any]:
    """What the plugin shows of a resource: the tags of its first instance, with what it counts itself."""
    shown = dict(server.files.view(instances_of(resource, server)[0].id, Format.FULL))
    for tag in COUNTED[resource.level]:
        text = computed_text(tag, resource, server.files.dataset)
        shown[format_tag(tag)] = {"Type": "String", "Value": text}
    return shown


def model_of(resource: Resource, shown: dict[str, Any], told: set[int], base: str, server: Server) -> Model:
    """What a search answers for one resource."""
    rules, release = server.release.dicomweb, server.release
    codec = "utf-8" if rules.finds_expanded else release.dicom.text.default_codec
    terms = term_of(codec)
    if SPECIFIC_CHARACTER_SET in told and (text := shown.get(format_tag(SPECIFIC_CHARACTER_SET), {}).get("Value")):
        terms, codec = text, character_set_of_terms(text, release.dicom.text).codec
    with core.core_call(rules, core.GET):
        dataset = shown_dataset(shown, told - {RETRIEVE_URL}, codec, server)
    dataset.put(Element(SPECIFIC_CHARACTER_SET, "CS", terms.encode("ascii", "replace")))
    model = file_model(dataset, server, "")
    model[key_of(RETRIEVE_URL)] = text_value("UR", f"{base}/{study_path(resource)}")
    return model
