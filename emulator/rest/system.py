"""/, /system and /statistics."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from ..store.level import LEVELS
from .answers import empty_answer, json_answer
from .route import Call, Route, route


def redirect(location: str) -> Any:
    """A handler that sends the client elsewhere, relatively as the server does."""

    def handler(call: Call) -> Response:
        response = empty_answer(call.server.release.redirect_status)
        response.autocorrect_location_header = False
        response.headers["Location"] = location
        return response

    return handler


def system(call: Call) -> Response:
    """What the server is: its release, API, options."""
    server = call.server
    answer: dict[str, Any] = {
        "ApiVersion": server.release.api_version,
        "CheckRevisions": False,
        "DatabaseBackendPlugin": None,
        "DatabaseVersion": 6,
        "DicomAet": server.configuration.options.get("DicomAet", "ORTHANC"),
        "DicomPort": server.configuration.options.get("DicomPort", 4242),
        "HttpPort": int(call.request.environ.get("SERVER_PORT", 0)),
        "IsHttpServerSecure": False,
        "Name": server.configuration.name,
        "PluginsEnabled": True,
        "StorageAreaPlugin": None,
        "Version": server.release.version,
    }
    if server.release.system_is_detailed:
        answer.update(details(call))
    return json_answer(answer)


def details(call: Call) -> dict[str, Any]:
    """What releases from 1.11 on tell beside that."""
    server = call.server
    options = server.configuration.options
    return {
        "Capabilities": {"HasExtendedChanges": True, "HasExtendedFind": True},
        "DatabaseServerIdentifier": server.identifier,
        "DefaultRetrieveMethod": "C-MOVE",
        "HasLabels": True,
        "IngestTranscoding": "",
        "MainDicomTags": {
            level.value: ";".join(
                f"{tag >> 16:04x},{tag & 0xFFFF:04x}" for tag in server.release.main_dicom_tags[level]
            )
            for level in LEVELS
        },
        "MaximumPatientCount": options.get("MaximumPatientCount", 0),
        "MaximumStorageMode": options.get("MaximumStorageMode", "Recycle"),
        "MaximumStorageSize": options.get("MaximumStorageSize", 0),
        "OverwriteInstances": server.configuration.overwrite_instances,
        "ReadOnly": False,
        "StorageCompression": False,
        "UserMetadata": options.get("UserMetadata", {}),
    }


def statistics(call: Call) -> Response:
    return json_answer(call.server.statistics())


ROUTES: tuple[Route, ...] = (
    route("/", GET=redirect("app/explorer.html")),
    route("/favicon.ico", GET=redirect("app/images/favicon.ico")),
    route("/system", GET=system),
    route("/statistics", GET=statistics),
)
