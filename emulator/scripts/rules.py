"""What differs between releases in this room, as data: the Python plugin that Debian has beside each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..ruling import Rules


@dataclass(init=False, eq=False, repr=False)
class ScriptRules(Rules):
    """Scripts: what the module `orthanc` has, and when callbacks are called."""

    plugin_version: str = "3.1"
    """The version of the Python plugin, which decides what the module has [changed in 1.10.1 and 1.12.7 and 1.13.0]."""
    has_error_codes: bool = False
    """An error of the server is an OrthancException with its code, else ValueError("Internal error") [1.10.1 on]."""
    deletes_in_silence: bool = True
    """RestApiDelete of what is not there raises nothing [only 1.9.1]."""
    status_takes_size: bool = True
    """SendHttpStatus takes the size of the body beside it [up to 1.10.1]."""
    tells_creation_errors: bool = False
    """CreateDicom raises the server's error, else ValueError [1.12.7 on]."""
    tells_stored_again: bool = True
    """What was stored already is told to OnStoredInstance all the same [up to 1.12.7]."""
    numbers_later_vrs: bool = False
    """LookupDictionary has numbers for OD, UC and UR, else UN [1.13.0 on]."""
    calls_cstore_filter: bool = False
    """Lua's ReceivedCStoreInstanceFilter is called [1.10.1 on]."""
    cstore_filter_gives_status: bool = False
    """What it gives is the status of the C-STORE, else 0 drops the file, and any other number stores it [1.13.0 on]."""
    lua_keeps_integers: bool = False
    """ParseJson makes 5 of 5 in Lua, else 5.0 [1.12.7 on]."""
    no_lua_functions: tuple[str, ...] = ("SetHttpTimeout",)
    """Functions of Lua's toolbox that the release lacks [changed in 1.12.7]."""
    more_lua_functions: tuple[str, ...] = ()
    """Functions of Lua's toolbox that came later [changed in 1.13.0]."""
    none_is_empty: bool = False
    """None in the place of a body is an empty one [1.13.0 on]."""


class ScriptRelease(Protocol):
    """What this room asks of a release."""

    @property
    def version(self) -> str: ...

    @property
    def scripts(self) -> ScriptRules: ...
