"""Uploads, and the views of one instance: its file, its tags, the content of its elements."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from werkzeug.wrappers import Response

from ..dicom.element import Dataset, Element
from ..dicom.padding import repadded
from ..dicom.views import Format, view
from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from ..store.resource import Resource
from .answers import bytes_answer, empty_answer, json_answer
from .resources import list_of
from .route import Call, Handler, Route, route

#: What a gzip body may unpack to, in bytes.
MAXIMUM_UPLOAD_SIZE = 1 << 30


def upload(call: Call) -> Response:
    """Stores the file in the body."""
    data = call.request.get_data()
    if call.request.headers.get("Content-Encoding") == "gzip":
        data = gunzip(data)
    return json_answer(call.server.store(data).to_json())


def gunzip(data: bytes) -> bytes:
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = engine.decompress(data, MAXIMUM_UPLOAD_SIZE)
    except (zlib.error, gzip.BadGzipFile):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
    if engine.unconsumed_tail:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "The unpacked body is too large")
    return unpacked


def instance_of(call: Call) -> Resource:
    return call.server.database.get(Level.INSTANCE, call.path["id"])


def file(call: Call) -> Response:
    """The file as it was stored."""
    instance = instance_of(call)
    response = bytes_answer(instance.file, "application/dicom")
    name = instance.id if call.server.release.file_is_named_by_identifier else instance.file_uuid
    response.headers["Content-Disposition"] = f'filename="{name}.dcm"'
    return response


def tags(default: Format) -> Handler:
    """The tags of an instance; `?simplify` wins over `?short`."""

    def handler(call: Call) -> Response:
        form = default
        if "simplify" in call.request.args:
            form = Format.SIMPLIFY
        elif "short" in call.request.args and default is Format.FULL:
            form = Format.SHORT
        dataset = call.server.read_dataset(instance_of(call))
        ignored = ignored_lengths(call)
        return json_answer(view(dataset, call.server.dictionary, form, ignored))

    return handler


def ignored_lengths(call: Call) -> set[int]:
    """The tags of `?ignore-length=`, separated by commas: so a number is spelled with a hyphen."""
    texts = call.request.args.getlist("ignore-length")[-1:]
    if not texts:
        return set()
    return {call.server.dictionary.tag(text) for text in texts[0].split(",")}


def content(call: Call) -> Response:
    """The tags of a file, the items of a sequence, or the bytes of a value, found by the path."""
    dataset = call.server.read_dataset(instance_of(call))
    steps = [step for step in call.path.get("steps", "").split("/") if step]
    answer: Any = content_tags(dataset)
    while steps:
        tag = call.server.dictionary.tag(steps.pop(0))
        element = dataset.get(tag)
        if element is None:
            return empty_answer(404)
        if element.items is None:
            return empty_answer(404) if steps else leaf(element)
        answer = [str(index) for index in range(len(element.items))]
        if steps:
            step = steps.pop(0)
            if not step.isdecimal() or int(step) >= len(element.items):
                return empty_answer(404)
            dataset = element.items[int(step)]
            answer = content_tags(dataset)
    return json_answer(answer)


def content_tags(dataset: Dataset) -> list[str]:
    return [f"{element.group:04x}-{element.tag & 0xFFFF:04x}" for element in dataset]


def leaf(element: Element) -> Response:
    return bytes_answer(repadded(element.value, element.vr), "application/octet-stream")


BASE = "/instances/<id>"

ROUTES: tuple[Route, ...] = (
    route("/instances", GET=list_of(Level.INSTANCE), POST=upload),
    route(f"{BASE}/file", GET=file),
    route(f"{BASE}/tags", GET=tags(Format.FULL)),
    route(f"{BASE}/simplified-tags", GET=tags(Format.SIMPLIFY)),
    route(f"{BASE}/content", GET=content),
    route(f"{BASE}/content/<path:steps>", GET=content),
)
