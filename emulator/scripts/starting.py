"""Starts the scripts that a server's configuration names, and ends them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ErrorCode, OrthancError
from ..extensions import Event
from .python_script import PythonScript

if TYPE_CHECKING:
    from ..server import Server


def start(server: Server) -> None:
    """Runs the scripts of a server, in the place of those that ran before; raises OrthancError."""
    for former in server.extensions.all:
        if isinstance(former, PythonScript):
            former.told(Event("Stopped"))
            server.drop(former)
    if server.configuration.options.get("PythonScript") is not None:
        start_python(server)


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
