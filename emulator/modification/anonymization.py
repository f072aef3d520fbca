"""Anonymization: a modification, with a profile of PS3.15 Table E.1-1 for all that the request does not name.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/anonymize.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..dicom.element import UNSUPPORTED_VR, Dataset, Element
from ..dicom.padding import SPACE_PADDED_VRS, padded
from ..dictionary import Dictionary
from ..dictionary.dictionary import written_vr
from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from .profiles import TagRange, profiles
from .request import BodyReader, ModificationRequest
from .rules import ModificationRelease
from .tag_path import ALL_ITEMS, TagPath
from .uids import UID_LEVELS, UidMapper

PATIENT_NAME = 0x00100010
PATIENT_ID = Level.PATIENT.identifier_tag
PATIENT_IDENTITY_REMOVED = 0x00120062
DEIDENTIFICATION_METHOD = 0x00120063

UID_TAGS = frozenset(level.identifier_tag for level in UID_LEVELS)
LEVEL_OF_TAG = {level.identifier_tag: level for level in LEVELS}

#: The references that 1.9.1 follows: to instances, to two frames of reference, to a related one.
REFERENCE_TAGS = frozenset({0x00081155, 0x00200052, 0x30060024, 0x300600C2})

#: The one place where a ReferencedSOPInstanceUID is that of a study: of an RT structure set's frame of reference.
REFERENCED_STUDY = (0x30060010, 0x30060012, 0x00081155)
#: The places, besides, where 1.9.1 follows references to series and studies.
FURTHER_REFERENCES: Mapping[tuple[int, ...], Level] = MappingProxyType(
    {
        (0x00081115, 0x0020000E): Level.SERIES,
        (0x0040A375, 0x00081115, 0x0020000E): Level.SERIES,
        (0x30060010, 0x30060012, 0x30060014, 0x0020000E): Level.SERIES,
        (0x0040A375, 0x0020000D): Level.STUDY,
    }
)

#: The VRs of an element whose text can be emptied or replaced where it stands.
TEXT_VRS = SPACE_PADDED_VRS | {"UI"}
#: What is written as UN.
UNKNOWN_VRS = frozenset({"UN", UNSUPPORTED_VR})
#: VRs that releases before 1.13.0 pass over in the items of a sequence.
LONG_INTEGER_VRS = frozenset({"OV", "SV", "UV"})

Parents = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Anonymization:
    """A modification request, and the tags that it leaves to the profile.

    `removed` holds those that the request itself removes too, because they go from the items of sequences as well;
    `removed_from_items` are those that go from there alone.
    """

    request: ModificationRequest
    removed: frozenset[int]
    emptied: frozenset[int]
    renewed: frozenset[int]
    removed_from_items: tuple[TagRange, ...]


def parse_anonymization(body: Any, name: str, dictionary: Dictionary, release: ModificationRelease) -> Anonymization:
    """Reads the body of an anonymize request; `name` is the PatientName to write.

    Of several errors the server reports the first in this order: Force, DicomVersion, KeepPrivateTags, then as in a
    modify. RemovePrivateTags is not read. Raises OrthancError as for a modify; Bad file format or Parameter out of
    range for a wrong DicomVersion.
    """
    if not isinstance(body, Mapping):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    reader = BodyReader(body, dictionary, release)
    force = reader.boolean("Force")
    version = dicom_version(body, release)
    keep_private_tags = reader.boolean("KeepPrivateTags")
    is_customized = keep_private_tags or any(body.get(key) for key in ("Remove", "Replace", "Keep"))
    written = {PATIENT_NAME: name, PATIENT_IDENTITY_REMOVED: "YES"}
    method = method_of(version, release, is_customized=is_customized)
    if method is not None:
        written[DEIDENTIFICATION_METHOD] = method
    if not release.modification.maps_patient_ids:
        written[PATIENT_ID] = str(uuid.uuid4())
    request = reader.request(
        force=force,
        remove_private_tags=not keep_private_tags,
        unless_named={TagPath((), tag): value for tag, value in written.items()},
    )
    return with_profile(request, version, release)


def dicom_version(body: Mapping[str, Any], release: ModificationRelease) -> str:
    """The profile that a request names, by default the last one that the release has."""
    version = body.get("DicomVersion", release.modification.anonymization_profiles[-1])
    if not isinstance(version, str):
        details = "DicomVersion should be a string" if release.modification.explains_wrong_dicom_version else None
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
    if version not in release.modification.anonymization_profiles:
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE, f"Unknown specific version of the DICOM standard: {version}"
        )
    return version


def method_of(version: str, release: ModificationRelease, *, is_customized: bool) -> str | None:
    """What DeidentificationMethod says; None where it stays as it is."""
    software = f"Orthanc {release.version}"
    if is_customized:
        return software if release.modification.signs_customized_anonymization else None
    profile = "" if version == "2008" else " Basic Profile"
    return f"{software} - PS 3.15-{version} Table E.1-1{profile}"


def with_profile(request: ModificationRequest, version: str, release: ModificationRelease) -> Anonymization:
    """The request with the tags of the profile that it does not name."""
    profile = profiles()[version]
    kept = frozenset(path.tag for path in request.keep if not path.nested)
    replaced = frozenset(path.tag for path in request.replace if not path.nested)
    removed = frozenset(path.tag for path in request.remove if not path.nested)
    named = kept | replaced
    if release.modification.anonymizes_items:
        # The UIDs of the file itself are kept or replaced there only: in items they are mapped all the same
        renewed = ((profile.renewed | {PATIENT_ID}) - named - removed) | UID_TAGS
        gone = profile.removed
    else:
        renewed = REFERENCE_TAGS - replaced - removed
        gone = (profile.removed | profile.renewed) - REFERENCE_TAGS - UID_TAGS
    return Anonymization(
        request, (gone - named) | removed, profile.emptied - named - removed, renewed, profile.removed_from_items
    )


class Anonymizer:
    """Does to files what an anonymization does beside editing; `uids` knows the new identifiers."""

    def __init__(
        self, anonymization: Anonymization, uids: UidMapper, dictionary: Dictionary, release: ModificationRelease
    ) -> None:
        self.anonymization = anonymization
        self.request = anonymization.request
        self.uids = uids
        self.dictionary = dictionary
        self.release = release

    def anonymize(self, source: Dataset, copy: Dataset) -> None:
        """Renews the identifiers of a copy and anonymizes its items; its top level is edited already."""
        for level in UID_LEVELS:
            value = self.request.replace.get(TagPath((), level.identifier_tag))
            if isinstance(value, str):
                self.uids.note(level, source, value)
        self.visit(copy, ())

    def cleaned(self, source: Dataset) -> Dataset:
        """A dataset without the tags of the profile, at the top level, those that are emptied excepted.

        Raises OrthancError (Internal error) where an element is to be emptied whose VR is UN.
        """
        emptied = self.anonymization.emptied
        return Dataset(
            {
                element.tag: self.empty_element(element.tag) if element.tag in emptied else element
                for element in source
                if element.tag not in self.anonymization.removed
            }
        )

    def dictionary_vr(self, tag: int) -> str:
        entry = self.dictionary.find(tag >> 16, tag & 0xFFFF, None)
        return "UN" if entry is None else written_vr(tag, entry.vr)

    def empty_element(self, tag: int) -> Element:
        """The empty element of a tag in the VR of the dictionary, whatever VR the file has."""
        vr = self.dictionary_vr(tag)
        if vr == "UN":
            raise OrthancError(ErrorCode.INTERNAL_ERROR, self.release.modification.unknown_element_details)
        return Element(tag, vr, items=[] if vr == "SQ" else None)

    def visit(self, dataset: Dataset, parents: Parents) -> None:
        """Renews the identifiers of a dataset and of the items in it, and cleans the items."""
        for element in [*dataset]:
            if self.release.modification.anonymizes_items:
                if self.is_left(element, parents):
                    continue
                if parents:
                    self.clean(dataset, element)
            if element.vr in TEXT_VRS:
                level = self.level_of_reference(element.tag, parents)
                if level is not None:
                    dataset.put(self.renewed_element(element, level))
            if element.tag in dataset:
                for index, item in enumerate(element.items or ()):
                    self.visit(item, (*parents, (element.tag, index)))

    def is_left(self, element: Element, parents: Parents) -> bool:
        """Whether an element stays as it is, with all the items in it."""
        if parents and element.vr in LONG_INTEGER_VRS and not self.release.modification.has_long_integers:
            return True
        return any(leads_to(kept, parents, element.tag) for kept in self.request.keep)

    def clean(self, item: Dataset, element: Element) -> None:
        """Removes or empties an element of an item; what can't be emptied is removed.

        A UN, and what is written as one, stays: unless the dictionary has no other VR for it.
        """
        is_emptied = element.tag in self.anonymization.emptied
        if (
            element.tag in self.anonymization.removed
            or (element.is_private and self.request.remove_private_tags)
            or any(element.tag in tags for tags in self.anonymization.removed_from_items)
        ):
            item.remove(element.tag)
        elif is_emptied and element.vr in TEXT_VRS:
            item.put(Element(element.tag, element.vr))
        elif is_emptied and (element.vr not in UNKNOWN_VRS or self.dictionary_vr(element.tag) == "UN"):
            item.remove(element.tag)

    def level_of_reference(self, tag: int, parents: Parents) -> Level | None:
        """The level of the resource that an element refers to, None where it is left as it is."""
        path = (*(parent for parent, _ in parents), tag)
        if not self.release.modification.anonymizes_items and path in FURTHER_REFERENCES:
            level = FURTHER_REFERENCES[path]
            return None if self.request.replaced(level.identifier_tag) else level
        if tag not in self.anonymization.renewed or (not parents and tag in UID_TAGS):
            return None
        return Level.STUDY if path == REFERENCED_STUDY else LEVEL_OF_TAG.get(tag, Level.INSTANCE)

    def renewed_element(self, element: Element, level: Level) -> Element:
        new = self.uids.new_identifier(level, element.value)
        return Element(element.tag, element.vr, padded(new.encode("utf-8"), element.vr))


def leads_to(path: TagPath, parents: Parents, tag: int) -> bool:
    """Whether a path, which may name all items of a sequence, leads to this tag."""
    return (
        path.tag == tag
        and len(path.parents) == len(parents)
        and all(
            wanted[0] == parent[0] and wanted[1] in (parent[1], ALL_ITEMS)
            for wanted, parent in zip(path.parents, parents, strict=True)
        )
    )
