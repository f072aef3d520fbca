"""What scripts say to a copy before it is stored, as to a file that comes in. Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..errors import ErrorCode, OrthancError
from ..extensions import RefusedError

#: What is stored in the place of a file, None for nothing; raises RefusedError, too.
Receive = Callable[[bytes, Mapping[str, str]], "bytes | None"]


def as_it_is(data: bytes, origin: Mapping[str, str]) -> bytes:
    """What a server without scripts stores."""
    return data


def received(data: bytes, receive: Receive) -> bytes | None:
    """What is stored in the place of a copy, None where a script refuses it."""
    try:
        return receive(data, {})
    except RefusedError:
        return None


def not_stored(source: str) -> OrthancError:
    return OrthancError(ErrorCode.CANNOT_STORE_INSTANCE, f"Error while storing a modified instance {source}")
