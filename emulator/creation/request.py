"""The body of a create request -> a CreationRequest, checked in the server's order.

Measured on Orthanc 1.9.1 to 1.13.0: Tags, its SpecificCharacterSet, Parent, then the other members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..dicom.character_sets import DEFAULT_TERMS, written_term
from ..errors import ErrorCode, OrthancError, unhandled
from ..store.level import Level
from ..store.resource import Resource
from .rules import CreationRelease

#: Stands for a body without "Content": null is one, and refused.
NO_CONTENT = object()

#: The members of a body with "Tags", in every release and in some.
MEMBERS = frozenset({"Content", "Force", "InterpretBinaryTags", "Parent", "PrivateCreator", "Tags"})
ALL = MEMBERS | {"Encapsulate"}


@dataclass(frozen=True)
class CreationRequest:
    """What a create request asks for.

    `tags` are JSON values by name or number; `character_set` is the defined term of the new file, which a `parent`
    with one of its own overrides; `private_creator` is None where the body names none, so that the configuration's
    DefaultPrivateCreator holds.
    """

    tags: Mapping[str, Any]
    character_set: str | None
    parent: Resource | None
    force: bool
    private_creator: str | None
    interprets_data_uris: bool
    content: Any
    encapsulate: Any = None  # read when it matters


def parse_creation(
    body: Mapping[str, Any], release: CreationRelease, find_resource: Callable[[str], Resource | None]
) -> CreationRequest:
    """Reads the body of a create request with "Tags".

    `find_resource` gives the resource of any level that has an identifier. Raises OrthancError as the server does.
    """
    tags = body["Tags"]
    if not isinstance(tags, Mapping):
        raise OrthancError(ErrorCode.BAD_REQUEST)
    return CreationRequest(
        tags=tags,
        character_set=character_set_given(tags, release),
        parent=find_resource_named(body["Parent"], find_resource) if "Parent" in body else None,
        private_creator=option(body, "PrivateCreator", str, None),
        force=option(body, "Force", bool, False),
        interprets_data_uris=option(body, "InterpretBinaryTags", bool, True),
        content=body.get("Content", NO_CONTENT),
        encapsulate=body.get("Encapsulate") if release.creation.reads_encapsulate else None,
    )


def truth(value: Any) -> bool:
    """What the server takes a value for that should be a Boolean; a text or a list is unhandled."""
    if not isinstance(value, bool | int | float | None):
        raise unhandled()
    return bool(value)


def character_set_given(tags: Mapping[str, Any], release: CreationRelease) -> str | None:
    """The defined term that "SpecificCharacterSet" asks for, by that name, as the server writes it; one alone.

    Without it that of the option DefaultEncoding, None where that has none.
    """
    if "SpecificCharacterSet" not in tags:
        return DEFAULT_TERMS.get(release.dicom.text.default_codec)
    given = tags["SpecificCharacterSet"]
    if not isinstance(given, str):
        raise unhandled()
    term = written_term(given, release.dicom.text)
    if term is None:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Unknown specific character set: {given}")
    return term


def find_resource_named(identifier: Any, find_resource: Callable[[str], Resource | None]) -> Resource:
    if isinstance(identifier, list | Mapping):
        raise unhandled()
    resource = find_resource(identifier) if isinstance(identifier, str) else None
    if resource is None:
        raise OrthancError(ErrorCode.CREATE_BAD_PARENT)
    if resource.level is Level.INSTANCE:
        raise OrthancError(ErrorCode.CREATE_PARENT_IS_INSTANCE)
    return resource


def option(body: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    value = body.get(name, default)
    if name in body and not isinstance(value, kind):
        raise OrthancError(ErrorCode.BAD_REQUEST)
    return value
