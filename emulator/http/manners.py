"""What differs between web servers, and how an emulator was told to behave."""

from __future__ import annotations

from typing import NamedTuple

#: The methods that every release's web server passes on.
METHODS = frozenset(
    {
        *("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "REPORT"),
        *("MKCOL", "PROPFIND", "PROPPATCH", "LOCK", "UNLOCK"),
    }
)


class Manners(NamedTuple):
    """The ways of one server; the defaults are those of 1.12.7."""

    #: Connections stay open after an answer ("KeepAlive"), for so many seconds without a request ("KeepAliveTimeout").
    keeps: bool = True
    idle_seconds: int = 1
    #: How long the rest of a request is waited for, in seconds ("HttpRequestTimeout").
    request_seconds: int = 30
    #: The largest body that is read, in bytes.
    maximum_body_size: int = 2 << 30
    #: The methods that are passed on; all others are refused.
    methods: frozenset[str] = METHODS
    #: What stands for the version of a request whose own could not be read.
    unread_version: str = "1.0"
    #: A refused method has no version either.
    reads_methods_first: bool = False
    #: Blanks may stand before the colon of a header.
    takes_blanks_before_colons: bool = True
    #: Chunks may have extensions, and headers may follow the last one.
    takes_chunk_extensions: bool = True
    #: Answers that this room makes itself carry X-Content-Type-Options.
    sends_nosniff: bool = True

    @property
    def kept_headers(self) -> str:
        """The headers that begin each answer."""
        if not self.keeps:
            return "Connection: close\r\n"
        return f"Connection: keep-alive\r\nKeep-Alive: timeout={self.idle_seconds}\r\n"
