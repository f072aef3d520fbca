"""WADO-URI (PS3.18 section 9): one instance by its UIDs in the query, as a file or as a picture."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from ..rest.answers import bytes_answer
from ..rest.response import Response
from ..rest.route import Call, route
from ..server import Server
from ..store.level import Level
from ..store.resource import Resource
from . import core
from .images import drawn
from .paths import by_uid, uid_of

DICOM = "application/dicom"
JPEG_NAMES = frozenset({"", "image/jpeg", "image/jpg"})
JPEG, PNG = "image/jpeg", "image/png"


def wado(call: Call) -> Response:
    """The object that the arguments name, of which the last of each name counts."""
    server = call.server
    arguments = dict(call.request.arguments)
    with server.store.reading:
        instance = found(arguments, server)
        kind = arguments.get("contentType", "")
        if kind == DICOM:
            return bytes_answer(server.files.bytes_of(instance.id), DICOM)
        if kind not in JPEG_NAMES and kind != PNG:
            details = f'WADO-URI: Unsupported content type: "{kind}"'
            raise OrthancError(ErrorCode.BAD_REQUEST, details)
        picture = drawn(instance, 0, PNG if kind == PNG else JPEG, server)
    if picture is None:
        status, code = server.release.dicomweb.no_image
        error = core.core_error(ErrorCode(code), server.release.dicomweb, core.GET)
        raise OrthancError(error.code, error.details, http_status=status)
    return bytes_answer(picture, PNG)  # whatever it is


def found(arguments: dict[str, str], server: Server) -> Resource:
    """The instance that arguments name; raises OrthancError (Unknown resource) for whatever is wrong."""
    if arguments.get("requestType") == "WADO":
        for instance in by_uid(Level.INSTANCE, arguments.get("objectUID", ""), server):
            parents = {"studyUID": Level.STUDY, "seriesUID": Level.SERIES}
            if all(
                arguments.get(name) in (None, "", uid_of(instance.ancestor(level))) for name, level in parents.items()
            ):
                return instance
    raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)


ROUTE = route("", GET=wado)
