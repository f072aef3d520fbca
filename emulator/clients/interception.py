"""Calls to a URL that an emulator answers: by httpx, requests, urllib3 and urllib.request, anywhere in this process.

The libraries are patched while at least one interception is open, at the class through which every call goes, so that
clients made before it are intercepted, too; what is not asked of an intercepted URL goes where it always went.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from types import TracebackType

from ..threads import lock
from .intercepted import OPEN, InterceptedUrl

LOCK = lock()

#: What takes the patches away again.
UNDO: list[Callable[[], None]] = []


class Interception(InterceptedUrl):
    """A context in which one URL is answered by an application; it gives the URL.

    Raises ValueError for what is no http or https URL.
    """

    def __enter__(self) -> str:
        with LOCK:
            if not OPEN:
                UNDO.extend(patch_libraries())
            OPEN.append(self)
        return self.url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with LOCK:
            OPEN.remove(self)
            if not OPEN:
                while UNDO:
                    UNDO.pop()()


def patch_libraries() -> list[Callable[[], None]]:
    """Patches the libraries that are installed, and gives what undoes it."""
    undo: list[Callable[[], None]] = []
    if find_spec("httpx"):
        from .httpx_patch import patch

        undo += patch()
    if find_spec("urllib3"):  # requests makes its calls through it
        from .urllib3_patch import patch

        undo += patch()
    from .urllib_patch import patch as patch_urllib  # of the standard library: it is always there

    return undo + patch_urllib()
