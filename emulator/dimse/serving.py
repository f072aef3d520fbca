"""The way in: a listener, or what is missing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..server import Server
    from .listener import Listener

MISSING = "the DICOM network needs pynetdicom: pip install 'orthanc-emulator[network]'"


def listener(server: Server | None, host: str = "127.0.0.1", port: int = 0) -> Listener:
    """A listener, which listens already; raises OSError for a port in use, ImportError without pynetdicom."""
    try:
        from .listener import Listener
    except ImportError as error:
        if not (error.name or "").startswith("pynetdicom"):
            raise
        raise ImportError(MISSING, name=error.name) from error
    return Listener(server, host, port)
