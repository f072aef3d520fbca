"""Every request with its answer into `Emulator.requests`, and the failures that `Emulator.fail_next` asked for."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from ..errors import OrthancError
from ..exchanges.exchange import KEPT_BYTES_OF_BODY, Noted
from ..exchanges.faults import Fault
from .request import BodyTooLargeError, OrthancRequest, name_of
from .response import Response


def exchange_of(request: OrthancRequest, response: Response | None, caused: Iterable[Any] = ()) -> Noted:
    """A request and its answer, None for one that is not sent; of a body that is streamed nothing is kept."""
    body = answer = b""
    with suppress(BodyTooLargeError, OrthancError, OSError):  # a client that went away while it sent
        body = request.get_data()
    if response is not None:
        answer = response.data
    return Noted(
        request.method,
        request.path,
        request.query,
        request.headers.raw(),
        name_of,
        body[:KEPT_BYTES_OF_BODY],
        None if response is None else response.status_code,
        {} if response is None else response.told_headers(),
        answer[:KEPT_BYTES_OF_BODY],
        tuple(caused),
    )


def failed_answer(fault: Fault) -> Response:
    """The answer of a request that fails with a status; without Content-Type unless the fault has one."""
    assert isinstance(fault.failure, int)
    response = Response(fault.body, fault.failure)
    response.headers.update(fault.headers)
    return response
