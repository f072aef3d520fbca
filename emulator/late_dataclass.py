"""The standard library's dataclasses, whose methods are written when they are first asked for.

To write and compile the methods of a frozen dataclass takes as long as to load three modules, and most programs use
few of the package's classes: this made up a third of `import emulator`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

_Class = TypeVar("_Class", bound="type[Any]")


class _Late:
    """A method of a class that gives its place to the written one when somebody looks it up."""

    def __init__(self, owner: type[Any], name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: object, asked: type | None = None) -> Any:
        method = _written(self.owner, self.name)
        setattr(self.owner, self.name, method)  # two threads may both do so: they write the same
        return method if instance is None else method.__get__(instance, asked)


def _written(owner: type[Any], name: str) -> Any:
    """One method of a dataclass, as the standard library writes it for another class with the same fields."""
    settings = ("default", "default_factory", "init", "repr", "hash", "compare", "kw_only")
    members: dict[str, Any] = {one.name: one.type for one in fields(owner)}
    namespace = {one.name: field(**{each: getattr(one, each) for each in settings}) for one in fields(owner)}
    namespace |= {"__annotations__": members, "__module__": owner.__module__, "__qualname__": owner.__qualname__}
    if hasattr(owner, "__post_init__"):
        namespace["__post_init__"] = None
    write = dataclasses.dataclass(
        init=name == "__init__",
        repr=name == "__repr__",
        eq=name == "__eq__",
        unsafe_hash=name == "__hash__",
        frozen=name == "__init__" and owner.__dataclass_params__.frozen,
    )
    return vars(write(type(owner.__name__, (), namespace | {"__doc__": "The same fields."})))[name]


def _late_hash(owner: type[Any]) -> Callable[[object], int]:
    """A hash that is written when it is first computed: `dataclass` looks it up where an instance is a default."""

    def hash_of(self: object) -> int:
        owner.__hash__ = method = _written(owner, "__hash__")
        return int(method(self))

    return hash_of


def _freeze(owner: type[Any]) -> None:
    """Refuse to change the fields of a class, and anything of its own instances."""

    def refuse(self: object, verb: str, name: str) -> None:
        if type(self) is owner or name in owner.__dataclass_fields__:
            raise FrozenInstanceError(f"cannot {verb} field {name!r}")

    def assign(self: object, name: str, value: object) -> None:
        refuse(self, "assign to", name)
        super(owner, self).__setattr__(name, value)

    def delete(self: object, name: str) -> None:
        refuse(self, "delete", name)
        super(owner, self).__delattr__(name)

    owner.__setattr__ = assign  # type: ignore[assignment]
    owner.__delattr__ = delete  # type: ignore[assignment]


def _late_dataclass(
    *, init: bool = True, repr: bool = True, eq: bool = True, frozen: bool = False
) -> Callable[[_Class], _Class]:
    """As `dataclasses.dataclass`, for a class whose parents are no dataclasses; methods of its own stay.

    It may define `__eq__` and `__hash__`, but not one of them alone.
    """

    def made(owner: _Class) -> _Class:
        dataclasses.dataclass(init=False, repr=False, eq=False)(owner)
        settings = owner.__dataclass_params__
        settings.init, settings.repr, settings.eq, settings.frozen = init, repr, eq, frozen
        wanted = {"__init__": init, "__repr__": repr, "__eq__": eq, "__hash__": eq and frozen}
        own = set(vars(owner))
        for name, asked in wanted.items():
            if asked and name not in own:
                setattr(owner, name, _late_hash(owner) if name == "__hash__" else _Late(owner, name))
        if frozen:
            _freeze(owner)
        elif eq and "__hash__" not in own:
            owner.__hash__ = None  # type: ignore[assignment]
        return owner

    return made


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _late_dataclass
