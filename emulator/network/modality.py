"""A DICOM modality that the server knows: "DicomModalities" and `PUT /modalities/{id}`.

Measured on Orthanc 1.9.1 to 1.13.0 with some 70 descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import ErrorCode, OrthancError, unhandled
from ..late_pattern import late_pattern
from .members import flag, named_servers, text, unsigned
from .rules import NetworkRelease

#: What a modality can be made by, and what names of older releases stand for.
MANUFACTURERS = {
    **{name: name for name in ("Generic", "GenericNoWildcardInDates", "GenericNoUniversalWildcard", "Vitrea", "GE")},
    **dict.fromkeys(("ClearCanvas", "Dcm4Chee", "EFilm2", "MedInria"), "Generic"),
    **dict.fromkeys(("AgfaImpax", "SyngoVia"), "GenericNoWildcardInDates"),
}

RETRIEVE_METHODS = ("C-MOVE", "C-GET", "SystemDefault")

PORTS = range(1, 0xFFFF)
PORT_TEXT = late_pattern(r"[+-]?[0-9]{1,9}\Z")


class Modality(NamedTuple):
    """A modality; `configuration` is what the server tells of it."""

    configuration: Mapping[str, Any]

    @property
    def aet(self) -> str:
        """The application entity title."""
        return str(self.configuration["AET"])

    def called(self, aet: str) -> Modality:
        """The same modality, called by another application entity title."""
        return Modality({**self.configuration, "AET": aet})


def modalities_of(section: Any, release: NetworkRelease) -> dict[str, Modality]:
    """The modalities in "DicomModalities"; raises OrthancError for one that the server refuses."""
    return named_servers(section, "DicomModalities", parse_modality, release)


def parse_modality(value: Any, release: NetworkRelease) -> Modality:
    """A modality from JSON, an object or a list [AET, host, port, manufacturer]; raises OrthancError."""
    if isinstance(value, Mapping):
        return Modality(parsed_object(value, release))
    if not isinstance(value, list | tuple) or len(value) not in (3, 4):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    aet, host, port, *rest = value
    if not all(isinstance(one, str) for one in (aet, host, *rest)):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    members = {"AET": aet, "Host": host, "Port": port}
    return Modality(parsed_object({**members, **({"Manufacturer": rest[0]} if rest else {})}, release))


def parsed_object(members: Mapping[str, Any], release: NetworkRelease) -> dict[str, Any]:
    """The configuration of a modality, whole."""
    parsed: dict[str, Any] = {
        "AET": text(members, "AET"),
        "Host": text(members, "Host"),
        "Port": port(members.get("Port")),
        "Manufacturer": manufacturer(text(members, "Manufacturer", "Generic")),
    }
    for name in release.network.modality_permissions:
        parsed[name] = flag(members, name, default=True)
    if "AllowStorageCommitment" in members:  # both messages of it at once
        commitment = flag(members, "AllowStorageCommitment", default=True)
        parsed["AllowNAction"] = parsed["AllowEventReport"] = commitment
    parsed["UseDicomTls"] = flag(members, "UseDicomTls", default=False)
    parsed["LocalAet"] = text(members, "LocalAet", "")
    parsed["Timeout"] = unsigned(members, "Timeout", release)
    if release.network.modalities_have_retrieve_method:
        parsed["RetrieveMethod"] = retrieve_method(text(members, "RetrieveMethod", "SystemDefault"))
    return parsed


def port(value: Any) -> int:
    """A port, as a number or as a text."""
    if isinstance(value, str) and PORT_TEXT.match(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not -(1 << 63) <= value < 1 << 64:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    if not -(1 << 31) <= value < 1 << 31:
        raise unhandled()
    if value not in PORTS:
        details = f"A TCP port number must be in range [1..65534], but found: {value}"
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    return value


def manufacturer(name: str) -> str:
    if name not in MANUFACTURERS:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f'Unknown modality manufacturer: "{name}"')
    return MANUFACTURERS[name]


def retrieve_method(name: str) -> str:
    if name not in RETRIEVE_METHODS:
        details = f'RetrieveMethod can be "C-MOVE", "C-GET" or "SystemDefault": {name}'
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    return name
