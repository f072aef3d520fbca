"""Logs as JSON in which two right runs are equal: bodies parsed, and what a server generates or measures masked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from ..asking.exchange import Answer, Entry, Exchange, Observation, Request
from ..files import elements, multipart, zip_archives
from .masking import (
    Placeholders,
    mask_clock,
    mask_fields,
    mask_lengths,
    mask_media_size,
    mask_xml,
    put_placeholders,
    uids_in,
)
from .pictures import parsed_picture

#: The headers that clients rely on.
HEADERS = ("content-type", "allow", "location", "content-range", "etag")
XML_CONTENT_TYPE = "application/xml; charset=utf-8"

NormalEntry = dict[str, Any]


def normalise(log: Iterable[Entry], known: Iterable[str]) -> list[NormalEntry]:
    """A log as JSON in which two right runs are equal: bodies parsed, generated identifiers and times masked.

    `known` are the identifiers that the scenario made itself.
    """
    entries = list(log)
    uploaded = (uids_in(one.request.body) for one in entries if isinstance(one, Exchange) and is_upload(one.request))
    placeholders = Placeholders(set(known).union(*uploaded))
    plain = [
        plain_observation(entry)
        if isinstance(entry, Observation)
        else {"request": plain_request(entry.request), "answer": plain_answer(entry, placeholders)}
        for entry in entries
    ]
    if any(is_creation(one.request) for one in entries if isinstance(one, Exchange)):
        sent = "".join(one.request.body.decode("latin-1") for one in entries if isinstance(one, Exchange))
        plain = mask_clock(plain, sent)
    return put_placeholders(plain, placeholders)


def is_creation(request: Request) -> bool:
    return request.method == "POST" and request.path == "/tools/create-dicom"


def is_upload(request: Request) -> bool:
    return request.method == "POST" and (request.path == "/instances" or "/studies" in request.path)


def plain_observation(observation: Observation) -> dict[str, Any]:
    plain = {"observation": observation.name, "value": observation.value}
    return {**plain, "contract": True} if observation.contract else plain


def plain_request(request: Request) -> dict[str, Any]:
    plain: dict[str, Any] = {"method": request.method, "path": request.path}
    if not request.body:
        return plain
    body = parsed_json(request.body)
    if body is not None and is_strict_json(body):
        return {**plain, "json": body}
    digest = hashlib.sha256(request.body).hexdigest()[:16]
    return {**plain, "body": f"{len(request.body)} bytes, SHA-256 {digest}…"}


def plain_answer(exchange: Exchange, placeholders: Placeholders) -> dict[str, Any]:
    answer = exchange.answer
    headers = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
    boundary = multipart.boundary_of(answer.headers.get("content-type", ""))
    if boundary is not None:
        headers["content-type"] = headers["content-type"].replace(boundary, "«boundary»")
    plain: dict[str, Any] = {"status": answer.status, "headers": headers}
    body = parsed_body(answer)
    if "zip" in body and "content-disposition" in answer.headers:
        headers["content-disposition"] = answer.headers["content-disposition"]
    generated = placeholders.is_generated
    if "json" in body:
        body["json"] = mask_fields(mask_media_size(body["json"]), exchange.request.path, generated)
    if "dicom" in body:
        body["dicom"] = mask_lengths(body["dicom"], generated)
    return plain | body


def parsed_body(answer: Answer) -> dict[str, Any]:
    """The body as {"json": ...}, {"dicom": ...}, {"zip": ...}, {"parts": [...]}, or as `plain_body` has it."""
    boundary = multipart.boundary_of(answer.headers.get("content-type", ""))
    if boundary is not None:
        parts = [
            {"headers": headers, **parsed_body(Answer(200, {}, data))}
            for headers, data in multipart.split(answer.body, boundary)
        ]
        return {"parts": parts, "closed": multipart.is_closed(answer.body, boundary)}
    if answer.body[:2] == b"PK":
        return {"zip": zip_archives.parse(answer.body)}
    if answer.body[128:132] == b"DICM":
        try:
            return {"dicom": elements.parse(answer.body)}
        except elements.NotDicomError as error:
            return {"bytes": answer.body.hex(), "not DICOM": str(error)}
    if answer.body[:1] in (b"{", b"[") or "json" in answer.headers.get("content-type", ""):
        body = parsed_json(answer.body)
        if body is not None or answer.body.strip() == b"null":
            return {"json": body}
    return plain_body(answer)


def plain_body(answer: Answer) -> dict[str, Any]:
    """The body as {"picture": ...}, {"xml": ...}, {"text": ...} or {"bytes": hexadecimal}."""
    picture = parsed_picture(answer)
    if picture is not None:
        return {"picture": picture}
    if answer.headers.get("content-type") == XML_CONTENT_TYPE:
        return {"xml": mask_xml(answer.body.decode("utf-8", "backslashreplace"))}
    try:
        return {"text": answer.body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"bytes": answer.body.hex()}


def parsed_json(body: bytes) -> Any:
    """The JSON value, None where the body is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def is_strict_json(value: Any) -> bool:
    """Whether a value can stand in a file: no infinity, and no half of a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except ValueError:
        return False
    return True
