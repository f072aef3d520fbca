"""The way in: what listens is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..server import Server
    from .listener import Listener


def listener(server: Server | None, host: str = "127.0.0.1", port: int = 0) -> Listener:
    """A listener, which listens already; raises OSError for a port in use."""
    from .listener import Listener

    return Listener(server, host, port)
