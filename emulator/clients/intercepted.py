"""Which calls are answered in process: the URLs that are intercepted at this moment."""

from __future__ import annotations

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


class Intercepted(NamedTuple):
    """A call to answer in process: by whom, and its path and query below the URL that is intercepted."""

    application: WSGIApplication
    target: str


class InterceptedUrl:
    """A URL that is answered by an application; raises ValueError for what is no http or https URL."""

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


#: The interceptions that are open, the newest last.
OPEN: list[InterceptedUrl] = []


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
