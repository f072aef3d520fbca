"""Requests to DICOMweb, with a host of their own: it stands in the URLs of answers, which must not tell the port."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..files import multipart
from .exchange import Answer, Request
from .session import Session

HOST = "pacs.example"
ROOT = "/dicom-web"


def web(session: Session, path: str, accept: str | None = None, **headers: str) -> Answer:
    """GET of a path below the root."""
    given = {"Host": HOST, "Accept": "*/*" if accept is None else accept}
    return session.get(ROOT + path, headers={**given, **named(headers)})


def web_request(session: Session, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """Another method, or a path that is not below the root."""
    return session.send(Request(method, path, body, {"Host": HOST, **named(headers)}))


def stow(
    session: Session,
    files: Iterable[bytes],
    path: str = "/studies",
    *,
    content_type: str = multipart.CONTENT_TYPE,
    part_type: str | None = multipart.DICOM_TYPE,
    **headers: str,
) -> Answer:
    """POST of files to STOW-RS."""
    return stow_body(session, multipart.multipart(files, part_type), path, content_type=content_type, **headers)


def stow_body(
    session: Session, body: bytes, path: str = "/studies", *, content_type: str = multipart.CONTENT_TYPE, **headers: str
) -> Answer:
    return web_request(session, "POST", ROOT + path, body, Content_Type=content_type, **headers)


def named(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers whose names were written as those of keywords."""
    return {name.replace("_", "-"): value for name, value in headers.items()}
