"""The order of a series' slices (measured on Orthanc 1.9.1 to 1.13.0)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..errors import ErrorCode, OrthancError
from ..store.index import whole_number
from ..store.resource import Resource
from .image import plain_number
from .rules import ImagingRelease

POSITION, ORIENTATION = 0x00200032, 0x00200037

#: How far numbers of two files may differ and yet count as equal.
TOLERANCE = 1e-5

Vector = tuple[float, ...]


@dataclass(frozen=True)
class OrderedSlices:
    """The instances of a series in order, and whether they are slices of a volume."""

    instances: list[Resource]
    is_volume: bool


def ordered_slices(
    series: Resource,
    listed: Sequence[Resource],
    text: Callable[[Resource, int], str | None],
    release: ImagingRelease,
) -> OrderedSlices:
    """The slices of a series by position in space or, where that can't be, by their numbers.

    `listed` are its instances in the release's order, `text` gives the text of an element of one. Raises OrthancError
    where neither can be.
    """
    by_position = positions(listed, text)
    if by_position is not None:
        return OrderedSlices(sorted(listed, key=lambda instance: by_position[instance.id]), is_volume=True)
    numbers = {instance.id: whole_number(instance.metadata.get("IndexInSeries")) for instance in listed}
    known = [
        number
        for number in numbers.values()
        if number is not None and (number >= 0 or release.imaging.orders_below_zero)
    ]
    if len(listed) > 1 and len(known) < len(listed):
        raise OrthancError(ErrorCode.CANNOT_ORDER_SLICES, f"Unable to order the slices of series {series.id}")
    return OrderedSlices(sorted(listed, key=lambda instance: numbers[instance.id] or 0), is_volume=False)


def positions(instances: Sequence[Resource], text: Callable[[Resource, int], str | None]) -> dict[str, float] | None:
    """Where each slice lies along the normal of them all, None where they are no volume."""
    found: dict[str, float] = {}
    common: Vector | None = None
    for instance in instances:
        position = vector(text(instance, POSITION), 3)
        orientation = vector(text(instance, ORIENTATION), 6)
        if position is None or orientation is None:
            return None
        normal = cross(orientation[:3], orientation[3:])
        common = common or normal
        if any(abs(one - other) > TOLERANCE for one, other in zip(normal, common, strict=True)):
            return None
        found[instance.id] = sum(one * other for one, other in zip(normal, position, strict=True))
    along = sorted(found.values())
    is_spread = all(later - former > TOLERANCE for former, later in pairwise(along))
    return found if len(found) > 1 and is_spread else None


def vector(text: str | None, size: int) -> Vector | None:
    numbers = [plain_number(part) for part in (text or "").split("\\")]
    whole = tuple(number for number in numbers if number is not None)
    return whole if len(whole) == len(numbers) == size else None


def cross(left: Vector, right: Vector) -> Vector:
    (a, b, c), (d, e, f) = left, right
    return (b * f - c * e, c * d - a * f, a * e - b * d)
