"""What a request says of the job that does it: whether to wait for it, how urgent it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import ErrorCode, OrthancError, unhandled
from .rules import JobRelease

#: The members that a body may have for a job.
MEMBERS = frozenset({"Asynchronous", "Permissive", "Priority", "Synchronous", "UserData"})


class JobOptions(NamedTuple):
    """How a job is done: `permissive` passes over instances that fail, `asynchronous` does not wait for its end."""

    permissive: bool = False
    asynchronous: bool = False
    priority: int = 0
    user_data: Any = None


def parse_job_options(body: Mapping[str, Any], release: JobRelease, *, asynchronous: bool = False) -> JobOptions:
    """The members of a body that every request for a job has; raises OrthancError (Bad file format).

    "Synchronous" wins over "Asynchronous"; without both, `asynchronous` holds.
    """
    permissive = boolean(body, "Permissive", default=False)
    if "Synchronous" in body:
        asynchronous = not boolean(body, "Synchronous", default=True)
    else:
        asynchronous = boolean(body, "Asynchronous", default=asynchronous)
    return JobOptions(permissive, asynchronous, integer(body, "Priority", release), body.get("UserData"))


def boolean(body: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Boolean value expected in field: {name}")
    return value


def integer(body: Mapping[str, Any], name: str, release: JobRelease) -> int:
    """A member that is a signed integer of 32 bits, 0 without it; raises OrthancError.

    One that takes more than 64 bits is none; of what is between, releases before 1.13 take no notice (measured).
    """
    value = body.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not -(1 << 63) <= value < 1 << 64:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Integer value expected in field: {name}")
    if -(1 << 31) <= value < 1 << 31 or (value < 0 and release.json.explains_large_integers):
        return value
    if value < 1 << 63 and release.json.explains_large_integers:
        details = f"Value too large to fit in an integer in field '{name}'"
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, details)
    raise unhandled()


def strings(body: Any, name: str) -> list[str]:
    """A list of texts that a body must have; raises OrthancError (Bad file format)."""
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"List of strings expected in field: {name}")
    return value
