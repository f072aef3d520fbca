"""A Lua of the server: Lua 5.3 by lupa, with the functions of Orthanc's toolbox. Measured on 1.9.1 to 1.13.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import ErrorCode, OrthancError
from ..network.peer import Peer
from .asking import BadUriError, ask
from .lua_values import ENCODING, from_lua, from_lua_text, to_lua, to_lua_text

if TYPE_CHECKING:
    from ..server import Server

#: How many instructions a script may take in one call, in millions: the server itself knows no limit.
MOST_MILLIONS = 200

#: After so many seconds without an answer a request to another server counts as failed.
SECONDS = 10

#: What is made in Lua itself: functions of the toolbox, and what keeps a script from ending the process of the tests.
TOOLBOX = """
local tostring, type, pairs, load, pcall, error = tostring, type, pairs, load, pcall, error

function PrintRecursive(value, prefix)
  prefix = prefix or ''
  if type(value) == 'table' then
    if prefix == '' then print('table') else print(prefix, 'table') end
    for key, member in pairs(value) do PrintRecursive(member, prefix .. '\\t[' .. tostring(key) .. ']') end
  elseif prefix == '' then
    print(type(value), value)
  else
    print(prefix, type(value), value)
  end
end

bit32 = bit32 or {
  band = function(a, b) return (a & b) & 0xffffffff end,
  bor = function(a, b) return (a | b) & 0xffffffff end,
  bxor = function(a, b) return (a ~ b) & 0xffffffff end,
  bnot = function(a) return ~a & 0xffffffff end,
  lshift = function(a, n) return (a << n) & 0xffffffff end,
  rshift = function(a, n) return (a & 0xffffffff) >> n end,
}

os.exit = function() error('os.exit ends the server, and is not emulated') end

return function(millions)
  local count = 0
  debug.sethook(function()
    count = count + 1
    if count >= millions then error('it ran for ' .. millions .. ' million instructions: the emulator ends it') end
  end, '', 1000000)
end, function(code) return load(code, 'line') end, type, function(made) return function(...) return made(...) end end
"""


class LuaError(OrthancError):
    """A script failed: "Cannot execute a Lua command", with Lua's own text."""

    def __init__(self, details: str) -> None:
        super().__init__(ErrorCode.CANNOT_EXECUTE_LUA, details)


class WrongCallError(RuntimeError):
    """A script calls a function of the toolbox in vain, with what Lua says."""


def refuse(owner: Any, name: str, is_setting: bool) -> str:
    """Lets Lua reach nothing of Python's objects."""
    raise AttributeError("scripts have no access to Python")


class LuaContext:
    """One Lua; raises ImportError where lupa is not installed: pip install lupa (the extra "lua")."""

    def __init__(self, server: Server) -> None:
        from lupa import LuaError as Failure  # type: ignore[import-untyped,unused-ignore]
        from lupa.lua53 import LuaError as Failure53  # type: ignore[import-untyped,unused-ignore]
        from lupa.lua53 import LuaRuntime

        self.server = server
        self.failures: tuple[type[Exception], ...] = (Failure, Failure53, WrongCallError)
        self.output: list[str] = []
        self.credentials = ("", "")
        self.timeout = SECONDS
        #: What a callback asked to be done once it is over; None outside of one.
        self.operations: list[Callable[[str], str]] | None = None
        #: Whether there was a callback: before the first one nothing can be asked for.
        self.has_begun = False
        self.lua = LuaRuntime(
            encoding=ENCODING,
            unpack_returned_tuples=True,
            register_eval=False,
            register_builtins=False,
            attribute_filter=refuse,
        )
        names = self.lua.globals()
        names.python = None
        names.print = self.print
        self.limit, self.compile, self.kind, as_function = self.lua.execute(TOOLBOX)
        for name, function in self.functions().items():
            names[name] = as_function(function)

    # Running

    def execute(self, code: str) -> str:
        """Runs a script, and gives what it printed; raises LuaError."""
        self.output = []
        made = self.compile(to_lua_text(code))
        function, message = made if isinstance(made, tuple) else (made, None)
        if function is None:
            raise LuaError(from_lua_text(str(message)))
        self.protected(function)
        return "".join(self.output)

    def protected(self, function: Any, *values: Any) -> Any:
        try:
            self.limit(MOST_MILLIONS)
            return function(*values)
        except self.failures as error:
            raise LuaError(from_lua_text(str(error)).partition("\nstack traceback")[0]) from None

    def has(self, name: str) -> bool:
        return bool(self.kind(self.lua.globals()[name]) == "function")

    def call(self, name: str, *values: Any) -> Any:
        """Calls a function of the script; raises LuaError."""
        return self.protected(self.lua.globals()[name], *(self.to_lua(value) for value in values))

    def to_lua(self, value: Any) -> Any:
        return to_lua(self.lua, value, keeps_integers=self.server.release.scripts.lua_keeps_integers)

    def json(self, value: Any, *, keeps_texts: bool = False) -> Any:
        return from_lua(value, self.kind, keeps_texts=keeps_texts)

    # The toolbox

    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions of the toolbox by name; what the emulator lacks raises an error that says so."""
        found: dict[str, Callable[..., Any]] = {
            "print": self.print,
            "ParseJson": self.parse_json,
            "DumpJson": self.dump_json,
            "GetOrthancConfiguration": lambda: self.to_lua(dict(self.server.configuration.options)),
            "RestApiGet": lambda path=None, builtin=False, headers=None: self.ask("GET", path, None, builtin, headers),
            "RestApiDelete": self.delete_by_api,
            "RestApiPost": lambda path=None, body=None, builtin=False, headers=None: self.ask(
                "POST", path, body, builtin, headers
            ),
            "RestApiPut": lambda path=None, body=None, builtin=False, headers=None: self.ask(
                "PUT", path, body, builtin, headers
            ),
            "HttpGet": lambda url=None, headers=None: self.fetch("GET", url, None, headers),
            "HttpDelete": lambda url=None, headers=None: self.fetch("DELETE", url, None, headers),
            "HttpPost": lambda url=None, body=None, headers=None: self.fetch("POST", url, body, headers),
            "HttpPut": lambda url=None, body=None, headers=None: self.fetch("PUT", url, body, headers),
            "SetHttpCredentials": self.set_credentials,
            "SetHttpTimeout": self.set_timeout,
            "ModifyInstance": lambda *values: self.modify("instance", *values),
            "ModifyResource": self.modify,
            "Delete": self.delete,
            "SendToModality": lambda *values: self.send("modalities", *values),
            "SendToPeer": lambda *values: self.send("peers", *values),
        }
        for name in ("CallSystem", "_InitializeJob", "_AccessJob", *self.server.release.scripts.more_lua_functions):
            found.setdefault(name, not_emulated(name))
        return {name: one for name, one in found.items() if name not in self.server.release.scripts.no_lua_functions}

    def print(self, *values: Any) -> None:
        text = ", ".join(self.text(value) for value in values)
        self.output.append(from_lua_text(text.partition("\0")[0]) + "\n")

    def text(self, value: Any) -> str:
        tostring = self.lua.globals().tostring
        return value if isinstance(value, str) else str(tostring(value))

    def parse_json(self, text: Any = None) -> Any:
        from ..json import lenient

        if not isinstance(text, str):
            return None
        try:
            return self.to_lua(lenient.parse(text.encode(ENCODING), self.server.release.json))
        except (ValueError, OrthancError):
            return None

    def dump_json(self, *values: Any) -> str | None:
        if not values:
            return None
        keeps = len(values) > 1 and values[1] is True
        value = self.json(values[0], keeps_texts=keeps)
        return to_lua_text(json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False))

    # Requests

    def ask(self, method: str, path: Any, body: Any, builtin: Any, headers: Any = None) -> str | None:
        """The body of the answer of the REST API, nil for an error."""
        if not isinstance(path, str) or not (body is None or isinstance(body, str)):
            return None
        data = (body or "").encode(ENCODING)
        words = self.json(headers, keeps_texts=True) if headers is not None else {}
        try:
            answer = ask(
                self.server,
                method,
                from_lua_text(path),
                data,
                words if isinstance(words, dict) else {},
                after_plugins=builtin is not True,
                script="Lua",
            )
        except (OrthancError, BadUriError):
            return None
        whole: bytes = answer.data
        return whole.decode(ENCODING)

    def delete_by_api(self, path: Any = None, builtin: Any = False, headers: Any = None) -> bool | None:
        done = self.ask("DELETE", path, None, builtin, headers) is not None
        return True if done or self.server.release.scripts.deletes_in_silence else None

    def fetch(self, method: str, url: Any, body: Any, headers: Any) -> str | None:
        """The body of another server's answer, nil for none; hosts are reached by the rule of peers."""
        if not isinstance(url, str):
            return None
        words = self.json(headers, keeps_texts=True) if headers is not None else {}
        peer = Peer(
            from_lua_text(url),
            username=self.credentials[0],
            password=self.credentials[1],
            headers=words if isinstance(words, dict) else {},
            timeout=self.timeout,
        )
        data = body.encode(ENCODING) if isinstance(body, str) else None
        try:
            status, answer = self.server.network.web.request(peer, method, "", data)
        except OrthancError:
            return None
        return answer.decode(ENCODING) if status < 400 else None

    def set_credentials(self, username: Any = None, password: Any = None) -> str:
        self.credentials = ("" if username is None else str(username), "" if password is None else str(password))
        return ""

    def set_timeout(self, seconds: Any = 0) -> str:
        self.timeout = int(seconds) or SECONDS
        return ""

    # What is done after a callback

    def later(self, resource: Any, work: Callable[[str], str], *, line: int, verb: str) -> str:
        """Notes what a callback wants done; "" is what the operation before makes. Outside of a callback it is lost.

        Raises WrongCallError in the words of the server's own Lua, in which this is at `line`: for no resource, and
        before the first callback.
        """
        if resource is None:
            raise in_words(line - NIL_ABOVE[verb], f"Cannot {verb} a nonexistent resource")
        if not self.has_begun:
            raise in_words(line, "bad argument #1 to 'insert' (table expected, got nil)")
        if self.operations is not None:
            named = resource if isinstance(resource, str) else ""
            self.operations.append(lambda before: work(named or before))
        return resource if isinstance(resource, str) else ""

    def modify(
        self, level: Any = None, resource: Any = None, replace: Any = None, remove: Any = None, *more: Any
    ) -> str:
        if resource == "":
            raise in_words(83, "Cannot modify twice an resource")
        removes_private = bool(more and more[0])
        replaced = self.json(replace, keeps_texts=True) if replace is not None else {}
        removed = self.json(remove, keeps_texts=True) if remove is not None else []
        request = {
            "Replace": replaced if isinstance(replaced, dict) else {},
            "Remove": removed if isinstance(removed, list) else [],
            "RemovePrivateTags": removes_private,
            "Force": True,
        }
        self.later(resource, lambda identifier: self.modified(str(level), identifier, request), line=86, verb="modify")
        return ""

    def modified(self, level: str, identifier: str, request: Mapping[str, Any]) -> str:
        """Modifies a resource, without a private creator, and stores what comes of it."""
        from .lua_operations import modify

        return modify(self.server, level, identifier, request)

    def delete(self, resource: Any = None) -> None:
        from .lua_operations import delete

        self.later(resource, lambda identifier: delete(self.server, identifier), line=69, verb="delete")

    def send(self, kind: str, resource: Any = None, name: Any = "", *more: Any) -> str:
        from .lua_operations import send

        line = 40 if kind == "modalities" else 55  # of the server's own Lua
        work = partial(send, self.server, kind)
        return self.later(resource, lambda identifier: work(identifier, str(name)), line=line, verb="send")


#: How far above a line the server's own Lua looks whether there is a resource.
NIL_ABOVE = {"modify": 7, "delete": 3, "send": 3}


def in_words(line: int, words: str) -> WrongCallError:
    return WrongCallError(f'[string "line"]:{line}: {words}')


def not_emulated(name: str) -> Callable[..., Any]:
    def function(*values: Any) -> Any:
        raise NotImplementedError(f"{name} is not emulated")

    return function
