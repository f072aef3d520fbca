"""What a scenario leaves behind: requests with their answers, and observations, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class UnexpectedAnswerError(Exception):
    """An answer from which a scenario cannot go on, such as an error where it needs an id."""


#: What would steer a terminal; line feeds and tabs are the suite's own.
CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def terminal(text: str) -> str:
    """A text as it may be printed: control characters, which a server may send, are escaped."""
    return CONTROL_CHARACTER.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


@dataclass(frozen=True)
class Request:
    """An HTTP request: `path` begins with "/" and holds the query; `body` is what is sent."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; raises UnexpectedAnswerError for another body."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise UnexpectedAnswerError(f"needs JSON to go on, got {self.summary()}") from None

    @property
    def id(self) -> str:
        """The `ID` of a resource that was stored, found or made; raises UnexpectedAnswerError where there is none."""
        return self.text_field("ID")

    def text_field(self, name: str) -> str:
        """A text in a JSON object, such as "ParentStudy"; raises UnexpectedAnswerError where there is none."""
        body = self.json
        value = body.get(name) if isinstance(body, dict) else None
        if not isinstance(value, str):
            raise UnexpectedAnswerError(f'needs "{name}" to go on, got {self.summary()}')
        return value

    def summary(self) -> str:
        """Status and the beginning of the body, on one line."""
        if self.body[128:132] == b"DICM":
            return f"{self.status} (a DICOM file of {len(self.body)} bytes)"
        return f"{self.status} " + terminal(" ".join(self.body[:300].decode("utf-8", "replace").split()))


@dataclass(frozen=True)
class Exchange:
    """A request and what the target answered."""

    request: Request
    answer: Answer


@dataclass(frozen=True)
class Observation:
    """Something seen beside the answers, such as the number of files that a query read.

    `value` is JSON; None means that this target does not let it be seen. With `contract`, `name` is a sentence of the
    documented contract, and `value` whether it holds.
    """

    name: str
    value: Any
    contract: bool = False


Entry = Exchange | Observation
