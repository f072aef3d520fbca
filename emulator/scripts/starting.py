"""Starts the scripts that a server's configuration names, and ends them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ErrorCode, OrthancError
from ..extensions import Event, Listener
from .errors import LOGGER
from .python_script import PythonScript

if TYPE_CHECKING:
    from ..server import Server


def start(server: Server) -> None:
    """Runs the scripts of a server, in the place of those that ran before; raises OrthancError."""
    for former in server.extensions.all:
        if not isinstance(former, Listener):
            former.told(Event("Stopped"))
            server.drop(former)
    if server.configuration.options.get("PythonScript") is not None:
        start_python(server)
    start_lua(server)


def start_python(server: Server) -> PythonScript:
    """Runs the script of the option PythonScript; raises OrthancError where it does not load."""
    option = server.configuration.options["PythonScript"]
    if not isinstance(option, str):
        details = 'The configuration option "PythonScript" is not a string as expected'
        raise OrthancError(ErrorCode.SHARED_LIBRARY, details)
    server.own_dictionary()
    script = PythonScript(server, Path(option).absolute())
    script.load()
    server.extend(script)
    script.told(Event("Started"))
    return script


def start_lua(server: Server) -> None:
    """Runs the scripts of the option LuaScripts; raises OrthancError where one does not load.

    Without lupa none is run, and that is told.
    """
    options = server.configuration.options
    paths = options.get("LuaScripts") or []
    if not paths and options.get("ExecuteLuaEnabled") is not True:
        return
    if not isinstance(paths, list):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "LuaScripts is no list")
    try:
        from .lua_script import LuaScripts

        scripts = LuaScripts(server, paths)
    except ImportError:
        LOGGER.warning("LuaScripts are not run without lupa: pip install lupa, or '.[lua]' in a clone of the emulator")
        return
    server.extend(scripts)
    scripts.told(Event("Started"))
