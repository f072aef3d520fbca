"""Another Orthanc that the server knows: "OrthancPeers" and `PUT /peers/{id}`.

Measured on Orthanc 1.9.1 to 1.13.0, which answer alike, with some 20 descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import ErrorCode, OrthancError
from .members import named_servers, unsigned
from .rules import NetworkRelease

#: The members that mean something; others are properties of the user's own.
KNOWN_MEMBERS = frozenset(
    {
        "URL",
        "Url",
        "Username",
        "Password",
        "HttpHeaders",
        "Timeout",
        "Pkcs11",
        "CertificateFile",
        "CertificateKeyFile",
        "CertificateKeyPassword",
    }
)


@dataclass(frozen=True)
class Peer:
    """A peer; `url` ends with a slash."""

    url: str
    username: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: int = 0
    pkcs11: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    password: str = field(default="", repr=False)

    @property
    def configuration(self) -> dict[str, Any]:
        """What the server tells of it: no password, and no value of a header."""
        told: dict[str, Any] = {
            **self.properties,
            "HttpHeaders": sorted(self.headers),
            "Pkcs11": self.pkcs11,
            "Timeout": self.timeout,
            "Url": self.url,
        }
        return {**told, "Username": self.username, "Password": None} if self.username else told

    @property
    def listed(self) -> Any:
        """How the answer to what was sent to it names it: a list where that is enough; without its password."""
        if not (self.headers or self.timeout or self.pkcs11 or self.properties):
            return [self.url, self.username, ""] if self.username else [self.url]
        told = {**self.properties, "HttpHeaders": self.headers, "Pkcs11": self.pkcs11, "Timeout": self.timeout}
        return {**told, "Url": self.url, **({"Username": self.username} if self.username else {})}


def peers_of(section: Any, release: NetworkRelease) -> dict[str, Peer]:
    """The peers in "OrthancPeers"; raises OrthancError for one that the server refuses."""
    return named_servers(section, "OrthancPeers", parse_peer, release)


def parse_peer(value: Any, release: NetworkRelease) -> Peer:
    """A peer from JSON, an object or a list [url] or [url, username, password]; raises OrthancError."""
    if isinstance(value, Mapping):
        return parsed_object(value, release)
    if not isinstance(value, list | tuple) or len(value) not in (1, 3):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    if any(isinstance(one, Mapping | list) for one in value):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    url, username, password = (*map(simple_text, value), "", "")[:3]
    return Peer(checked_url(url), username, password=password)


def parsed_object(members: Mapping[str, Any], release: NetworkRelease) -> Peer:
    url = members.get("URL", members.get("Url", ""))
    if not isinstance(url, str):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    url = checked_url(url)
    username, certificate = members.get("Username", ""), members.get("CertificateFile", "")
    if not isinstance(username, str) or not isinstance(certificate, str):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    headers = members.get("HttpHeaders", {})
    pkcs11 = members.get("Pkcs11", False)
    if not isinstance(headers, Mapping) or not isinstance(pkcs11, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    password = members.get("Password")
    if not all(isinstance(value, str) for value in headers.values()) or (
        "Password" in members and not (isinstance(password, str) and isinstance(members.get("Username"), str))
    ):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    properties = {name: value for name, value in members.items() if name not in KNOWN_MEMBERS}
    for name, value in properties.items():
        if isinstance(value, Mapping | list):
            details = f"User-defined properties associated with a Web service must be strings: {name}"
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
    timeout = read_timeout(members, release)
    if certificate:  # the emulator opens no file that a request names
        raise OrthancError(ErrorCode.INEXISTENT_FILE, f"Cannot open certificate file: {certificate}")
    return Peer(
        url,
        username,
        headers,
        timeout,
        pkcs11,
        {name: simple_text(value) for name, value in properties.items()},
        password or "",
    )


def read_timeout(members: Mapping[str, Any], release: NetworkRelease) -> int:
    """The member Timeout; of one that is too large nothing is told."""
    try:
        return unsigned(members, "Timeout", release)
    except OrthancError as error:
        if error.code is ErrorCode.INTERNAL_ERROR:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None
        raise


def simple_text(value: Any) -> str:
    """A value that is no object and no list as a text."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def checked_url(url: str) -> str:
    """A URL with a slash at its end; one without a scheme is taken, too."""
    if not url:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Empty URL")
    if "://" in url and not url.startswith(("http://", "https://")):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Bad URL: {url}")
    return url if url.endswith("/") else f"{url}/"
