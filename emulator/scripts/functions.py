"""The functions of the module `orthanc`, by their names there. Measured on plugins 3.1, 4.0, 5.0 and 7.1.

What is no method here is not emulated: the module raises NotImplementedError with its name.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ErrorCode, OrthancError
from ..modification.transcoding import transcoded_file
from ..network.peer import Peer
from ..query.lookup import look_up
from ..rest.json_text import answer_text
from ..store.level import Level
from .arguments import takes
from .asking import ask
from .creating import created
from .errors import LOGGER, message_of
from .instances import DicomInstance, flagged_json, parsed

if TYPE_CHECKING:
    from .python_script import PythonScript

#: The numbers of the VRs, as the members of orthanc.ValueRepresentation, and what a later release has beside them.
VRS = "AE AS AT CS DA DS DT FD FL IS LO LT OB OF OW PN SH SL SQ SS ST TM UI UL UN US UT".split()
LATER_VRS = [*VRS, "OD", "OL", "UC", "UR"]

#: The first number of a property that a plugin may set.
FIRST_GLOBAL_PROPERTY = 1024


def compact(value: Any) -> str:
    """JSON on one line, keys in order."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


#: By the ending of a name (measured).
MIME_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "application/javascript",
    "json": "application/json",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "gif": "image/gif",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "dcm": "application/dicom",
    "wasm": "application/wasm",
    "woff": "application/x-font-woff",
    "woff2": "font/woff2",
    "ico": "image/x-icon",
    "zip": "application/zip",
    "gz": "application/gzip",
    "nexe": "application/x-nacl",
}


#: The error for a status of another server's answer; 9 (network protocol) for any other.
HTTP_ERRORS = {401: 29, 404: 17}


class Peers:
    """`orthanc.Peers`: the peers of the server as they were when it was asked for them."""

    def __init__(self, made: Mapping[str, Peer] | None = None) -> None:
        if made is None:
            raise ValueError("Expected a pair (pointer, borrowed) in the constructor")
        self._peers = [*made.items()]

    def _peer(self, index: int) -> tuple[str, Peer] | None:
        return self._peers[index] if 0 <= index < len(self._peers) else None

    @takes()
    def GetPeersCount(self) -> int:
        return len(self._peers)

    @takes("i")
    def GetPeerName(self, index: int) -> str | None:
        found = self._peer(index)
        return None if found is None else found[0]

    @takes("i")
    def GetPeerUrl(self, index: int) -> str | None:
        found = self._peer(index)
        return None if found is None else found[1].url

    @takes("i", "s")
    def GetPeerUserProperty(self, index: int, name: str) -> str | None:
        found = self._peer(index)
        return None if found is None else found[1].properties.get(name)


class Functions:
    """The functions of one script's module."""

    def __init__(self, script: PythonScript) -> None:
        self._script = script
        self._server = script.server
        self._raising = script.raising
        self._properties: dict[int, str] = {}

    def _instance(self, data: bytes, metadata: Mapping[str, str] = {}) -> DicomInstance:
        return self._script.instance(data, metadata)

    def _ask(self, method: str, path: str, body: bytes = b"", *, after_plugins: bool = False) -> bytes:
        script = self._script
        if script.is_starting:
            raise self._raising.error(2038)
        with self._raising.told():
            answer: bytes = ask(self._server, method, path, body, after_plugins=after_plugins).data
            return answer

    def _body(self, values: tuple[Any, ...]) -> tuple[str, bytes]:
        if self._server.release.scripts.none_is_empty and len(values) == 2 and values[1] is None:
            values = (values[0], b"")
        path, body = PATH_AND_BODY(None, *values)
        return path, body

    # The REST API

    @takes("s")
    def RestApiGet(self, path: str) -> bytes:
        return self._ask("GET", path)

    @takes("s")
    def RestApiGetAfterPlugins(self, path: str) -> bytes:
        return self._ask("GET", path, after_plugins=True)

    def RestApiPost(self, *values: Any) -> bytes:
        return self._ask("POST", *self._body(values))

    def RestApiPostAfterPlugins(self, *values: Any) -> bytes:
        return self._ask("POST", *self._body(values), after_plugins=True)

    def RestApiPut(self, *values: Any) -> bytes:
        return self._ask("PUT", *self._body(values))

    def RestApiPutAfterPlugins(self, *values: Any) -> bytes:
        return self._ask("PUT", *self._body(values), after_plugins=True)

    def _delete(self, path: str, *, after_plugins: bool) -> None:
        try:
            self._ask("DELETE", path, after_plugins=after_plugins)
        except ValueError as error:
            cause = error.__cause__
            known = isinstance(cause, OrthancError) and cause.code is ErrorCode.UNKNOWN_RESOURCE
            if not (known and self._server.release.scripts.deletes_in_silence and path.count("/") > 1):
                raise

    @takes("s")
    def RestApiDelete(self, path: str) -> None:
        self._delete(path, after_plugins=False)

    @takes("s")
    def RestApiDeleteAfterPlugins(self, path: str) -> None:
        self._delete(path, after_plugins=True)

    # Callbacks

    @takes("s", "o")
    def RegisterRestCallback(self, pattern: str, callback: Any) -> None:
        self._script.add_route(pattern, callback)

    @takes("o")
    def RegisterOnChangeCallback(self, callback: Any) -> None:
        self._script.register("on-changes callback", callback)

    @takes("o")
    def RegisterOnStoredInstanceCallback(self, callback: Any) -> None:
        self._script.register("on-stored-instance callback", callback)

    @takes("o")
    def RegisterReceivedInstanceCallback(self, callback: Any) -> None:
        self._script.register("received instance callback", callback)

    @takes("o")
    def RegisterIncomingHttpRequestFilter(self, callback: Any) -> None:
        self._script.register("incoming-http-request filter", callback)

    @takes("o")
    def RegisterIncomingCStoreInstanceFilter(self, callback: Any) -> None:
        self._script.register("incoming CStore instance filter", callback)

    @takes("o")
    def RegisterFindCallback(self, callback: Any) -> None:
        self._script.register("C-FIND SCP callback", callback)

    @takes("o")
    def RegisterWorklistCallback(self, callback: Any) -> None:
        self._script.register("worklist SCP callback", callback)

    # Instances

    @takes("s")
    def GetDicomForInstance(self, identifier: str) -> bytes:
        with self._raising.told():
            return self._server.files.bytes_of(identifier)

    @takes("b", "i", "i", "i")
    def DicomBufferToJson(self, data: bytes, form: int, flags: int, longest: int) -> str:
        try:
            return compact(flagged_json(self._server, parsed(self._server, data), form, flags, longest))
        except OrthancError:
            raise self._raising.error(-1) from None

    @takes("s", "i", "i", "i")
    def DicomInstanceToJson(self, identifier: str, form: int, flags: int, longest: int) -> str:
        try:
            data = self._server.files.bytes_of(identifier)
            return compact(flagged_json(self._server, parsed(self._server, data), form, flags, longest))
        except OrthancError:
            raise self._raising.error(-1) from None

    @takes("b")
    def CreateDicomInstance(self, data: bytes) -> DicomInstance:
        return self._instance(data)

    @takes("s", "i")
    def LoadDicomInstance(self, identifier: str, mode: int) -> DicomInstance:
        try:
            return self._instance(self._server.files.bytes_of(identifier))
        except OrthancError:
            raise self._raising.error(-1) from None

    @takes("b", "s")
    def TranscodeDicomInstance(self, data: bytes, syntax: str) -> DicomInstance:
        try:
            return self._instance(transcoded_file(parsed(self._server, data), syntax, self._server.release))
        except OrthancError:
            raise self._raising.error(-1) from None

    @takes("b", "o", "i")
    def CreateDicom(self, text: bytes, image: Any, flags: int) -> bytes:
        return self._create(text, image, flags, "")

    @takes("b", "o", "i", "s")
    def CreateDicom2(self, text: bytes, image: Any, flags: int, creator: str) -> bytes:
        return self._create(text, image, flags, creator)

    def _create(self, text: bytes, image: Any, flags: int, creator: str) -> bytes:
        tells = self._server.release.scripts.tells_creation_errors
        if image is not None:
            wrong = "Invalid orthanc.OrthancPluginImage object"
            raise TypeError(wrong if tells else "Second parameter is not a valid orthanc.Image object")
        try:
            with self._raising.told():
                return created(self._server, text, flags, creator)
        except Exception as error:
            if tells or not isinstance(error, self._raising.exception):
                raise
            raise ValueError("Cannot create the DICOM instance") from error

    # Look-ups

    def _look_up(self, text: str, level: Level) -> str:
        with self._server.store.reading:
            found = [one for one in look_up(text, self._server.store, self._server.release) if one.level is level]
        if len(found) != 1:
            raise self._raising.error(-1)
        return found[0].id

    @takes("s")
    def LookupPatient(self, text: str) -> str:
        return self._look_up(text, Level.PATIENT)

    @takes("s")
    def LookupStudy(self, text: str) -> str:
        return self._look_up(text, Level.STUDY)

    @takes("s")
    def LookupSeries(self, text: str) -> str:
        return self._look_up(text, Level.SERIES)

    @takes("s")
    def LookupInstance(self, text: str) -> str:
        return self._look_up(text, Level.INSTANCE)

    @takes("s")
    def LookupStudyWithAccessionNumber(self, text: str) -> str:
        found = [
            one.id
            for one in self._server.store.resources(Level.STUDY)
            if one.main_tags.get(0x00080050, "").strip().upper() == text.strip().upper()
        ]
        if len(found) != 1:
            raise self._raising.error(-1)
        return found[0]

    # The dictionary

    @takes("i", "i", "s")
    def GetTagName(self, group: int, element: int, creator: str) -> str:
        dictionary = self._server.dictionary
        if group % 2 and creator:
            return dictionary.name(group, element, creator)
        return dictionary.look_up(group << 16 | element, None).name

    @takes("s")
    def LookupDictionary(self, name: str) -> dict[str, int]:
        dictionary = self._server.dictionary
        try:
            tag = dictionary.tag(name)
        except OrthancError:
            tag = 0x10000
        entry = None if tag & 0x10000 else dictionary.find(tag >> 16, tag & 0xFFFF, None)
        if entry is None or entry.vr.islower():  # one that depends on the context
            raise TypeError(f"Unknown DICOM tag: {name}")
        vrs = LATER_VRS if self._server.release.scripts.numbers_later_vrs else VRS
        return {
            "Group": tag >> 16,
            "Element": tag & 0xFFFF,
            "ValueRepresentation": vrs.index(entry.vr if entry.vr in vrs else "UN") + 1,
            "MinMultiplicity": entry.vm_min,
            "MaxMultiplicity": entry.vm_max or 0,
        }

    @takes("i", "i", "i", "s", "i", "i", "s")
    def RegisterPrivateDictionaryTag(
        self, group: int, element: int, vr: int, name: str, minimum: int, maximum: int, creator: str
    ) -> None:
        if not group % 2:
            raise self._raising.error(ErrorCode.PARAMETER_OUT_OF_RANGE)
        self._register_tag(group, element, vr, [name, minimum, maximum, creator])

    @takes("i", "i", "i", "s", "i", "i")
    def RegisterDictionaryTag(self, group: int, element: int, vr: int, name: str, minimum: int, maximum: int) -> None:
        self._register_tag(group, element, vr, [name, minimum, maximum])

    def _register_tag(self, group: int, element: int, vr: int, rest: list[Any]) -> None:
        minimum, maximum = rest[1], rest[2]
        if not 1 <= vr <= len(VRS) or minimum < 0 or (maximum and maximum < minimum):
            raise self._raising.error(ErrorCode.PARAMETER_OUT_OF_RANGE)
        with self._raising.told(), self._server.store.lock:
            self._server.dictionary.register(f"{group:04x},{element:04x}", [VRS[vr - 1], *rest])
            self._server.dictionary_changed()

    # The server

    @takes()
    def GetConfiguration(self) -> str:
        return answer_text(dict(self._server.configuration.options))

    @takes("i", "s")
    def GetGlobalProperty(self, number: int, default: str) -> str:
        return self._properties.get(number, default)

    @takes("i", "s")
    def SetGlobalProperty(self, number: int, value: str) -> None:
        if number < FIRST_GLOBAL_PROPERTY:
            raise self._raising.error(26)
        self._properties[number] = value

    @takes()
    def GetExpectedDatabaseVersion(self) -> int:
        return 6

    @takes()
    def CheckVersion(self) -> int:
        return 1

    @takes("i", "i", "i")
    def CheckVersionAdvanced(self, major: int, minor: int, revision: int) -> int:
        version = tuple(int(part) for part in self._server.release.version.split("."))
        return int(version >= (major, minor, revision))

    @takes("i")
    def GetErrorDescription(self, code: int) -> str:
        return message_of(code)

    @takes()
    def GenerateUuid(self) -> str:
        return str(uuid.uuid4())

    @takes("s")
    def SetDescription(self, text: str) -> None:
        """It is shown in /plugins alone, which tells of no script."""

    @takes("s", "s")
    def SetDescription2(self, plugin: str, text: str) -> None:
        """As SetDescription."""

    @takes("s")
    def SetRootUri(self, path: str) -> None:
        """It is shown in Orthanc Explorer alone."""

    @takes("s", "s")
    def SetRootUri2(self, plugin: str, path: str) -> None:
        """As SetRootUri."""

    @takes("s")
    def ExtendOrthancExplorer(self, text: str) -> None:
        """There is no Orthanc Explorer to be extended."""

    @takes("s", "s")
    def ExtendOrthancExplorer2(self, plugin: str, text: str) -> None:
        """As ExtendOrthancExplorer."""

    @takes("s")
    def SetCurrentThreadName(self, name: str) -> None:
        """It is shown in the log alone."""

    # Other servers

    def _fetch(self, method: str, url: str, username: str, password: str, body: bytes | None = None) -> bytes:
        """The body of another server's answer; hosts are reached by the rule of peers."""
        headers = {} if body is None else {"Content-Type": "application/x-www-form-urlencoded"}
        peer = Peer(url, username, headers, password=password)
        with self._raising.told():
            status, answer = self._server.network.web.request(peer, method, "", body)
        if status >= 300:
            raise self._raising.error(HTTP_ERRORS.get(status, 9))
        return answer

    @takes("s", "s", "s")
    def HttpGet(self, url: str, username: str, password: str) -> bytes:
        return self._fetch("GET", url, username, password)

    @takes("s", "s", "s")
    def HttpDelete(self, url: str, username: str, password: str) -> None:
        self._fetch("DELETE", url, username, password)

    @takes("s", "b", "s", "s")
    def HttpPost(self, url: str, body: bytes, username: str, password: str) -> bytes:
        return self._fetch("POST", url, username, password, body)

    @takes("s", "b", "s", "s")
    def HttpPut(self, url: str, body: bytes, username: str, password: str) -> bytes:
        return self._fetch("PUT", url, username, password, body)

    @takes()
    def GetPeers(self) -> Peers:
        made: Peers = self._script.module.Peers(dict(sorted(self._server.settings.peers.items())))
        return made

    # The log

    @takes("s")
    def LogError(self, text: str) -> None:
        LOGGER.error("%s", text)

    @takes("s")
    def LogWarning(self, text: str) -> None:
        LOGGER.warning("%s", text)

    @takes("s")
    def LogInfo(self, text: str) -> None:
        LOGGER.info("%s", text)

    # Tools

    @takes("b")
    def ComputeMd5(self, data: bytes) -> str:
        return hashlib.md5(data, usedforsecurity=False).hexdigest()

    @takes("b")
    def ComputeSha1(self, data: bytes) -> str:
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        return "-".join(digest[start : start + 8] for start in range(0, 40, 8))

    @takes("s")
    def AutodetectMimeType(self, path: str) -> str:
        return MIME_TYPES.get(path.lower().rpartition(".")[2], "application/octet-stream")

    @takes("s")
    def ReadFile(self, path: str) -> bytes:
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            raise self._raising.error(ErrorCode.INEXISTENT_FILE) from None

    @takes("s", "b")
    def WriteFile(self, path: str, data: bytes) -> None:
        try:
            with open(path, "wb") as file:
                file.write(data)
        except OSError:
            raise self._raising.error(14) from None

    @takes("b", "i", "i")
    def BufferCompression(self, data: bytes, kind: int, uncompress: int) -> bytes:
        if uncompress:
            raise NotImplementedError("orthanc.BufferCompression of what is compressed is not emulated")
        engine = zlib.compressobj(wbits=zlib.MAX_WBITS | (16 if kind in (2, 3) else 0))
        packed = engine.compress(data) + engine.flush()
        return len(data).to_bytes(8, "little") + packed if kind in (1, 3) else packed


@takes("s", "b")
def PATH_AND_BODY(_: None, path: str, body: bytes) -> tuple[str, bytes]:
    """The arguments of a POST or PUT."""
    return path, body


#: The functions of the module that are emulated.
EMULATED = frozenset(name for name in vars(Functions) if not name.startswith("_"))
