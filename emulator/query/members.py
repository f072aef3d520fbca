"""The members of the body of a find that releases from 1.12 on read, and of what type each must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import ErrorCode, OrthancError, unhandled
from .rules import QueryRelease


def is_integer(value: Any) -> bool:
    """Whether a value counts as an integer: one of more than 64 bits does not."""
    return isinstance(value, int) and not isinstance(value, bool) and -(1 << 63) <= value < 1 << 63


def is_list(value: Any) -> bool:
    return isinstance(value, list)


def is_text(value: Any) -> bool:
    return isinstance(value, str)


#: What narrows the resources: the members that a count reads, too, in the order in which they are checked.
NARROWING: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "Labels": (is_list, "an array of strings"),
    "LabelsConstraint": (is_text, "an array of strings"),
    "MetadataQuery": (lambda value: isinstance(value, Mapping), "an JSON object"),
    "ParentPatient": (is_text, "a string"),
    "ParentStudy": (is_text, "a string"),
    "ParentSeries": (is_text, "a string"),
}
#: What shapes the answer of a find, checked next.
SHAPING: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "Limit": (is_integer, "an integer"),
    "Since": (is_integer, "an integer"),
    "RequestedTags": (is_list, "an array"),
    "ResponseContent": (is_list, "an array"),
    "OrderBy": (is_list, "an array"),
}


#: What a find reads in every release, and what it reads in those that have forms of main DICOM tags.
OF_ALL_RELEASES = frozenset({"CaseSensitive", "Expand", "Level", "Limit", "Query", "Since"})
OF_FORMS = frozenset({"Full", "Short"})

#: Those that a find or a count has in some release.
ALL = OF_ALL_RELEASES | OF_FORMS | NARROWING.keys() | SHAPING.keys()


def members_of_find(release: QueryRelease) -> frozenset[str]:
    """The members that a find reads."""
    extended = NARROWING.keys() | SHAPING.keys() if release.query.is_extended else frozenset()
    return OF_ALL_RELEASES | (OF_FORMS if release.query.has_formats else frozenset()) | extended


#: The members that a count reads.
OF_COUNTS = frozenset({"CaseSensitive", "Level", "Query"}) | NARROWING.keys()


def check_types(body: Mapping[str, Any], types: Mapping[str, tuple[Callable[[Any], bool], str]]) -> None:
    """Raises OrthancError (Bad request) for the first member that is there and of another type."""
    for name, (is_right, expected) in types.items():
        if name in body and not is_right(body[name]):
            raise OrthancError(ErrorCode.BAD_REQUEST, f'Field "{name}" must be {expected}')


def scalar_text(value: Any) -> str:
    """The text that the server makes of a member of a list, which should be one; an object or list is unhandled."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise unhandled()
    return str(value)
