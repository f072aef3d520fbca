"""The members of a request's JSON and the arguments of its query: what each may be, and what is wrong with one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

Kind = Literal["any", "boolean", "configuration", "failure", "integer", "number", "object", "text", "texts", "value"]

#: What each kind is called in messages, and in the description of the routes (OpenAPI's schema).
KINDS: Mapping[Kind, tuple[str, Mapping[str, Any]]] = {
    "any": ("anything", {}),
    "boolean": ("true or false", {"type": "boolean"}),
    "configuration": (
        "an object of Orthanc's options, or its text",
        {"oneOf": [{"type": "object"}, {"type": "string"}]},
    ),
    "failure": (
        'a status from 400 to 599, "timeout" or "disconnect"',
        {
            "oneOf": [
                {"type": "integer", "minimum": 400, "maximum": 599},
                {"type": "string", "enum": ["timeout", "disconnect"]},
            ]
        },
    ),
    "integer": ("a whole number of 0 or more", {"type": "integer", "minimum": 0}),
    "number": ("a number of 0 or more", {"type": "number", "minimum": 0}),
    "object": ("an object", {"type": "object"}),
    "text": ("a text", {"type": "string"}),
    "texts": ("a list of texts", {"type": "array", "items": {"type": "string"}}),
    "value": ("a text or a number", {"oneOf": [{"type": "string"}, {"type": "integer"}]}),
}

#: Numbers are no larger than this: a clock that is moved further has no date any more.
LARGEST = 10**11


class ControlError(Exception):
    """What is wrong with a request: the status of its answer, a message, the member that it is about, and more."""

    def __init__(self, status: int, message: str, member: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, **({"member": member} if member else {}), **more}


@dataclass(frozen=True)
class Member:
    """One member of a request, or one argument: its name, its kind, and what it is for."""

    name: str
    kind: Kind
    explanation: str
    default: Any = None
    required: bool = False
    choices: Sequence[str] = ()

    def schema(self) -> dict[str, Any]:
        """The member in OpenAPI's words."""
        schema: dict[str, Any] = {**KINDS[self.kind][1], "description": self.explanation}
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.default is not None:
            schema["default"] = self.default
        return schema

    def check(self, value: Any) -> None:
        """Raises ControlError (400) for a value that it can't have."""
        if not FITS[self.kind](value):
            raise ControlError(400, f'"{self.name}" must be {KINDS[self.kind][0]}, not {shortened(value)}', self.name)
        if self.choices and value not in self.choices:
            listed = ", ".join(f'"{one}"' for one in self.choices)
            raise ControlError(400, f'"{self.name}" must be one of {listed}, not {shortened(value)}', self.name)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def is_failure(value: Any) -> bool:
    return value in ("timeout", "disconnect") if isinstance(value, str) else is_count(value) and 400 <= value <= 599


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


FITS: Mapping[Kind, Callable[[Any], bool]] = {
    "any": lambda _: True,
    "boolean": lambda value: isinstance(value, bool),
    "configuration": lambda value: isinstance(value, dict | str),
    "failure": is_failure,
    "integer": is_count,
    "number": lambda value: is_number(value) and 0 <= value <= LARGEST and math.isfinite(value),
    "object": lambda value: isinstance(value, dict),
    "text": lambda value: isinstance(value, str),
    "texts": is_texts,
    "value": lambda value: isinstance(value, str) or is_count(value),
}


def read_body(data: bytes, members: Sequence[Member]) -> dict[str, Any]:
    """The members of a body, those that are absent by their defaults; an empty body has none.

    Raises ControlError (400) that names the first member that is unknown, missing or wrong.
    """
    return checked(parsed(data) if data.strip() else {}, members, "member")


def read_arguments(arguments: Mapping[str, str], known: Sequence[Member]) -> dict[str, Any]:
    """The arguments of a query, numbers and Booleans read from their text; raises ControlError (400)."""
    by_name = {one.name: one for one in known}
    values: dict[str, Any] = {}
    for name, text in arguments.items():
        kind = by_name[name].kind if name in by_name else "text"
        if kind == "integer" and text.isascii() and text.isdigit() and len(text) < 12:
            values[name] = int(text)
        elif kind == "boolean" and text in ("", "true", "false"):
            values[name] = text != "false"
        else:
            values[name] = text
    return checked(values, known, "argument")


def parsed(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ControlError(400, f"The body must be a JSON object: {reason}") from None
    if not isinstance(value, dict):
        raise ControlError(400, f"The body must be a JSON object, not {shortened(value)}")
    return value


def no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def checked(values: Mapping[str, Any], members: Sequence[Member], what: str) -> dict[str, Any]:
    known = [one.name for one in members]
    for name in values:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "there are none"
            raise ControlError(400, f'There is no {what} "{name[:80]}": {there}', name[:80])
    for one in members:
        if one.name in values:
            one.check(values[one.name])
        elif one.required:
            raise ControlError(400, f'The {what} "{one.name}" is missing: {one.explanation}', one.name)
    return {one.name: values.get(one.name, one.default) for one in members}


def shortened(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:60]}…"
