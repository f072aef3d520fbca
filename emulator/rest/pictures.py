"""Pictures of an instance and of its frames: /preview, /rendered and /image-…, as PNG, JPEG or PAM."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..imaging.encoding import DEFAULT_QUALITY, encoded
from ..imaging.numbers import number_of
from ..imaging.pictures import RANGES, Frame, Wanted, integers, preview, read_frame, rendered
from ..store.level import Level
from .accepted_pictures import accepted_type
from .answers import bytes_answer, empty_answer
from .arguments import BOOLEANS, boolean
from .images import BASE, reader_of, with_frame
from .response import Response
from .route import Call, Route, route

#: What a client may see in place of an image.
UNSUPPORTED = "app/images/unsupported.png"

WHOLE_NUMBER = re.compile(r"([+-]?)([0-9]{1,10})\Z", re.ASCII)


def drawing(name: str) -> Callable[[Call, int], Response]:
    """A handler for a view of a frame: first it is decoded, then the arguments are read, then it is drawn."""

    def handler(call: Call, index: int) -> Response:
        server = call.server
        if call.path["id"] not in server.store.levels[Level.INSTANCE]:
            others = (Level.PATIENT, Level.STUDY, Level.SERIES)
            is_other = any(call.path["id"] in server.store.levels[level] for level in others)
            return no_image(call) if is_other and not server.release.store.instances_are_checked else empty_answer(404)
        try:
            frame = read_frame(reader_of(call, decodes=True), index)
        except OrthancError as error:
            if error.http_status == 501:
                raise
            if error.code is ErrorCode.PARAMETER_OUT_OF_RANGE and server.release.rest.tells_absent_frames:
                return empty_answer(404)
            return no_image(call)
        return drawn(call, name, frame)

    return handler


def drawn(call: Call, name: str, frame: Frame) -> Response:
    """The picture of a frame; what is wrong with the request is told as the release tells it."""
    try:
        picture = picture_of(call, name, frame)
        quality = jpeg_quality(call)
        media_type = accepted_type(call.request.headers.get("Accept") or None)
        if media_type is None:
            return empty_answer(404)
        return bytes_answer(encoded(picture, media_type, quality), media_type)
    except OrthancError as error:
        if error.http_status == 501 or call.server.release.rest.explains_picture_errors:
            raise
        return empty_answer(404) if error.code is ErrorCode.PARAMETER_OUT_OF_RANGE else no_image(call)


def picture_of(call: Call, name: str, frame: Frame) -> Any:
    if name == "preview":
        return preview(frame)
    if name in RANGES:
        return integers(frame, name)
    return rendered(frame, wanted_of(call))


def wanted_of(call: Call) -> Wanted:
    """The arguments of /rendered, in the order in which the server reads them; raises OrthancError for a bad one."""
    width = decimal_argument(call, "window-width")
    center = decimal_argument(call, "window-center")
    most_columns, most_rows = size_argument(call, "width"), size_argument(call, "height")
    return Wanted(center, width, most_columns, most_rows, smooths_argument(call))


def argument(call: Call, name: str) -> str | None:
    """The last value of an argument, None without one; 1.9.1 decodes it twice, so that "+" is always a blank."""
    values = call.request.args.getlist(name)[-1:]
    if not values:
        return None
    return values[0] if call.server.release.rest.reads_plus_signs else values[0].replace("+", " ")


def trimmed(call: Call, text: str) -> str:
    return text.strip() if call.server.release.rest.trims_picture_arguments else text


def bad_value(name: str) -> OrthancError:
    return OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Bad value for argument: {name}")


def decimal_argument(call: Call, name: str) -> float | None:
    text = argument(call, name)
    if text is None:
        return None
    number = number_of(trimmed(call, text))
    if number is None:
        raise bad_value(name)
    return number


def size_argument(call: Call, name: str) -> int:
    """Columns or rows at most, 0 for any."""
    text = argument(call, name)
    if text is None:
        return 0
    match = WHOLE_NUMBER.match(text)
    if match is None or int(match[2]) >= 1 << 31:
        raise bad_value(name)
    if match[1] == "-" and int(match[2]):
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Argument cannot be negative: {name}")
    return int(match[2])


def smooths_argument(call: Call) -> bool:
    text = argument(call, "smooth")
    if text is None:
        return False
    if text == "" or text not in BOOLEANS:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Boolean value expected")
    return BOOLEANS[text]


def jpeg_quality(call: Call) -> int:
    """The quality of JPEG, which is checked whatever is made."""
    text = argument(call, "quality")
    if text is None:
        return DEFAULT_QUALITY
    match = WHOLE_NUMBER.match(trimmed(call, text))
    if match is None or match[1] == "-" or not 1 <= int(match[2]) <= 100:
        details = f"Bad quality for a JPEG encoding (must be a number between 0 and 100): {text}"
        raise OrthancError(ErrorCode.BAD_REQUEST, details)
    return int(match[2])


def no_image(call: Call) -> Response:
    """The answer where there is nothing to draw; from 1.10.1 on a client has to ask for the picture that says so."""
    rules = call.server.release.rest
    if not call.server.annotation_options.stores_dicom:
        return empty_answer(404)
    if not rules.redirects_unsupported_images and not asks_for_redirection(call):
        return empty_answer(415)
    response = empty_answer(rules.redirect_status)
    above = "../../../../" if "frame" in call.path else "../../"
    response.headers["Location"] = above + UNSUPPORTED
    return response


def asks_for_redirection(call: Call) -> bool:
    name = "returnUnsupportedImage"
    if not call.server.release.rest.boolean_arguments_are_read:
        return name in call.request.args
    return boolean(call.request, name)


ROUTES: tuple[Route, ...] = tuple(
    route(f"{BASE}/{frame_path}{name}", GET=with_frame(drawing(name)))
    for name in ("image-int16", "image-uint16", "image-uint8", "preview", "rendered")
    for frame_path in ("", "frames/<frame>/")
)
