"""The door of the DICOMweb plugin, which is imported when a server has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..configuration.dicom_web import DEFAULT_ROOT
from ..diagnostics import Diagnostic

if TYPE_CHECKING:
    from ..rest.request import OrthancRequest
    from ..rest.response import Response
    from ..server import Server


def dicom_web(server: Server, request: OrthancRequest) -> Response | None:
    """The answer of the DICOMweb plugin, None where it has none; imported when it is asked for."""
    settings = server.web
    if settings is None or not settings.is_enabled:
        root = DEFAULT_ROOT if settings is None else settings.root
        if root != "/" and f"{request.path}/".startswith(root):
            server.tell([switched_off(root)])
    if settings is None:
        return None
    from .door import answer_of

    return answer_of(server, settings, request)


def switched_off(root: str) -> Diagnostic:
    advice = 'add "DicomWeb": {"Enable": true} to the configuration (a real server loads the plugin by "Plugins", too)'
    return Diagnostic("plugin-off", f"DICOMweb is off: below {root} nothing answers", advice)
