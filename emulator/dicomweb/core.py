"""The server behind the plugin: what it refuses, as the plugin passes it on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import ErrorCode, OrthancError
from .rules import DicomWebRules

#: Lines of the plugin's source that call the server, as 1.13.0 tells them.
GET, READ_JSON, DECODE, ASK, SEND, FRAME, TRANSCODE = 219, 354, 1400, 3391, 3433, 3941, 3994


@contextmanager
def core_call(rules: DicomWebRules, line: int) -> Iterator[None]:
    """A call of the server: of its error the code comes through, without the details."""
    try:
        yield
    except OrthancError as error:
        if error.http_status == 501:  # what is not emulated says so
            raise
        code = error.code
        if code is ErrorCode.INTERNAL_ERROR and rules.core_failure_is_plugins:
            code = ErrorCode.PLUGIN
        raise core_error(code, rules, line) from None


def core_error(code: ErrorCode, rules: DicomWebRules, line: int) -> OrthancError:
    details = f"Plugin error code {int(code)} triggered from OrthancPluginCppWrapper.cpp:{line}"
    return OrthancError(code, details if rules.explains_core_calls else None)
