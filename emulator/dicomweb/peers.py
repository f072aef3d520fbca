"""Other DICOMweb servers, asked over HTTP: only those that the server reaches, and none of them for long."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ..errors import ErrorCode, OrthancError
from ..network.peer import Peer
from ..network.reach import Reach

TIMEOUT_SECONDS = 10

#: What the statuses of other servers become, and what all others do.
ERRORS: Mapping[int, ErrorCode] = {400: ErrorCode.BAD_REQUEST, 404: ErrorCode.UNKNOWN_RESOURCE}


@dataclass(frozen=True)
class PeerAnswer:
    """The answer of another server."""

    content_type: str
    body: bytes


def ask(
    peer: Peer,
    reach: Reach,
    method: str,
    uri: str,
    *,
    arguments: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> PeerAnswer:
    """Asks another server; raises OrthancError: Error in the network protocol where nobody answers, or no 200."""
    parts = urlsplit(peer.url)
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in (arguments or {}).items())
    path = parts.path + quote(uri.lstrip("/"), safe="/%") + (f"?{query}" if query else "")
    if not parts.hostname or not reach.allows(parts.hostname):
        raise OrthancError(ErrorCode.NETWORK_PROTOCOL)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, path, body, {**peer.headers, **(headers or {})})
        response = connection.getresponse()
        data = response.read()
    except (OSError, http.client.HTTPException, ValueError):
        raise OrthancError(ErrorCode.NETWORK_PROTOCOL) from None
    finally:
        connection.close()
    if response.status != 200:
        raise OrthancError(ERRORS.get(response.status, ErrorCode.NETWORK_PROTOCOL))
    return PeerAnswer(response.headers.get("Content-Type", ""), data)
