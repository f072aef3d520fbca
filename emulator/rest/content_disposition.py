"""The header Content-Disposition: the name under which a client may save what it gets."""

from __future__ import annotations

from .request import OrthancRequest
from .response import Response

#: What would end the name, or the header (measured on Orthanc 1.13.0, the one release that decodes such a name).
NOT_IN_NAMES = dict.fromkeys(map(ord, '"\r\n'))


def name_file(response: Response, name: str, request: OrthancRequest, *, may_be_asked: bool) -> None:
    """Names a file, or leaves the header out for an empty name; `?filename=` wins where it `may_be_asked`."""
    if may_be_asked:
        name = (request.args.getlist("filename") or [name])[-1]
    if not name:
        return
    if request.release.rest.decodes_arguments:
        name = name.translate(NOT_IN_NAMES)
    value = f'filename="{name}"'.encode("utf-8", "surrogateescape")
    response.headers["Content-Disposition"] = value.decode("latin-1")  # as WSGI wants the bytes of a header
