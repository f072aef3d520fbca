"""WADO-RS of pictures: /rendered and /thumbnail."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from ..errors import ErrorCode, OrthancError
from ..imaging.documents import encapsulated_document
from ..imaging.frames import FrameReader
from ..imaging.numbers import number_of
from ..imaging.viewports import PluginWindow, Viewport
from ..rest.answers import bytes_answer
from ..rest.response import Response
from ..rest.route import Call
from ..server import Server
from ..store.level import Level
from ..store.resource import Resource
from . import core
from .images import drawn, drawn_by_plugin, frame_of
from .paths import instances_of, named_resource

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
NUMBER = re.compile(r"[+-]?[0-9]{1,9}\Z")
TRANSACTION = "in WADO-RS Retrieve Rendered Transaction"
FUNCTIONS = ("linear", "linear-exact", "sigmoid")
LARGEST = 3.4e38
NO_SIZE = "A viewport without columns or rows: a real server ends the connection without an answer"


@dataclass(frozen=True)
class Drawing:
    """How a client wants a picture drawn; None for what it does not say."""

    window: PluginWindow | None = None
    viewport: Viewport | None = None
    quality: int | None = None


def rendered(call: Call) -> Response:
    """The picture of a frame, of the first without one; of a study or series that of one of its instances."""
    server = call.server
    rules = server.release.dicomweb
    with server.store.reading:
        instance = shown_instance(named_resource(call, wanted=Level.INSTANCE), server)
        kind = accepted(call.request.headers.get("Accept"))
        drawing = drawing_of(call.request.arguments)
        index = frame_index(call.path.get("number", "1"))
        is_servers = drawing == Drawing() and not rules.renders_preview
        picture = servers_picture(instance, index, kind, server) if is_servers else None
        document = encapsulated_document(reader_of(instance, server)) if rules.renders_documents else None
        if document is not None:
            return bytes_answer(document, PDF)
        if picture is None:
            picture = plugins_picture(instance, index, kind, server, drawing)
    return bytes_answer(picture, kind)


def servers_picture(instance: Resource, index: int, kind: str, server: Server) -> bytes:
    """What the server's own /rendered answers; raises OrthancError as the plugin."""
    try:
        picture = drawn(instance, index, kind, server)
    except OrthancError as error:
        if error.code is not ErrorCode.PARAMETER_OUT_OF_RANGE:
            raise
        raise absent_frame(index + 1) from None
    if picture is None:
        raise core.core_error(ErrorCode.BAD_REQUEST, server.release.dicomweb, core.DECODE)
    return picture


def plugins_picture(instance: Resource, index: int, kind: str, server: Server, drawing: Drawing) -> bytes:
    """What the plugin draws itself of a frame that the server has decoded."""
    try:
        frame = frame_of(instance, index, server)
    except OrthancError as error:
        if error.code is not ErrorCode.PARAMETER_OUT_OF_RANGE:
            raise
        frame = None
    if frame is None:
        raise core.core_error(ErrorCode.PARAMETER_OUT_OF_RANGE, server.release.dicomweb, core.DECODE)
    rules = server.release.dicomweb
    return drawn_by_plugin(frame, kind, drawing.window, drawing.viewport, drawing.quality, rules=rules)


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


def drawing_of(arguments: list[tuple[str, str]]) -> Drawing:
    """The arguments by which a picture is changed, the last of each; raises OrthancError for a bad one."""
    drawing = Drawing()
    for name, value in arguments:
        if name == "window":
            drawing = replace(drawing, window=window_of(value))
        elif name == "viewport":
            drawing = replace(drawing, viewport=viewport_of(value))
        elif name == "quality":
            drawing = replace(drawing, quality=quality_of(value))
    return drawing


def window_of(value: str) -> PluginWindow:
    parts = value.split(",")
    if len(parts) != 3:
        raise wrong(f'The number arguments to "window" {TRANSACTION} must be 3')
    center, width = (number_of(part) for part in parts[:2])
    if center is None or width is None:
        raise wrong(f'The first and second arguments to "window" {TRANSACTION} must be floats: {value}')
    if parts[2] not in FUNCTIONS:
        raise wrong(f'The third argument to "window" {TRANSACTION} must be linear, linear-exact or sigmoid: {parts[2]}')
    return PluginWindow(center, width, parts[2])


def viewport_of(value: str) -> Viewport:
    """The two or six numbers of a viewport, of which any may be empty."""
    parts = value.split(",")
    if len(parts) not in (2, 6):
        raise wrong(f'The number arguments to "viewport" {TRANSACTION} must be 2 or 6')
    columns, rows = (size_of(part) for part in parts[:2])
    if columns == 0 or rows == 0:
        raise OrthancError(ErrorCode.INTERNAL_ERROR, NO_SIZE)
    left, top, width, height = (place_of(part) for part in parts[2:] or ("", "", "", ""))
    return Viewport(columns, rows, left or 0, top or 0, width, height)


def size_of(text: str) -> int | None:
    match = re.match(r"(-?)([0-9]{1,10})\Z", text, re.ASCII)
    if text == "":
        return None
    if match is None or int(match[2]) >= 1 << 31:
        raise wrong(f'Out-of-range value for "viewport" {TRANSACTION}: {text}')
    if match[1] and int(match[2]):
        raise wrong(f'Negative values disallowed for "viewport" {TRANSACTION}: {text}')
    return int(match[2])


def place_of(text: str) -> float | None:
    if text == "":
        return None
    number = number_of(text)
    if number is None or abs(number) > LARGEST:
        raise wrong(f'Out-of-range value for "viewport" {TRANSACTION}: {text}')
    if math.isnan(number):
        raise OrthancError(ErrorCode.PLUGIN)
    return number


def quality_of(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 9 and 1 <= int(value) <= 100):
        raise wrong(f'The value of "quality" {TRANSACTION} must be between 1 and 100, found: {value}')
    return int(value)


def wrong(details: str) -> OrthancError:
    return OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)


def reader_of(instance: Resource, server: Server) -> FrameReader:
    return FrameReader(server.files.parse(instance), server.dictionary, server.release)
