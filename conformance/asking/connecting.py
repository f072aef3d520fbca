"""How a server at a URL is reached: who asks, what goes with each request, whom to trust, how long to wait."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult

TIMEOUT_SECONDS = 60.0

#: After how many seconds a GET that got no answer is sent once more: a server may be slow, or restart.
RETRIES = (0.1, 1.0)


@dataclass(frozen=True)
class Connecting:
    """`headers` go with each request; `authority` is a file with the certificates to trust beside the usual ones.

    `insecure` trusts any certificate. `retries` are the pauses, in seconds, before a GET is sent again.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    authority: Path | None = None
    insecure: bool = False
    timeout: float = TIMEOUT_SECONDS
    retries: tuple[float, ...] = RETRIES

    def connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        """A connection to the host of a URL, not opened yet."""
        host = parts.hostname or ""
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, parts.port, timeout=self.timeout, context=self.context())
        return http.client.HTTPConnection(host, parts.port, timeout=self.timeout)

    def context(self) -> ssl.SSLContext:
        """Raises OSError for an authority that can't be read."""
        context = ssl.create_default_context()
        if self.authority is not None:
            context.load_verify_locations(self.authority)
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
