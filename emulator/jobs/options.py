"""What a request says of the job that does it: whether to wait for it, how urgent it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ErrorCode, OrthancError


@dataclass(frozen=True)
class JobOptions:
    """How a job is done: `permissive` passes over instances that fail, `asynchronous` does not wait for its end."""

    permissive: bool = False
    asynchronous: bool = False
    priority: int = 0
    user_data: Any = None


def parse_job_options(body: Mapping[str, Any], *, asynchronous: bool = False) -> JobOptions:
    """The members of a body that every request for a job has; raises OrthancError (Bad file format).

    "Synchronous" wins over "Asynchronous"; without both, `asynchronous` holds.
    """
    permissive = boolean(body, "Permissive", default=False)
    if "Synchronous" in body:
        asynchronous = not boolean(body, "Synchronous", default=True)
    else:
        asynchronous = boolean(body, "Asynchronous", default=asynchronous)
    priority = body.get("Priority", 0)
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Integer value expected in field: Priority")
    return JobOptions(permissive, asynchronous, priority, body.get("UserData"))


def boolean(body: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Boolean value expected in field: {name}")
    return value


def strings(body: Any, name: str) -> list[str]:
    """A list of texts that a body must have; raises OrthancError (Bad file format)."""
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"List of strings expected in field: {name}")
    return value
