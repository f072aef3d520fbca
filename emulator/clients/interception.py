"""Calls to a URL that an emulator answers, whoever makes them in this process: httpx, requests, urllib3.

The libraries are patched while at least one interception is open, at the class through which every call goes, so that
clients made before it are intercepted, too; what is not asked of an intercepted URL goes where it always went.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DEFAULT_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port of a URL."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, scheme: str, host: str, port: int | None) -> Origin:
        return cls(scheme, host.strip("[]").lower(), port or DEFAULT_PORTS.get(scheme, 0))


@dataclass(frozen=True)
class Intercepted:
    """A call to answer in process: by whom, and its path and query below the URL that is intercepted."""

    application: WSGIApplication
    target: str


class Interception:
    """A context in which one URL is answered by an application; it gives the URL.

    Raises ValueError for what is no http or https URL, ImportError on entry where none of the libraries is installed.
    """

    def __init__(self, application: WSGIApplication, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"an interception needs a URL such as http://orthanc.hospital:8042, not {url!r}")
        self.application = application
        self.url = url.rstrip("/")
        self.origin = Origin.of(parts.scheme, parts.hostname, parts.port)
        self.prefix = parts.path.rstrip("/")

    def intercepted(self, target: str) -> Intercepted | None:
        """The call, if its path is this URL's or below it."""
        rest = target.removeprefix(self.prefix)
        if not target.startswith(self.prefix) or (self.prefix and rest[:1] not in ("", "/", "?")):
            return None
        return Intercepted(self.application, rest if rest.startswith("/") else f"/{rest}")

    def __enter__(self) -> str:
        with LOCK:
            if not OPEN:
                UNDO.extend(patch_libraries())
            OPEN.append(self)
        return self.url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with LOCK:
            OPEN.remove(self)
            if not OPEN:
                while UNDO:
                    UNDO.pop()()


LOCK = threading.Lock()

#: The interceptions that are open, the newest last.
OPEN: list[Interception] = []

#: What takes the patches away again.
UNDO: list[Callable[[], None]] = []


def intercepted(origin: Origin, target: str) -> Intercepted | None:
    """The call to answer in process, by the newest interception of its URL; None for all others."""
    for interception in reversed(OPEN.copy()):
        found = interception.intercepted(target) if interception.origin == origin else None
        if found is not None:
            return found
    return None


def is_watched(origin: Origin) -> bool:
    """Whether some call to this origin may be intercepted: nothing is connected then before its path is known."""
    return any(interception.origin == origin for interception in OPEN.copy())


def patch_libraries() -> list[Callable[[], None]]:
    """Patches the libraries that are installed, and gives what undoes it."""
    undo: list[Callable[[], None]] = []
    if find_spec("httpx"):
        from .httpx_patch import patch

        undo += patch()
    if find_spec("urllib3"):  # requests makes its calls through it
        from .urllib3_patch import patch

        undo += patch()
    if not undo:
        raise ImportError("intercept() needs httpx, requests or urllib3: pip install 'orthanc-emulator[clients]'")
    return undo
