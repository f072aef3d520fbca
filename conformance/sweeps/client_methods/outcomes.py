"""What came of a call, as JSON that is the same for two right servers: the value returned, or the exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from pydicom import Dataset

from ...asking.exchange import Answer, Observation
from ...comparing.masking import MASKED, Placeholders, mask_clock, mask_fields, mask_lengths
from ...comparing.normalising import normalise, parsed_body
from .world import FILES, NEW_FILE, World

#: A moment as Orthanc writes it: what a server tells of now.
MOMENT = re.compile(r"\b20\d{6}T\d{6}(?:\.\d{6})?")

#: What is sent to servers: its dates are not the clock's.
SENT = "".join(file.decode("latin-1") for file in (*FILES, NEW_FILE))

#: What the objects of the clients keep beside their values.
CONNECTIONS = frozenset({"client", "api_client"})
#: Where the clients' own types of mappings keep their JSON.
INNER = ("_raw_tags", "_tags_by_name")


def outcome(world: World, call: Any) -> dict[str, Any]:
    """Calls `call` with the world: {"returned": value} or {"raised": type, "message": text}, and what is stored."""
    try:
        result = {"returned": as_json(call(world), world)}
    except Exception as error:
        result = {"raised": type(error).__name__, "message": as_json(str(error), world)}
    known = world.known
    entry = normalise([Observation("outcome", {**result, "stored": world.counts()})], known)
    masked: dict[str, Any] = entry[0]["value"]
    return masked


def as_json(value: Any, world: World) -> Any:
    """The value with what depends on the clock, the port and the folder masked."""
    generated = Placeholders(world.known).is_generated
    return mask_fields(mask_clock(plain(value, world), SENT), "", generated)


def plain(value: Any, world: World) -> Any:
    """The value as JSON; objects of the clients by what they hold."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    for kind, convert in CONVERSIONS.items():
        if isinstance(value, kind):
            return convert(value, world)
    return plain_object(value, world)


def plain_text(text: str, world: World) -> str:
    return MOMENT.sub(MASKED, text.replace(world.url, "«url»").replace(str(world.folder), "«folder»"))


def plain_moment(moment: datetime, world: World) -> str:
    is_now = abs(datetime.now() - moment.replace(tzinfo=None)) < timedelta(days=2)
    return MASKED if is_now else moment.isoformat()


def plain_mapping(values: Mapping[Any, Any], world: World) -> dict[str, Any]:
    return {plain_text(str(name), world): plain(one, world) for name, one in values.items()}


def plain_set(values: Collection[Any], world: World) -> list[Any]:
    return sorted(plain(one, world) for one in values)


def plain_list(values: Collection[Any], world: World) -> list[Any]:
    return [plain(one, world) for one in values]


def plain_bytes(data: bytes, world: World) -> Any:
    body = parsed_body(Answer(200, {}, data))
    if "dicom" in body:
        body["dicom"] = mask_lengths(body["dicom"], Placeholders(world.known).is_generated)
    return plain(body, world)


def plain_object(value: Any, world: World) -> Any:
    """An object of a client: its public members, or the JSON that it stands for."""
    for name in INNER:
        if hasattr(value, name):
            return plain(getattr(value, name), world)
    if hasattr(value, "status_code"):
        return {"status": value.status_code, "content": plain(value.content, world)}
    members = {name: one for name, one in vars(value).items() if not name.startswith("_") and name not in CONNECTIONS}
    return {type(value).__name__: plain(members, world)}


#: How values of each type become JSON, the more special types first.
CONVERSIONS: Mapping[type | tuple[type, ...], Callable[[Any, World], Any]] = {
    str: plain_text,
    bytes: plain_bytes,
    datetime: plain_moment,
    (date, Path): lambda value, world: plain_text(str(value), world),
    Dataset: lambda value, world: plain(value.to_json_dict(), world),
    Mapping: plain_mapping,
    (set, frozenset): plain_set,
    (list, tuple): plain_list,
}
