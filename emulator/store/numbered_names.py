"""Names that stand for numbers: those of metadata and of attachments, built in or of the configuration.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..late_pattern import late_pattern

#: The number of each metadata that is built in.
METADATA_NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        "IndexInSeries": 1,
        "ReceptionDate": 2,
        "RemoteAET": 3,
        "ExpectedNumberOfInstances": 4,
        "ModifiedFrom": 5,
        "AnonymizedFrom": 6,
        "LastUpdate": 7,
        "Origin": 8,
        "TransferSyntax": 9,
        "SopClassUid": 10,
        "RemoteIP": 11,
        "CalledAET": 12,
        "HttpUsername": 13,
        "PixelDataOffset": 14,
        "MainDicomTagsSignature": 15,
        "MainDicomSequences": 16,
        "PixelDataVR": 17,
    }
)
BUILT_IN_NAMES: Mapping[int, str] = MappingProxyType({number: name for name, number in METADATA_NUMBERS.items()})

#: The numbers of those that releases before 1.12 do not know.
LATER_METADATA = range(15, 18)

#: The attachments that the server makes itself.
DICOM, DICOM_AS_JSON, DICOM_UNTIL_PIXEL_DATA = 1, 2, 3
ATTACHMENT_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"dicom": DICOM, "dicom-as-json": DICOM_AS_JSON, "dicom-until-pixel-data": DICOM_UNTIL_PIXEL_DATA}
)

#: The numbers that users may give a meaning, and whose values they may write.
USER_NUMBERS = range(1024, 65536)

NUMBER = late_pattern(r"-?[0-9]+\Z")
READABLE_NUMBERS = range(-(1 << 31), 1 << 31)


@dataclass(frozen=True)
class NumberedNames:
    """The number of each name; a number without a name is written as it is."""

    numbers: Mapping[str, int]

    def number(self, text: str) -> int:
        """The number that a name or number in a request stands for.

        Raises OrthancError: Accessing an inexistent item for an unknown name, Bad type for a parameter for a number
        between blanks or of more than 32 bits.
        """
        if text in self.numbers:
            return self.numbers[text]
        if not NUMBER.match(text.strip(" ")):
            raise OrthancError(ErrorCode.INEXISTENT_ITEM)
        if text != text.strip(" ") or len(text) > 20 or int(text) not in READABLE_NUMBERS:
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, "Syntax error in some user-supplied data")
        return int(text)

    def name(self, number: int) -> str:
        return next((name for name, known in self.numbers.items() if known == number), str(number))

    def with_users(self, registered: Mapping[str, int]) -> NumberedNames:
        """These names and those of a configuration.

        Raises OrthancError: Bad request for a name that is taken, Parameter out of range for a number that is taken
        or that users may not have.
        """
        numbers = dict(self.numbers)
        for name, number in sorted(registered.items()):
            if number not in USER_NUMBERS or number in numbers.values():
                raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
            if name in numbers or NUMBER.match(name):
                raise OrthancError(ErrorCode.BAD_REQUEST)
            numbers[name] = number
        return NumberedNames(MappingProxyType(numbers))


def user_metadata(options: Mapping[str, Any]) -> dict[str, int]:
    """The numbers in "UserMetadata" by name; raises OrthancError for what is no number."""
    return {name: whole(value, name, "metadata") for name, value in members(options, "UserMetadata").items()}


def user_content_types(options: Mapping[str, Any]) -> dict[str, tuple[int, str | None]]:
    """The numbers in "UserContentType" by name, each with its MIME type, None where the configuration gives none."""
    registered = {}
    for name, value in members(options, "UserContentType").items():
        has_mime = isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)
        number, mime = value if has_mime else (value, None)
        registered[name] = (whole(number, name, "attachment type"), mime)
    return registered


def members(options: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = options.get(name)
    if section is None:
        return {}
    if not isinstance(section, Mapping):
        raise OrthancError(ErrorCode.INTERNAL_ERROR)
    return section


def whole(value: Any, name: str, kind: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, f"Not a number in this user-defined {kind}: {name}")
    return int(value)
