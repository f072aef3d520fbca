"""The media type of a picture, by the header Accept (measured on Orthanc 1.9.1 to 1.13.0)."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from ..imaging.encoding import JPEG, PAM, PNG
from ..imaging.numbers import number_of

#: What is made, the first being that of a client to whom any will do.
MADE = (PNG, JPEG, PAM)


def accepted_type(header: str | None) -> str | None:
    """The type that a header wants most, None where it wants none that is made.

    A type that is named goes before a wildcard whatever their qualities are, and else the first of the best quality.
    Raises OrthancError (Bad request) for a quality that is no number from 0 to 1.
    """
    best: tuple[int, float] | None = None
    chosen = None
    for item in (header or "*/*").split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        name = "/".join(part.strip() for part in name.split("/"))
        found = next((made for made in MADE if fits(name, made)), None)
        if found is None:
            continue
        rank = (2 - name.count("*"), quality(parameters))
        if best is None or rank > best:
            best, chosen = rank, found
    return chosen


def fits(name: str, made: str) -> bool:
    return name in (made, "image/*", "*/*")


def quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = (part.strip() for part in parameter.partition("="))
        if name == "q":
            number = number_of(value)
            if number is None or not 0 <= number <= 1:
                details = f"Quality parameter out of range in a HTTP request (must be between 0 and 1): {value}"
                raise OrthancError(ErrorCode.BAD_REQUEST, details)
            return number
    return 1.0
