"""WADO-RS of bulk data: the bytes of any element, found by the path of its tag."""

from __future__ import annotations

import re

from ..dicom.element import PIXEL_DATA, Dataset, Element, even, has_pixels
from ..dicom.padding import shown_bytes
from ..dicom.reader import fragments
from ..errors import ErrorCode, OrthancError
from ..json.printing import json_text
from ..rest.response import Response
from ..rest.route import Call
from ..server import Server
from . import core
from .media_types import related_type
from .multipart import Part, multipart_answer
from .paths import named_resource

OCTETS = "application/octet-stream"

INDEX = re.compile(r"[+-]?[0-9]{1,9}\Z")


def bulk(call: Call) -> Response:
    """The bytes of an element; encapsulated pixel data are as many parts as they have fragments."""
    server = call.server
    related_type(
        call.request.headers.get("Accept"), OCTETS, server.release.dicomweb, purpose="bulk data", what="bulk data"
    )
    path = call.path["path"].rstrip("/")
    steps = path.split("/")
    with server.store.reading:
        instance = named_resource(call)
        if len(steps) % 2 == 0:
            details = f"Bulk data URI in WADO-RS should have an odd number of items: {path}"
            raise OrthancError(ErrorCode.BAD_REQUEST, details)
        for step in steps[1::2]:
            if not INDEX.match(step):
                raise OrthancError(ErrorCode.BAD_REQUEST, f"Bad sequence index in bulk data URI: {path}")
        dataset = server.files.parse(instance).dataset
        element = found_element(dataset, steps, server)
        parts = element_parts(element, server, is_top=len(steps) == 1)
    return multipart_answer(OCTETS, (Part(OCTETS, data) for data in parts))


def found_element(dataset: Dataset, steps: list[str], server: Server) -> Element:
    """The element at the end of a path; raises OrthancError (404) where there is none."""
    tag, *further = steps
    with core.core_call(server.release.dicomweb, core.GET):
        number = server.dictionary.tag(tag)
    element = dataset.get(number)
    if element is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM)
    if not further:
        return element
    index, items = int(further[0]) - 1, element.items or []
    first = -1 if server.release.rest.indexes_from_the_end else 0
    if not first <= index < len(items) or not items:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM)
    return found_element(items[index], further[1:], server)


def element_parts(element: Element, server: Server, *, is_top: bool) -> list[bytes]:
    if is_top and element.tag == PIXEL_DATA and not has_pixels(element):
        if server.release.rest.explains_bad_blocks:
            raise core.core_error(ErrorCode.INTERNAL_ERROR, server.release.dicomweb, core.GET)
        raise OrthancError(ErrorCode.INEXISTENT_ITEM)
    if element.items is not None:
        numbers = [str(index) for index in range(len(element.items))]
        return [json_text(numbers).encode("ascii")]
    if element.undefined_length and is_top and element.tag == PIXEL_DATA:
        return [even(block) for block in fragments(element.value)]
    return [shown_bytes(element, strips_nuls=server.release.dicom.text.strips_nuls)]
