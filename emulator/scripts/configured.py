"""Whether a server has scripts at all: most have none, and then nothing of this room is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..server import Server


def start_scripts(server: Server) -> None:
    """Runs the scripts of a server's configuration, in the place of those that ran before.

    Raises OrthancError for one that does not load: a server then does not start.
    """
    options = server.configuration.options
    asks = ("PythonScript", "LuaScripts", "ExecuteLuaEnabled")
    if not any(options.get(name) not in (None, False, []) for name in asks) and not server.extensions:
        return
    from .starting import start

    start(server)
