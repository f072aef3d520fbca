"""One listener on the DICOM network for many tests: each puts an emulator of its own behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from ..dimse.serving import listener

if TYPE_CHECKING:
    from ..dimse.listener import DicomAddress
    from ..emulator import Emulator


class SharedListener:
    """Serves one emulator at a time on a loopback port, a free one for 0; all associations are rejected without one."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.listener = listener(None, host, port)

    @contextmanager
    def answering(self, emulator: Emulator) -> Iterator[DicomAddress]:
        """Answers by this emulator and gives its address. At the end associations are ended that clients left open."""
        before, self.listener.server = self.listener.server, emulator.server
        try:
            yield self.listener.address
        finally:
            self.listener.server = before
            self.listener.close_associations()

    def __enter__(self) -> SharedListener:
        self.listener.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.listener.__exit__(kind, error, traceback)
