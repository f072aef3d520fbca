"""Errors on both sides of the module `orthanc`: the server's as a script catches them, a script's as they are told."""

from __future__ import annotations

import contextlib
import importlib
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..diagnostics import Diagnostic
from ..errors import ErrorCode, OrthancError
from ..json.syntax import JsonSyntaxError
from .asking import URI_SYNTAX, BadUriError
from .names import messages

if TYPE_CHECKING:
    from ..server import Server

#: Where the tracebacks of scripts are told, at level ERROR.
LOGGER = logging.getLogger("emulator.scripts")

#: Where the frames are that are of no interest to a script's author.
EMULATOR = str(Path(__file__).parents[1])
IMPORTLIB = str(Path(importlib.__file__).parent)

ReturnType = TypeVar("ReturnType")


def message_of(code: int) -> str:
    """What the server calls an error."""
    return messages().get(code, "Unknown error code")


class Raising:
    """How the module of one release raises the server's errors."""

    def __init__(self, exception: type[Exception], *, has_codes: bool) -> None:
        self.exception = exception
        self.has_codes = has_codes

    def error(self, code: int) -> Exception:
        return self.exception(int(code), message_of(code)) if self.has_codes else ValueError("Internal error")

    @contextmanager
    def told(self) -> Iterator[None]:
        """A context whose OrthancErrors become the plugin's own exceptions."""
        try:
            yield
        except OrthancError as error:
            raise self.error(int(error.code)) from error
        except JsonSyntaxError as error:
            raise self.error(ErrorCode.BAD_JSON) from error
        except BadUriError:
            raise self.error(URI_SYNTAX) from None


def traceback_of(error: BaseException) -> str:
    """The traceback of a script's error without the frames of the emulator, and what the server said, if it is its."""
    told = traceback.TracebackException(type(error), error, error.__traceback__)
    chain: list[traceback.TracebackException | None] = [told]
    if isinstance(error.__cause__, OrthancError):
        told.__cause__ = None
    while chain:
        one = chain.pop()
        if one is not None:
            own = [
                frame
                for frame in one.stack
                if not frame.filename.startswith((EMULATOR, IMPORTLIB, contextlib.__file__, "<frozen "))
            ]
            one.stack = traceback.StackSummary.from_list(own)
            chain += [one.__cause__, one.__context__]
    text = "".join(told.format()).rstrip()
    return f"{text} ({error.__cause__})" if isinstance(error.__cause__, OrthancError) else text


def tell_failure(server: Server, what: str, error: BaseException) -> None:
    """Tells the author of a test that a callback failed, which the server only writes into its log."""
    told = traceback_of(error)
    LOGGER.error("Error in the %s, traceback:\n%s", what, told)
    server.tell([Diagnostic("script-failed", f"the {what} raised {error!r}:\n{told}", "mend the script")])


def tell_wrong_answer(server: Server, happened: str, advice: str) -> None:
    """Tells the author of a test that a callback gave what the server can't use."""
    LOGGER.error("%s", happened)
    server.tell([Diagnostic("script-failed", happened, advice)])


def called(
    server: Server, what: str, function: Callable[..., ReturnType], *args: object, **words: object
) -> ReturnType:
    """Calls a callback of a script: whatever it raises is told, and becomes a CallbackError."""
    try:
        return function(*args, **words)
    except KeyboardInterrupt:  # of who runs the tests
        raise
    except BaseException as error:
        if type(error).__module__.startswith("_pytest"):  # pytest.fail() and its like, in a script of a test
            raise
        tell_failure(server, what, error)
        raise CallbackError from error


class CallbackError(Exception):
    """A callback failed, and that was told."""
