"""Who may use the REST API: RemoteAccessAllowed, AuthenticationEnabled and RegisteredUsers.

Measured on Orthanc 1.9.1 to 1.13.0 with some fifteen configurations.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, NamedTuple

from ..configuration.configuration import option
from ..errors import ErrorCode, OrthancError
from ..late_pattern import late_pattern
from .rules import SystemRelease

#: The user of a server that must authenticate and names none, before 1.13.
DEFAULT_USERS = {"orthanc": "orthanc"}

NO_USERS = (
    "HTTP authentication is enabled and Remote Access is allowed, but no user is declared.  Starting with Orthanc "
    '1.13.0, you must at least explicitly declare one user in the configuration option "RegisteredUsers".'
)

BASIC = "Basic "
BASE64 = late_pattern(r"[A-Za-z0-9+/=]*")


class Access(NamedTuple):
    """Who may use a server: `users` are passwords by name, None where nobody needs one."""

    remote_allowed: bool = False
    users: Mapping[str, str] | None = None
    is_secure: bool = True  # "IsHttpServerSecure" of /system

    def admits(self, address: str, authorization: str) -> bool:
        """Whether a request may pass: the client's address, and its header "Authorization" ("" without one)."""
        if not self.remote_allowed and not is_loopback(address):
            return False
        return self.users is None or is_registered(self.users, authorization)


def access_of(options: Mapping[str, Any], release: SystemRelease) -> Access:
    """Who may use a server with these options; raises OrthancError for those that the release refuses.

    Without AuthenticationEnabled those must authenticate who may come from elsewhere. A server for which no user is
    registered has the user "orthanc" then, up to 1.12.7; and nobody gets in where remote access is not allowed.
    """
    remote_allowed = bool(option(options, "RemoteAccessAllowed", bool, False))
    authenticates = bool(option(options, "AuthenticationEnabled", bool, remote_allowed))
    registered = registered_users(options.get("RegisteredUsers", {}), release)
    is_secure = not remote_allowed or (authenticates and bool(registered))
    if not authenticates:
        return Access(remote_allowed, None, is_secure)
    if remote_allowed and not registered:
        if release.system.has_default_user:
            registered = DEFAULT_USERS
        elif "RegisteredUsers" not in options:
            raise OrthancError(ErrorCode.INCOMPATIBLE_CONFIGURATIONS, NO_USERS)
    return Access(remote_allowed, registered, is_secure)


def registered_users(section: Any, release: SystemRelease) -> dict[str, str]:
    """RegisteredUsers; a password that is no text is an error from 1.13 on, and lets nobody in before."""
    if not isinstance(section, Mapping):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Badly formatted list of users")
    texts = {name: password for name, password in section.items() if isinstance(password, str)}
    if release.system.checks_passwords and len(texts) < len(section):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Badly formatted list of users")
    return texts


def is_registered(users: Mapping[str, str], authorization: str) -> bool:
    """Whether a header "Authorization" has the password of a user; it takes as long whichever user is named."""
    scheme, decoded = credentials(authorization)
    if decoded is None:
        return False
    admitted = False
    for name, password in users.items():
        admitted |= hmac.compare_digest(decoded, f"{name}:{password}".encode())
    return admitted and scheme == "Basic"


def credentials(authorization: str) -> tuple[str, bytes | None]:
    """The scheme of a header "Authorization" and what is encoded in it, None for what is no Base64."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        return scheme, base64.b64decode(encoded.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return scheme, None


def username_of(authorization: str) -> str:
    """The user whom a header "Authorization" names, registered or not, "" for none."""
    scheme, decoded = credentials(authorization)
    return (decoded or b"").partition(b":")[0].decode("utf-8", "replace") if scheme == "Basic" else ""


@lru_cache(maxsize=256)
def is_loopback(address: str) -> bool:
    """Whether a client is on this machine; one without an address is in this process."""
    try:
        return not address or ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def check_credentials(header: str) -> None:
    """Raises OrthancError (Bad file format) for Basic credentials that are no Base64, whoever may use the server."""
    if header.startswith(BASIC) and not BASE64.fullmatch(header[len(BASIC) :]):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
