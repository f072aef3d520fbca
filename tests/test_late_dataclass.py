"""A late dataclass is used as one that the standard library made."""

import copy
import dataclasses
import inspect
import pickle
from typing import get_type_hints

import pytest

from emulator.late_dataclass import dataclass


@dataclass(frozen=True)
class Late:
    name: str
    size: int = 3
    marks: tuple[str, ...] = dataclasses.field(default_factory=tuple, compare=False)
    note: str = dataclasses.field(default="", repr=False, kw_only=True)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")


@dataclasses.dataclass(frozen=True)
class Known:
    name: str
    size: int = 3
    marks: tuple[str, ...] = dataclasses.field(default_factory=tuple, compare=False)
    note: str = dataclasses.field(default="", repr=False, kw_only=True)


@dataclass()
class Changing:
    sizes: list[int] = dataclasses.field(default_factory=list)


def test_it_is_made_and_shown_as_the_standard_librarys() -> None:
    assert inspect.signature(Late) == inspect.signature(Known)
    assert get_type_hints(Late.__init__) == get_type_hints(Known.__init__)
    assert (Late.__repr__.__module__, Late.__eq__.__qualname__) == (__name__, "Late.__eq__")
    assert repr(Late("a", marks=("x",))) == repr(Known("a", marks=("x",))).replace("Known", "Late")
    assert Late.__match_args__ == Known.__match_args__
    assert dataclasses.asdict(Late("a", note="n")) == dataclasses.asdict(Known("a", note="n"))


def test_it_is_compared_by_class_and_fields() -> None:
    assert Late("a", marks=("x",)) == Late("a")
    assert Late("a") != Late("b")
    assert Late("a") != Known("a")
    assert {Late("a"), Late("a", marks=("x",))} == {Late("a")}


def test_copies_are_equal_and_differ_where_they_were_changed() -> None:
    assert copy.deepcopy(Late("a")) == pickle.loads(pickle.dumps(Late("a"))) == Late("a")
    assert dataclasses.replace(Late("a"), size=4) == Late("a", 4)


def test_a_frozen_one_never_changes() -> None:
    value = Late("a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'size'"):
        value.size = 4  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'size'"):
        del value.size  # type: ignore[misc]


def test_what_it_does_not_take_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Late\.__init__\(\) missing 1 required positional argument: 'name'"):
        Late()  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="no name"):
        Late("")


def test_one_that_changes_has_lists_of_its_own_and_no_hash() -> None:
    one = Changing()
    one.sizes.append(1)
    assert Changing() != one == Changing([1])
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
