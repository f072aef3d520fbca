"""What most resources have none of: it stands beside a resource, which has room for one reference to it.

Eight members more would take 64 bytes of each instance, of which a large store has many (CPython 3.11 and 3.13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .resource import Resource

#: What a resource has none of, once for all of them: an empty dict each would be 64 bytes, an empty set 216.
NOTHING: Mapping[Any, Any] = MappingProxyType({})
NO_LABELS: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class More:
    """What patients, studies and series have, and a few instances; nothing in it is the same as no such object."""

    patient_tags: Mapping[int, str] = field(
        default_factory=lambda: NOTHING
    )  # of a study: its patient, as its own file has them
    main_sequences: Mapping[int, list[dict[str, Any]]] = field(default_factory=lambda: NOTHING)
    labels: frozenset[str] = NO_LABELS
    children: dict[str, Resource] = field(default_factory=dict)
    shrunk: float = 0.0  # when something below this resource was deleted last, where the release tells it
    touched: int = 0  # of a patient: in this order patients are recycled
    is_protected: bool = False  # of a patient: it is never recycled
    revisions: Mapping[str, int] = field(default_factory=lambda: NOTHING)  # of the metadata that were written again


#: Of all resources that have none of it: it stays as it is.
NO_MORE = More()


def in_more(name: str) -> Any:
    """A property of a resource that stands in its `more`, which is made when there is something to keep."""

    def put(resource: Resource, value: Any) -> None:
        if resource.more is NO_MORE:
            if not value:
                return
            resource.more = More()
        setattr(resource.more, name, value)

    return property(attrgetter(f"more.{name}"), put)  # half the time of a function in Python
