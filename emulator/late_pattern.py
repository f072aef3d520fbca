"""Regular expressions that are compiled when they are first asked for something.

Compiled at once, those of the package took 4 ms of each `import emulator`; most programs need two or three of them.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast


class _LatePattern(Generic[AnyStr]):
    """Has the members of a compiled pattern, each from the moment when it is first asked for."""

    def __init__(self, text: AnyStr, flags: int) -> None:
        self._text: AnyStr = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        member = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, member)  # from now on as fast as a compiled pattern's own
        return member


def late_pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`; what is no regular expression is told at its first use."""
    return cast("re.Pattern[AnyStr]", _LatePattern(text, flags))
