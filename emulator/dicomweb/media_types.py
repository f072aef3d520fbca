"""Headers "Accept" and "Content-Type" as the plugin reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ErrorCode, OrthancError
from .rules import DicomWebRules

ANY = "*/*"
RELATED = "multipart/related"


@dataclass(frozen=True)
class MediaType:
    """One media type with its parameters, whose names are in lower case; `text` is as it was sent."""

    text: str
    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> MediaType:
        name, *parameters = text.split(";")
        pairs = (parameter.partition("=") for parameter in parameters)
        return cls(text, name.strip(), {key.strip().lower(): unquoted(value.strip()) for key, _, value in pairs})


def unquoted(text: str) -> str:
    return text[1:-1] if len(text) >= 2 and text.startswith('"') and text.endswith('"') else text


def accepted_types(header: str | None, rules: DicomWebRules) -> list[MediaType]:
    """What a header Accept names, anything where there is none.

    Up to 1.10.1 it is one item, in lower case; a parameter whose quotes do not end with it is none.
    """
    if header is None:
        return [MediaType(ANY, ANY)]
    if rules.reads_accept_lists:
        return [MediaType.read(item) for item in header.split(",")]
    one = MediaType.read(header.lower())
    whole = {name: value for name, value in one.parameters.items() if not value.startswith('"')}
    return [MediaType(header, one.name, whole)]


def related_type(header: str | None, wanted: str, rules: DicomWebRules, *, purpose: str, what: str) -> MediaType:
    """The accepted type that fits: anything, or multipart/related of the type that is wanted.

    Raises OrthancError, whose details name what the plugin returns for this `purpose`.
    """
    types = accepted_types(header, rules)
    wrong = None
    for one in types:
        if one.name == ANY or (rules.reads_accept_lists and one.name == "multipart/*"):
            return one
        if one.name == RELATED:
            if one.parameters.get("type", wanted) == wanted:
                return one
            wrong = wrong or one
    if wrong is not None:
        told = wrong.parameters["type"] if rules.reads_accept_lists else header
        details = f"This WADO-RS plugin only supports {wanted} return type for {purpose} retrieval ({told})"
        raise OrthancError(ErrorCode.BAD_REQUEST, details)
    details = f"This WADO-RS plugin cannot generate the following {what} type: {header}"
    raise OrthancError(ErrorCode.BAD_REQUEST, details)
