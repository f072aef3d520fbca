"""IndexInSeries, ExpectedNumberOfInstances and Status of a series."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import Emulator

CARDIAC_NUMBER_OF_IMAGES = 0x00181090
INSTANCE_NUMBER = 0x00200013

Outcome = tuple[int | None, str]

#: Announced number, the InstanceNumbers (None: absent), and the outcome before and from 1.12.7 on.
MEASURED: list[tuple[int, list[str | None], Outcome, Outcome]] = [
    (2, ["2", "1"], (2, "Complete"), (2, "Complete")),
    (2, ["1", "2", None], (2, "Complete"), (2, "Complete")),
    (2, ["1"], (2, "Missing"), (2, "Missing")),
    (3, ["1", "3"], (3, "Missing"), (3, "Missing")),
    (2, ["0", "1"], (2, "Inconsistent"), (2, "Inconsistent")),
    (1, ["-1"], (1, "Inconsistent"), (1, "Inconsistent")),
    (2, ["1", "1"], (2, "Inconsistent"), (2, "Missing")),
    (2, ["1", "2", "2"], (2, "Inconsistent"), (2, "Complete")),
    (2, ["1", "01"], (2, "Inconsistent"), (2, "Inconsistent")),
    (2, ["1", "x"], (2, "Unknown"), (None, "Unknown")),
    (1, ["", "1"], (1, "Unknown"), (None, "Unknown")),
    (1, ["x", "5"], (1, "Unknown"), (1, "Inconsistent")),
    (1, ["5", "x"], (1, "Inconsistent"), (1, "Inconsistent")),
    (2, ["1", "1", "x"], (2, "Inconsistent"), (None, "Unknown")),
    (1, ["4294967297"], (1, "Inconsistent"), (1, "Inconsistent")),
    (1, ["18446744073709551617"], (1, "Unknown"), (None, "Unknown")),
    (4294967295, ["1"], (-1, "Missing"), (4294967295, "Missing")),
    (4294967296, ["1"], (0, "Missing"), (None, "Unknown")),
    (9223372036854775807, ["1"], (-1, "Missing"), (None, "Unknown")),
    (9223372036854775808, ["1"], (None, "Unknown"), (None, "Unknown")),
]


def outcome(
    small_file: Callable[..., bytes], release: str, announced: int, numbers: list[str | None]
) -> tuple[int | None, str]:
    orthanc = Emulator(release=release)
    for index, number in enumerate(numbers):
        extra = {CARDIAC_NUMBER_OF_IMAGES: ("IS", str(announced))}
        if number is not None:
            extra[INSTANCE_NUMBER] = ("IS", number)
        orthanc.store(small_file("P", "1", "1.1", f"1.1.{index}", extra))
    series = orthanc.resource("Series", orthanc.resources("Series")[0])
    return series["ExpectedNumberOfInstances"], series["Status"]


@pytest.mark.parametrize(("announced", "numbers", "old", "new"), MEASURED)
def test_measured(
    small_file: Callable[..., bytes], announced: int, numbers: list[str | None], old: Outcome, new: Outcome
) -> None:
    """On 1.9.1 and 1.10.1, and on 1.12.7 and 1.13.0."""
    for release, wanted in (("1.9.1", old), ("1.10.1", old), ("1.12.7", new), ("1.13.0", new)):
        assert (release, outcome(small_file, release, announced, numbers)) == (release, wanted)


@settings(max_examples=50)
@given(indexes=st.permutations(range(1, 5)), announced=st.integers(1, 5))
def test_distinct_indexes_are_complete_missing_or_too_many(
    small_file: Callable[..., bytes], indexes: list[int], announced: int
) -> None:
    """Whatever the order of arrival, on all releases."""
    numbers: list[str | None] = [str(index) for index in indexes]
    status = {4: "Complete", 5: "Missing"}.get(announced, "Inconsistent")
    for release in ("1.10.1", "1.12.7"):
        assert outcome(small_file, release, announced, numbers) == (announced, status)
