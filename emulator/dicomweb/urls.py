"""Where the plugin is, as a client sees it: the URLs in its answers."""

from __future__ import annotations

from ..configuration.dicom_web import WebSettings
from ..rest.request import OrthancRequest
from .rules import DicomWebRules

#: The host in URLs where the client names none.
UNNAMED_HOST = "localhost:8042"


def base_url(request: OrthancRequest, settings: WebSettings, rules: DicomWebRules) -> str:
    """The URL of the root, without a slash at its end.

    It goes by the option "Host", or else by the headers Forwarded, X-Forwarded-Host with X-Forwarded-Proto, and Host.
    """
    public = settings.public_root if rules.heeds_forwarding else None
    root = (settings.root if public is None else public).rstrip("/")
    scheme = "https" if settings.is_secure else "http"
    if settings.host:
        return f"{scheme}://{settings.host}{root}"
    headers = request.headers
    host, protocol = headers.get("Host", UNNAMED_HOST), ""
    forwarded = forwarded_parts(headers.get("Forwarded", ""))
    if forwarded.keys() & {"host", "proto"}:
        host, protocol = forwarded.get("host", host), forwarded.get("proto", "")
    elif rules.heeds_forwarding and "X-Forwarded-Host" in headers and "X-Forwarded-Proto" in headers:
        host, protocol = headers["X-Forwarded-Host"], headers["X-Forwarded-Proto"]
    if protocol:
        scheme = "https" if protocol == "https" else "http"
    return f"{scheme}://{host}{root}"


def forwarded_parts(header: str) -> dict[str, str]:
    """The parts of a header Forwarded (RFC 7239) by name; quotes stay in the values."""
    pairs = (part.partition("=") for part in header.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}
