"""The metadata that a server gives to what it stores: names, numbers and first values.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from functools import lru_cache

from ..dicom.element import PIXEL_DATA, Dataset, format_tag, plain_text
from ..dicom.reader import DicomFile
from ..dicom.rules import TextRules
from ..dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN
from ..dicom.views import tag_text
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..releases import Release
from .level import LEVELS, Level
from .resource import Resource

#: The number of each metadata that has a name; lists are in this order.
NUMBERS: Mapping[str, int] = {
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
#: Those that releases before 1.12 do not know by name.
LATER_NAMES = frozenset({"MainDicomTagsSignature", "MainDicomSequences", "PixelDataVR"})

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

STRICT_NUMBER = re.compile(r"[+-]?\d+\Z")


def first_metadata(
    file: DicomFile, dictionary: Dictionary, release: Release, origin: Mapping[Level, Mapping[str, str]]
) -> dict[Level, dict[str, str]]:
    """The metadata of a file that comes over HTTP, for each level that it may be the first of.

    `origin` is what a modified file has beside that.
    """
    metadata: dict[Level, dict[str, str]] = {level: dict(origin.get(level, {})) for level in LEVELS}
    metadata[Level.SERIES]["RemoteAET"] = ""
    expected = expected_instances(file.dataset, dictionary, release.text_rules)
    if expected:
        metadata[Level.SERIES]["ExpectedNumberOfInstances"] = str(expected)
    metadata[Level.INSTANCE].update(instance_metadata(file, dictionary, release.text_rules))
    if file.pixel_data_offset is not None:
        metadata[Level.INSTANCE]["PixelDataOffset"] = str(file.pixel_data_offset)
        if release.signs_main_dicom_tags and has_unusual_pixel_vr(file, dictionary, release.text_rules):
            metadata[Level.INSTANCE]["PixelDataVR"] = file.dataset.elements[PIXEL_DATA].vr
    if release.signs_main_dicom_tags:
        for level in LEVELS:
            tags = release.main_dicom_tags[level]
            metadata[level]["MainDicomTagsSignature"] = ";".join(map(format_tag, tags))
    return metadata


def instance_metadata(file: DicomFile, dictionary: Dictionary, rules: TextRules) -> dict[str, str]:
    metadata = {"RemoteAET": "", "Origin": "RestApi", "RemoteIP": "127.0.0.1", "HttpUsername": ""}
    syntax = file.meta.get(TRANSFER_SYNTAX_UID)
    if syntax is not None:
        metadata["TransferSyntax"] = plain_text(syntax.value)
    elif not len(file.meta):  # as it was detected
        metadata["TransferSyntax"] = file.transfer_syntax
    sop_class = tag_text(file.dataset, SOP_CLASS_UID, dictionary, rules)
    if sop_class is not None:
        metadata["SopClassUid"] = sop_class
    for tag in (INSTANCE_NUMBER, IMAGE_INDEX):
        text = tag_text(file.dataset, tag, dictionary, rules)
        if text is not None:
            metadata["IndexInSeries"] = text
            break
    return metadata


def has_unusual_pixel_vr(file: DicomFile, dictionary: Dictionary, rules: TextRules) -> bool:
    """Whether native pixel data have another VR than one would guess: OW for more than 8 bits allocated, else OB."""
    if file.transfer_syntax not in (EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN):
        return False
    bits = tag_text(file.dataset, BITS_ALLOCATED, dictionary, rules) or ""
    guess = "OW" if bits.isdecimal() and int(bits) > 8 else "OB"
    return file.dataset.elements[PIXEL_DATA].vr != guess


def expected_instances(dataset: Dataset, dictionary: Dictionary, rules: TextRules) -> int:
    """The number of instances that a series announces, 0 where it announces none."""
    for tags in EXPECTED_INSTANCES:
        texts = [tag_text(dataset, tag, dictionary, rules) for tag in tags]
        if None in texts:
            continue
        factors = [int(text) if text and STRICT_NUMBER.match(text) else 0 for text in texts]
        return max(math.prod(factors), 0)
    return 0


def metadata_name(text: str, release: Release) -> str:
    """The metadata that a request names by name or number; raises OrthancError for a name that is none."""
    if text.isdecimal():
        return next((name for name, number in NUMBERS.items() if number == int(text)), text)
    if text not in NUMBERS or (text in LATER_NAMES and not release.signs_main_dicom_tags):
        raise OrthancError(ErrorCode.INEXISTENT_ITEM)
    return text


def metadata_number(name: str) -> int:
    """The number of a metadata of a resource."""
    return NUMBERS[name]


def metadata_of(resource: Resource) -> dict[str, str]:
    """The metadata of a resource by name, in the server's order."""
    metadata = dict(resource.metadata)
    date = "ReceptionDate" if resource.level is Level.INSTANCE else "LastUpdate"
    metadata[date] = date_text(resource.changed)
    return dict(sorted(metadata.items(), key=lambda item: NUMBERS[item[0]]))


def date_text(seconds: float) -> str:
    """A moment, in seconds since the epoch, as the server writes it: in UTC."""
    return date_of_second(math.floor(seconds))


@lru_cache(maxsize=256)
def date_of_second(seconds: int) -> str:
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
