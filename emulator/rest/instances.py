"""The views of one instance: its file, its tags, the content of its elements."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from ..dicom.dicomweb import NoModelError, json_model
from ..dicom.element import PIXEL_DATA, Dataset, Element, even, has_pixels
from ..dicom.native_model import native_model
from ..dicom.padding import shown_bytes
from ..dicom.reader import fragments
from ..dicom.views import Format
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from ..store.level import Level
from ..store.readable import readable_instance
from ..store.resource import Resource
from ..strangers import whole
from .answers import bytes_answer, empty_answer, json_answer, text_answer
from .arguments import ignored_lengths, is_whole, tags_format
from .content_disposition import name_file
from .json_text import answer_text
from .resources import list_of
from .response import Response
from .route import Call, Handler, Route, route
from .uploads import upload

#: The header "Accept" of /file, as a whole, that asks for another form than the file.
DICOM_JSON = "application/dicom+json"
WEB_TYPES = frozenset({DICOM_JSON, "application/dicom+xml"})


def instance_of(call: Call) -> Resource:
    return call.server.store.get(Level.INSTANCE, call.path["id"])


def file(call: Call) -> Response:
    """The file as it was stored, or as `?transcode` wants it, or its DICOM JSON model or native DICOM model."""
    accepted = call.request.headers.get("Accept", "")
    if accepted in WEB_TYPES:
        with suppress(NoModelError):
            return web_model(call, accepted)
    try:
        data = call.server.files.bytes_of(call.path["id"], wanted_syntax(call))
    except OrthancError as error:
        if error.http_status == 500 and call.server.release.rest.finds_no_transcoded_file:
            return empty_answer(404)
        raise
    instance = instance_of(call)
    response = bytes_answer(data, "application/dicom")
    name = (instance.id if call.server.release.rest.file_is_named_by_identifier else instance.file_uuid) + ".dcm"
    name_file(response, name, call.request, may_be_asked=call.server.release.rest.names_files)
    return response


def web_model(call: Call, content_type: str) -> Response:
    server = call.server
    dataset, release = server.files.parse(instance_of(call)).dataset, server.release
    model = json_model(dataset, server.dictionary, release.dicom.text, release.dicom.web)
    if content_type == DICOM_JSON:
        return bytes_answer(answer_text(model, "\t").encode("ascii") + b"\n", content_type)
    text = native_model(model, server.dictionary, release.dicom.web)
    return bytes_answer(text.encode("utf-8", "surrogateescape"), content_type)


def wanted_syntax(call: Call) -> str | None:
    """The argument "transcode", None where there is none or the release reads none."""
    wanted = call.request.args.getlist("transcode")[-1:] if call.server.release.rest.transcodes_files else []
    return wanted[0] if wanted else None


def tags(default: Format) -> Handler:
    """The tags of an instance; `?simplify` wins over `?short`."""

    def handler(call: Call) -> Response:
        form = tags_format(call.request) if default is Format.FULL else default
        whole = is_whole(call.request)
        ignored = ignored_lengths(call.request, call.server.dictionary)
        if whole:
            return json_answer(call.server.files.view(call.path["id"], form, ignored, whole=True))
        return text_answer(call.server.files.view_text(instance_of(call), form, ignored))

    return handler


def content(call: Call) -> Response:
    """The tags of a file, the items of a sequence, or the bytes of a value, found by the path."""
    instance = readable_instance(call.server.store, call.path["id"], call.server.release)
    dataset = call.server.files.parse(instance).dataset
    steps = [step for step in call.path.get("steps", "").split("/") if step]
    answer: Any = content_tags(dataset)
    depth = 0
    while steps:
        element = dataset.get(call.server.dictionary.tag(steps.pop(0)))
        if element is None:
            return empty_answer(404)
        if element.tag == PIXEL_DATA and not depth:
            return pixel_data(call, element, steps)
        if element.items is None:
            return leaf(call, element, steps)
        answer = [str(index) for index in range(len(element.items))]
        if steps:
            item = item_at(element.items, steps.pop(0), call.server.release)
            if item is None:
                return empty_answer(404)
            dataset = item
            depth += 1
            answer = content_tags(dataset)
    return json_answer(answer)


def item_at(items: list[Dataset], step: str, release: Release) -> Dataset | None:
    """The item that a step of the path names by its index."""
    if step == "-1" and release.rest.indexes_from_the_end and items:
        return items[-1]
    index = index_of(step, release)
    return items[index] if index is not None and index < len(items) else None


def index_of(step: str, release: Release) -> int | None:
    """The index that a step of a path names, None for what is none: 32 bits, with a sign where releases differ."""
    if release.rest.trims_indexes:
        match = UNSIGNED.match(step)
        return whole(match[1]) if match and whole(match[1]) < 1 << 32 else None
    return whole(step) if SIGNED.match(step) and 0 <= whole(step) < 1 << 31 else None


def unknown(_: Call) -> Response:
    """Other methods find nothing here, rather than that they are not allowed."""
    raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)


def content_tags(dataset: Dataset) -> list[str]:
    return [f"{element.group:04x}-{element.tag & 0xFFFF:04x}" for element in dataset]


def leaf(call: Call, element: Element, steps: list[str]) -> Response:
    """The bytes of a value, padded as in a file that the server writes."""
    if steps:
        return empty_answer(404)
    value = shown_bytes(element, strips_nuls=call.server.release.dicom.text.strips_nuls)
    return bytes_answer(value, "application/octet-stream")


def pixel_data(call: Call, element: Element, steps: list[str]) -> Response:
    """The blocks of pixel data, or one of them: the fragments, the offset table first, or all the native bytes.

    Those of a VR other than OB and OW have none.
    """
    if not has_pixels(element):
        if call.server.release.rest.explains_bad_blocks:
            details = "ErrorCode_InternalError triggered from ParsedDicomFile.cpp:391"
            raise OrthancError(ErrorCode.INTERNAL_ERROR, details)
        return empty_answer(404)
    blocks = [*map(even, fragments(element.value))] if element.undefined_length else [element.bytes_shown]
    if not steps:
        return json_answer([str(index) for index in range(len(blocks))])
    step, *below = steps
    index = index_of(step, call.server.release)
    if index is None and call.server.release.rest.explains_bad_blocks and not below:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Invalid Block URI: not a number")
    if below or index is None or index >= len(blocks):
        return empty_answer(404)
    return bytes_answer(blocks[index], "application/octet-stream")


#: An index in a path, with so many digits as 32 bits may have, and zeros before them.
SIGNED = re.compile(r"[+-]?0*[0-9]{1,10}\Z")
UNSIGNED = re.compile(r"[ \t\n\v\f\r]*(\+?0*[0-9]{1,10})[ \t\n\v\f\r]*\Z")

BASE = "/instances/<id>"

ROUTES: tuple[Route, ...] = (
    route("/instances", GET=list_of(Level.INSTANCE), POST=upload),
    route(f"{BASE}/file", GET=file),
    route(f"{BASE}/tags", GET=tags(Format.FULL)),
    route(f"{BASE}/simplified-tags", GET=tags(Format.SIMPLIFY)),
    route(f"{BASE}/content", GET=content, POST=unknown, PUT=unknown, DELETE=unknown),
    route(f"{BASE}/content/<path:steps>", GET=content, POST=unknown, PUT=unknown, DELETE=unknown),
)
