"""Two logs of one scenario, compared whole: what differs, and where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..asking.exchange import Answer, Entry, Exchange, Observation, Request
from ..files import elements, zip_archives
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

#: The headers that clients rely on.
HEADERS = ("content-type", "allow", "location", "content-range", "etag")
XML_CONTENT_TYPE = "application/xml; charset=utf-8"
ABSENT = "(absent)"

NormalEntry = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Where two logs differ: in which entry, at which path in it, and both values (ABSENT for none)."""

    entry: int
    path: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return f"{self.path}: {shown(self.left)} ≠ {shown(self.right)}"


def shown(value: Any, limit: int = 400) -> str:
    text = value if value is ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[:limit] + " …"


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
    return request.method == "POST" and request.path == "/instances"


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
    """The body as {"json": ...}, {"dicom": ...}, {"zip": ...}, or as `plain_body` has it."""
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
    """The body as {"xml": ...}, {"text": ...} or {"bytes": hexadecimal}."""
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


def differences(left: Sequence[NormalEntry], right: Sequence[NormalEntry]) -> list[Difference]:
    """What differs between two normalised logs, in order; what one target does not let be seen is no difference."""
    found: list[Difference] = []
    for index in range(max(len(left), len(right))):
        one = left[index] if index < len(left) else ABSENT
        other = right[index] if index < len(right) else ABSENT
        found += [Difference(index, path, *values) for path, *values in entry_differences(one, other)]
    return found


def entry_differences(left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    if is_observation(left) and is_observation(right) and None in (left["value"], right["value"]):
        return
    if is_start(left) and is_start(right):
        # the emulator may say more than the server, such as the key at which a refused entry stands
        left, right = trimmed_start(left, right), trimmed_start(right, left)
    statuses = [entry["answer"]["status"] for entry in (left, right) if isinstance(entry, dict) and "answer" in entry]
    if len(set(statuses)) == 2:
        # an error and a result have nothing in common that would be worth a line each
        yield "answer.status", *statuses
        return
    yield from value_differences("", left, right)


def is_observation(entry: Any) -> bool:
    return isinstance(entry, dict) and "observation" in entry


def is_start(entry: Any) -> bool:
    return is_observation(entry) and isinstance(entry["value"], dict) and "Details" in entry["value"]


def trimmed_start(entry: NormalEntry, other: NormalEntry) -> NormalEntry:
    """The outcome of a start, its Details cut to those of the other if it contains them."""
    mine, others = entry["value"]["Details"], other["value"]["Details"]
    if others not in mine:
        return entry
    return {**entry, "value": {**entry["value"], "Details": others}}


def value_differences(path: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    """(path, left, right) of each place where two JSON values differ, in type or in value."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            yield from value_differences(f"{path}.{key}".lstrip("."), left.get(key, ABSENT), right.get(key, ABSENT))
    elif is_elements(left) and is_elements(right):
        yield from element_differences(path, left, right)
    elif isinstance(left, list) and isinstance(right, list):
        for index in range(max(len(left), len(right))):
            one = left[index] if index < len(left) else ABSENT
            other = right[index] if index < len(right) else ABSENT
            yield from value_differences(f"{path}[{index}]", one, other)
    elif type(left) is not type(right) or left != right:
        yield path, left, right


def is_elements(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "vr" in one for one in value)


def element_differences(path: str, left: list[Any], right: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Elements are compared by tag; their order only if both sides have the same tags."""
    tags, other_tags = [one["tag"] for one in left], [one["tag"] for one in right]
    if sorted(tags) == sorted(other_tags) and tags != other_tags:
        yield f"{path} (order of elements)", tags, other_tags
    elements, other_elements = numbered(left), numbered(right)
    for key in sorted(elements.keys() | other_elements.keys()):
        one, other = elements.get(key, ABSENT), other_elements.get(key, ABSENT)
        yield from value_differences(f"{path}({key[0]})", one, other)


def numbered(elements: list[Any]) -> dict[tuple[str, int], Any]:
    """Elements by tag and, for a tag that stands twice, its number."""
    found: dict[tuple[str, int], Any] = {}
    for element in elements:
        count = sum(tag == element["tag"] for tag, _ in found)
        found[element["tag"], count] = element
    return found
