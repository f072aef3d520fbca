"""/, /system and /statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS
from ..store.numbered_names import user_metadata
from .answers import empty_answer, json_answer
from .response import Response
from .route import Call, Route, route


def redirect(location: str) -> Any:
    """A handler that sends the client elsewhere, relatively as the server does; not without Orthanc Explorer."""

    def handler(call: Call) -> Response:
        if not call.server.settings.has_explorer:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        response = empty_answer(call.server.release.rest.redirect_status)
        response.headers["Location"] = location
        return response

    return handler


def no_file(_: Call) -> Response:
    """The emulator has none of the files of Orthanc Explorer."""
    return empty_answer(404)


def system(call: Call) -> Response:
    """What the server is: its release, API, options."""
    server = call.server
    options = server.configuration.options
    answer: dict[str, Any] = {
        "ApiVersion": server.release.api_version,
        "DatabaseBackendPlugin": server.release.system.database_plugin,
        "DatabaseVersion": 6,
        "DicomAet": options.get("DicomAet", "ORTHANC"),
        "DicomPort": options.get("DicomPort", 4242),
        "HttpPort": int(call.request.environ.get("SERVER_PORT", 0)),
        "IsHttpServerSecure": server.access.is_secure,
        "Name": server.configuration.name,
        "PluginsEnabled": True,
        "StorageAreaPlugin": None,
        "Version": server.release.version,
        **server.release.system.system_constants,
        **{name: options.get(name, default) for name, default in server.release.system.system_options.items()},
    }
    if "Performance" in answer:
        performance = answer["Performance"]
        answer["Performance"] = {name: options.get(name, default) for name, default in performance.items()}
    if server.release.system.system_is_detailed:
        answer.update(details(call))
    return json_answer(answer)


def details(call: Call) -> dict[str, Any]:
    """What releases from 1.11 on tell beside that."""
    server = call.server
    overwrites = server.configuration.overwrites
    answer: dict[str, Any] = {
        "DatabaseServerIdentifier": server.identifier,
        "HasLabels": True,
        "MainDicomTags": {
            level.value: ";".join(
                f"{tag >> 16:04x},{tag & 0xFFFF:04x}" for tag in server.release.store.main_dicom_tags[level]
            )
            for level in LEVELS
        },
        "OverwriteInstances": overwrites,
        "UserMetadata": named_numbers(user_metadata(server.configuration.options)),
    }
    if server.release.configuration.names_overwriting_mode:
        is_conditional = server.configuration.overwrite_if_changed
        answer["OverwriteInstancesMode"] = "IfChanged" if is_conditional else "Always" if overwrites else "Never"
    return answer


def named_numbers(registered: Mapping[str, int]) -> dict[str, int]:
    """The registered metadata; each number is a name too."""
    return {**{str(number): number for number in registered.values()}, **registered}


def statistics(call: Call) -> Response:
    return json_answer(call.server.resources.statistics())


ROUTES: tuple[Route, ...] = (
    route("/", GET=redirect("app/explorer.html")),
    route("/app", GET=no_file),
    route("/app/<path:file>", GET=no_file),
    route("/favicon.ico", GET=redirect("app/images/favicon.ico")),
    route("/system", GET=system),
    route("/statistics", GET=statistics),
)
