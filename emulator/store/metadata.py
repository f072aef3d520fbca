"""The metadata that a server gives to what it stores: names, numbers and first values.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from functools import lru_cache

from ..dicom.element import PIXEL_DATA, Dataset, format_tag, plain_text
from ..dicom.reader import DicomFile, is_listed
from ..dicom.rules import TextRules
from ..dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN
from ..dicom.views import tag_text
from ..dictionary import Dictionary
from ..late_pattern import late_pattern
from ..strangers import whole
from .level import LEVELS, Level
from .numbered_names import BUILT_IN_NAMES, METADATA_NUMBERS
from .record import shared
from .resource import Resource
from .rules import StoreRelease

SOP_CLASS_UID = 0x00080016
TRANSFER_SYNTAX_UID = 0x00020010
IMAGE_INDEX = 0x00541330
INSTANCE_NUMBER = 0x00200013
BITS_ALLOCATED = 0x00280100

#: The tags whose product is the number of instances that a series should have, first come first served.
EXPECTED_INSTANCES = (
    (0x00201002, 0x00200105),  # ImagesInAcquisition x NumberOfTemporalPositions
    (0x00540081, 0x00540101),  # NumberOfSlices x NumberOfTimeSlices
    (0x00181090,),  # CardiacNumberOfImages
)

STRICT_NUMBER = late_pattern(r"[+-]?\d+\Z")


def first_metadata(
    file: DicomFile, dictionary: Dictionary, release: StoreRelease, origin: Mapping[Level, Mapping[str, str]]
) -> dict[Level, dict[str, str]]:
    """The metadata of a file that comes over HTTP, for each level that it may be the first of.

    `origin` is what a modified file has beside that.
    """
    metadata: dict[Level, dict[str, str]] = {level: dict(origin.get(level, {})) for level in LEVELS}
    metadata[Level.SERIES]["RemoteAET"] = ""
    expected = expected_instances(file.dataset, dictionary, release.dicom.text)
    if expected:
        metadata[Level.SERIES]["ExpectedNumberOfInstances"] = str(expected)
    metadata[Level.INSTANCE].update(instance_metadata(file, dictionary, release))
    if file.pixel_data_offset is not None:
        metadata[Level.INSTANCE]["PixelDataOffset"] = str(file.pixel_data_offset)
        if release.store.signs_main_dicom_tags and has_unusual_pixel_vr(file, dictionary, release.dicom.text):
            metadata[Level.INSTANCE]["PixelDataVR"] = file.dataset.elements[PIXEL_DATA].vr
    if release.store.signs_main_dicom_tags:
        for level in LEVELS:
            tags = release.store.main_dicom_tags[level]
            metadata[level]["MainDicomTagsSignature"] = signature(tags)
    return metadata


@lru_cache(maxsize=64)
def signature(tags: tuple[int, ...]) -> str:
    """The main DICOM tags of a level as the metadata tells them: one text for all resources that have it."""
    return ";".join(map(format_tag, tags))


def instance_metadata(file: DicomFile, dictionary: Dictionary, release: StoreRelease) -> dict[str, str]:
    rules = release.dicom.text
    metadata = {"RemoteAET": "", "Origin": "RestApi", "RemoteIP": "127.0.0.1", "HttpUsername": ""}
    syntax = file.meta.get(TRANSFER_SYNTAX_UID)
    if syntax is not None:
        uid = plain_text(syntax.value).lstrip(" ")
        if is_listed(uid, release.dicom.files):
            metadata["TransferSyntax"] = shared(uid)
    elif not len(file.meta):  # as it was detected
        metadata["TransferSyntax"] = file.transfer_syntax
    sop_class = tag_text(file.dataset, SOP_CLASS_UID, dictionary, rules)
    if sop_class is not None:
        metadata["SopClassUid"] = shared(sop_class)
    for tag in (INSTANCE_NUMBER, IMAGE_INDEX):
        text = tag_text(file.dataset, tag, dictionary, rules)
        if text is not None:
            metadata["IndexInSeries"] = text.strip()
            break
    return metadata


def has_unusual_pixel_vr(file: DicomFile, dictionary: Dictionary, rules: TextRules) -> bool:
    """Whether native pixel data have another VR than one would guess: OW for more than 8 bits allocated, else OB."""
    if file.transfer_syntax not in (EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN):
        return False
    bits = tag_text(file.dataset, BITS_ALLOCATED, dictionary, rules) or ""
    guess = "OW" if bits.isdecimal() and whole(bits) > 8 else "OB"
    return file.dataset.elements[PIXEL_DATA].vr != guess


def expected_instances(dataset: Dataset, dictionary: Dictionary, rules: TextRules) -> int:
    """The number of instances that a series announces, 0 where it announces none."""
    for tags in EXPECTED_INSTANCES:
        texts = [tag_text(dataset, tag, dictionary, rules) for tag in tags]
        if None in texts:
            continue
        factors = [whole(text) if text and STRICT_NUMBER.match(text) else 0 for text in texts]
        return max(math.prod(factors), 0)
    return 0


def metadata_name(text: str, release: StoreRelease) -> str:
    """The key in `Resource.metadata` of what a request names by name or number; raises OrthancError for no name."""
    return metadata_key(release.store.metadata_names.number(text))


def metadata_key(number: int) -> str:
    """The key in `Resource.metadata`: the name of what is built in, the number of what users set."""
    return BUILT_IN_NAMES.get(number, str(number))


def stored_metadata(resource: Resource) -> dict[str, str]:
    """The metadata of a resource by key, the date among them."""
    date = "ReceptionDate" if resource.level is Level.INSTANCE else "LastUpdate"
    return {**resource.metadata, date: date_text(resource.last_update)}


def numbered_metadata(resource: Resource) -> dict[int, str]:
    """The metadata of a resource by number, in the server's order."""
    numbered = {METADATA_NUMBERS.get(key) or int(key): value for key, value in stored_metadata(resource).items()}
    return {number: numbered[number] for number in sorted(numbered)}


def metadata_of(resource: Resource, release: StoreRelease) -> dict[str, str]:
    """The metadata of a resource by the name that this server has for each, in the server's order."""
    return {release.store.metadata_names.name(number): value for number, value in numbered_metadata(resource).items()}


def date_text(seconds: float) -> str:
    """A moment, in seconds since the epoch, as the server writes it: in UTC."""
    return date_of_second(math.floor(seconds))


@lru_cache(maxsize=256)
def date_of_second(seconds: int) -> str:
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
