"""The arguments of the plugin's functions: how many there are, and of which types, as the plugin checks them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

#: What each letter takes: text, bytes (or text, in UTF-8), a number, a real number, anything.
TYPES: dict[str, tuple[type, ...]] = {
    "s": (str,),
    "b": (bytes, bytearray, str),
    "i": (int,),
    "f": (int, float),
    "o": (object,),
}


def takes(*kinds: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a method the plugin's check of its arguments, which are positional: raises TypeError."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def checked(self: Any, *values: Any) -> Any:
            fits = len(values) == len(kinds) and all(
                isinstance(value, TYPES[kind]) for value, kind in zip(values, kinds, strict=True)
            )
            if not fits:
                raise TypeError(f"Bad types for the arguments ({len(kinds)} arguments expected)")
            return function(
                self,
                *(as_bytes(value) if kind == "b" else value for value, kind in zip(values, kinds, strict=True)),
            )

        return checked

    return decorate


def as_bytes(value: Any) -> bytes:
    return value.encode("utf-8") if isinstance(value, str) else bytes(value)
