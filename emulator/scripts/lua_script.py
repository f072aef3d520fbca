"""The Lua scripts of one server as an extension: callbacks and filters. Measured on Orthanc 1.9.1 to 1.13.0.

Filters of what comes in run in a Lua of their own: they share no global with the callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dicom.element import PIXEL_DATA, SPECIFIC_CHARACTER_SET, Dataset, format_tag
from ..dicom.views import Format, view
from ..errors import ErrorCode, OrthancError
from ..extensions import Event, Extension, RefusedError, StoreStatusError
from ..network.queries import Identifiers
from ..store.level import LEVELS, Level
from ..store.metadata import metadata_of
from ..system.access import username_of
from .errors import LOGGER, tell_wrong_answer
from .instances import parsed
from .lua_context import LuaContext, LuaError
from .lua_values import number_or_text

if TYPE_CHECKING:
    from ..rest.request import OrthancRequest
    from ..server import Server

#: The status of a C-STORE whose filter failed.
OUT_OF_RESOURCES = 0xA700


class LuaScripts(Extension):
    """The scripts of a server; raises OrthancError for one that is not there, or fails, ImportError without lupa."""

    def __init__(self, server: Server, paths: list[Any]) -> None:
        self.server = server
        self.callbacks, self.filters = LuaContext(server), LuaContext(server)
        for path in paths:
            try:
                code = Path(path).read_text(encoding="utf-8", errors="surrogateescape")
            except (OSError, TypeError):
                raise OrthancError(ErrorCode.REGULAR_FILE_EXPECTED, f"LuaScripts: {path!r}") from None
            for context in (self.callbacks, self.filters):
                context.execute(code)

    def execute(self, code: str) -> str:
        """What a script printed (`POST /tools/execute-script`); raises LuaError."""
        printed = self.callbacks.execute(code)
        self.callbacks.output = []
        return printed

    # Callbacks

    def told(self, event: Event) -> None:
        handler = {
            "Stored": self.told_stored,
            "AlreadyStored": self.told_stored,
            "StablePatient": self.told_stable,
            "StableStudy": self.told_stable,
            "StableSeries": self.told_stable,
        }.get(event.kind)
        if handler is not None:
            handler(event)
        elif event.kind == "Started":
            self.run("Initialize")
        elif event.kind == "Stopped":
            self.run("Finalize")
        elif event.kind == "Deleted":
            self.run(f"OnDeleted{event.level}", event.id)
        elif event.kind in ("UpdatedMetadata", "UpdatedAttachment"):
            self.run(f"OnUpdated{event.level}", event.id)
        elif event.kind.startswith("Job"):
            self.run(f"On{event.kind}", event.id)

    def told_stored(self, event: Event) -> None:
        if event.kind == "AlreadyStored" and not self.server.release.scripts.tells_stored_again:
            return
        resource = self.server.store.levels[Level.INSTANCE].get(event.id)
        if resource is None or not self.callbacks.has("OnStoredInstance"):
            return
        tags = self.server.files.view(event.id, Format.SIMPLIFY)
        metadata = metadata_of(resource, self.server.release)
        self.run("OnStoredInstance", event.id, tags, metadata, origin_of(metadata))

    def told_stable(self, event: Event) -> None:
        name = f"On{event.kind}"
        if not self.callbacks.has(name):
            return
        level = next(one for one in LEVELS if one.value == event.level)
        resource = self.server.store.levels[level].get(event.id)
        if resource is not None:
            tags = self.server.resources.answer(level, event.id)["MainDicomTags"]
            self.run(name, event.id, tags, metadata_of(resource, self.server.release))

    def run(self, name: str, *values: Any) -> None:
        """Calls a callback, if the scripts have it, and does what it asked for; what goes wrong is told."""
        context = self.callbacks
        if not context.has(name):
            return
        context.operations, context.output, context.has_begun = [], [], True
        try:
            context.call(name, *values)
            operations = context.operations
            context.operations = None
            before = ""
            for operation in operations:
                before = operation(before)
        except OrthancError as error:
            tell_wrong_answer(self.server, f"Lua's {name} failed: {error}", "mend the script")
        finally:
            context.operations = None
            self.say(context)

    def say(self, context: LuaContext) -> None:
        for line in context.output:
            LOGGER.warning("Lua says: %s", line.rstrip("\n"))
        context.output = []

    # Filters

    def predicate(self, context: LuaContext, name: str, *values: Any) -> bool:
        """What a filter says; raises OrthancError where it fails, or says neither true nor false."""
        try:
            answer = context.call(name, *values)
        except LuaError as error:
            tell_wrong_answer(self.server, f"Lua's {name} failed: {error.details}", "mend the script")
            raise
        finally:
            self.say(context)
        if not isinstance(answer, bool):
            tell_wrong_answer(self.server, f"Lua's {name} gave {answer!r}", "return true or false")
            raise OrthancError(ErrorCode.NOT_LUA_PREDICATE)
        return answer

    def received(self, data: bytes, origin: Mapping[str, str]) -> bytes | None:
        if not self.filters.has("ReceivedInstanceFilter"):
            return data
        if not self.predicate(self.filters, "ReceivedInstanceFilter", *self.received_instance(data, origin)):
            raise RefusedError
        return data

    def received_instance(self, data: bytes, origin: Mapping[str, str]) -> tuple[Any, ...]:
        """What the filters of instances are given."""
        file = parsed(self.server, data)
        tags = view(file.dataset, self.server.dictionary, Format.SIMPLIFY, rules=self.server.release.dicom.text)
        info = {"HasPixelData": PIXEL_DATA in file.dataset, "TransferSyntaxUID": file.transfer_syntax}
        metadata = origin or {"Origin": "RestApi", "RemoteIP": "127.0.0.1", "HttpUsername": ""}
        return tags, origin_of(metadata), info

    def store_status(self, data: bytes, origin: Mapping[str, str]) -> int:
        name, rules = "ReceivedCStoreInstanceFilter", self.server.release.scripts
        if not rules.calls_cstore_filter or not self.filters.has(name):
            return 0
        try:
            status = whole_number(first(self.filters.call(name, *self.received_instance(data, origin))))
        except LuaError as error:
            tell_wrong_answer(self.server, f"Lua's {name} failed: {error.details}", "mend the script")
            return OUT_OF_RESOURCES
        except ValueError as error:
            tell_wrong_answer(self.server, f"Lua's {name} gave {error}", "return a number: 0 for success")
            return OUT_OF_RESOURCES
        finally:
            self.say(self.filters)
        if rules.cstore_filter_gives_status:
            return status if 0 <= status <= 0xFFFF else OUT_OF_RESOURCES
        if not status & 0xFFFF:
            told = f"Lua's {name} gave {status}: this release drops the file, and answers success"
            tell_wrong_answer(self.server, told, "return another number here, and 0 from 1.13 on")
            raise StoreStatusError(0)
        return 0

    def outgoing(self, texts: Mapping[int, str], aet: str) -> Mapping[int, str]:
        return self.filtered("OutgoingFindRequestFilter", texts, aet)

    def incoming(self, kind: str, keys: Dataset, origin: Mapping[str, str]) -> Dataset:
        if kind == "worklist":
            return self.incoming_worklist(keys, origin)
        name = "IncomingFindRequestFilter"
        if not self.callbacks.has(name):
            return keys
        identifiers = Identifiers(self.server.dictionary, self.server.release)
        texts = {
            key.tag: "" if key.vr == "UN" else identifiers.text(keys, key.tag) for key in keys if key.items is None
        }
        wanted = dict(self.filtered(name, texts, origin))
        wanted.pop(SPECIFIC_CHARACTER_SET, None)  # it is the server's own by now
        return identifiers.dataset(wanted)

    def incoming_worklist(self, keys: Dataset, origin: Mapping[str, str]) -> Dataset:
        """A query for a worklist, sequences included and private elements left out, as the filter gives it back."""
        context, name = self.callbacks, "IncomingWorklistRequestFilter"
        if not context.has(name):
            return keys
        identifiers = Identifiers(self.server.dictionary, self.server.release)
        try:
            answer = context.json(first(context.call(name, as_members(keys, identifiers), origin)), keeps_texts=True)
            if not isinstance(answer, dict):
                raise OrthancError(ErrorCode.LUA_BAD_OUTPUT, "Lua: The script must return a table")
            asked = identifiers.from_json(answer)
        except OrthancError as error:
            tell_wrong_answer(self.server, f"Lua's {name} failed: {error.details or error}", "return the table of keys")
            raise
        finally:
            self.say(context)
        asked.put(identifiers.element(SPECIFIC_CHARACTER_SET, identifiers.term))  # that of the texts by now
        return asked

    def filtered(self, name: str, texts: Mapping[int, str], about: Any) -> Mapping[int, str]:
        """What a filter makes of the keys of a query; raises OrthancError."""
        context = self.callbacks
        if not context.has(name):
            return texts
        try:
            answer = first(context.call(name, {format_tag(tag): text for tag, text in texts.items()}, about))
            return self.keys_of(context.json(answer, keeps_texts=True), is_table=context.kind(answer) == "table")
        except OrthancError as error:
            tell_wrong_answer(self.server, f"Lua's {name} failed: {error.details or error}", "return the table of keys")
            raise
        finally:
            self.say(context)

    def keys_of(self, answer: Any, *, is_table: bool) -> dict[int, str]:
        """The keys in a table of names of tags and texts; raises OrthancError."""
        if not is_table or (answer and not isinstance(answer, dict)):
            raise OrthancError(ErrorCode.LUA_BAD_OUTPUT, "Lua: The script must return a table")
        members = answer or {}
        if not all(isinstance(value, str) for value in members.values()):
            details = "Lua: The script must return a table mapping names of DICOM tags to strings"
            raise OrthancError(ErrorCode.LUA_BAD_OUTPUT, details)
        return {self.server.dictionary.tag(name): value for name, value in members.items()}

    def admits(self, request: OrthancRequest) -> bool:
        if not self.callbacks.has("IncomingHttpRequestFilter"):
            return True
        username = username_of(request.headers.get("Authorization", ""))
        headers = dict(sorted((name.lower(), value) for name, value in request.headers.items()))
        method = request.method if request.method in ("GET", "POST", "PUT", "DELETE") else "GET"
        return self.predicate(
            self.callbacks,
            "IncomingHttpRequestFilter",
            method,
            request.path,
            request.remote_addr or "",
            username,
            headers,
        )


def as_members(keys: Dataset, identifiers: Identifiers) -> dict[str, Any]:
    """The public elements of a query by tag: texts, and the items of sequences."""
    return {
        format_tag(key.tag): (
            identifiers.text(keys, key.tag)
            if key.items is None
            else [as_members(item, identifiers) for item in key.items]
        )
        for key in keys
        if not key.is_private
    }


def first(answer: Any) -> Any:
    """The first of the values that a function gave."""
    return (answer[0] if answer else None) if isinstance(answer, tuple) else answer


def whole_number(value: Any) -> int:
    """The whole number of a number, or of a text that Lua reads as one; raises ValueError."""
    if isinstance(value, str):
        value = number_or_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(repr(value))
    return int(value)


def origin_of(metadata: Mapping[str, str]) -> dict[str, str]:
    """Where an instance comes from, as scripts are told."""
    kind = metadata.get("Origin", "RestApi")
    origin = {"RequestOrigin": kind}
    if kind == "RestApi":
        origin |= {"RemoteIp": metadata.get("RemoteIP", ""), "Username": metadata.get("HttpUsername", "")}
    elif kind == "DicomProtocol":
        origin |= {
            "RemoteIp": metadata.get("RemoteIP", ""),
            "RemoteAet": metadata.get("RemoteAET", ""),
            "CalledAet": metadata.get("CalledAET", ""),
        }
    return origin
