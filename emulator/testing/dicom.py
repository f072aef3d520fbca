"""Small valid DICOM files in one line, from keywords and private tags."""

from __future__ import annotations

import difflib
import hashlib
import io
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .shapes import check_elements_shape, check_items_shape, check_private_shape

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

#: The creator, the group and the offset (0x01) or element (0x1001) of a private tag; its VR and its value.
PrivateTag = tuple[str, int, int]
PrivateElements = Mapping[PrivateTag, tuple[str, Any]]
#: An item of a sequence: values by keyword, and private elements.
Item = Mapping[str | PrivateTag, Any]

EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
IMPLEMENTATION_CLASS_UID = "2.25.302159840714832049153094862094310982471"

VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)
LONGEST_CREATOR = 64

#: How to write what is invalid all the same.
ALLOWED = " (allow_invalid=True writes it all the same)"

#: The numbers of instances for which none was given: each call makes another instance.
NUMBERS = itertools.count(1)


def dicom(
    *,
    private: PrivateElements | None = None,
    elements: Mapping[int, tuple[str, Any]] | None = None,
    study: int = 1,
    series: int = 1,
    instance: int | None = None,
    transfer_syntax: str = EXPLICIT_VR_LITTLE_ENDIAN,
    allow_invalid: bool = False,
    **keywords: Any,
) -> Dataset:
    """A small valid file, a secondary capture without pixels, as a pydicom Dataset with its meta header.

        dicom(PatientID="P1", Modality="CT", private={("MYLAB", 0x0011, 0x01): ("LO", "label-A")})

    `keywords` are those of the standard (PS3.6), `private` maps (creator, group, offset) to (VR, value) and reserves
    the blocks. An offset, 0x00 to 0xff, lies in the first free block, or in the creator's own; a whole element, from
    0x1000 on, chooses its block: 0x1101 is offset 01 of block 11. `elements` are written by tag
    as they are: (0x00111001: ("LO", "orphan")) is an element without a creator. The items of a sequence are mappings
    of keywords and private tags: `OtherPatientIDsSequence=[{"PatientID": "P2"}]`.

    `study`, `series` and `instance` number the UIDs: the same PatientID and numbers give the same UIDs in every run;
    each call without `instance` makes another one. A keyword such as StudyInstanceUID overrides them, and a value of
    None leaves the element out.

    `transfer_syntax` is a UID. Nothing is encoded: for a compressed one, PixelData is a list of frames that are
    encoded already. Raises ValueError for a keyword that the standard does not have, and for what no valid file can
    hold: a VR that is none, a private tag outside of blocks, a creator that is none; TypeError for what is written in
    another shape. With `allow_invalid` that
    is pydicom's matter, which has its own limits: it writes no VR that is none.
    """
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    check_private_shape({} if private is None else private)
    check_elements_shape({} if elements is None else elements)
    if not allow_invalid:
        check_private(private or {})
        check_elements(elements or {})
        for name, value in keywords.items():
            check_items("SQ" if isinstance(value, list | tuple) else "", value, name)
    number = next(NUMBERS) if instance is None else instance
    values = {**identifiers(str(keywords.get("PatientID", "TEST")), study, series, number), **keywords}
    dataset = item_of({name: value for name, value in values.items() if value is not None and name != "PixelData"})
    if "PixelData" in values:
        add_pixels(dataset, values["PixelData"])
    add_private(dataset, private or {})
    for tag, (representation, value) in (elements or {}).items():
        dataset.add_new(tag, representation, sequence_of(representation, value, f"elements[0x{tag:08x}]"))
    syntax = UID(transfer_syntax)
    dataset.preamble = bytes(128)  # so that `save_as` makes a whole file of it
    dataset.file_meta = meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", SECONDARY_CAPTURE)
    meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", uid("instance", number))
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    return dataset


def dicom_bytes(
    *,
    private: PrivateElements | None = None,
    elements: Mapping[int, tuple[str, Any]] | None = None,
    study: int = 1,
    series: int = 1,
    instance: int | None = None,
    transfer_syntax: str = EXPLICIT_VR_LITTLE_ENDIAN,
    allow_invalid: bool = False,
    **keywords: Any,
) -> bytes:
    """What `dicom` makes, as the bytes of a file (PS3.10)."""
    dataset = dicom(
        private=private,
        elements=elements,
        study=study,
        series=series,
        instance=instance,
        transfer_syntax=transfer_syntax,
        allow_invalid=allow_invalid,
        **keywords,
    )
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format="SOPClassUID" in dataset and "SOPInstanceUID" in dataset)
    return buffer.getvalue()


def identifiers(patient: str, study: int, series: int, instance: int) -> dict[str, Any]:
    """What a file has unless it is told otherwise, in the words of PS3.6."""
    return {
        "SOPClassUID": SECONDARY_CAPTURE,
        "SOPInstanceUID": uid(patient, study, series, instance),
        "Modality": "OT",
        "PatientName": "",
        "PatientID": patient,
        "StudyInstanceUID": uid(patient, study),
        "SeriesInstanceUID": uid(patient, study, series),
        "SeriesNumber": series,
        "InstanceNumber": instance,
    }


def uid(*words: str | int) -> str:
    """A UID under 2.25 (PS3.5 §B.2) made of the words."""
    digest = hashlib.sha256("|".join(map(str, words)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def item_of(values: Item) -> Dataset:
    from pydicom.datadict import dictionary_VR, tag_for_keyword
    from pydicom.dataset import Dataset

    dataset = Dataset()
    for keyword, value in values.items():
        if isinstance(keyword, str):
            tag = tag_for_keyword(keyword)
            if tag is None:
                raise ValueError(unknown_keyword(keyword))
            representation = dictionary_VR(tag).split(" or ")[0]  # for US or SS and the like: their first
            dataset.add_new(tag, representation, sequence_of(representation, value, keyword))
    add_private(dataset, {key: value for key, value in values.items() if not isinstance(key, str)})
    return dataset


def unknown_keyword(keyword: str) -> str:
    from pydicom.datadict import keyword_dict

    near = difflib.get_close_matches(keyword, keyword_dict, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"the standard has no keyword {keyword!r}{hint}"


def sequence_of(representation: str, value: Any, where: str) -> Any:
    """The value of an element: the items of a sequence as Datasets, all else as it is."""
    if representation == "SQ":
        check_items_shape(value, where)
    return [item_of(item) for item in value] if representation == "SQ" else value


def check_private(elements: PrivateElements, where: str = "private") -> None:
    """Refuses what PS3.5 §7.8 does not allow."""
    for (creator, group, element), (representation, value) in elements.items():
        key = f"{where}[({creator!r}, 0x{group:04x}, 0x{element:02x})]"
        check_representation(representation, key)
        if group % 2 == 0 or group < 0x0009 or group >= 0xFFFF:
            raise ValueError(f"{key}: a private tag has an odd group from 0009 to fffd{ALLOWED}")
        if not (0 <= element <= 0xFF or 0x1000 <= element <= 0xFFFF):
            reach = "an offset is 0x00 to 0xff, an element 0x1000 to 0xffff"
            raise ValueError(f"{key}: {reach}; no block holds another{ALLOWED}")
        if not creator.strip() or len(creator) > LONGEST_CREATOR or "\\" in creator:
            raise ValueError(f"{key}: a creator is a text of 1 to 64 characters, without backslashes{ALLOWED}")
        check_items(representation, value, key)


def check_elements(elements: Mapping[int, tuple[str, Any]]) -> None:
    for tag, (representation, value) in elements.items():
        key = f"elements[0x{tag:08x}]"
        check_representation(representation, key)
        if not 0x00080000 <= tag < 0xFFFE0000:
            private = f": did you mean private={{(creator, group, 0x{tag:x}): ...}}?"
            meant = private if tag < 0x10000 else ""
            raise ValueError(f"{key}: a tag of a file is 0xggggeeee, from group 0008 to fffd{meant}{ALLOWED}")
        check_items(representation, value, key)


def check_items(representation: str, value: Any, key: str) -> None:
    for index, item in enumerate(value if representation == "SQ" else ()):
        if isinstance(item, Mapping):
            private = {tag: one for tag, one in item.items() if not isinstance(tag, str)}
            check_private_shape(private, f"{key}[{index}]")
            check_private(private, f"{key}[{index}]")


def check_representation(representation: str, key: str) -> None:
    if representation not in VRS:
        near = difflib.get_close_matches(str(representation).upper(), VRS, 1, 0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{key}: {representation!r} is no VR{hint}{ALLOWED}")


def add_private(dataset: Dataset, elements: PrivateElements) -> None:
    """Adds private elements, and the creator elements of their blocks (PS3.5 §7.8)."""
    for (creator, group, element), (representation, given) in elements.items():
        if group % 2 == 0:
            raise ValueError(f"({group:04x},{element:04x}) is in an even group: a private tag is in an odd one")
        value = sequence_of(representation, given, f"{creator} {group:04x},{element:04x}")
        block = element >> 8
        if not block:
            dataset.private_block(group, creator, create=True).add_new(element, representation, value)
            continue
        if dataset.get((group, block)) is not None and dataset[group, block].value != creator:
            raise ValueError(f"block {block:02x} of group {group:04x} is that of {dataset[group, block].value!r}")
        dataset.add_new((group, block), "LO", creator)
        dataset.add_new((group, element), representation, value)


def add_pixels(dataset: Dataset, pixels: bytes | Sequence[bytes]) -> None:
    """Adds PixelData: bytes as they are, or frames that are encoded already (PS3.5 §A.4)."""
    from pydicom.encaps import encapsulate

    if isinstance(pixels, bytes | bytearray):
        dataset.add_new("PixelData", "OW" if dataset.get("BitsAllocated", 8) > 8 else "OB", bytes(pixels))
        return
    dataset.add_new("PixelData", "OB", encapsulate([*pixels]))
    dataset["PixelData"].is_undefined_length = True
