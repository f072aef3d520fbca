"""`OrderBy` of a find: the keys by which its answers are sorted (measured on Orthanc 1.12.7 and 1.13.0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..late_pattern import late_pattern
from ..store.level import Level
from ..store.main_tags import main_tag
from ..store.metadata import metadata_name, stored_metadata
from ..store.normalisation import NORMALISED_TAGS, normalised_identifier
from ..store.resource import Resource
from ..strangers import whole
from .placement import index_level_upwards
from .rules import QueryRelease

SortValue = str | int | float

WHOLE = late_pattern(r"\s*([+-]?\d+)")
DECIMAL = late_pattern(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)")


def as_integer(text: str) -> int:
    """The whole number that a text begins with, 0 where it begins with none, as SQL's CAST."""
    match = WHOLE.match(text)
    return whole(match[1]) if match else 0


def as_decimal(text: str) -> float:
    match = DECIMAL.match(text)
    return float(match[1]) if match else 0.0


#: What "Type" may say, in any case: whether it is of metadata, and what its text is sorted as. That MetadataAsFloat
#: sorts texts was measured.
TYPES: Mapping[str, tuple[bool, Callable[[str], SortValue]]] = {
    "dicomtag": (False, str),
    "dicomtagasint": (False, as_integer),
    "dicomtagasfloat": (False, as_decimal),
    "metadata": (True, str),
    "metadataasint": (True, as_integer),
    "metadataasfloat": (True, str),
}
DIRECTIONS = {"asc": False, "desc": True}


class Order(NamedTuple):
    """One key: a main DICOM tag, or for `tag` None a metadata; `value` turns its text into what is compared."""

    name: str
    tag: int | None
    value: Callable[[str], SortValue]
    descending: bool

    def __str__(self) -> str:
        return self.name + (" descending" if self.descending else "")

    def text(self, resource: Resource, release: QueryRelease) -> str | None:
        """The text that a resource is sorted by; raises OrthancError for a tag that is not in the index."""
        if self.tag is None:
            return stored_metadata(resource).get(self.name)
        level = order_level(self.tag, resource.level, release)
        text = main_tag(resource, level, self.tag)
        return normalised_identifier(text) if text is not None and self.tag in NORMALISED_TAGS else text


def order_level(tag: int, asked: Level, release: QueryRelease) -> Level:
    """The level whose table of tags is sorted by: a tag that no level has is looked for among those of instances."""
    level = index_level_upwards(tag, asked, release)
    if level is None and asked is Level.INSTANCE:
        return asked
    if level is None:
        raise OrthancError(ErrorCode.SQLITE_PREPARE_CACHED_STATEMENT)
    return level


def read_order(members: list[Any], dictionary: Dictionary, release: QueryRelease) -> tuple[Order, ...]:
    """The keys of an `OrderBy`; raises OrthancError as the server does."""
    return tuple(read_key(member, dictionary, release) for member in members)


def read_key(member: Any, dictionary: Dictionary, release: QueryRelease) -> Order:
    if not isinstance(member, Mapping):
        raise refused('Field "OrderBy" must contain objects')
    key, direction, kind = (member.get(name) for name in ("Key", "Direction", "Type"))
    if not isinstance(key, str):
        raise refused('Field "Key" must be a string')
    if not isinstance(direction, str) or direction.lower() not in DIRECTIONS:
        raise refused('Field "Direction" must be "ASC" or "DESC"')
    if not isinstance(kind, str):
        raise refused('Field "Type" must be "DicomTag" or "Metadata"')
    if kind.lower() not in TYPES:
        raise refused(
            'Field "Type" must be "DicomTag", "DicomTagAsInt", "DicomTagAsFloat" or "Metadata", "MetadataAsInt", '
            '"MetadataAsFloat"'
        )
    is_metadata, value = TYPES[kind.lower()]
    descending = DIRECTIONS[direction.lower()]
    if is_metadata:
        return Order(metadata_name(key, release), None, value, descending)
    return Order(key, dictionary.tag(key), value, descending)


def in_order(
    resources: list[Resource], orders: tuple[Order, ...], release: QueryRelease, asked: Level
) -> list[Resource]:
    """Resources sorted by these keys; those without a value come last, equal ones in order of arrival."""
    for order in orders:
        if order.tag is not None:
            order_level(order.tag, asked, release)
    result = sorted(resources, key=lambda resource: resource.number)
    for order in reversed(orders):
        texts = {resource.id: order.text(resource, release) for resource in result}
        with_text = [resource for resource in result if texts[resource.id] is not None]
        without = [resource for resource in result if texts[resource.id] is None]
        with_text.sort(key=lambda one: sort_key(order.value(texts[one.id] or "")), reverse=order.descending)
        result = with_text + without
    return result


def sort_key(value: SortValue) -> Any:
    """Texts by the bytes of their UTF-8 form, numbers as they are."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def refused(details: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_REQUEST, details)
