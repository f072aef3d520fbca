"""Pictures of an instance: as the server draws them for the plugin, and as the plugin draws them itself."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from ..imaging.encoding import DEFAULT_QUALITY, encoded
from ..imaging.frames import FrameReader
from ..imaging.pictures import Frame, Wanted, read_frame
from ..imaging.pictures import rendered as server_picture
from ..imaging.viewports import PluginWindow, Viewport, plugin_picture
from ..server import Server
from ..store.resource import Resource
from .rules import DicomWebRules


def frame_of(instance: Resource, index: int, server: Server) -> Frame | None:
    """A decoded frame, None where there is nothing to draw; raises OrthancError (Parameter out of range) for none."""
    reader = FrameReader(server.files.parse(instance), server.dictionary, server.release)
    try:
        return read_frame(reader, index)
    except OrthancError as error:
        if error.http_status == 501 or error.code is ErrorCode.PARAMETER_OUT_OF_RANGE:
            raise
        return None


def drawn(instance: Resource, index: int, media_type: str, server: Server) -> bytes | None:
    """The picture of the server's own /rendered, None where there is none; raises OrthancError as `frame_of` does."""
    frame = frame_of(instance, index, server)
    if frame is None:
        return None
    try:
        return encoded(server_picture(frame, Wanted()), media_type)
    except OrthancError as error:
        if error.http_status == 501:
            raise
        return None


def drawn_by_plugin(
    frame: Frame,
    media_type: str,
    window: PluginWindow | None = None,
    viewport: Viewport | None = None,
    quality: int | None = None,
    *,
    rules: DicomWebRules,
) -> bytes:
    """The plugin's picture of a frame; raises OrthancError (Not implemented yet) for samples that it does not draw."""
    is_deep = frame.image.channels == 3 and frame.image.code == "H"
    if frame.image.code == "I" or (is_deep and not rules.renders_deep_colors):
        place = "Orthanc::ErrorCode_NotImplemented triggered from WadoRsRetrieveRendered.cpp:754"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, place if rules.explains_core_calls else None)
    picture = plugin_picture(frame, window, viewport)
    return encoded(picture, media_type, DEFAULT_QUALITY if quality is None else quality)
