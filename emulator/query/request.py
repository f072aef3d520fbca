"""The body of `POST /tools/find` -> a FindRequest, checked in the server's order (measured on 1.9.1 to 1.13.0)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..dicom.text_order import in_bytes
from ..dicom.views import Format
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError, unhandled
from ..store.level import Level
from ..store.level_names import level_named
from ..store.normalisation import IDENTIFIERS
from .constraint import Constraint, make_constraint
from .filters import NO_FILTERS, Filters, read_filters
from .members import NARROWING, SHAPING, check_types, is_integer, scalar_text
from .ordering import Order, read_order
from .placement import Place, place_of
from .rules import QueryRelease


class FindRequest(NamedTuple):
    """What a find asks for.

    `limit` is 0 for no limit, `since` None where the body has none. `requested` are the tags of `RequestedTags`,
    `content` is what `ResponseContent` names, None where the body has none.
    """

    level: Level
    constraints: tuple[Constraint, ...] = ()
    expand: bool = False
    limit: int = 0
    since: int | None = None
    form: Format = Format.SIMPLIFY
    filters: Filters = NO_FILTERS
    requested: tuple[int, ...] = ()
    content: frozenset[str] | None = None
    orders: tuple[Order, ...] = ()

    @property
    def heeds_case(self) -> bool:
        """Whether the case counts of a tag that the database keeps in another form."""
        return any(constraint.case_sensitive and constraint.tag in IDENTIFIERS for constraint in self.constraints)

    def tells(self, content: str) -> bool:
        """Whether the answers tell this content, or all that there is."""
        return self.expand or (self.content is not None and content in self.content)

    def is_decided_by_index(self, release: QueryRelease) -> bool:
        """Whether the database knows the answer: it compares main DICOM tags, identifiers without their case."""
        places = {place_of(constraint.tag, self.level, release) for constraint in self.constraints}
        return not self.heeds_case and places.isdisjoint({Place.COMPUTED, Place.FILES})


def parse_find(body: Any, dictionary: Dictionary, release: QueryRelease) -> FindRequest:
    """Reads the body of a find.

    Raises OrthancError: Bad request for a member of the wrong type, Parameter out of range for a level or number,
    Unknown DICOM tag for a name.
    """
    members = checked_body(body, release)
    if release.query.is_extended:
        return parse_extended(members, dictionary, release)
    for name in ("Limit", "Since"):
        check_integer(members, name, release)
    expand = read_expand(members)
    limit = count(members, "Limit", release)
    since = count(members, "Since", release) if "Since" in members else None
    level = level_named(members["Level"], release)
    constraints = read_query(members, dictionary, release)
    return FindRequest(level, constraints, expand, limit, since, requested_format(members, release))


def checked_body(body: Any, release: QueryRelease) -> Mapping[str, Any]:
    """The body, with what it must have; raises OrthancError (Bad request)."""
    if not isinstance(body, Mapping):
        raise bad_request("The body must contain a JSON object")
    if not isinstance(body.get("Level"), str):
        raise bad_request('Field "Level" is missing, or should be a string')
    if "Query" not in body:
        raise bad_request('Field "Query" is missing, or should be a JSON object')
    if not isinstance(body.get("CaseSensitive", False), bool):
        raise bad_request(f'Field "CaseSensitive" {release.query.requirement} a Boolean')
    return body


def parse_extended(body: Mapping[str, Any], dictionary: Dictionary, release: QueryRelease) -> FindRequest:
    """Reads a body as releases from 1.12 on do; the order of the checks was measured pair by pair."""
    check_types(body, {**NARROWING, **SHAPING})
    content = read_content(body, release)
    expand = content is None and read_expand(body)
    narrowed = read_narrowing(body, dictionary, release)
    form = requested_format(body, release)
    since = body.get("Since")
    if since and not narrowed.is_decided_by_index(release):
        raise bad_request(
            "Unable to use 'Since' in tools/find when querying tags that are not stored as MainDicomTags "
            "in the Database"
        )
    limit = count(body, "Limit", release)
    count(body, "Since", release)
    requested = read_requested(body.get("RequestedTags", ()), dictionary)
    orders = read_order(body.get("OrderBy", []), dictionary, release)
    return narrowed._replace(
        expand=expand,
        limit=limit,
        since=since,
        form=form,
        requested=requested,
        content=content,
        orders=orders,
    )


def parse_count(body: Any, dictionary: Dictionary, release: QueryRelease) -> FindRequest:
    """Reads the body of `POST /tools/count-resources`, which counts what the index knows."""
    members = checked_body(body, release)
    check_types(members, NARROWING)
    level_named(members["Level"], release)
    if members.get("CaseSensitive"):
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            'Setting "CaseSensitive" to "true" is not supported by /tools/count-resources',
        )
    request = read_narrowing(members, dictionary, release)
    if not request.is_decided_by_index(release):
        raise bad_request(
            "Unable to count resources when querying tags that are not stored as MainDicomTags in the Database or "
            "when using case sensitive queries."
        )
    return request


def read_narrowing(body: Mapping[str, Any], dictionary: Dictionary, release: QueryRelease) -> FindRequest:
    """The part of a request that says which resources are asked for."""
    level = level_named(body["Level"], release)
    constraints = read_query(body, dictionary, release)
    filters = read_filters(body, level, release, case_sensitive=body.get("CaseSensitive", False))
    return FindRequest(level, constraints, filters=filters)


def read_expand(body: Mapping[str, Any]) -> bool:
    expand = body.get("Expand")
    if not isinstance(expand, bool | int | float | None):
        raise unhandled()
    return bool(expand)


def read_content(body: Mapping[str, Any], release: QueryRelease) -> frozenset[str] | None:
    """What ResponseContent names; raises OrthancError (Parameter out of range) for what the release does not know."""
    if "ResponseContent" not in body:
        return None
    names = [scalar_text(member) for member in body["ResponseContent"]]
    for name in names:
        if name not in release.query.response_content:
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f'Unrecognized value for "ResponseContent": {name}')
    return frozenset(names)


def read_requested(names: Iterable[Any], dictionary: Dictionary) -> tuple[int, ...]:
    """The tags among RequestedTags, each once; raises OrthancError (Unknown DICOM tag)."""
    return tuple(sorted({dictionary.tag(scalar_text(name)) for name in names}))


def read_query(body: Mapping[str, Any], dictionary: Dictionary, release: QueryRelease) -> tuple[Constraint, ...]:
    """The constraints of a query, read in the order of their names."""
    query = {} if body["Query"] is None else body["Query"]
    if not isinstance(query, Mapping):
        raise unhandled()
    case_sensitive = body.get("CaseSensitive", False)
    constraints = []
    for name in sorted(query, key=in_bytes):
        text = query[name]
        if not isinstance(text, str):
            raise bad_request(f'Tag "{name}" {release.query.requirement} associated with a string')
        constraint = make_constraint(name, text, dictionary, release, case_sensitive=case_sensitive)
        if constraint is not None:
            constraints.append(constraint)
    return tuple(constraints)


def check_integer(body: Mapping[str, Any], name: str, release: QueryRelease) -> None:
    if not is_integer(body.get(name, 0)):
        raise bad_request(f'Field "{name}" {release.query.requirement} an integer')


def count(body: Mapping[str, Any], name: str, release: QueryRelease) -> int:
    """A member that is an integer; raises OrthancError for one that does not count anything."""
    value = int(body.get(name, 0))
    if release.query.numbers_have_32_bits and not -(1 << 31) <= value < 1 << 31:
        raise unhandled()
    if value < 0:
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE, f'Field "{name}" {release.query.requirement} a positive integer'
        )
    return value


def requested_format(body: Mapping[str, Any], release: QueryRelease) -> Format:
    """The form of the main DICOM tags in expanded answers."""
    if not release.query.has_formats:
        return Format.SIMPLIFY
    for name, form in (("Short", Format.SHORT), ("Full", Format.FULL)):
        value = body.get(name, False)
        if not isinstance(value, bool):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Boolean value expected in field: {name}")
        if value:
            return form
    return Format.SIMPLIFY


def bad_request(details: str) -> OrthancError:
    return OrthancError(ErrorCode.BAD_REQUEST, details)
