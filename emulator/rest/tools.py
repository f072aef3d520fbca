"""/tools/…: the settings of a server, its clock, its own kind of UIDs, and what is run on it."""

from __future__ import annotations

import itertools
import os
import time
import uuid
from collections.abc import Callable
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..network import worklist_plugin
from ..system.settings import LOG_CATEGORIES, Settings
from .answers import bytes_answer, empty_answer, json_answer
from .arguments import json_body
from .response import Response
from .route import Call, Handler, Route, route

#: The root of the UIDs that the servers generate, by level (all releases).
UID_ROOT = "1.2.276.0.7230010.3.1"
UID_LEVELS = {"study": 2, "series": 3, "instance": 4}
UID_NUMBERS = itertools.count(1)

BOOLEANS = {"0": False, "false": False, "1": True, "true": True}


def text_answer(text: str) -> Response:
    return bytes_answer(text.encode(), "text/plain")


def body_text(call: Call) -> str:
    return call.request.get_data().decode("utf-8", errors="replace")


def body_flag(call: Call) -> bool:
    """A body that is 0, 1, false or true; raises OrthancError for another."""
    value = BOOLEANS.get(body_text(call).strip())
    if value is None:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Boolean value expected")
    return value


def flag_text(flag: bool) -> str:
    return "1" if flag else "0"


# Settings


def get_log_level(category: str | None) -> Handler:
    def handler(call: Call) -> Response:
        settings = call.server.settings
        return text_answer(settings.log_level if category is None else settings.log_levels[category])

    return handler


def set_log_level(category: str | None) -> Handler:
    def handler(call: Call) -> Response:
        level = body_text(call)
        call.server.settings.set_log_level(level, category)
        call.server.log.level_set(level, category)
        return text_answer("")

    return handler


def get_flag(read: Callable[[Settings], bool]) -> Handler:
    return lambda call: text_answer(flag_text(read(call.server.settings)))


def set_unknown_sop_classes(call: Call) -> Response:
    call.server.settings.accepts_unknown_sop_classes = body_flag(call)
    return text_answer("")


def set_metrics(call: Call) -> Response:
    call.server.settings.collects_metrics = body_flag(call)
    return text_answer("")


def get_transfer_syntaxes(call: Call) -> Response:
    return json_answer(list(call.server.settings.transfer_syntaxes))


def set_transfer_syntaxes(call: Call) -> Response:
    """Accepts what fits the patterns in the body; one that is no JSON is a pattern itself."""
    patterns: Any
    try:
        patterns = json_body(call.request)
    except OrthancError:
        patterns = body_text(call)
    call.server.settings.accept_transfer_syntaxes(patterns)
    return get_transfer_syntaxes(call)


def get_sop_classes(call: Call) -> Response:
    return json_answer(list(call.server.settings.sop_classes))


def get_default_encoding(call: Call) -> Response:
    return text_answer(call.server.default_encoding)


def set_default_encoding(call: Call) -> Response:
    call.server.set_default_encoding(body_text(call))
    return get_default_encoding(call)


# What is answered anew each time


def now(call: Call) -> Response:
    """The server's clock, in UTC."""
    return text_answer(time.strftime("%Y%m%dT%H%M%S", time.gmtime(call.server.store.clock())))


def now_local(call: Call) -> Response:
    return text_answer(time.strftime("%Y%m%dT%H%M%S", time.localtime(call.server.store.clock())))


def generate_uid(call: Call) -> Response:
    """A new UID for `?level=study`, `series` or `instance`, or a PatientID for `patient`; else 404."""
    level = (call.request.args.getlist("level") or [""])[-1]
    if level == "patient":
        return text_answer(str(uuid.uuid4()))
    if level not in UID_LEVELS:
        return empty_answer(404)
    host = uuid.getnode() & 0xFFFFFFFF
    return text_answer(f"{UID_ROOT}.{UID_LEVELS[level]}.{host}.{os.getpid()}.{int(time.time())}.{next(UID_NUMBERS)}")


# What is run


def execute_script(call: Call) -> Response:
    """Runs a script in Lua: 403 without ExecuteLuaEnabled, 501 without lupa."""
    if call.server.configuration.options.get("ExecuteLuaEnabled") is not True:
        return empty_answer(403)
    code = call.request.get_data().decode("utf-8", "surrogateescape")
    for extension in call.server.extensions.all:
        printed = extension.execute(code)
        if printed is not None:
            return bytes_answer(printed.encode("utf-8", "surrogateescape"), "text/plain")
    details = "The emulator runs Lua with lupa: pip install lupa, or '.[lua]' in a clone of the emulator"
    raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details, http_status=501)


def reset(call: Call) -> Response:
    """Starts the server anew: what is stored stays, and the settings are those of the configuration again."""
    call.server.reset_settings()
    return json_answer({})


#: The names of the DICOMweb plugin and of the one for scripts.
DICOM_WEB, PYTHON = "dicom-web", "python"


def shut_down(call: Call) -> Response:
    """Answers, and then no more: what comes over a connection is closed without an answer."""
    call.server.shut_down.set()
    return bytes_answer(b"{}", "application/json")


def explorer_extensions(_: Call) -> Response:
    """What plugins add to Orthanc Explorer: nothing, there are none."""
    script = "// Extensions to Orthanc Explorer by the registered plugins\n\n"
    return bytes_answer(script.encode(), "application/javascript")


def plugins(call: Call) -> Response:
    """The plugins, and what is served of their like."""
    has_worklists = worklist_plugin.is_loaded(call.server.configuration.options)
    found = {DICOM_WEB: call.server.web, PYTHON: has_script(call), worklist_plugin.NAME: has_worklists}
    return json_answer(["explorer.js", *(name for name, is_there in found.items() if is_there)])


def has_script(call: Call) -> bool:
    return call.server.configuration.options.get("PythonScript") is not None


def plugin(call: Call) -> Response:
    """What a plugin tells of itself: DICOMweb, worklists and Python, if they are loaded."""
    web = call.server.web
    if call.path["id"] == worklist_plugin.NAME and worklist_plugin.is_loaded(call.server.configuration.options):
        return json_answer(
            {
                "Description": worklist_plugin.DESCRIPTION,
                "ExtendsOrthancExplorer": False,
                "ID": worklist_plugin.NAME,
                "Version": call.server.release.version,
            }
        )
    if call.path["id"] == PYTHON and has_script(call):
        return json_answer(
            {
                "Description": "Run Python scripts as Orthanc plugins",
                "ExtendsOrthancExplorer": False,
                "ID": PYTHON,
                "Version": call.server.release.scripts.plugin_version,
            }
        )
    if web is None or call.path["id"] != DICOM_WEB:
        return empty_answer(404)
    answer = {
        "Description": "Implementation of DICOMweb (QIDO-RS, STOW-RS and WADO-RS) and WADO-URI.",
        "ExtendsOrthancExplorer": web.is_enabled,
        "ID": DICOM_WEB,
        "Version": call.server.release.dicomweb.version,
    }
    if web.is_enabled:
        answer["RootUri"] = f"..{web.root}app/client/index.html"
    return json_answer(answer)


ROUTES: tuple[Route, ...] = (
    route("/tools/log-level", GET=get_log_level(None), PUT=set_log_level(None)),
    *(
        route(f"/tools/log-level-{category}", GET=get_log_level(category), PUT=set_log_level(category))
        for category in LOG_CATEGORIES
    ),
    route(
        "/tools/unknown-sop-class-accepted",
        GET=get_flag(lambda settings: settings.accepts_unknown_sop_classes),
        PUT=set_unknown_sop_classes,
    ),
    route("/tools/metrics", GET=get_flag(lambda settings: settings.collects_metrics), PUT=set_metrics),
    route("/tools/accepted-transfer-syntaxes", GET=get_transfer_syntaxes, PUT=set_transfer_syntaxes),
    route("/tools/accepted-sop-classes", lambda release: release.network.lists_sop_classes, GET=get_sop_classes),
    route("/tools/default-encoding", GET=get_default_encoding, PUT=set_default_encoding),
    route("/tools/now", GET=now),
    route("/tools/now-local", GET=now_local),
    route("/tools/generate-uid", GET=generate_uid),
    route("/tools/execute-script", POST=execute_script),
    route("/tools/reset", POST=reset),
    route("/tools/shutdown", POST=shut_down),
    route("/plugins", GET=plugins),
    route("/plugins/explorer.js", GET=explorer_extensions),
    route("/plugins/<id>", GET=plugin),
)
