"""All that two right answers may differ in, each with its reason. What is not here is compared.

A mask replaces a value by a fixed text. Identifiers that a server generates get placeholders instead, numbered in order
of first appearance within a scenario: the same identifier has the same placeholder wherever it stands, so one that
is used inconsistently is noticed. Those that the scenario made itself are cut short, to be read more easily.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Owner = dict[str, Any]


def always(owner: Owner, path: str, generated: Callable[[str], bool]) -> bool:
    return True


@dataclass(frozen=True)
class Mask:
    """Masks the JSON fields `names` of objects for which `when(owner, path, generated)` holds.

    `owner` is the object that has the field, `path` the path of the request, `generated` tells whether a text is an
    identifier that the server generated.
    """

    names: frozenset[str]
    reason: str
    when: Callable[[Owner, str, Callable[[str], bool]], bool] = field(default=always)


def is_copy(owner: Owner, path: str, generated: Callable[[str], bool]) -> bool:
    return generated(str(owner.get("ID", "")))


def is_system(owner: Owner, path: str, generated: Callable[[str], bool]) -> bool:
    return path.strip("/") == "system"


MASKS = (
    Mask(frozenset({"FileUuid"}), "the random name of the file in the server's storage"),
    Mask(
        frozenset({"LastUpdate", "ReceptionDate", "CreationTime", "CompletionTime", "Timestamp"}),
        "the clock",
    ),
    Mask(frozenset({"EffectiveRuntime"}), "how long a job took"),
    Mask(
        frozenset({"Date"}),
        "the clock",
        when=lambda owner, path, generated: "ChangeType" in owner or "RemoteModality" in owner,
    ),
    Mask(
        frozenset({"2", "7"}),
        "the clock: ReceptionDate and LastUpdate by their numbers",
        when=lambda owner, path, generated: "/metadata?numeric" in path,
    ),
    Mask(
        frozenset({"FileSize"}),
        "the length of the UIDs that a server generates depends on its process number and clock",
        when=is_copy,
    ),
    Mask(
        frozenset(
            {
                "Name",
                "HttpPort",
                "DicomPort",
                "DicomAet",
                "DatabaseServerIdentifier",
                "IsHttpServerSecure",
                "MaximumPatientCount",
                "MaximumStorageMode",
                "MaximumStorageSize",
                "StorageCompression",
                "IngestTranscoding",
                "UserMetadata",
            }
        ),
        "how this one server was set up, not how its release behaves",
        when=is_system,
    ),
    Mask(
        frozenset({"PluginsEnabled", "DatabaseBackendPlugin", "StorageAreaPlugin", "DatabaseVersion"}),
        "how this one server was built and where it keeps its files; the emulator has neither",
        when=is_system,
    ),
    Mask(frozenset({"RemoteIP", "HttpUsername"}), "who asks, not what is answered"),
)
MASKED = "«masked»"

#: The dates and times that a server gives to a file that it creates: the clock. Only their digits are masked, and only
#: those of a value that no request of the scenario has.
CLOCK_TAGS = {
    "0008,0012": "InstanceCreationDate",
    "0008,0013": "InstanceCreationTime",
    "0008,0020": "StudyDate",
    "0008,0021": "SeriesDate",
    "0008,0022": "AcquisitionDate",
    "0008,0023": "ContentDate",
    "0008,0030": "StudyTime",
    "0008,0031": "SeriesTime",
    "0008,0032": "AcquisitionTime",
    "0008,0033": "ContentTime",
}
#: The tags as DICOM JSON and XML write them.
CLOCK_KEYS = [tag.replace(",", "") for tag in CLOCK_TAGS]
CLOCK_NAMES = {*CLOCK_TAGS, *CLOCK_TAGS.values(), *CLOCK_KEYS}
#: In DICOM XML, the head of the attribute, and the value.
CLOCK_ATTRIBUTE = re.compile(rf'(<DicomAttribute tag="(?:{"|".join(CLOCK_KEYS)})"[^>]*>\s*<Value number="1">)([^<]*)')
CLOCK_VALUE = re.compile(r"[0-9]{8}|[0-9]{6}\.[0-9]{6} ?")

IDENTIFIERS = {
    # Orthanc's identifier of a resource: five groups of eight
    "id": re.compile(r"(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{8}){4}(?![0-9a-f-])"),
    # its identifier of a job, and the PatientID that it gives to an anonymized patient: a UUID
    "job": re.compile(r"(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])"),
    # a UID under 2.25, or of six components or more, with what pads it: a NUL, or a blank where the VR is not UI
    "uid": re.compile(r"(?<![\d.])(?:2\.25\.\d{10,39}|[0-2](?:\.\d+){5,})(?![\d.])(?:\0| \Z)?"),
}
#: The PatientName that a server gives to an anonymized patient: how many it has anonymized before shows in it.
ANONYMIZED_NAME = re.compile(r"\bAnonymized\d+ ?")
#: The number of a resource's row in the database, in an error of PostgreSQL: what was stored before shows in it.
ROW_NUMBER = re.compile(r"(?<=This resource has already been added: )(\S+)/\d+")
#: How much of a known identifier is shown: enough for it to be the only one that begins like this.
ID_LENGTH, UID_LENGTH = 8, 14
#: UIDs of the standard, DCMTK's implementation class UIDs and its class of files without one: no server generates them.
FIXED_ROOTS = ("1.2.840.10008.", "1.2.276.0.7230010.3.0.", "1.2.276.0.7230010.3.1.0.")


def uids_in(data: bytes) -> set[str]:
    """All that looks like a UID in the bytes of a file."""
    return {found.rstrip("\0 ") for found in IDENTIFIERS["uid"].findall(data.decode("latin-1"))}


class Placeholders:
    """Names for the identifiers that a server generated during one scenario; `known` are not generated."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self.names: dict[str, str] = {}

    def is_generated(self, text: str) -> bool:
        return any(True for _ in self.generated_in(text))

    def generated_in(self, text: str) -> Iterator[tuple[str, str]]:
        """(kind, identifier) of each generated identifier in a text, in order."""
        found = [
            (match.start(), kind, match.group().rstrip("\0 "))
            for kind, pattern in IDENTIFIERS.items()
            for match in pattern.finditer(text)
        ]
        for _, kind, identifier in sorted(found):
            if identifier not in self.known and not identifier.startswith(FIXED_ROOTS):
                yield kind, identifier

    def assign(self, value: Any) -> None:
        """Gives a name to each generated identifier in a JSON value that has none yet."""
        for text in texts(value):
            for kind, identifier in self.generated_in(text):
                if identifier not in self.names:
                    number = sum(name.startswith(f"«{kind} ") for name in self.names.values()) + 1
                    self.names[identifier] = f"«{kind} {number}»"

    def put(self, value: Any, unnamed: str | None = None) -> Any:
        """The JSON value with names for identifiers, `unnamed` for those that have no name yet."""
        if isinstance(value, str):
            return self.put_in_text(value, unnamed)
        if isinstance(value, list):
            return [self.put(one, unnamed) for one in value]
        if isinstance(value, dict):
            return {self.put_in_text(key, unnamed): self.put(one, unnamed) for key, one in value.items()}
        return value

    def put_in_text(self, text: str, unnamed: str | None) -> str:
        def name(match: re.Match[str]) -> str:
            identifier = match.group().rstrip("\0 ")
            if identifier.startswith(FIXED_ROOTS):
                return match.group()
            if identifier in self.known:
                return match.group().replace(identifier, shortened(identifier))
            return self.names.get(identifier, unnamed if unnamed is not None else identifier)

        for pattern in IDENTIFIERS.values():
            text = pattern.sub(name, text)
        return ROW_NUMBER.sub(r"\1/«number»", ANONYMIZED_NAME.sub("«anonymized»", text))


def shortened(identifier: str) -> str:
    """The beginning of an identifier that the scenario made itself; it was compared as a whole before."""
    return (identifier[:UID_LENGTH] if "." in identifier else identifier[:ID_LENGTH]) + "…"


def texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value, objects in the order of their keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield key
            yield from texts(value[key])


def mask_fields(value: Any, path: str, generated: Callable[[str], bool]) -> Any:
    """The JSON value with the fields of MASKS replaced."""
    if isinstance(value, list):
        return [mask_fields(one, path, generated) for one in value]
    if not isinstance(value, dict):
        return value
    hidden = {
        name
        for mask in MASKS
        for name in mask.names & value.keys()
        if not isinstance(value[name], dict) and mask.when(value, path, generated)
    }
    return {name: MASKED if name in hidden else mask_fields(one, path, generated) for name, one in value.items()}


#: What stands in the fields of an XML answer that are masked in any object.
ALWAYS_MASKED = "|".join(sorted(name for mask in MASKS if mask.when is always for name in mask.names))
MASKED_IN_XML = re.compile(rf"(?<=<)({ALWAYS_MASKED})>[^<]*(?=</)")


def mask_xml(text: str) -> str:
    """An XML answer with the fields replaced that MASKS names in any object."""
    return MASKED_IN_XML.sub(rf"\1>{MASKED}", text)


def mask_media_size(job: Any) -> Any:
    """A job without the size of the medium that it made: the DICOMDIR has a generated UID, which is compressed, too."""
    if not isinstance(job, dict) or job.get("Type") != "Media" or job.get("State") != "Success":
        return job
    content = {name: MASKED if name == "ArchiveSize" else value for name, value in job["Content"].items()}
    return {**job, "Content": content}


def mask_clock(value: Any, sent: str) -> Any:
    """The JSON value without the dates and times that a server made; `sent` is the text of all requests."""
    if isinstance(value, list):
        return [mask_clock(one, sent) for one in value]
    if isinstance(value, str) and "<NativeDicomModel" in value:
        return CLOCK_ATTRIBUTE.sub(lambda found: found[1] + masked_digits(found[2], sent), value)
    if not isinstance(value, dict):
        return value
    return {
        name: masked_digits(one, sent)
        if name in CLOCK_NAMES or (name == "value" and value.get("tag") in CLOCK_NAMES)
        else mask_clock(one, sent)
        for name, one in value.items()
    }


def masked_digits(value: Any, sent: str) -> Any:
    if isinstance(value, dict) and "Value" in value:
        return {**value, "Value": masked_digits(value["Value"], sent)}
    if isinstance(value, list):
        return [masked_digits(one, sent) for one in value]
    if isinstance(value, str) and CLOCK_VALUE.fullmatch(value) and value.strip() not in sent:
        return re.sub("[0-9]", "#", value)
    return value


def mask_lengths(dicom: dict[str, Any], generated: Callable[[str], bool]) -> dict[str, Any]:
    """A parsed DICOM answer, the length of each group masked that holds a generated UID."""
    return {part: mask_group_lengths(elements, generated) for part, elements in dicom.items()}


def mask_group_lengths(elements: list[dict[str, Any]], generated: Callable[[str], bool]) -> list[dict[str, Any]]:
    groups = {one["tag"][:4] for one in elements if one["vr"] in ("UI", "") and generated(one.get("value", ""))}
    lengths = {f"{group},0000" for group in groups}
    return [{**one, "value": MASKED} if one["tag"] in lengths else one for one in elements]


def is_resource(value: Any) -> bool:
    """An Orthanc identifier, or an object that has one as its "ID"."""
    text = value.get("ID") if isinstance(value, dict) else value
    return isinstance(text, str) and IDENTIFIERS["id"].fullmatch(text) is not None


def free_lists(value: Any, placeholders: Placeholders) -> Iterator[list[Any]]:
    """The lists of resources in a JSON value that hold one with a generated identifier.

    Their order is free: a server lists resources by identifier (1.12.7) or in the order in which several threads
    stored them, so two servers of one release differ in it.
    """
    if isinstance(value, list):
        if len(value) > 1 and all(is_resource(one) for one in value) and has_generated(value, placeholders):
            yield value
        for one in value:
            yield from free_lists(one, placeholders)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from free_lists(value[key], placeholders)


def has_generated(value: Any, placeholders: Placeholders) -> bool:
    return any(placeholders.is_generated(text) for text in texts(value))


def put_placeholders(log: list[Any], placeholders: Placeholders) -> list[Any]:
    """The log with placeholders, its free lists in an order that does not depend on generated identifiers.

    Two members of a free list that differ in nothing but identifiers are named last: their order says nothing, and
    what else is said about them elsewhere in the log may tell them apart.
    """
    lists = list(free_lists(log, placeholders))
    for free in lists:
        free.sort(key=lambda one: key_of(one, placeholders))
    alike = {id(free) for free in lists if len({key_of(one, placeholders) for one in free}) < len(free)}
    assign_outside(log, alike, placeholders)
    for free in lists:
        free.sort(key=lambda one: key_of(one, placeholders))
        placeholders.assign(free)
        free.sort(key=lambda one: key_of(one, placeholders))
    named: list[Any] = placeholders.put(log)
    return named


def key_of(value: Any, placeholders: Placeholders) -> str:
    return json.dumps(placeholders.put(value, unnamed="?"), sort_keys=True)


def assign_outside(value: Any, skipped: set[int], placeholders: Placeholders) -> None:
    """Names the identifiers in a JSON value, except in the lists whose id() is in `skipped`."""
    if isinstance(value, list) and id(value) in skipped:
        return
    if isinstance(value, list):
        for one in value:
            assign_outside(one, skipped, placeholders)
    elif isinstance(value, dict):
        for key in sorted(value):
            placeholders.assign(key)
            assign_outside(value[key], skipped, placeholders)
    else:
        placeholders.assign(value)
