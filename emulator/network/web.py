"""Peers over HTTP: requests to another Orthanc, with the errors of the release where it can't be reached.

By urllib3 where it is installed, which `Emulator.intercept` answers in process; else by the standard library.
"""

from __future__ import annotations

import base64
import gzip
import http.client
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..configuration import Configuration
from ..configuration.configuration import count
from ..diagnostics import Diagnostic
from ..dicom.reader import read_file
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..modification.rules import ModificationRelease
from ..modification.transcoding import transcoded_file
from .associating import not_reached
from .peer import Peer
from .reach import Reach
from .rules import NetworkRelease


@dataclass(frozen=True, eq=False, repr=False)
class WebAccess:
    """Requests to peers; `answers` says whether this process answers a URL itself (`Emulator.intercept`)."""

    configuration: Configuration
    release: NetworkRelease
    reach: Reach
    tell: Callable[[Iterable[Diagnostic]], None]
    answers: Callable[[str], bool]

    def request(
        self, peer: Peer, method: str, path: str, data: bytes | None = None, *, is_compressed: bool = False
    ) -> tuple[int, bytes]:
        """Status and body of the answer; raises OrthancError where the peer can't be reached."""
        url = peer.url + path
        host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
        if not self.reach.allows(host) and not self.answers(url):
            advice = 'allow it: Emulator(..., network="any"), serve --network any'
            self.tell([not_reached(host, f'the emulator reaches "{self.reach.scope}" alone', advice)])
            raise self.unreachable(url)
        headers = {"Content-Type": "application/octet-stream", **peer.headers}
        if peer.username:
            secret = f"{peer.username}:{peer.password}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(secret).decode("ascii")
        if is_compressed:
            headers["Content-Encoding"] = "gzip"
        timeout = peer.timeout or count(self.configuration.options, "HttpTimeout", 60) or None
        try:
            return exchanged(url if "://" in url else f"http://{url}", method, data, headers, timeout)
        except OSError:
            raise self.unreachable(url) from None

    def unreachable(self, url: str) -> OrthancError:
        return OrthancError(ErrorCode.NETWORK_PROTOCOL, self.release.network.unreachable_peer.format(url=url))


def exchanged(
    url: str, method: str, data: bytes | None, headers: dict[str, str], timeout: float | None
) -> tuple[int, bytes]:
    """One request; raises OSError where no answer comes."""
    try:
        import urllib3
    except ImportError:
        return by_standard_library(url, method, data, headers, timeout)
    pool = urllib3.PoolManager(retries=False)
    try:
        answer = pool.request(method, url, body=data, headers=headers, timeout=timeout)
        return answer.status, answer.data
    except urllib3.exceptions.HTTPError as error:
        raise OSError(str(error)) from None
    finally:
        pool.clear()


def by_standard_library(
    url: str, method: str, data: bytes | None, headers: dict[str, str], timeout: float | None
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    kind: Any = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), data, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from None
    finally:
        connection.close()


@dataclass(eq=False)
class PeerSender:
    """Sends files to a peer, one request each; what can't be transcoded is sent as it is (measured)."""

    web: WebAccess
    peer: Peer
    dictionary: Dictionary
    release: ModificationRelease
    transcode: str | None
    compresses: bool = False
    sent: int = 0

    def told(self) -> dict[str, Any]:
        """How much was sent, as the job tells it."""
        return {"Size": str(self.sent), "SizeMB": self.sent >> 20}

    def send(self, data: bytes) -> object:
        """Raises OrthancError where the peer can't be reached, or does not take it."""
        if self.transcode is not None:
            try:
                file = read_file(data, self.dictionary, self.release.dicom.files)
                data = transcoded_file(file, self.transcode, self.release)
            except OrthancError:
                pass
        if self.compresses:
            data = gzip.compress(data)
        self.sent += len(data)
        status, answer = self.web.request(self.peer, "POST", "instances", data, is_compressed=self.compresses)
        if status != 200:
            raise OrthancError(ErrorCode.NETWORK_PROTOCOL)
        return answer

    def close(self) -> None:
        """There is nothing to end."""
