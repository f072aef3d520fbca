"""/{level}/{id}/attachments."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ErrorCode, OrthancError, StatusOnlyError
from ..store.attachment import Attachment
from ..store.level import LEVELS, Level
from ..store.numbered_names import DICOM, DICOM_UNTIL_PIXEL_DATA
from .answers import bytes_answer, empty_answer, json_answer
from .byte_range import ByteRange, parse_range
from .content_disposition import name_file
from .response import Response
from .revisions import tagged, with_revision
from .route import Call, Handler, Route, route

BINARY = "application/octet-stream"


def listed(level: Level) -> Handler:
    """The names of a resource's attachments; with `?full` their numbers, from 1.10 on."""

    def handler(call: Call) -> Response:
        numbers = call.server.annotations.attachments.all(level, call.path["id"])
        is_full = call.server.release.annotations.has_revisions and "full" in call.request.args
        return json_answer(numbers if is_full else [*numbers])

    return handler


def nothing(call: Call) -> OrthancError:
    return StatusOnlyError(ErrorCode.UNKNOWN_RESOURCE)


def no_data(call: Call) -> OrthancError:
    return OrthancError(ErrorCode.UNKNOWN_RESOURCE)


def unreadable(call: Call) -> OrthancError:
    """The error of compressed-data, which says "instance" at each level."""
    details = f"Unable to read attachment {call.path['name']} of instance {call.path['id']}"
    return OrthancError(ErrorCode.INTERNAL_ERROR, details)


def reading(
    level: Level,
    answer: Callable[[Call, Attachment], Response],
    missing: Callable[[Call], OrthancError] = nothing,
) -> Handler:
    """Reads something of an attachment; `missing` is the error of 1.9.1 where a resource lacks it."""

    def handler(call: Call) -> Response:
        room = call.server.annotations.attachments
        try:
            attachment = room.get(level, call.path["id"], call.path["name"])
        except OrthancError as error:
            is_missing = error.code is ErrorCode.UNKNOWN_RESOURCE and exists(call)
            if is_missing and call.server.release.rest.missing_attachments_vary:
                raise missing(call) from None
            raise
        return with_revision(call, room.revision(attachment), lambda: answer(call, attachment))

    return handler


def exists(call: Call) -> bool:
    return any(call.path["id"] in resources for resources in call.server.store.levels.values())


def operations(call: Call, attachment: Attachment) -> Response:
    """What can be asked of an attachment."""
    signs = call.server.annotation_options.store_md5
    return json_answer([name for name in call.server.release.rest.attachment_operations if signs or "md5" not in name])


def data(level: Level, *, stored: bool) -> Handler:
    """The bytes of an attachment or, with `stored`, those in the server's storage; from 1.12 on a range of them."""

    def handler(call: Call) -> Response:
        header = call.request.headers.get("Range")
        wanted = None
        if header is not None and call.server.release.rest.serves_ranges:
            wanted = parse_range(header, call.server.release)

        def answer(call: Call, attachment: Attachment) -> Response:
            content = attachment.stored if stored else attachment.data
            number = call.server.release.annotations.attachment_names.number(call.path["name"])
            traffic = call.server.store.traffic
            if wanted is not None:
                chosen = part(content, wanted)
                traffic.read_range(attachment, wanted.of(len(content)).start, len(chosen.data))
                return chosen
            if stored and attachment.is_compressed:
                traffic.read_past_cache(attachment)
            else:
                traffic.read_attachment(number, attachment)
            return whole(call, attachment, content, stored)

        return reading(level, answer, unreadable if stored else no_data)(call)

    return handler


def part(content: bytes, wanted: ByteRange) -> Response:
    """Some bytes of a file."""
    chosen = wanted.of(len(content))
    response = bytes_answer(content[chosen.start : chosen.stop], BINARY)
    response.status_code = 206
    response.headers["Content-Range"] = f"bytes {chosen.start}-{chosen.stop - 1}/{len(content)}"
    return response


def whole(call: Call, attachment: Attachment, content: bytes, stored: bool) -> Response:
    """All bytes of a file, with its type and name unless they are as the storage has them."""
    release = call.server.release
    call.server.annotation_options.check_readable(release.annotations.attachment_names.number(call.path["name"]))
    if stored and (attachment.is_compressed or not release.rest.names_attachments):
        return bytes_answer(content, BINARY)
    number = release.annotations.attachment_names.number(call.path["name"])
    mime = "application/dicom" if number == DICOM else release.annotations.content_types.get(number, BINARY)
    response = bytes_answer(content, mime)
    is_dicom = number in (DICOM, DICOM_UNTIL_PIXEL_DATA)
    name = attachment.uuid + (".dcm" if is_dicom and release.rest.attachments_are_named_dcm else "")
    name_file(response, name, call.request, may_be_asked=release.rest.names_attachments)
    return response


def text(value: Callable[[Attachment], str | int]) -> Callable[[Call, Attachment], Response]:
    """Answers a number or a text of an attachment."""
    return lambda call, attachment: bytes_answer(str(value(attachment)).encode("ascii"), "text/plain")


def md5(value: Callable[[Attachment], str]) -> Callable[[Call, Attachment], Response]:
    """Answers an MD5 hash, an empty 404 where the server keeps none."""

    def answer(call: Call, attachment: Attachment) -> Response:
        if not call.server.annotation_options.store_md5:
            return empty_answer(404)
        return text(value)(call, attachment)

    return answer


def info(call: Call, attachment: Attachment) -> Response:
    number = call.server.release.annotations.attachment_names.number(call.path["name"])
    return json_answer(attachment.describe(number, signed=call.server.annotation_options.store_md5))


def done() -> Response:
    """The answer to what was done."""
    return bytes_answer(b"{}", "application/json")


def verify(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        call.server.annotations.attachments.verify(level, call.path["id"], call.path["name"])
        return done()

    return handler


def convert(level: Level, *, compressed: bool) -> Handler:
    def handler(call: Call) -> Response:
        room = call.server.annotations.attachments
        room.convert(level, call.path["id"], call.path["name"], compressed=compressed)
        return done()

    return handler


def attach(call: Call) -> Response:
    """Attaches the body; the level is of no matter."""
    if_match = call.request.headers.get("If-Match")
    room = call.server.annotations.attachments
    revision = room.put(call.path["id"], call.path["name"], call.request.get_data(), if_match)
    return tagged(call, revision, done())


def delete(call: Call) -> Response:
    """Removes an attachment; the level is of no matter."""
    if_match = call.request.headers.get("If-Match")
    call.server.annotations.attachments.delete(call.path["id"], call.path["name"], if_match)
    return bytes_answer(b"", "text/plain") if call.server.release.annotations.has_revisions else done()


def routes_of(level: Level) -> tuple[Route, ...]:
    base = f"/{level.plural}/<id>/attachments"
    one = f"{base}/<name>"
    return (
        route(base, GET=listed(level)),
        route(one, GET=reading(level, operations), PUT=attach, DELETE=delete),
        route(f"{one}/data", GET=data(level, stored=False)),
        route(f"{one}/compressed-data", GET=data(level, stored=True)),
        route(f"{one}/size", GET=reading(level, text(lambda attachment: attachment.size))),
        route(f"{one}/compressed-size", GET=reading(level, text(lambda attachment: attachment.stored_size))),
        route(f"{one}/md5", GET=reading(level, md5(lambda attachment: attachment.md5))),
        route(f"{one}/compressed-md5", GET=reading(level, md5(lambda attachment: attachment.stored_md5))),
        route(f"{one}/is-compressed", GET=reading(level, text(lambda attachment: int(attachment.is_compressed)))),
        route(f"{one}/info", lambda release: release.rest.has_attachment_info, GET=reading(level, info)),
        route(f"{one}/verify-md5", POST=verify(level)),
        route(f"{one}/compress", POST=convert(level, compressed=True)),
        route(f"{one}/uncompress", POST=convert(level, compressed=False)),
    )


ROUTES: tuple[Route, ...] = tuple(route for level in LEVELS for route in routes_of(level))
