"""Pictures of an instance: what there is none of is refused as the release does, and all others are not drawn (501)."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from ..imaging.frames import FrameReader
from ..imaging.image import NO_CODECS, decoded
from ..server import Server
from ..store.resource import Resource


def drawn(instance: Resource, index: int, media_type: str, server: Server) -> bytes | None:
    """The picture of a frame, None where there is nothing to draw; raises OrthancError (501) where there is.

    Parameter out of range is a frame that is not there.
    """
    reader = FrameReader(server.files.parse(instance), server.dictionary, server.release)
    try:
        image = decoded(reader, index)
    except OrthancError as error:
        if error.http_status == 501 or error.code is ErrorCode.PARAMETER_OUT_OF_RANGE:
            raise
        return None
    if image.code == "I" or not image.samples:
        return None
    raise OrthancError(ErrorCode.NOT_IMPLEMENTED, f"{NO_CODECS} rendered images ({media_type})", http_status=501)
