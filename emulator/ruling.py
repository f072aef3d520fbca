"""What all rules have in common: they are data, and never change."""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, fields
from typing import Any


class Rules:
    """The base of rules, which are dataclasses with `init=False`: one constructor serves them all.

    To have one written and compiled for each of them would take a fifth of the package's import.
    """

    def __init__(self, **members: Any) -> None:
        state = vars(self)
        for one in fields(self):  # type: ignore[arg-type]  # each class below is a dataclass
            if one.name in members:
                state[one.name] = members.pop(one.name)
            elif one.default_factory is not MISSING:
                state[one.name] = one.default_factory()
            elif one.default is MISSING:
                raise TypeError(f"{type(self).__name__} needs {one.name}")
            else:
                state[one.name] = one.default
        if members:
            raise TypeError(f"{type(self).__name__} has no {', '.join(members)}")

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"rules never change: {name}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"rules never change: {name}")
