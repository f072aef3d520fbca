"""WADO-RS of pictures: /rendered and /thumbnail."""

from __future__ import annotations

import re

from ..errors import ErrorCode, OrthancError
from ..imaging.documents import encapsulated_document
from ..imaging.frames import FrameReader
from ..rest.answers import bytes_answer
from ..rest.response import Response
from ..rest.route import Call
from ..server import Server
from ..store.level import Level
from ..store.resource import Resource
from . import core
from .images import drawn
from .paths import instances_of, named_resource

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
NUMBER = re.compile(r"[+-]?[0-9]{1,9}\Z")
TRANSACTION = "in WADO-RS Retrieve Rendered Transaction"
FUNCTIONS = ("linear", "linear-exact", "sigmoid")


def rendered(call: Call) -> Response:
    """The picture of a frame, of the first without one; of a study or series that of one of its instances."""
    server = call.server
    rules = server.release.dicomweb
    with server.store.lock:
        instance = shown_instance(named_resource(call, wanted=Level.INSTANCE), server)
        kind = accepted(call.request.headers.get("Accept"))
        check_arguments(call.request.arguments)
        index = frame_index(call.path.get("number", "1"))
        try:
            picture = drawn(instance, index, kind, server)
        except OrthancError as error:
            if error.code is not ErrorCode.PARAMETER_OUT_OF_RANGE:
                raise
            if not rules.renders_preview:
                raise absent_frame(index + 1) from None
            raise core.core_error(ErrorCode.PARAMETER_OUT_OF_RANGE, rules, core.DECODE) from None
        document = encapsulated_document(reader_of(instance, server)) if rules.renders_documents else None
    if document is not None:
        return bytes_answer(document, PDF)
    if picture is None:
        code = ErrorCode.PARAMETER_OUT_OF_RANGE if rules.renders_preview else ErrorCode.BAD_REQUEST
        raise core.core_error(code, rules, core.DECODE)
    return bytes_answer(picture, kind)


def shown_instance(resource: Resource, server: Server) -> Resource:
    """The instance that stands for a resource: the first by its identifier or, from 1.10.1 on, the last stored."""
    instances = instances_of(resource, server)
    if not server.release.dicomweb.renders_preview:
        return min(instances, key=lambda one: one.id)
    return max(instances, key=lambda one: one.number)


def accepted(header: str | None) -> str:
    if header is None or header in ("*/*", JPEG):
        return JPEG
    if header == PNG:
        return PNG
    raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)


def frame_index(text: str) -> int:
    if not NUMBER.match(text):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    if int(text) <= 0:
        raise absent_frame(int(text))
    return int(text) - 1


def absent_frame(number: int) -> OrthancError:
    return OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Inexistent frame index in this image: {number}")


def check_arguments(arguments: list[tuple[str, str]]) -> None:
    """Checks the arguments by which a picture is changed; raises OrthancError (Parameter out of range)."""
    for name, value in arguments:
        values = value.split(",")
        if name == "window":
            if len(values) != 3:
                raise wrong(f'The number arguments to "window" {TRANSACTION} must be 3')
            if values[2] not in FUNCTIONS:
                choices = "linear, linear-exact or sigmoid"
                raise wrong(f'The third argument to "window" {TRANSACTION} must be {choices}: {values[2]}')
        elif name == "viewport" and len(values) not in (2, 6):
            raise wrong(f'The number arguments to "viewport" {TRANSACTION} must be 2 or 6')
        elif name == "quality" and not (value.isdigit() and len(value) < 9 and 1 <= int(value) <= 100):
            raise wrong(f'The value of "quality" {TRANSACTION} must be between 1 and 100, found: {value}')


def wrong(details: str) -> OrthancError:
    return OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)


def reader_of(instance: Resource, server: Server) -> FrameReader:
    return FrameReader(server.files.parse(instance), server.dictionary, server.release)
