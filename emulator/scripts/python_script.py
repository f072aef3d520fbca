"""One script of the Python plugin: its module `orthanc`, and its callbacks as an extension of the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from ..dicom.element import Dataset
from ..errors import ErrorCode, OrthancError
from ..exchanges.faults import DisconnectedError
from ..extensions import Event, Extension
from ..rest.answers import error_answer
from ..rest.response import Response
from ..store.level import Level
from .errors import LOGGER, CallbackError, Raising, called, tell_wrong_answer, traceback_of
from .finding import Asked, FindAnswers, FindQuery, WorklistAnswers, WorklistQuery
from .functions import EMULATED, Functions, Peers
from .importing import ScriptImports
from .instances import DicomInstance
from .names import enumerations, names_of
from .output import RestOutput, UnknownStatusError

if TYPE_CHECKING:
    from ..rest.request import OrthancRequest
    from ..server import Server

#: The numbers of changes, as the members of orthanc.ChangeType.
CHANGES = {
    "CompletedSeries": 0,
    "Deleted": 1,
    "NewChildInstance": 2,
    "NewInstance": 3,
    "NewPatient": 4,
    "NewSeries": 5,
    "NewStudy": 6,
    "StablePatient": 7,
    "StableSeries": 8,
    "StableStudy": 9,
    "Started": 10,
    "Stopped": 11,
    "UpdatedAttachment": 12,
    "UpdatedMetadata": 13,
    "UpdatedPeers": 14,
    "UpdatedModalities": 15,
    "JobSubmitted": 16,
    "JobSuccess": 17,
    "JobFailure": 18,
}

#: The numbers of levels, as the members of orthanc.ResourceType; 4 stands for none.
LEVELS = {"Patient": 0, "Study": 1, "Series": 2, "Instance": 3, "": 4}

METHODS = {"GET": 1, "POST": 2, "PUT": 3, "DELETE": 4}

KEEP_AS_IS, MODIFY, DISCARD = 1, 2, 3

#: The status of a C-STORE whose filter failed.
OUT_OF_RESOURCES = 0xA700

#: The classes of the module that are emulated.
CLASSES: dict[str, type] = {
    "DicomInstance": DicomInstance,
    "FindAnswers": FindAnswers,
    "FindQuery": FindQuery,
    "Peers": Peers,
    "RestOutput": RestOutput,
    "WorklistAnswers": WorklistAnswers,
    "WorklistQuery": WorklistQuery,
}

#: For each kind of queries of the DICOM network its callback, and the classes that this is given.
QUERIES = {
    "find": ("C-FIND SCP callback", "FindAnswers", "FindQuery"),
    "worklist": ("worklist SCP callback", "WorklistAnswers", "WorklistQuery"),
}


class ScriptRoute(NamedTuple):
    """A route of a script: a regular expression that a whole path fits."""

    pattern: re.Pattern[str]
    callback: Callable[..., Any]


class PythonScript(Extension):
    """The script of one server; raises OrthancError (Error while using a shared library) where it can't be loaded."""

    def __init__(self, server: Server, path: Path) -> None:
        self.server = server
        self.path = path
        self.is_starting = True
        self.routes: list[ScriptRoute] = []
        self.callbacks: dict[str, Callable[..., Any]] = {}
        release = server.release
        name = next(name for name, what in names_of(release.version).items() if what == "exception")
        self.exception: type[Exception] = type(name, (Exception,), {"__module__": "orthanc"})
        self.raising = Raising(self.exception, has_codes=release.scripts.has_error_codes)
        self.module = self.made_module()
        self.imports = ScriptImports(path.parent, self.module)

    # The script

    def load(self) -> None:
        """Runs the script; raises OrthancError, with the traceback of what it raised."""
        if self.path.suffix != ".py":
            raise self.not_loaded(f'Python script must have the ".py" file extension: {self.path}')
        if not self.path.is_file():
            raise self.not_loaded(f"Inexistent directory for the Python script: {self.path}")
        try:
            self.imports.load(self.path.stem)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told = traceback_of(error)
            LOGGER.error("Error during the installation of the Python script, traceback:\n%s", told)
            raise self.not_loaded(f"Error during the installation of the Python script:\n{told}") from error
        self.is_starting = False

    def not_loaded(self, details: str) -> OrthancError:
        return OrthancError(ErrorCode.SHARED_LIBRARY, details)

    def made_module(self) -> ModuleType:
        """The module `orthanc` of the server's release: what is not emulated is there, and says so."""
        version = self.server.release.version
        module = ModuleType("orthanc")
        functions = Functions(self)
        for name, what in names_of(version).items():
            if what == "function":
                made: Any = getattr(functions, name) if name in EMULATED else not_emulated(name)
            elif what == "exception":
                made = self.exception
            elif isinstance(what, dict):
                made = enumerations(version)[name]
            else:
                made = self.made_class(name, what)
            setattr(module, name, made)
        return module

    def made_class(self, name: str, methods: list[str]) -> type:
        """A class of the module, whose objects the plugin alone makes."""
        base = CLASSES.get(name, object)
        absent = {one: not_emulated(f"{name}.{one}") for one in methods if not hasattr(base, one)}
        return type(name, (base,), {"__module__": "orthanc", **absent})

    def instance(self, data: bytes, metadata: Mapping[str, str]) -> DicomInstance:
        made: DicomInstance = self.module.DicomInstance((self.server, self.raising, data, metadata))
        return made

    # What the script registers

    def register(self, what: str, callback: Any) -> None:
        if what in self.callbacks:
            raise RuntimeError(f"Can only register one Python {what}")
        self.callbacks[what] = callback

    def add_route(self, pattern: str, callback: Any) -> None:
        try:
            self.routes.append(ScriptRoute(re.compile(pattern), callback))
        except re.error as error:
            raise self.not_loaded(f"{pattern!r} is no regular expression: {error}") from None

    # What it is told, and decides

    def told(self, event: Event) -> None:
        if event.kind in ("Stored", "AlreadyStored"):
            self.told_stored(event)
        elif event.kind in CHANGES and "on-changes callback" in self.callbacks:
            callback = self.callbacks["on-changes callback"]
            self.try_call("Python on-change callback", callback, CHANGES[event.kind], LEVELS[event.level], event.id)

    def told_stored(self, event: Event) -> None:
        callback = self.callbacks.get("on-stored-instance callback")
        if callback is None or (event.kind == "AlreadyStored" and not self.server.release.scripts.tells_stored_again):
            return
        resource = self.server.store.levels[Level.INSTANCE].get(event.id)
        if resource is not None:  # else it has gone meanwhile
            instance = self.instance(self.server.files.stored_bytes(resource), resource.metadata)
            self.try_call("Python on-stored-instance callback", callback, instance, event.id)

    def try_call(self, what: str, callback: Callable[..., Any], *values: Any) -> Any:
        """Calls a callback; where it fails that is told, and None."""
        try:
            return called(self.server, what, callback, *values)
        except CallbackError:
            return None

    def received(self, data: bytes, origin: Mapping[str, str]) -> bytes | None:
        callback = self.callbacks.get("received instance callback")
        if callback is None:
            return data
        number = {"DicomProtocol": 2, "Plugins": 4, "Lua": 5}.get(origin.get("Origin", ""), 3)
        try:
            answer = called(self.server, "Python received instance callback", callback, data, number)
        except CallbackError:
            return data
        if not (isinstance(answer, tuple) and len(answer) == 2):
            told = f"The Python received instance callback has not returned a tuple as expected: {answer!r}"
            tell_wrong_answer(self.server, told, "return (orthanc.ReceivedInstanceAction.KEEP_AS_IS, None)")
            return data
        action, modified = answer
        if action == DISCARD:
            return None
        if action == KEEP_AS_IS:
            return data
        if not isinstance(modified, bytes):
            details = (
                "The ReceivedInstanceCallback plugin is not returning a modified buffer while it has modified the "
                "instance"
            )
            raise OrthancError(ErrorCode.PLUGIN, details)
        return modified

    def store_status(self, data: bytes, origin: Mapping[str, str]) -> int:
        callback = self.callbacks.get("incoming CStore instance filter")
        if callback is None:
            return 0
        answer = self.try_call("Python incoming CStore instance filter", callback, self.instance(data, origin))
        if isinstance(answer, int) and answer >= 0:
            return answer & 0xFFFF
        if answer is not None:
            told = f"The Python incoming CStore instance filter has not returned a status: {answer!r}"
            tell_wrong_answer(self.server, told, "return 0, or a status such as 0xA700")
        return OUT_OF_RESOURCES

    def admits(self, request: OrthancRequest) -> bool:
        callback = self.callbacks.get("incoming-http-request filter")
        if callback is None:
            return True
        words: dict[str, Any] = {
            "method": METHODS.get(request.method, 1),
            "ip": request.remote_addr or "",
            "headers": headers_of(request),
        }
        if words["method"] == METHODS["GET"]:
            words["get"] = dict(request.arguments)
        try:
            answer = called(self.server, "Python incoming-http-request filter", callback, request.path, **words)
        except CallbackError:
            raise OrthancError(ErrorCode.PLUGIN) from None
        if not isinstance(answer, bool):
            told = f"The Python incoming-http-request filter has not returned a Boolean: {answer!r}"
            tell_wrong_answer(self.server, told, "return True or False")
            raise OrthancError(ErrorCode.PLUGIN)
        return answer

    @property
    def answers_queries(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset(kind for kind, (callback, *_) in QUERIES.items() if callback in self.callbacks)

    def found(self, kind: str, keys: Dataset, calling_aet: str, called_aet: str) -> tuple[list[Dataset], bool]:
        name, answers, query = QUERIES[kind]
        asked = Asked(self.server, self.raising, keys)
        made_answers, made_query = getattr(self.module, answers)(asked), getattr(self.module, query)(asked)
        try:
            called(
                self.server, f"Python {name}", self.callbacks[name], made_answers, made_query, calling_aet, called_aet
            )
        except CallbackError:
            raise OrthancError(ErrorCode.PLUGIN) from None
        return asked.answers, asked.is_incomplete

    # Its routes

    def answer(self, request: OrthancRequest, server: Server) -> Response | None:
        path = request.path.rstrip("/") or "/"
        for route in self.routes:
            match = route.pattern.fullmatch(path)
            if match is not None:
                groups = tuple(group or "" for group in match.groups())
                return self.answered(route.callback, path, groups, request)
        return None

    def answered(
        self, callback: Callable[..., Any], path: str, groups: tuple[str, ...], request: OrthancRequest
    ) -> Response:
        words: dict[str, Any] = {"method": request.method, "groups": groups, "headers": headers_of(request)}
        if request.method == "GET":
            words["get"] = dict(request.arguments)
        if request.method in ("POST", "PUT"):
            words["body"] = request.get_data()
        output: RestOutput = self.module.RestOutput(self.server.release)
        try:
            called(self.server, "REST callback", callback, output, path, **words)
        except CallbackError as error:
            if isinstance(error.__cause__, UnknownStatusError):
                raise DisconnectedError(str(error.__cause__)) from None
            return self.failed(output, request)
        response = output._finished()
        if response is None:
            told = f"the REST callback of {path} gave no answer: the server closes the connection"
            tell_wrong_answer(self.server, told, "call output.AnswerBuffer, or another method that answers")
            raise DisconnectedError(told)
        return response

    def failed(self, output: RestOutput, request: OrthancRequest) -> Response:
        """The answer to a request whose callback failed, with the headers that it set."""
        error = OrthancError(ErrorCode.PLUGIN, output._details)
        if not self.server.settings.describes_errors:
            raise error
        response = error_answer(error, request, self.server.release)
        for name, value in output._headers:
            response.add(name, value)
        return response


def headers_of(request: OrthancRequest) -> dict[str, str]:
    """The headers of a request as the plugin gives them: names in small letters, in order."""
    return dict(sorted((name.lower(), value) for name, value in request.headers.items()))


def not_emulated(name: str) -> Callable[..., NoReturn]:
    """A function of the module that is not emulated."""

    def function(*values: Any, **words: Any) -> NoReturn:
        raise NotImplementedError(f"orthanc.{name} is not emulated")

    function.__name__ = name.rpartition(".")[2]
    return function
